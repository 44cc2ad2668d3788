/// Reads one JSON text from bytes, by RFC 8259; used through `JSONText`.
struct JSONParser {
  struct Failure: Error {
    var offset: Int
    var reason: String
  }

  private static let depthLimit = 256
  private let bytes: [UInt8]
  private let repeatedKeys: JSONText.RepeatedKeys
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8], repeatedKeys: JSONText.RepeatedKeys = .refused) {
    self.bytes = bytes
    self.repeatedKeys = repeatedKeys
  }

  mutating func document() throws(Failure) -> JSONText.Element {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw failure("a byte-order mark, which JSON does not allow")
    }
    skipSpace()
    let element = try element()
    skipSpace()
    guard index == bytes.count else { throw failure("more text after the end of the value") }
    return element
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

  private mutating func element() throws(Failure) -> JSONText.Element {
    let start = index
    guard let byte = current else { throw failure("the text ends where a value should stand") }
    let content: JSONText.Content
    switch byte {
    case UInt8(ascii: "{"): content = .object(try members())
    case UInt8(ascii: "["): content = .list(try elements())
    case UInt8(ascii: "\""): content = .text(try text())
    case UInt8(ascii: "t"):
      try word("true")
      content = .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      content = .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      content = .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): content = .number(try number())
    default: throw failure("no JSON value begins with \(name(of: byte))")
    }
    return JSONText.Element(offset: start, content: content)
  }

  private mutating func members() throws(Failure) -> [JSONText.Member] {
    try descend()
    defer { depth -= 1 }
    var members: [JSONText.Member] = []
    var keys = SeenKeys()
    index += 1
    skipSpace()
    if take("}") { return members }
    while true {
      skipSpace()
      let start = index
      guard current == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
      let key = try text()
      guard keys.insert(key, among: members) || repeatedKeys == .kept else {
        throw failure("the key '\(key)' stands twice in this object", at: start)
      }
      skipSpace()
      guard take(":") else { throw failure("expected ':' after the key '\(key)'") }
      skipSpace()
      members.append(JSONText.Member(key: key, offset: start, value: try element()))
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw failure("expected ',' or '}'") }
    }
  }

  private mutating func elements() throws(Failure) -> [JSONText.Element] {
    try descend()
    defer { depth -= 1 }
    var elements: [JSONText.Element] = []
    index += 1
    skipSpace()
    if take("]") { return elements }
    while true {
      skipSpace()
      elements.append(try element())
      skipSpace()
      if take("]") { return elements }
      guard take(",") else { throw failure("expected ',' or ']'") }
    }
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

  private mutating func word(_ word: StaticString) throws(Failure) {
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[index...].starts(with: expected) else {
      throw failure("expected true, false or null")
    }
    index += expected.count
  }

  private mutating func number() throws(Failure) -> String {
    let start = index
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
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits() throws(Failure) {
    guard let byte = current, isDigit(byte) else { throw failure("expected a digit") }
    while let byte = current, isDigit(byte) { index += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func text() throws(Failure) -> String {
    let start = index
    index += 1
    // Up to the first escape the text is what stands there; most texts have none, and are ASCII.
    var content: [UInt8] = []
    var runStart = index
    var isASCII = true
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        let run = bytes[runStart..<index]
        index += 1
        if content.isEmpty, isASCII { return String(decoding: run, as: UTF8.self) }
        guard let text = String(validating: content + run, as: UTF8.self) else {
          throw failure("a text that is not UTF-8", at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        content += bytes[runStart..<index]
        content += try escape().utf8
        runStart = index
      case 0..<0x20: throw failure("a control character inside a text")
      default:
        isASCII = isASCII && byte < 0x80
        index += 1
      }
    }
    throw failure("a text without its closing quote", at: start)
  }

  private mutating func escape() throws(Failure) -> String {
    let start = index
    index += 1
    guard let byte = current else { throw failure("the text ends inside an escape") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(Unicode.Scalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return String(try escapedScalar(from: start))
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

/// The keys that an object has had so far, by a hash of their bytes: Swift takes two spellings of an
/// accent for one text. Most objects are small, and looking through them beats a set; a large one must
/// not cost the square of its size.
private struct SeenKeys {
  private var few: [Int] = []
  private var many: Set<Int> = []

  /// Whether `key` is none of those of `members`.
  mutating func insert(_ key: String, among members: [JSONText.Member]) -> Bool {
    var key = key
    let hash = key.withUTF8 { bytes in
      var hasher = Hasher()
      hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
      return hasher.finalize()
    }
    let isNew: Bool
    if few.count < 128 {
      isNew = !few.contains(hash)
      few.append(hash)
    } else {
      if many.isEmpty { many = Set(few) }
      isNew = many.insert(hash).inserted
    }
    return isNew || !members.contains { $0.key.utf8.elementsEqual(key.utf8) }
  }
}
