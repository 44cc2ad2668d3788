/// Reads one JSON text from bytes, by RFC 8259; used through `JSONText`.
struct JSONParser {
  struct Failure: Error {
    var offset: Int
    var reason: String
  }

  private static let depthLimit = 256
  private let bytes: UnsafeBufferPointer<UInt8>
  private let repeatedKeys: JSONText.RepeatedKeys
  private var nodes: [JSONText.Node] = []
  private var index = 0
  private var depth = 0

  /// What stands where in `bytes`.
  static func nodes(
    of bytes: [UInt8], repeatedKeys: JSONText.RepeatedKeys = .refused
  ) throws(Failure) -> [JSONText.Node] {
    guard bytes.count < Int(Int32.max) else {
      throw Failure(offset: 0, reason: "the text is larger than 2 GiB")
    }
    return try bytes.withUnsafeBufferPointer { bytes throws(Failure) in
      var parser = JSONParser(bytes: bytes, repeatedKeys: repeatedKeys)
      try parser.document()
      return parser.nodes
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, repeatedKeys: JSONText.RepeatedKeys) {
    self.bytes = bytes
    self.repeatedKeys = repeatedKeys
    // An inspection has a value in every twenty bytes.
    nodes.reserveCapacity(bytes.count / 16 + 1)
  }

  private mutating func document() throws(Failure) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw failure("a byte-order mark, which JSON does not allow")
    }
    skipSpace()
    try element()
    skipSpace()
    guard index == bytes.count else { throw failure("more text after the end of the value") }
  }

  private func failure(_ reason: String, at offset: Int? = nil) -> Failure {
    Failure(offset: offset ?? index, reason: reason)
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  /// Adds a node that begins here, and returns its place; `end(_:)` ends it.
  private mutating func begin(_ kind: JSONText.Node.Kind) -> Int {
    nodes.append(JSONText.Node(kind: kind, start: Int32(index)))
    return nodes.count - 1
  }

  private mutating func end(_ place: Int) {
    nodes[place].end = Int32(index)
    nodes[place].next = Int32(nodes.count)
  }

  private mutating func element() throws(Failure) {
    guard let byte = current else { throw failure("the text ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): try members()
    case UInt8(ascii: "["): try elements()
    case UInt8(ascii: "\""): try text()
    case UInt8(ascii: "t"): try word("true", .yes)
    case UInt8(ascii: "f"): try word("false", .no)
    case UInt8(ascii: "n"): try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw failure("no JSON value begins with \(name(of: byte))")
    }
  }

  private mutating func members() throws(Failure) {
    try descend()
    let place = begin(.object)
    var keys = SeenKeys()
    index += 1
    skipSpace()
    if !take("}") {
      while true {
        skipSpace()
        guard current == UInt8(ascii: "\"") else {
          throw failure("expected a key in double quotes")
        }
        let key = nodes.count
        try text()
        if repeatedKeys == .refused, !keys.insert(key, of: place, in: nodes, bytes) {
          let name = Self.text(of: nodes[key], in: bytes)
          throw failure(
            "the key '\(name)' stands twice in this object", at: Int(nodes[key].start))
        }
        skipSpace()
        guard take(":") else {
          throw failure("expected ':' after the key '\(Self.text(of: nodes[key], in: bytes))'")
        }
        skipSpace()
        try element()
        skipSpace()
        if take("}") { break }
        guard take(",") else { throw failure("expected ',' or '}'") }
      }
    }
    end(place)
    depth -= 1
  }

  private mutating func elements() throws(Failure) {
    try descend()
    let place = begin(.list)
    index += 1
    skipSpace()
    if !take("]") {
      while true {
        skipSpace()
        try element()
        skipSpace()
        if take("]") { break }
        guard take(",") else { throw failure("expected ',' or ']'") }
      }
    }
    end(place)
    depth -= 1
  }

  private mutating func descend() throws(Failure) {
    depth += 1
    guard depth <= Self.depthLimit else {
      throw failure("nested deeper than \(Self.depthLimit) levels")
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func word(_ word: StaticString, _ kind: JSONText.Node.Kind) throws(Failure) {
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[index...].starts(with: expected) else {
      throw failure("expected true, false or null")
    }
    let place = begin(kind)
    index += expected.count
    end(place)
  }

  private mutating func number() throws(Failure) {
    let place = begin(.number)
    _ = take("-")
    if take("0") {
      if let byte = current, isDigit(byte) { throw failure("a number with a leading zero") }
    } else {
      try digits()
    }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    end(place)
  }

  private mutating func digits() throws(Failure) {
    guard let byte = current, isDigit(byte) else { throw failure("expected a digit") }
    while let byte = current, isDigit(byte) { index += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func text() throws(Failure) {
    let place = begin(.text)
    let start = index
    index += 1
    var isASCII = true
    while true {
      skipPlainText()
      guard let byte = current else { break }
      switch byte {
      case UInt8(ascii: "\""):
        guard isASCII || Self.isUTF8(bytes[start + 1..<index]) else {
          throw failure("a text that is not UTF-8", at: start)
        }
        index += 1
        return end(place)
      case UInt8(ascii: "\\"):
        nodes[place].kind = .escapedText
        _ = try escape()
      case 0..<0x20: throw failure("a control character inside a text")
      default:
        isASCII = isASCII && byte < 0x80
        index += 1
      }
    }
    throw failure("a text without its closing quote", at: start)
  }

  /// Goes on to the next byte that is no ASCII, or a quote, a backslash or a control character; at the end of
  /// the text at most to seven bytes before it.
  private mutating func skipPlainText() {
    let each: UInt64 = 0x0101_0101_0101_0101
    let (quotes, backslashes) = (each * 0x22, each * 0x5C)
    // The highest bit of the first byte that is zero is set, and none below it.
    func zeros(_ eight: UInt64) -> UInt64 { (eight &- each) & ~eight }
    guard let start = bytes.baseAddress else { return }
    while index + 8 <= bytes.count {
      let raw = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
      let eight = UInt64(littleEndian: raw)
      // Below 0x20 the subtraction borrows.
      let special =
        zeros(eight ^ quotes) | zeros(eight ^ backslashes) | (eight &- each * 0x20) | eight
      let marks = special & (each * 0x80)
      index += marks == 0 ? 8 : marks.trailingZeroBitCount / 8
      if marks != 0 { return }
    }
  }

  private static func isUTF8(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let start = index
    index += 1
    guard let byte = current else { throw failure("the text ends inside an escape") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar(from: start)
    default: throw failure("an escape that JSON does not have", at: start)
    }
  }

  /// The scalar of `\uXXXX`, or of the surrogate pair that starts there.
  private mutating func escapedScalar(from start: Int) throws(Failure) -> Unicode.Scalar {
    let high = try fourHexDigits()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard (0xD800..<0xDC00).contains(high), take("\\"), take("u") else {
      throw failure("half of a surrogate pair", at: start)
    }
    let low = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure("half of a surrogate pair", at: start) }
    return scalar
  }

  private mutating func fourHexDigits() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  private func name(of byte: UInt8) -> String {
    (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
  }
}

extension JSONParser {
  /// What stands for the text between two quotes, with escapes that have been found to be right.
  static func unescaped(_ content: ArraySlice<UInt8>) -> String {
    content.withUnsafeBufferPointer { bytes in
      var parser = JSONParser(bytes: bytes, repeatedKeys: .kept)
      var text: [UInt8] = []
      while let byte = parser.current {
        if byte == UInt8(ascii: "\\"), let scalar = try? parser.escape() {
          text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        } else {
          text.append(byte)
          parser.index += 1
        }
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// The text or key that `node` is.
  fileprivate static func text(
    of node: JSONText.Node, in bytes: UnsafeBufferPointer<UInt8>
  ) -> String {
    let content = bytes[Int(node.start) + 1..<Int(node.end) - 1]
    return node.kind == .escapedText
      ? unescaped(Array(content)[...]) : String(decoding: content, as: UTF8.self)
  }
}

/// The keys that an object has had so far, by their bytes: Swift takes two spellings of an accent for one
/// text. Most objects are small, and looking through them beats a set; a large one must not cost the square
/// of its size.
private struct SeenKeys {
  private var few: [UInt64] = []
  private var many: Set<Int> = []

  /// Whether the key at `place` is none of those before it in the object at `object`.
  mutating func insert(
    _ place: Int, of object: Int, in nodes: [JSONText.Node], _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let isNew: Bool
    if few.count < 128 {
      let mark = Self.mark(nodes[place], bytes)
      isNew = !few.contains(mark)
      few.append(mark)
    } else {
      if many.isEmpty {
        var key = object + 1
        while key < place {
          many.insert(Self.hash(nodes[key], bytes))
          key = Int(nodes[key + 1].next)
        }
      }
      isNew = many.insert(Self.hash(nodes[place], bytes)).inserted
    }
    return isNew || !Self.isAmong(place, of: object, nodes, bytes)
  }

  /// A number by which most keys differ: of a text that somebody chose so that they do not, no more than the
  /// first 128 keys of an object have to be compared.
  private static func mark(_ node: JSONText.Node, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    withKey(node, bytes) { key in
      guard key.count >= 8 else {
        return key.reduce(UInt64(key.count)) { $0 << 8 | UInt64($1) }
      }
      let first = key.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      let last = key.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
      return (first &* 0x9E37_79B9_7F4A_7C15) ^ last ^ UInt64(key.count) << 56
    }
  }

  /// A hash that nobody can foresee: whoever names a container's labels must not make them collide.
  private static func hash(_ node: JSONText.Node, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    withKey(node, bytes) { key in
      var hasher = Hasher()
      hasher.combine(bytes: key)
      return hasher.finalize()
    }
  }

  /// What `body` makes of the bytes of the text that a key is.
  private static func withKey<Value>(
    _ node: JSONText.Node, _ bytes: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeRawBufferPointer) -> Value
  ) -> Value {
    if node.kind == .escapedText {
      var key = JSONParser.text(of: node, in: bytes)
      return key.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
    let content = bytes[Int(node.start) + 1..<Int(node.end) - 1]
    return body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: content)))
  }

  private static func isAmong(
    _ place: Int, of object: Int, _ nodes: [JSONText.Node], _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let key = JSONParser.text(of: nodes[place], in: bytes)
    var other = object + 1
    while other < place {
      if JSONParser.text(of: nodes[other], in: bytes).utf8.elementsEqual(key.utf8) { return true }
      other = Int(nodes[other + 1].next)
    }
    return false
  }
}
