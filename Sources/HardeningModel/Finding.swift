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

  package init(
    subject: Subject, verdict: Verdict, observed: String = "", expected: String = "",
    source: String = "", reason: String = ""
  ) {
    self.subject = subject
    self.verdict = verdict
    self.observed = observed
    self.expected = expected
    self.source = source
    self.reason = reason
  }
}

extension Finding {
  /// Orders findings for output: by subject, then by what was observed.
  package static func inReportOrder(_ left: Finding, _ right: Finding) -> Bool {
    (left.subject.description, left.observed) < (right.subject.description, right.observed)
  }
}
