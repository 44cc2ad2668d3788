import HardeningModel

/// What a remediation did as JSON.
package enum JSONRemediation {
  package static let schema = "dockward.remediation.v1"

  /// The bytes of the document, ended by a newline.
  package static func bytes(of report: RemediationReport) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", schema)
      document.member("transaction", report.transaction)
      document.member("undoes", report.undoes)
      document.member("dryRun", report.isDryRun)
      document.member("results") {
        $0.list(report.results) { writer, result in
          writer.object { object in
            object.member("id", result.id)
            object.member("slug", result.slug)
            object.member("subject", result.subject)
            object.member("status", result.status.rawValue)
            object.member("before", result.before)
            object.member("after", result.after)
            object.member("diff", result.diff.joined(separator: "\n"))
            object.member("reason", result.reason)
            object.member("disruption", result.disruption.rawValue)
            object.member("steps") { $0.list(result.steps) { $0.string($1) } }
            object.member("undo", undo(of: result, in: report))
          }
        }
      }
    }
    writer.raw("\n")
    return writer.bytes
  }

  /// The command that takes it back; `nil` where there is nothing to take back.
  private static func undo(
    of result: RemediationReport.Result, in report: RemediationReport
  ) -> String? {
    guard let transaction = report.transaction, report.undoes == nil,
      [.fixed, .pendingRestart].contains(result.status)
    else { return nil }
    return "dockward undo \(transaction)"
  }
}
