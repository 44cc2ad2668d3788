import Catalog
import Drift
import FoundationEssentials
import HardeningModel
import Remediation
import Store

/// What the store makes of a pass over this host: it is recorded, and compared with what is known.
package struct PassRecord: Sendable {
  /// What people have not been told yet.
  package var news: [DriftEvent] = []
  /// The waivers of which people have not been told yet that they expired.
  package var expired: [String] = []
  package var baseline = BaselineReading.absent
  /// Whether people have not been told yet that the baseline cannot be believed.
  package var isTamperingNew = false
  /// All that differs from the baseline, told or not.
  package var differences: [DriftEvent] = []

  /// The file of the store.
  package var path: String
  package var benchmark: String

  /// Records `pass` in `store`.
  package init(
    of pass: HostPass, in store: Store, _ configuration: Configuration
  ) throws(StoreError) {
    self.init(of: pass, in: store)
    try record(pass, pass.posture, in: store, configuration.flapping)
    try store.settleAwaitingRestart(at: Date.now, isInEffect: pass.judged.results.isMended)
    try store.pruneDaily(keepDays: configuration.historyKeepDays, now: Date.now)
  }

  /// Records `pass`, whose posture has just been accepted.
  package init(
    ofAccepted pass: HostPass, _ posture: Posture, in store: Store, _ limits: FlappingLimits
  ) throws(StoreError) {
    self.init(of: pass, in: store)
    try record(pass, posture, in: store, limits)
  }

  private init(of pass: HostPass, in store: Store) {
    path = store.path
    benchmark = pass.terms.benchmark.id
  }

  private mutating func record(
    _ pass: HostPass, _ posture: Posture, in store: Store, _ limits: FlappingLimits
  ) throws(StoreError) {
    let startedAt = Date(rfc3339: pass.report.scan.startedAt) ?? Date.now
    var (news, expired, baseline) = ([DriftEvent](), [String](), BaselineReading.absent)
    var isTamperingNew = false
    let stored = Pass(
      scan: pass.report.scan, counts: VerdictCounts(pass.report), posture: posture)
    _ = try store.record(stored) { past in
      baseline = try past.baseline()
      isTamperingNew = try !past.untold(
        .tampering, of: [baseline.tampering].compactMap(\.self), at: startedAt
      ).isEmpty
      let found = Drift.news(
        baseline: baseline.posture, told: try past.told(), current: posture)
      var flapping = try past.flapping()
      let outcome = flapping.take(
        found.events, at: Int(startedAt.timeIntervalSince1970), limits: limits)
      news = outcome.told
      if let waivers = pass.waivers {
        expired = try past.untold(.waiverExpired, of: waivers.expired, at: startedAt)
      }
      return Store.Consequences(
        events: outcome.told, quiet: outcome.quiet, told: found.told, flapping: flapping)
    }
    (self.news, self.expired, self.baseline) = (news, expired, baseline)
    self.isTamperingNew = isTamperingNew
    differences = baseline.posture.map { Drift.diff(from: $0, to: posture) } ?? []
  }

  /// Whether the host is worse than it was accepted, or other.
  package var isWorse: Bool { differences.contains(where: \.isWorse) }
}

extension BaselineReading {
  fileprivate var posture: Posture? {
    if case .found(let baseline) = self { baseline.posture } else { nil }
  }

  fileprivate var tampering: String? {
    if case .tampered(let why) = self { why } else { nil }
  }
}

extension VerdictCounts {
  fileprivate init(_ report: Report) {
    self.init(
      pass: report.count(.pass), fail: report.count(.fail), manual: report.count(.manual),
      notApplicable: report.count(.notApplicable), unknown: report.count(.unknown),
      waived: report.count(.waived))
  }
}
