import Drift
import HardeningModel
import Reporting

/// What `systemctl status` shows of the service.
struct StatusLine {
  var report: Report
  /// The last thing that people were told, and when, seconds since 1970.
  var lastDrift: (event: DriftEvent, time: Int)?
  /// Why the store cannot be used; `nil` where it can.
  var storeFailure: String?

  func text(_ names: DriftText) -> String {
    let judged = report.results.count
    var parts = ["\(report.count(.fail)) of \(counted(judged, "check")) FAIL"]
    let unknown = report.count(.unknown)
    if unknown > 0 { parts.append("\(unknown) unknown") }
    let waived = report.count(.waived)
    if waived > 0 { parts.append("\(waived) waived") }
    var text = parts.joined(separator: ", ")
    if let reason = report.engine.reason { text += "; \(reason)" }
    if let lastDrift {
      text += "; last drift \(Timestamp.rfc3339(seconds: lastDrift.time)): "
      text += names.line(of: lastDrift.event)
    } else {
      text += "; no drift"
    }
    if let storeFailure { text += "; \(storeFailure)" }
    return text
  }
}
