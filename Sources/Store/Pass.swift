import Drift
import FoundationEssentials
import HardeningModel

/// How many checks have each verdict.
package struct VerdictCounts: Sendable, Hashable, Codable {
  package var pass: Int
  package var fail: Int
  package var manual: Int
  package var notApplicable: Int
  package var unknown: Int
  /// Failures that somebody accepted; they count nowhere else.
  package var waived: Int

  package init(
    pass: Int = 0, fail: Int = 0, manual: Int = 0, notApplicable: Int = 0, unknown: Int = 0,
    waived: Int = 0
  ) {
    self.pass = pass
    self.fail = fail
    self.manual = manual
    self.notApplicable = notApplicable
    self.unknown = unknown
    self.waived = waived
  }
}

/// One pass over a host, as it is given to the store.
package struct Pass: Sendable, Equatable {
  package var scan: Report.Scan
  package var counts: VerdictCounts
  package var posture: Posture

  package init(scan: Report.Scan, counts: VerdictCounts, posture: Posture) {
    self.scan = scan
    self.counts = counts
    self.posture = posture
  }
}

/// A pass that the store has; its posture is read apart, by `Store.posture(of:)`.
package struct RecordedPass: Sendable, Equatable {
  /// Grows with each pass that is recorded.
  package var number: Int64
  package var scan: Report.Scan
  package var startedAt: Date
  package var benchmark: String
  /// Why it did not see all of the host; `nil` where it did.
  package var partiality: String?
  package var counts: VerdictCounts
  /// Whether it found another posture than the one before it of its kind.
  package var foundChange: Bool

  var place: PostureLine.Place
}

/// A drift event that the store has.
package struct RecordedEvent: Sendable, Equatable {
  package var number: Int64
  package var time: Date
  /// The scan id of the pass that found it.
  package var scan: String
  /// Without its parts: the postures have them.
  package var event: DriftEvent
  /// Whether people were told of it, and it was not kept from them as flapping.
  package var isTold: Bool
}

extension Date {
  /// Since 1970: what the store keeps of a time.
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

  init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }

  /// `2026-01-02T03:04:05Z`, as reports write it.
  package var rfc3339: String { formatted(.iso8601) }

  /// The time that an RFC 3339 text names; `nil` for any other text.
  package init?(rfc3339 text: String) {
    if let date = try? Date(text, strategy: .iso8601) {
      self = date
    } else if let date = try? Date(
      text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    {
      self = date
    } else {
      return nil
    }
  }
}
