/// The checks of definitions files, which are beside those of the catalog. What they say comes from audits, and
/// not from a snapshot.
package enum CustomChecks {
  /// What the name of each begins with: `custom/FILE/ID`.
  package static let prefix = "custom/"

  /// What one of them said.
  package struct Judgement: Codable, Sendable, Equatable {
    package var verdict: Verdict
    package var observed: String
    package var expected: String
    package var reason: String
    /// What a person does where it fails.
    package var advice: String

    package init(
      verdict: Verdict, observed: String, expected: String, reason: String, advice: String
    ) {
      self.verdict = verdict
      self.observed = observed
      self.expected = expected
      self.reason = reason
      self.advice = advice
    }

    /// What is left of it when it could not be asked for again.
    package func unknown(because reason: String) -> Judgement {
      Judgement(verdict: .unknown, observed: "", expected: expected, reason: reason, advice: advice)
    }
  }
}

extension Report.Result {
  /// What a check of a definitions file said. Audits print what changes all the time, so that the verdict alone is
  /// compared.
  package init(entry: Benchmark.Entry, _ judgement: CustomChecks.Judgement) {
    self.init(
      entry: entry, surface: .host, stride: [], remedy: .assist(.none, judgement.advice),
      findings: [
        Finding(
          subject: .host, verdict: judgement.verdict, observed: judgement.observed,
          expected: judgement.expected, source: "audit", reason: judgement.reason,
          compared: .verdict)
      ])
  }
}
