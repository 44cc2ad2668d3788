import ArgumentParser
import Catalog
import DockerEngine
import Documents
import FoundationEssentials
import HardeningModel
import HostFacts
import Reporting

/// `dockward check`: one pass over the host, printed.
struct Check: AsyncParsableCommand {
  // Named, since to derive it from the type takes ArgumentParser a millisecond.
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Judge this host once and print the result; changes nothing.",
    discussion: """
      Exit status: 0 done, 1 the --fail-on condition holds, 2 usage or configuration error, \
      3 the pass could not be completed.
      """)

  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Which checks are judged") var choice: ChoiceOptions
  @OptionGroup(title: "Which containers are judged") var scope: ScopeOptions
  @OptionGroup(title: "Where it is read") var source: SourceOptions
  @OptionGroup(title: "What is waived") var waivers: WaiverOptions
  @OptionGroup(title: "How it is printed") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "The configuration file (default: \(ConfigurationFile.standardPath), where it exists).",
      valueName: "file"))
  var config: String?

  @Option(
    help: "Exit with 1 when a check fails, or fails or is unknown; one that is waived does neither."
  )
  var failOn: FailureCondition = .never

  func run() async throws {
    let began = ContinuousClock.now
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    let configuration = try ConfigurationFile.load(config)
    let waiverFile = try waivers.load(configuration, isThisHost: source.isThisHost)
    let reporter = ProgressLine(isShown: output.showsProgress)
    // A choice that names nothing is an error before anything is asked. Without one, the benchmark is
    // read while the Engine answers; where that fails, the pass is cancelled.
    func terms() throws -> Assessment.Terms {
      try choice.terms(of: benchmark, policy: configuration.policy, scope: scope)
    }
    let isWhole = choice.isEmpty && scope.isEmpty
    let chosen =
      benchmark.isEmpty && choice.isEmpty && waiverFile.entries.isEmpty ? nil : try terms()
    let waivers = try chosen.map {
      try WaiversInUse(waiverFile, by: $0.benchmark, of: benchmark.library())
    }
    async let reading = source.snapshot(
      startedAt: startedAt, policy: configuration.policy, selection: chosen?.selection,
      progress: Progress { reporter.show($0) })
    let terms = try chosen ?? terms()
    let snapshot = try await reading
    reporter.clear()
    if let file = source.saveSnapshot { try SnapshotFile.save(snapshot, to: file) }

    let elapsed = ContinuousClock.now - began
    let judged = await Assessment.concurrentReport(
      of: snapshot, by: terms,
      scan: Report.Scan(
        id: UUID().uuidString.lowercased(), startedAt: startedAt,
        durationMilliseconds: Int(elapsed / .milliseconds(1)), host: snapshot.host.name,
        machineID: snapshot.host.machineID, version: Dockward.version))
    let report = waivers.map { judged.waived(by: $0.resolved, on: $0.today) } ?? judged
    try await output.write(report)
    tellOfUnknowns(report)
    waivers?.tell(of: report, isWhole: isWhole)
    if failOn.holds(for: report) { throw ExitCode(1) }
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
enum FailureCondition: String, ExpressibleByArgument {
  case never, fail, unknown
  static let allValueStrings = ["never", "fail", "unknown"]

  func holds(for report: Report) -> Bool {
    switch self {
    case .never: false
    case .fail: report.count(.fail) > 0
    case .unknown: report.count(.fail) + report.count(.unknown) > 0
    }
  }
}
