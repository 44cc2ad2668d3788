/// `text` fit for one line of a terminal or a log: what controls, hides or reorders text becomes
/// U+FFFD, and what goes beyond `limit` Unicode scalars becomes an ellipsis.
func printable(_ text: some StringProtocol, limit: Int) -> String {
  var result = ""
  for (index, scalar) in text.unicodeScalars.enumerated() {
    guard index < limit else { return result + "…" }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      result.unicodeScalars.append("\u{FFFD}")
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
