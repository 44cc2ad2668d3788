/// A JSON value with one spelling: keys in the order of their bytes, every character beyond printable
/// ASCII escaped. So it can be signed, and neither a version of Unicode nor a terminal matters to it.
enum CanonicalJSON {
  case null
  case number(Int)
  case text(String)
  case list([CanonicalJSON])
  case object([String: CanonicalJSON])

  static func text(_ text: String?) -> CanonicalJSON { text.map { .text($0) } ?? .null }
  static func number(_ number: (some BinaryInteger)?) -> CanonicalJSON {
    number.map { .number(Int($0)) } ?? .null
  }

  /// On one line, without a space.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  /// For people and version control: each member of the outermost object on its own line, and each item
  /// of a list there; one line feed at the end.
  var lines: [UInt8] {
    guard case .object(let members) = self else { return bytes + [UInt8(ascii: "\n")] }
    var lines: [UInt8] = []
    for (index, key) in Self.sorted(members).enumerated() {
      lines += (index == 0 ? "{\n  " : ",\n  ").utf8
      Self.write(key, to: &lines)
      lines += ": ".utf8
      if case .list(let items)? = members[key], !items.isEmpty {
        for (index, item) in items.enumerated() {
          lines += (index == 0 ? "[\n    " : ",\n    ").utf8
          item.write(to: &lines)
        }
        lines += "\n  ]".utf8
      } else {
        members[key]?.write(to: &lines)
      }
    }
    return lines + "\n}\n".utf8
  }

  private static func sorted(_ members: [String: CanonicalJSON]) -> [String] {
    members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .number(let number): bytes += String(number).utf8
    case .text(let text): Self.write(text, to: &bytes)
    case .list(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        item.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, key) in Self.sorted(members).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        members[key]?.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for unit in text.utf16 {
      switch unit {
      case 0x22, 0x5C: bytes += [UInt8(ascii: "\\"), UInt8(unit)]
      case 0x20..<0x7F: bytes.append(UInt8(unit))
      default:
        bytes += "\\u".utf8
        for shift in [12, 8, 4, 0] { bytes.append(hexadecimal[Int(unit >> shift & 0xF)]) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)
}
