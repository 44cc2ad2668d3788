import HardeningModel

/// A baseline, by who accepted it, when and why.
package struct BaselineSummary: Sendable, Equatable {
  package var generation: Int
  /// Seconds since 1970.
  package var acceptedAt: Int
  package var by: String
  package var reason: String
  /// The id of the benchmark.
  package var benchmark: String
  /// The digest of the file that it was imported from; `nil` where it was accepted from a pass.
  package var importedFrom: String?
  /// The pass whose posture it is.
  package var scan: Report.Scan

  package init(
    generation: Int, acceptedAt: Int, by: String, reason: String, benchmark: String,
    importedFrom: String?, scan: Report.Scan
  ) {
    self.generation = generation
    self.acceptedAt = acceptedAt
    self.by = by
    self.reason = reason
    self.benchmark = benchmark
    self.importedFrom = importedFrom
    self.scan = scan
  }

  /// `accepted by root: why`; with `time`, when, after the verb.
  func acceptance(_ time: String = "", printed: (String) -> String) -> String {
    let verb = importedFrom == nil ? "accepted" : "imported"
    let why = reason.isEmpty ? "" : ": \(printed(reason))"
    return "\(generation), \(verb) \(time)by \(printed(by))\(why)"
  }

  func write(to writer: inout JSONWriter) {
    writer.member("generation", generation)
    writer.member("acceptedAt", Timestamp.rfc3339(seconds: acceptedAt))
    writer.member("by", by)
    writer.member("reason", reason)
    writer.member("benchmark", benchmark)
    writer.member("importedFrom", importedFrom)
    writer.member("scan") { $0.object { JSONReport.write(scan, to: &$0) } }
  }
}
