import ArgumentParser
import Catalog
import FoundationEssentials
import HardeningModel
import Reporting
import Store
import Warden

/// `dockward history`: what has happened to this host.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Tell what has happened to this host, the newest last; reads nothing of the host.",
    discussion: """
      Passes, drift, accepted baselines and remediations, as far as they are kept \
      (history.keepDays). With --check, the drift and the remediations of these checks.

      Exit status: 0 done, 2 usage or configuration error, 3 there is no store, it cannot be read, or \
      the baseline was tampered with.
      """)

  enum Kind: String, ExpressibleByArgument {
    case passes, drift, remediations, baselines
    static let allValueStrings = ["passes", "drift", "remediations", "baselines"]
  }

  @Option(
    help: ArgumentHelp(
      "Only what happened since then: a day (2026-01-31) or time (2026-01-31T12:00:00Z) in UTC, or so long ago (7d, 24h, 30m).",
      valueName: "when"))
  var since: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Only drift and remediations of these checks: numbers, sections (5, 5.*) or names, with commas.",
      valueName: "selectors"))
  var check: [String] = []

  @Option(help: ArgumentHelp("Only these.", valueName: "kind"))
  var only: Kind?

  @Option(help: "The form of the history.")
  var format: OutputOptions.Format = .text

  @OptionGroup var place: StateOptions

  @OptionGroup(title: "By which benchmark checks are numbered") var benchmark: BenchmarkOptions

  /// How many of each kind are told at most: a pass every five minutes for a year.
  private static let limit = 110_000

  func validate() throws {
    if !check.isEmpty, let only, only == .passes || only == .baselines {
      throw ValidationError("--check goes with drift and remediations, not with --only \(only)")
    }
  }

  func run() throws {
    let now = Date.now.seconds
    let since = try self.since.map { try PointInTime.parse($0, now: now) }
    let (names, slugs) = try chosen()
    let store = try StoredPast.open(place.state)
    let listing: HistoryListing
    var tampering: String?
    do {
      var (entries, isComplete) = try happenings(in: store, since ?? 0, slugs)
      if includes(.baselines), slugs == nil {
        entries += try baselines(in: store, since ?? 0)
        if case .tampered(let why) = try store.baseline() { tampering = why }
      }
      listing = HistoryListing(
        entries, since: since, checks: slugs, isComplete: isComplete, names: names)
      try Terminal.print(format == .json ? listing.json : Array(listing.text.utf8))
    } catch {
      throw Failure(.incomplete, error)
    }
    if !listing.isComplete {
      Terminal.complain("only the last \(Self.limit) of each kind are told; --since narrows it")
    }
    if listing.entries.isEmpty { Terminal.complain("nothing of that is remembered") }
    if let tampering {
      throw Failure(.incomplete, PassRecord.tampering(tampering, at: store.path))
    }
  }

  private func includes(_ kind: Kind) -> Bool { only == nil || only == kind }

  /// What checks are called, and the slugs of those that were asked for; throws a usage `Failure`.
  private func chosen() throws -> (names: DriftText, slugs: [String]?) {
    do {
      let inUse = try benchmark.benchmarkInUse(of: benchmark.library())
      let slugs = try check.flatMap { try Selector.checks(named: $0, in: inUse) }
      return (DriftText(inUse), check.isEmpty ? nil : slugs)
    } catch {
      throw Failure(.usage, error)
    }
  }

  /// Passes, drift and remediations, each with the oldest first, and whether that is all of them.
  private func happenings(
    in store: Store, _ since: Int, _ slugs: [String]?
  ) throws -> (entries: [HistoryListing.Entry], isComplete: Bool) {
    let begin = Date(timeIntervalSince1970: Double(since))
    let wanted = slugs.map { Set($0) }
    var entries: [HistoryListing.Entry] = []
    var isComplete = true
    func add<Item>(
      _ items: [Item], _ isWanted: (Item) -> Bool, _ entry: (Item) -> HistoryListing.Entry
    ) {
      // One more than is told was asked for.
      if items.count > Self.limit { isComplete = false }
      entries += items.prefix(Self.limit).reversed().filter(isWanted).map(entry)
    }
    if includes(.passes), wanted == nil {
      add(try store.passes(since: begin, limit: Self.limit + 1)) { _ in
        true
      } _: { pass in
        .init(time: pass.startedAt.seconds, what: .pass(PassSummary(pass)))
      }
    }
    if includes(.drift) {
      add(try store.events(since: begin, limit: Self.limit + 1)) { recorded in
        guard let wanted else { return true }
        return recorded.event.slug.map(wanted.contains) ?? false
          || !wanted.isDisjoint(with: recorded.event.failing)
      } _: { recorded in
        .init(
          time: recorded.time.seconds,
          what: .drift(recorded.event, scan: recorded.scan, isTold: recorded.isTold))
      }
    }
    if includes(.remediations) {
      add(try store.transactions(since: begin, limit: Self.limit + 1)) { one in
        wanted.map { wanted in one.steps.contains { wanted.contains($0.slug) } } ?? true
      } _: { one in
        .init(time: one.begunAt.seconds, what: .remediation(RemediationSummary(one)))
      }
    }
    return (entries, isComplete)
  }

  /// The oldest first. One that cannot be believed is told whatever was asked for, at the time of the one
  /// before it.
  private func baselines(in store: Store, _ since: Int) throws -> [HistoryListing.Entry] {
    var time = 0
    var entries: [HistoryListing.Entry] = []
    for (generation, reading) in try store.acceptedBaselines().reversed() {
      switch reading {
      case .absent: break
      case .tampered(let why):
        entries.append(.init(time: time, what: .tampered(generation: Int(generation), why)))
      case .found(let baseline):
        time = baseline.acceptedAt.seconds
        if time >= since {
          entries.append(.init(time: time, what: .baseline(BaselineSummary(baseline))))
        }
      }
    }
    return entries
  }
}
