import HardeningModel

/// A report as JSON, schema `dockward.report.v1`. Every key is always there.
package enum JSONReport {
  package static let schema = "dockward.report.v1"

  /// The bytes of the document, ended by a newline.
  package static func bytes(of report: Report) async -> [UInt8] {
    let checks = report.sections.flatMap { section in section.results.map { (section.id, $0) } }
    // The checks are nearly all of the text, and each is written by itself.
    let items = await checks.concurrentMap { section, result in
      JSONWriter.item(depth: 2, expecting: 2048 + 320 * result.findings.count) {
        $0.object { write(result, section: section, to: &$0) }
      }
    }
    // With what stands between the items, and before them.
    var writer = JSONWriter(expecting: items.reduce(4096) { $0 + $1.count + 8 })
    writer.object { document in
      document.member("schema", schema)
      document.member("scan") { $0.object { write(report.scan, to: &$0) } }
      document.member("engine") { $0.object { write(report.engine, to: &$0) } }
      document.member("benchmark") { $0.object { $0.identity(of: report.benchmark) } }
      document.member("summary") {
        $0.object {
          for verdict in [Verdict.pass, .fail, .manual, .notApplicable, .unknown, .waived] {
            $0.count(of: verdict.rawValue, report.count(verdict))
          }
        }
      }
      document.member("checks") { $0.list(items) { writer, item in writer.raw(item) } }
    }
    writer.raw("\n")
    return writer.bytes
  }

  static func write(_ scan: Report.Scan, to writer: inout JSONWriter) {
    writer.member("id", scan.id)
    writer.member("startedAt", scan.startedAt)
    writer.member("durationMilliseconds", scan.durationMilliseconds)
    writer.member("host", scan.host)
    writer.member("machineId", scan.machineID)
    writer.member("version", scan.version)
  }

  private static func write(_ engine: Report.Engine, to writer: inout JSONWriter) {
    writer.member("reachable", engine.reachable)
    writer.member("endpoint", engine.endpoint)
    writer.member("version", engine.version)
    writer.member("apiVersion", engine.apiVersion)
    writer.member("dataRoot", engine.dataRoot)
    writer.member("reason", engine.reason)
  }

  private static func write(
    _ result: Report.Result, section: String, to writer: inout JSONWriter
  ) {
    writer.place(result.entry, section: section)
    writer.nature(surface: result.surface, stride: result.stride)
    writer.member("verdict", result.verdict.rawValue)
    writer.member("reason", result.reason)
    writer.waiver(result.waiver)
    writer.member("subjects") {
      $0.list(result.findings) { writer, finding in
        let waiver = finding.verdict == .waived ? result.waivers[finding.subject] : nil
        writer.object { write(finding, waivedBy: waiver, to: &$0) }
      }
    }
    writer.remediation(result.remedy)
  }

  private static func write(
    _ finding: Finding, waivedBy waiver: Waiver?, to writer: inout JSONWriter
  ) {
    writer.member("subject", finding.subject.description)
    writer.member("verdict", finding.verdict.rawValue)
    writer.member("observed", finding.observed)
    writer.member("expected", finding.expected)
    writer.member("source", finding.source)
    writer.member("reason", finding.reason)
    writer.waiver(waiver)
  }
}
