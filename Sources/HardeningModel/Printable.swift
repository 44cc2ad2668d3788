/// Text from elsewhere, made fit for one line of a terminal or a log.
package enum Printable {
  /// `text` with everything that controls, hides or reorders text written as `\u{1B}`, and what goes
  /// beyond `limit` Unicode scalars as an ellipsis with the number of those left out.
  package static func text(_ text: some StringProtocol, limit: Int = .max) -> String {
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
}
