/// A JSON text in the making: keys in the order they are given, two spaces of indentation.
///
/// Foundation's encoder sorts and boxes; for a report of 50 containers that took longer than judging
/// them.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  /// What stands before an item, with room for more than any report is deep.
  private static let separator: StaticString =
    ",\n                                                                "
  private var depth = 0
  private var isFirst = true

  /// `size` is about how many bytes the text will have.
  package init(expecting size: Int = 0) { bytes.reserveCapacity(size) }

  /// Writes an object whose members `members` writes.
  package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
    try nest("{", "}", members)
  }

  /// Writes a list with an item for each of `items`.
  package mutating func list<Item>(
    _ items: some Sequence<Item>, _ write: (inout JSONWriter, Item) throws -> Void
  ) rethrows {
    try nest("[", "]") { writer in
      for item in items {
        writer.startItem()
        try write(&writer, item)
      }
    }
  }

  /// Writes `"key": ` and then what `value` writes; a key of ours needs no escaping.
  package mutating func member(
    _ key: StaticString, _ value: (inout JSONWriter) throws -> Void
  ) rethrows {
    begin(key)
    try value(&self)
  }

  package mutating func member(_ key: StaticString, _ text: String?) {
    begin(key)
    if let text { string(text) } else { raw("null") }
  }

  package mutating func member(_ key: StaticString, _ number: Int?) {
    begin(key)
    self.number(number)
  }

  package mutating func member(_ key: StaticString, _ flag: Bool?) {
    begin(key)
    raw(flag.map { $0 ? "true" : "false" } ?? "null")
  }

  /// Writes how many there are of a thing, under the name of that: `"pass": 3`.
  package mutating func count(of name: String, _ number: Int) {
    startItem()
    string(name)
    raw(": ")
    self.number(number)
  }

  package mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func raw(_ text: [UInt8]) { bytes += text }

  /// What `write` writes where a text is `depth` levels deep, for `raw`; about `size` bytes.
  static func item(
    depth: Int, expecting size: Int, _ write: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(expecting: size)
    writer.depth = depth
    write(&writer)
    return writer.bytes
  }

  /// Writes a text in quotes, with what RFC 8259 wants escaped, and DEL and the C1 controls, which a
  /// terminal would obey.
  package mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    let isPlain = text.withUTF8 { utf8 in
      // Without a way out of the loop several bytes are looked at at once.
      var isPlain = true
      for byte in utf8 {
        isPlain =
          isPlain && (byte &- 0x20 < 0x5F) && byte != UInt8(ascii: "\"")
          && byte != UInt8(ascii: "\\")
      }
      if isPlain { bytes.append(contentsOf: utf8) }
      return isPlain
    }
    if !isPlain { bytes += Self.escaped(text).utf8 }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      // The last are those of bidirectional text, see UAX #9.
      case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{61C}", "\u{200E}", "\u{200F}",
        "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private mutating func nest(
    _ open: StaticString, _ close: StaticString, _ content: (inout JSONWriter) throws -> Void
  ) rethrows {
    raw(open)
    depth += 1
    isFirst = true
    try content(&self)
    depth -= 1
    if !isFirst { newLine() }
    isFirst = false
    raw(close)
  }

  private mutating func begin(_ key: StaticString) {
    startItem()
    bytes.append(UInt8(ascii: "\""))
    raw(key)
    raw("\": ")
  }

  private mutating func number(_ number: Int?) {
    if let number { bytes += String(number).utf8 } else { raw("null") }
  }

  private mutating func startItem() {
    separate(from: isFirst ? 1 : 0)
    isFirst = false
  }

  private mutating func newLine() { separate(from: 1) }

  /// Writes the separator, from this byte on.
  private mutating func separate(from first: Int) {
    let end = min(2 + 2 * depth, Self.separator.utf8CodeUnitCount)
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: Self.separator.utf8Start + first, count: end - first))
  }
}
