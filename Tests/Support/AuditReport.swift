import Foundation

/// What the tests read of a `dockward.report.v1` document.
package struct AuditReport: Decodable {
  package struct Check: Decodable {
    package var id: String
    package var slug: String
    package var section: String
    package var verdict: String
    package var reason: String
    package var subjects: [Subject]
  }

  package struct Subject: Decodable, Equatable {
    package var subject: String
    package var verdict: String
    package var observed: String
    package var reason: String
  }

  package struct Engine: Decodable {
    package var reachable: Bool
    package var endpoint: String?
    package var version: String?
    package var dataRoot: String?
  }

  package var engine: Engine
  package var checks: [Check]

  package init(json: Data) throws {
    self = try JSONDecoder().decode(AuditReport.self, from: json)
  }

  package func check(_ slug: String) throws -> Check {
    guard let check = checks.first(where: { $0.slug == slug }) else {
      throw Failure("the report has no check \(slug)")
    }
    return check
  }

  /// The verdict that the check `slug` gives to `subject`; `nil` where it says nothing of it.
  package func verdict(_ slug: String, _ subject: String) throws -> String? {
    try check(slug).subjects.first { $0.subject == subject }?.verdict
  }

  /// Every verdict on one container, by check.
  package func verdicts(onContainer name: String) -> [String: String] {
    var verdicts: [String: String] = [:]
    for check in checks {
      for subject in check.subjects where subject.subject == "container:\(name)" {
        verdicts[check.slug] = subject.verdict
      }
    }
    return verdicts
  }
}
