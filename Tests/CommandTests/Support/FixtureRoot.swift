import TestSupport

extension FixtureRoot {
  /// What `body` returns, given an empty root that is there only as long as it runs.
  static func with<Outcome>(_ body: (FixtureRoot) throws -> Outcome) throws -> Outcome {
    try TemporaryDirectory.with { try body(FixtureRoot(path: $0)) }
  }
}
