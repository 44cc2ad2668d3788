import ArgumentParser
import Catalog
import DockerEngine
import Documents
import FoundationEssentials
import HardeningModel
import HostFacts
import Reporting
import Store
import Warden

/// `dockward check`: one pass over the host, printed.
struct Check: AsyncParsableCommand {
  // Named, since to derive it from the type takes ArgumentParser a millisecond.
  static let configuration = CommandConfiguration(
    commandName: "check", _superCommandName: Dockward.name,
    abstract: "Judge this host once and print the result; changes nothing.",
    discussion: """
      Where dockward has a store of this host (see 'dockward baseline'), the pass is recorded in it, and \
      what has changed since the last one is told. Exit status: 0 done, 1 the --fail-on condition holds, \
      2 usage or configuration error, 3 the pass could not be completed, or the store cannot be used.
      """)

  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Which checks are judged") var choice: ChoiceOptions
  @OptionGroup(title: "Which checks are judged") var definitions: DefinitionsOptions
  @OptionGroup(title: "Which containers are judged") var scope: ScopeOptions
  @OptionGroup(title: "Where it is read") var source: SourceOptions
  @OptionGroup(title: "What is waived") var waivers: WaiverOptions
  @OptionGroup(title: "How it is printed") var output: OutputOptions

  @Option(help: ConfigurationFile.help) var config: String?

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp(
      "Exit with 1 when a check fails, or fails or is unknown; one that is waived does neither. With drift, when this host is worse than its accepted baseline, or other. (values: never, fail, unknown, drift)",
      valueName: "condition"),
    completion: .list(FailureCondition.allValueStrings)
  )
  var failOnName = "never"

  func validate() throws { _ = try failureCondition() }

  private func failureCondition() throws -> FailureCondition {
    try FailureCondition(named: failOnName, option: "fail-on")
  }

  func run() async throws {
    let failOn = try failureCondition()
    let began = ContinuousClock.now
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    let configuration = try ConfigurationFile.load(config)
    let isThisHost = source.isThisHost
    let waiverFile = try waivers.load(configuration, isThisHost: isThisHost)
    let custom = try definitions.load(isThisHost: isThisHost)
    if failOn == .drift { try requireBaseline() }
    let reporter = ProgressLine(isShown: output.showsProgress)
    // A choice that names nothing is an error before anything is asked. Without one, the benchmark is
    // read while the Engine answers; where that fails, the pass is cancelled.
    func terms() throws -> Assessment.Terms {
      try choice.terms(
        of: benchmark, and: custom.sections, policy: configuration.policy, scope: scope)
    }
    let isWhole = choice.isEmpty && scope.isEmpty
    let chosen =
      benchmark.isEmpty && choice.isEmpty && waiverFile.entries.isEmpty ? nil : try terms()
    let waivers = try chosen.map {
      try WaiversInUse.resolved(waiverFile, by: $0.benchmark, of: benchmark.library())
    }
    async let reading = source.snapshot(
      startedAt: startedAt, policy: configuration.policy, selection: chosen?.selection,
      progress: Progress { reporter.show($0) })
    async let judgements = custom.judgements(of: chosen?.selection)
    var terms = try chosen ?? terms()
    let snapshot = try await reading
    terms.custom = try await judgements
    reporter.clear()
    if let file = source.saveSnapshot { try SnapshotFile.save(snapshot, to: file) }

    let pass = await HostPass(
      of: snapshot, since: began, by: terms, waivers: waivers, version: Dockward.version)
    let report = pass.report
    try await output.write(report)
    tellOfUnknowns(report)
    // Nothing of the store is touched where there is none, but the stat(2) that says so.
    guard isThisHost, Store.exists(in: source.state) else {
      waivers?.tell(of: report, isWhole: isWhole)
      if failOn.holds(for: report) { throw ExitCode(1) }
      return
    }
    let record: PassRecord
    do {
      record = try PassRecord(of: pass, in: source.state, configuration)
    } catch {
      waivers?.tell(of: report, isWhole: isWhole)
      throw error
    }
    waivers?.tell(of: report, isWhole: isWhole, untold: record.expired)
    try record.tell(by: terms.benchmark, wantsAll: failOn == .drift)
    if failOn == .drift ? record.isWorse : failOn.holds(for: report) { throw ExitCode(1) }
  }

  /// Throws where there is nothing that drift could be told from.
  private func requireBaseline() throws {
    guard source.isThisHost else {
      throw Failure(
        .usage, "--fail-on drift is about this host's own baseline, and not about another host")
    }
    guard Store.exists(in: source.state) else { throw BaselineAbsent.failure(in: source.state) }
    // What is broken is said after the pass has been printed.
    if let store = try? Store(in: source.state, .existing), case .absent? = try? store.baseline() {
      throw BaselineAbsent.failure(in: source.state)
    }
  }

  private func tellOfUnknowns(_ report: Report) {
    let unknown = report.count(.unknown)
    if let reason = report.engine.reason {
      Terminal.complain("\(reason); the checks that need it are unknown")
    } else if unknown > 0 {
      Terminal.complain(
        unknown == 1
          ? "1 check is unknown; its evidence says why"
          : "\(unknown) checks are unknown; their evidence says why")
    }
  }
}

/// When `check` exits with 1.
enum FailureCondition: String, NamedValue {
  case never, fail, unknown, drift
  static let allValueStrings = ["never", "fail", "unknown", "drift"]

  func holds(for report: Report) -> Bool {
    switch self {
    // Drift is in no report.
    case .never, .drift: false
    case .fail: report.count(.fail) > 0
    case .unknown: report.count(.fail) + report.count(.unknown) > 0
    }
  }
}
