import Foundation

/// What the tests read of a `dockward.report.v1` document.
struct AuditReport: Decodable {
  struct Check: Decodable {
    var id: String
    var slug: String
    var section: String
    var verdict: String
    var reason: String
    var subjects: [Subject]
  }

  struct Subject: Decodable {
    var subject: String
    var verdict: String
    var observed: String
    var reason: String
  }

  struct Engine: Decodable {
    var reachable: Bool
    var endpoint: String?
    var version: String?
    var dataRoot: String?
  }

  var engine: Engine
  var checks: [Check]

  init(json: Data) throws {
    self = try JSONDecoder().decode(AuditReport.self, from: json)
  }

  func check(_ slug: String) throws -> Check {
    guard let check = checks.first(where: { $0.slug == slug }) else {
      throw Failure("the report has no check \(slug)")
    }
    return check
  }

  /// The verdict that the check `slug` gives to `subject`; `nil` where it says nothing of it.
  func verdict(_ slug: String, _ subject: String) throws -> String? {
    try check(slug).subjects.first { $0.subject == subject }?.verdict
  }

  /// Every verdict on one container, by check.
  func verdicts(onContainer name: String) -> [String: String] {
    var verdicts: [String: String] = [:]
    for check in checks {
      for subject in check.subjects where subject.subject == "container:\(name)" {
        verdicts[check.slug] = subject.verdict
      }
    }
    return verdicts
  }
}
