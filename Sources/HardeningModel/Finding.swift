/// What one check says of one subject, and on what evidence.
package struct Finding: Sendable, Equatable {
  package var subject: Subject
  package var verdict: Verdict
  /// What was read, in words; empty when nothing could be read.
  package var observed: String
  /// What the check asks for.
  package var expected: String
  /// Where it was read: `lstat`, `GET /info`, `/proc/PID/status`, …
  package var source: String
  /// Why the verdict is not simply pass or fail; empty where observed and expected say it all.
  package var reason: String
  /// What of it counts when passes are compared.
  package var compared: Compared

  package init(
    subject: Subject, verdict: Verdict, observed: String = "", expected: String = "",
    source: String = "", reason: String = "", compared: Compared = .observed
  ) {
    self.subject = subject
    self.verdict = verdict
    self.observed = observed
    self.expected = expected
    self.source = source
    self.reason = reason
    self.compared = compared
  }
}

extension Sequence<Finding> {
  /// The findings in the order of reports: by subject, then by what was observed.
  package func inReportOrder() -> [Finding] {
    let findings = Array(self)
    func isBefore(_ first: Int, _ second: Int) -> Bool {
      findings[first].subject == findings[second].subject
        ? findings[first].observed < findings[second].observed
        : findings[first].subject < findings[second].subject
    }
    // Most come in order already; and it is places that are sorted, since a finding is large to move.
    if !findings.indices.dropFirst().contains(where: { isBefore($0, $0 - 1) }) { return findings }
    return findings.indices.sorted(by: isBefore).map { findings[$0] }
  }
}
