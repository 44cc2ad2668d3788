/// Bytes as two hexadecimal digits each.
enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// `nil` for a text that is none.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.map { UnicodeScalar($0).properties.isASCIIHexDigit ? $0 : nil }
    guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
    let values = digits.compactMap { $0.flatMap { Character(UnicodeScalar($0)).hexDigitValue } }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}
