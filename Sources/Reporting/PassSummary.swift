import HardeningModel

/// A pass that is kept, by its numbers.
package struct PassSummary: Sendable, Equatable {
  package var scan: Report.Scan
  /// The id of the benchmark.
  package var benchmark: String
  /// Why it did not see all of the host; `nil` where it did.
  package var partiality: String?
  /// How many checks have each verdict.
  package var counts: [Verdict: Int]
  /// Whether it found anything else than the one before it.
  package var foundChange: Bool

  package init(
    scan: Report.Scan, benchmark: String, partiality: String?, counts: [Verdict: Int],
    foundChange: Bool
  ) {
    self.scan = scan
    self.benchmark = benchmark
    self.partiality = partiality
    self.counts = counts
    self.foundChange = foundChange
  }

  /// In seconds since 1970.
  package var startedAt: Int { Timestamp.seconds(rfc3339: scan.startedAt) ?? 0 }

  /// In the order in which they are told.
  private static let verdicts: [Verdict] = [
    .pass, .fail, .manual, .notApplicable, .unknown, .waived,
  ]

  /// `38 pass, 29 fail, 12 manual, 30 not applicable, 9 unknown, 0 waived`
  var countsText: String {
    Self.verdicts.map { verdict in
      "\(counts[verdict, default: 0]) \(verdict == .notApplicable ? "not applicable" : verdict.rawValue)"
    }.joined(separator: ", ")
  }

  func write(to writer: inout JSONWriter) {
    writer.member("scan") { $0.object { JSONReport.write(scan, to: &$0) } }
    writer.member("benchmark", benchmark)
    writer.member("partiality", partiality)
    writer.member("foundChange", foundChange)
    writer.member("summary") {
      $0.object { object in
        for verdict in Self.verdicts {
          object.count(of: verdict.rawValue, counts[verdict, default: 0])
        }
      }
    }
  }
}
