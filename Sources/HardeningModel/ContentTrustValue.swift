/// How Docker's client reads `DOCKER_CONTENT_TRUST`.
package enum ContentTrustValue {
  /// Empty is off, and so is what Go takes for false; all else is on.
  package static func isOff(_ value: String) -> Bool {
    ["", "0", "f", "F", "false", "False", "FALSE"].contains(value)
  }
}
