/// Where and how bytes stop being JSON.
///
/// FoundationEssentials' decoder says no more than "not valid JSON"; this says the rest, and runs
/// only after that.
enum JSONFault: Error, Equatable, CustomStringConvertible {
  case endsEarly
  case unexpected(offset: Int)
  case nestedTooDeeply(offset: Int)

  /// The depth at which FoundationEssentials' decoder gives up.
  static let deepestNesting = 512

  var description: String {
    switch self {
    case .endsEarly: "not JSON: it ends too early"
    case .unexpected(let offset): "not JSON at byte \(offset)"
    case .nestedTooDeeply(let offset): "nested too deeply at byte \(offset)"
    }
  }

  /// The first fault in `bytes` by RFC 8259, nil when there is none. Whether text is UTF-8 and a
  /// number well-formed is not looked at.
  static func first(in bytes: [UInt8]) -> JSONFault? {
    var scanner = JSONScanner(bytes: bytes)
    do {
      try scanner.scan()
      return nil
    } catch {
      return error
    }
  }
}

private struct JSONScanner {
  private enum Expected {
    case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, nothing
  }

  let bytes: [UInt8]
  private var position = 0
  private var expected = Expected.value
  /// The closing brackets of what is open.
  private var closers: [UInt8] = []

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func scan() throws(JSONFault) {
    while let byte = nextVisible() {
      switch (expected, byte) {
      case (.value, UInt8(ascii: "{")), (.valueOrEnd, UInt8(ascii: "{")):
        try open(closer: UInt8(ascii: "}"), expecting: .keyOrEnd)
      case (.value, UInt8(ascii: "[")), (.valueOrEnd, UInt8(ascii: "[")):
        try open(closer: UInt8(ascii: "]"), expecting: .valueOrEnd)
      case (.valueOrEnd, closers.last), (.keyOrEnd, closers.last), (.commaOrEnd, closers.last):
        closers.removeLast()
        position += 1
        endValue()
      case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
        try skipString()
        expected = .colon
      case (.colon, UInt8(ascii: ":")):
        position += 1
        expected = .value
      case (.commaOrEnd, UInt8(ascii: ",")):
        position += 1
        expected = closers.last == UInt8(ascii: "}") ? .key : .value
      case (.value, _), (.valueOrEnd, _):
        try skipScalar(byte)
        endValue()
      default:
        throw .unexpected(offset: position)
      }
    }
    guard expected == .nothing else { throw .endsEarly }
  }

  /// The next byte that is not white space, which is not consumed.
  private mutating func nextVisible() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case let byte: return byte
      }
    }
    return nil
  }

  private mutating func open(closer: UInt8, expecting next: Expected) throws(JSONFault) {
    guard closers.count < JSONFault.deepestNesting else {
      throw .nestedTooDeeply(offset: position)
    }
    closers.append(closer)
    position += 1
    expected = next
  }

  private mutating func endValue() {
    expected = closers.isEmpty ? .nothing : .commaOrEnd
  }

  private mutating func skipString() throws(JSONFault) {
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): try skipEscape()
      case ..<0x20: throw .unexpected(offset: position)
      default: position += 1
      }
    }
    throw .endsEarly
  }

  private mutating func skipEscape() throws(JSONFault) {
    position += 1
    guard position < bytes.count else { throw .endsEarly }
    guard #""\/bfnrtu"#.utf8.contains(bytes[position]) else { throw .unexpected(offset: position) }
    let digits = bytes[position] == UInt8(ascii: "u") ? 4 : 0
    position += 1
    for _ in 0..<digits {
      guard position < bytes.count else { throw .endsEarly }
      guard Character(Unicode.Scalar(bytes[position])).isHexDigit else {
        throw .unexpected(offset: position)
      }
      position += 1
    }
  }

  private mutating func skipScalar(_ first: UInt8) throws(JSONFault) {
    switch first {
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "t"): try skip("true")
    case UInt8(ascii: "f"): try skip("false")
    case UInt8(ascii: "n"): try skip("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) {
        position += 1
      }
    default: throw .unexpected(offset: position)
    }
  }

  private mutating func skip(_ word: String) throws(JSONFault) {
    for letter in word.utf8 {
      guard position < bytes.count else { throw .endsEarly }
      guard bytes[position] == letter else { throw .unexpected(offset: position) }
      position += 1
    }
  }
}
