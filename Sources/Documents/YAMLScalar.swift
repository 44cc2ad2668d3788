/// Texts as YAML writes them.
package enum YAMLScalar {
  /// `text` as a scalar that every YAML parser reads back as it is, on one line: bare where it is a
  /// plain word, else in double quotes with everything escaped that could end it, break the line, or
  /// hide or reorder what a person sees of the file. Yams, though, drops a byte-order mark (U+FEFF)
  /// with which a text begins.
  package static func text(_ text: String) -> String {
    if isBare(text) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case " ": result += " "
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate,
          .privateUse, .unassigned:
          result += escape(scalar)
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// YAML 1.2.2, 5.7: `\x`, `\u` and `\U` with 2, 4 and 8 digits.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let (letter, width) =
      switch scalar.value {
      case ..<0x100: ("x", 2)
      case ..<0x1_0000: ("u", 4)
      default: ("U", 8)
      }
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }

  /// Whether it begins with a letter or a digit, has nothing in it that YAML takes for its own, and is
  /// none of the words that stand for something else.
  private static func isBare(_ text: String) -> Bool {
    let others = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.last != UInt8(ascii: ":"),
      !others.contains(text.lowercased())
    else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "-_./:".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
