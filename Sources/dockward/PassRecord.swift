import Catalog
import Drift
import FoundationEssentials
import HardeningModel
import Journal
import Remediation
import Reporting
import Store
import SystemPackage

/// What the store makes of a pass over this host: it is recorded, and compared with what is known.
struct PassRecord {
  /// What people have not been told yet.
  var news: [DriftEvent] = []
  /// The waivers of which people have not been told yet that they expired.
  var expired: [String] = []
  var baseline = BaselineReading.absent
  /// All that differs from the baseline, told or not.
  var differences: [DriftEvent] = []

  private var path: String
  private var directory: String
  private var benchmark: String

  /// The most lines of drift that are told; the store has all.
  private static let limit = 50

  /// Records `pass` in the store in `directory`, which is there. Throws a `Failure`.
  init(
    of pass: HostPass, in directory: String, _ configuration: Configuration
  ) throws {
    let store = try Store.opened(in: directory, .existing)
    self.init(of: pass, in: store)
    do {
      try record(pass, pass.posture, in: store, configuration.flapping)
      try store.settleAwaitingRestart(at: Date.now, isInEffect: pass.judged.results.isMended)
      try store.pruneDaily(keepDays: configuration.historyKeepDays, now: Date.now)
    } catch {
      throw Failure(.incomplete, error)
    }
  }

  /// Records `pass`, whose posture has just been accepted.
  init(
    ofAccepted pass: HostPass, _ posture: Posture, in store: Store, _ limits: FlappingLimits
  ) throws(StoreError) {
    self.init(of: pass, in: store)
    try record(pass, posture, in: store, limits)
  }

  private init(of pass: HostPass, in store: Store) {
    path = store.path
    directory = FilePath(store.path).removingLastComponent().string
    benchmark = pass.terms.benchmark.id
  }

  private mutating func record(
    _ pass: HostPass, _ posture: Posture, in store: Store, _ limits: FlappingLimits
  ) throws(StoreError) {
    let startedAt = Date(rfc3339: pass.report.scan.startedAt) ?? Date.now
    var (news, expired, baseline) = ([DriftEvent](), [String](), BaselineReading.absent)
    let stored = Pass(
      scan: pass.report.scan, counts: VerdictCounts(pass.report), posture: posture)
    _ = try store.record(stored) { past in
      baseline = try past.baseline()
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
    differences = baseline.posture.map { Drift.diff(from: $0, to: posture) } ?? []
    tellJournal(of: pass)
  }

  /// Tells the journal what nobody else will, once it is remembered that people know it. Drift is told by
  /// the service.
  private func tellJournal(of pass: HostPass) {
    let events = JournalEvents(pass.terms.benchmark)
    var entries = (pass.waivers?.expired(among: expired) ?? []).map {
      events.waiver($0, .expired, by: nil)
    }
    if case .tampered(let why) = baseline {
      entries.append(JournalEvents.tamper(why, path: path))
    }
    if !entries.isEmpty { HostJournal.tell(entries, about: directory) }
  }

  /// Whether the host is worse than it was accepted, or other.
  var isWorse: Bool { differences.contains(where: \.isWorse) }

  /// Says what is new, and how far the host is from what is accepted; with `wantsAll` also each difference
  /// for the worse. Throws a `Failure` where the baseline was tampered with.
  func tell(by benchmark: Benchmark, wantsAll: Bool) throws {
    let text = DriftText(benchmark)
    say(news.map { "drift: \(text.line(of: $0))" })
    switch baseline {
    case .absent: break
    case .tampered(let why): throw Failure(.incomplete, Self.tampering(why, at: path))
    case .found(let accepted):
      if !differences.isEmpty {
        Terminal.complain(
          "\(counted(differences.count, "difference")) from the baseline that \(accepted.by) accepted on \(accepted.acceptedAt.rfc3339); 'dockward baseline diff' shows \(differences.count == 1 ? "it" : "them")"
        )
      }
      guard wantsAll else { return }
      Self.tellOfEpochs(accepted.posture.epoch, benchmark)
      let told = Set(news.map { text.line(of: $0) })
      say(
        differences.filter(\.isWorse).map { text.line(of: $0) }.filter { !told.contains($0) }
          .map { "not as accepted: \($0)" })
    }
  }

  /// Says where what is accepted was judged by another benchmark.
  static func tellOfEpochs(_ accepted: Posture.Epoch, _ benchmark: Benchmark) {
    guard accepted.benchmark != benchmark.id else { return }
    Terminal.complain(
      "the baseline is by \(accepted.benchmark), this pass by \(benchmark.id): only what both judge is compared"
    )
  }

  static func tampering(_ why: String, at path: String) -> String {
    "the baseline in '\(path)' was tampered with: \(why); 'dockward baseline accept' puts a new one in its place"
  }

  private func say(_ lines: [String]) {
    for line in lines.prefix(Self.limit) { Terminal.complain(line) }
    if lines.count > Self.limit {
      Terminal.complain("and \(lines.count - Self.limit) more")
    }
  }
}

extension BaselineReading {
  fileprivate var posture: Posture? {
    if case .found(let baseline) = self { baseline.posture } else { nil }
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
