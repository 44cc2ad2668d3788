/// A JSON text in the making: keys in the order they are given, two spaces of indentation.
///
/// Foundation's encoder sorts and boxes; for a report of 50 containers that took longer than judging
/// them.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  /// More than any report is deep.
  private static let spaces = [UInt8](repeating: UInt8(ascii: " "), count: 64)
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
    _ key: String, _ value: (inout JSONWriter) throws -> Void
  ) rethrows {
    startItem()
    bytes.append(UInt8(ascii: "\""))
    raw(key)
    bytes += "\": ".utf8
    try value(&self)
  }

  package mutating func member(_ key: String, _ text: String?) {
    member(key) { writer in if let text { writer.string(text) } else { writer.raw("null") } }
  }

  package mutating func member(_ key: String, _ number: Int?) {
    member(key) { $0.raw(number.map(String.init) ?? "null") }
  }

  package mutating func member(_ key: String, _ flag: Bool?) {
    member(key) { $0.raw(flag.map { $0 ? "true" : "false" } ?? "null") }
  }

  package mutating func raw(_ text: String) { bytes += text.utf8 }

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
    if !isPlain { raw(Self.escaped(text)) }
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
    _ open: String, _ close: String, _ content: (inout JSONWriter) throws -> Void
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

  private mutating func startItem() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    newLine()
  }

  private mutating func newLine() {
    bytes.append(UInt8(ascii: "\n"))
    bytes += Self.spaces.prefix(2 * depth)
  }
}
