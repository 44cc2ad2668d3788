import HardeningModel
import Reporting

/// The report as text, as docker-bench prints it.
package struct BenchText: Sendable {
  package var isColoured = false
  package var includesResults = true
  package var includesRemediations = true
  package var includesSummary = true
  /// Whether what the audits of failed checks printed is printed too.
  package var includesTestOutput = false

  package init() {}

  /// Ended by a newline.
  package func text(of report: BenchReport) -> String {
    var parts: [[String]] = []
    if includesResults {
      let isNamed = !report.id.isEmpty || !report.title.isEmpty
      parts.append(
        (isNamed ? [line(.info, report.id, report.title)] : []) + report.groups.flatMap(lines))
    }
    let open = report.groups.flatMap(\.results).filter {
      ($0.status == .fail || $0.status == .warn) && !$0.remediation.isEmpty
    }
    if includesRemediations, !open.isEmpty {
      parts.append(["== Remediations =="] + open.map(remediation))
    }
    if includesSummary {
      parts.append(
        ["== Summary =="]
          + BenchReport.Status.allCases.map { "\(report.count($0)) checks \($0.rawValue)" })
    }
    return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private func lines(of group: BenchReport.Group) -> [String] {
    [line(.info, group.id, group.title)]
      + group.results.flatMap { result in
        [line(result.status, result.id, result.title)] + detail(of: result).map { "\t \($0)" }
      }
  }

  private func line(_ status: BenchReport.Status, _ id: String, _ title: String) -> String {
    [Label(status.rawValue, isColoured: isColoured).text, id, title].map { text in
      // The label has its colour, all else is somebody else's.
      text.hasPrefix("[") && text.hasSuffix("]") ? text : Printable.text(text)
    }.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func detail(of result: BenchReport.Result) -> [String] {
    if result.isUnknown { return [Printable.text(result.reason, limit: Self.lineLimit)] }
    guard includesTestOutput, result.status == .fail, !result.actual.isEmpty else { return [] }
    return result.actual.split(separator: "\n", omittingEmptySubsequences: false).map {
      Printable.text($0, limit: Self.lineLimit)
    }
  }

  /// The most of a line of output that is printed; the JSON has it whole.
  private static let lineLimit = 1000

  /// Its lines stay lines.
  private func remediation(of result: BenchReport.Result) -> String {
    ([Printable.text(result.id)]
      + result.remediation.split(separator: "\n", omittingEmptySubsequences: false).map {
        Printable.text($0)
      }.enumerated().map { $0 == 0 ? " " + $1 : "\n" + $1 }).joined()
  }
}

/// The report as JSON, with the names that docker-bench has.
package enum BenchJSON {
  /// The bytes of the document, ended by a newline.
  package static func bytes(of report: BenchReport) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("id", report.id)
      document.member("text", report.title)
      document.member("tests") { $0.list(report.groups, write) }
      for status in BenchReport.Status.allCases {
        document.count(of: "total_\(status.rawValue.lowercased())", report.count(status))
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  private static func write(_ writer: inout JSONWriter, _ group: BenchReport.Group) {
    writer.object { writer in
      writer.member("section", group.id)
      writer.member("desc", group.title)
      writer.member("type", group.type)
      writer.member("results") { $0.list(group.results, write) }
      for status in BenchReport.Status.allCases {
        writer.count(of: status.rawValue.lowercased(), group.count(status))
      }
    }
  }

  private static func write(_ writer: inout JSONWriter, _ result: BenchReport.Result) {
    writer.object { writer in
      writer.member("test_number", result.id)
      writer.member("test_desc", result.title)
      writer.member("audit", result.audit)
      writer.member("type", result.type)
      writer.member("test_info") { $0.list([result.remediation]) { $0.string($1) } }
      writer.member("status", result.status.rawValue)
      writer.member("actual_value", result.actual)
      writer.member("expected_result", result.expected)
      writer.member("scored", result.isScored)
      writer.member("reason", result.reason)
    }
  }
}
