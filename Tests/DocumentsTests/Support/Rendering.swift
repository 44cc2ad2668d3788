@testable import Documents

extension JSONText.Element {
  /// Everything that was read, in one line: keys in their order, numbers as they were written.
  var rendered: String {
    switch content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .text(let text): quoted(text)
    case .list(let elements): "[" + elements.map(\.rendered).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { quoted($0.key) + ":" + $0.value.rendered }.joined(separator: ",") + "}"
    }
  }
}

/// The text between quotes, every scalar beyond printable ASCII as `<HEX>`, so that two texts that
/// look alike are told apart.
func quoted(_ text: String) -> String {
  let scalars = text.unicodeScalars.map { scalar in
    (0x20..<0x7F).contains(scalar.value)
      ? String(scalar) : "<\(String(scalar.value, radix: 16, uppercase: true))>"
  }
  return "'" + scalars.joined() + "'"
}
