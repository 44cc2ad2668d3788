import Foundation
import HardeningModel
import Reporting
import Testing

@Suite("The JSON report")
struct JSONReportTests {
  /// The report as other programs read it.
  struct Document: Decodable, Equatable {
    struct Check: Decodable, Equatable {
      struct Subject: Decodable, Equatable {
        var subject, verdict, observed, expected, source, reason: String
      }

      struct Remediation: Decodable, Equatable { var kind, disruption, advice: String }

      var id, slug, title, section, surface, verdict, reason: String
      var level: Int?
      var scored: Bool?
      var assessment: String?
      var stride: [String]
      var subjects: [Subject]
      var remediation: Remediation
    }

    var schema: String
    var summary: [String: Int]
    var checks: [Check]
  }

  private func document(_ report: Report) async throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(await JSONReport.bytes(of: report)))
  }

  /// The report as a tree of dictionaries.
  private func tree(_ report: Report) async throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(await JSONReport.bytes(of: report)))
    return try #require(value as? [String: Any])
  }

  @Test("is as it was")
  func golden() async throws {
    try expectGolden(
      String(decoding: await JSONReport.bytes(of: .sample()), as: UTF8.self), "report.json")
  }

  @Test("is as it was where no Engine could be reached")
  func goldenWithoutEngine() async throws {
    let report = Report.sample(engine: .unreadable("cannot reach \"it\""))
    let text = String(decoding: await JSONReport.bytes(of: report), as: UTF8.self)
    try expectGolden(text, "report-unreachable.json")
  }

  static let keys: [String: Set<String>] = [
    "": ["schema", "scan", "engine", "benchmark", "summary", "checks"],
    "scan": ["id", "startedAt", "durationMilliseconds", "host", "machineId", "version"],
    "engine": ["reachable", "endpoint", "version", "apiVersion", "dataRoot"],
    "benchmark": ["id", "title", "version"],
    "summary": ["pass", "fail", "manual", "notApplicable", "unknown", "waived"],
    "check": [
      "id", "slug", "title", "section", "level", "scored", "assessment", "surface", "stride",
      "verdict", "reason", "waiver", "subjects", "remediation",
    ],
    "subject": ["subject", "verdict", "observed", "expected", "source", "reason"],
    "remediation": ["kind", "disruption", "advice"],
  ]

  /// Others rely on them: more may be added, none may be missing, not even where there is no value.
  @Test(
    "has every key, whatever was found",
    arguments: [.found(.sample), .absent, .unreadable("why")] as [Reading<EngineFacts>])
  func keys(_ engine: Reading<EngineFacts>) async throws {
    let root = try await tree(.sample(engine: engine))
    func missing(_ name: String, _ value: Any?) throws -> Set<String> {
      let object = try #require(value as? [String: Any], "\(name)")
      return try #require(Self.keys[name]).subtracting(object.keys)
    }
    #expect(try missing("", root) == [])
    for name in ["scan", "engine", "benchmark", "summary"] {
      #expect(try missing(name, root[name]) == [])
    }
    let checks = try #require(root["checks"] as? [[String: Any]])
    #expect(checks.count == 5)
    for check in checks {
      let subjects = try #require(check["subjects"] as? [Any])
      var lacking = try missing("check", check)
      lacking.formUnion(try missing("remediation", check["remediation"]))
      for subject in subjects { lacking.formUnion(try missing("subject", subject)) }
      #expect(lacking == [])
      #expect(!subjects.isEmpty)
    }
  }

  @Test("says how a check is marked by its benchmark")
  func marking() async throws {
    let checks = try await document(.sample()).checks
    #expect(checks.map(\.scored) == [true, false, nil, nil, nil])
    #expect(checks.map(\.assessment) == [nil, nil, "automated", "manual", "automated"])
    #expect(checks.map(\.level) == [1, 2, nil, 1, 1])
    #expect(checks.map(\.section) == ["3", "3", "5", "5", "5"])
    #expect(checks.map(\.surface) == ["host", "registry", "client", "host", "host"])
    #expect(
      checks.map(\.stride) == [["T", "E"], ["S"], ["S", "T", "R", "I", "D", "E"], ["D"], ["R"]])
  }

  @Test("gives each check the worst verdict of its subjects, and counts them")
  func verdicts() async throws {
    let document = try await document(.sample())
    #expect(document.schema == "dockward.report.v1")
    #expect(
      document.checks.map(\.verdict) == ["fail", "notApplicable", "unknown", "manual", "pass"])
    #expect(document.checks[0].subjects.map(\.subject) == ["file:/etc/a", "file:/etc/b"])
    #expect(
      document.summary == [
        "pass": 1, "fail": 1, "manual": 1, "notApplicable": 1, "unknown": 1, "waived": 0,
      ])
  }

  @Test(
    "has what was read as it was read",
    arguments: [Report.hostile, String(repeating: "é", count: 10_000)])
  func whole(_ text: String) async throws {
    let check = try await document(.sample(text: text)).checks[3]
    let subject = try #require(check.subjects.first)
    for (actual, expected) in [
      (check.title, "Ensure that \(text) is b"), (subject.subject, "container:\(text)"),
      (subject.observed, text), (subject.reason, "a person must judge \(text)"),
    ] {
      #expect(actual.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }
    let scan = try #require(try await tree(.sample(text: text))["scan"] as? [String: Any])
    #expect(scan["host"] as? String == "host-" + text)
  }

  @Test("is UTF-8 of which a terminal obeys nothing but newlines")
  func bytes() async throws {
    let bytes = await JSONReport.bytes(of: .sample(text: Report.hostile))
    let text = try #require(String(validating: bytes, as: UTF8.self))
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control)
    }
    #expect(text.hasSuffix("}\n"))
  }

  @Test("is the same for the same report")
  func deterministic() async {
    #expect(await JSONReport.bytes(of: .sample()) == JSONReport.bytes(of: .sample()))
  }
}
