import FoundationEssentials
import HardeningModel

/// A report as JSON, schema `dockward.report.v1`.
package enum JSONReport {
  package static let schema = "dockward.report.v1"

  /// The bytes of the document, keys sorted, ended by a newline.
  package static func bytes(of report: Report) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(Document(report))) + [UInt8(ascii: "\n")]
  }

  private struct Document: Encodable {
    let schema = JSONReport.schema
    let scan: Scan
    let engine: Engine
    let benchmark: BenchmarkName
    let summary: Summary
    let checks: [Check]

    init(_ report: Report) {
      scan = Scan(
        id: report.scan.id, startedAt: report.scan.startedAt,
        durationMilliseconds: report.scan.durationMilliseconds, host: report.scan.host,
        machineId: report.scan.machineID, version: report.scan.version)
      engine = Engine(
        reachable: report.engine.reachable, endpoint: Nullable(report.engine.endpoint),
        version: Nullable(report.engine.version), apiVersion: Nullable(report.engine.apiVersion),
        dataRoot: Nullable(report.engine.dataRoot), reason: Nullable(report.engine.reason))
      benchmark = BenchmarkName(
        id: report.benchmark.id, title: report.benchmark.title, version: report.benchmark.version)
      summary = Summary(
        pass: report.count(.pass), fail: report.count(.fail), manual: report.count(.manual),
        notApplicable: report.count(.notApplicable), unknown: report.count(.unknown), waived: 0)
      checks = report.sections.flatMap { section in
        section.results.map { Check($0, section: section.id) }
      }
    }
  }

  private struct Scan: Encodable {
    let id: String
    let startedAt: String
    let durationMilliseconds: Int
    let host: String
    let machineId: String
    let version: String
  }

  private struct Engine: Encodable {
    let reachable: Bool
    let endpoint: Nullable<String>
    let version: Nullable<String>
    let apiVersion: Nullable<String>
    let dataRoot: Nullable<String>
    let reason: Nullable<String>
  }

  private struct BenchmarkName: Encodable {
    let id: String
    let title: String
    let version: String
  }

  private struct Summary: Encodable {
    let pass: Int
    let fail: Int
    let manual: Int
    let notApplicable: Int
    let unknown: Int
    let waived: Int
  }

  private struct Check: Encodable {
    let id: String
    let slug: String
    let title: String
    let section: String
    let level: Nullable<Int>
    let scored: Nullable<Bool>
    let assessment: Nullable<String>
    let surface: Surface
    let stride: [Stride]
    let verdict: Verdict
    let reason: String
    let waiver = Nullable<String>(nil)
    let subjects: [Subject]
    let remediation: Remedy

    init(_ result: Report.Result, section: String) {
      id = result.entry.id
      slug = result.entry.slug
      title = result.entry.title
      self.section = section
      level = Nullable(result.entry.level)
      switch result.entry.marking {
      case .scored: (scored, assessment) = (Nullable(true), Nullable(nil))
      case .notScored: (scored, assessment) = (Nullable(false), Nullable(nil))
      case .automated: (scored, assessment) = (Nullable(nil), Nullable("automated"))
      case .manual: (scored, assessment) = (Nullable(nil), Nullable("manual"))
      }
      surface = result.surface
      stride = result.stride
      verdict = result.verdict
      reason = result.reason
      subjects = result.findings.map(Subject.init)
      remediation = result.remedy
    }
  }

  private struct Subject: Encodable {
    let subject: String
    let verdict: Verdict
    let observed: String
    let expected: String
    let source: String
    let reason: String

    init(_ finding: Finding) {
      subject = finding.subject.description
      verdict = finding.verdict
      observed = finding.observed
      expected = finding.expected
      source = finding.source
      reason = finding.reason
    }
  }

  /// An optional that is written as `null`, so that every key is always there.
  private struct Nullable<Value: Encodable>: Encodable {
    let value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let value { try container.encode(value) } else { try container.encodeNil() }
    }
  }
}
