/// Text from elsewhere, made fit for one line of a terminal or a log.
package enum Printable {
  /// `text` with everything that controls, hides or reorders text written as `\u{1B}`, and what goes
  /// beyond `limit` Unicode scalars as an ellipsis with the number of those left out.
  package static func text(_ text: String, limit: Int = .max) -> String {
    // Nearly all text is plain ASCII, which needs no second look.
    if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      return text
    }
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count > limit { continue }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return count > limit ? "\(result)… (\(count - limit) more)" : result
  }

  /// The same of a part of a text.
  package static func text(_ text: Substring, limit: Int = .max) -> String {
    self.text(String(text), limit: limit)
  }
}
