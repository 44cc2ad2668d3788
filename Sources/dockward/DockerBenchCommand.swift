import ArgumentParser
import Catalog
import DockerBench
import DockerEngine
import Documents
import FoundationEssentials
import HardeningModel
import HostFacts
import Warden

/// What the program is when it is called `docker-bench`: the flags, the output and the exit statuses of that, so
/// that whoever has scripts around it changes nothing.
struct DockerBenchCommand: AsyncParsableCommand {
  static let name = "docker-bench"

  // With a name to stand behind, the parser does not look for completion scripts, see `Dockward.name`; in the usage
  // it would print that too.
  static let configuration = CommandConfiguration(
    commandName: name, _superCommandName: name,
    abstract: "Judge this host by the CIS Docker Benchmark, as docker-bench prints it.",
    usage: "\(name) [<options>]",
    discussion: """
      This is dockward under another name. Without --config-dir its own checks are judged; with it, those of \
      DIRECTORY/BENCHMARK/definitions.yaml, whose audits are run. Exit status: 0 done, whatever was found, 1 a \
      usage, set-up or YAML error.
      """)

  @Option(help: ArgumentHelp("The benchmark, as cis-1.2.", valueName: "name"))
  var benchmark: String?

  @Option(
    name: .customLong("version"),
    help: ArgumentHelp(
      "The version of Docker, which chooses the benchmark (default: that of the Engine).",
      valueName: "version"))
  var dockerVersion: String?

  @Option(
    name: [.customShort("c", allowingJoined: true), .long],
    help: ArgumentHelp("Only these checks: numbers, with commas.", valueName: "numbers"))
  var check: String?

  @Option(
    name: [.customShort("D", allowingJoined: true), .long],
    help: ArgumentHelp("Where definitions are.", valueName: "directory"))
  var configDir: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    name: .customLong("outputfile"),
    help: ArgumentHelp("Write the JSON to this file.", valueName: "file"))
  var outputFile: String?

  @Flag(name: .customLong("noremediations"), help: "Leave out the remediations.")
  var leavesOutRemediations = false

  @Flag(name: .customLong("nosummary"), help: "Leave out the summary.")
  var leavesOutSummary = false

  @Flag(name: .customLong("noresults"), help: "Leave out the results.")
  var leavesOutResults = false

  @Flag(help: "Print what was found of each check that fails.")
  var includeTestOutput = false

  /// The command that these arguments ask for. Its flags may also be given as `--json=true`.
  static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    try parseAsRoot(
      arguments.compactMap { argument in
        guard argument.hasPrefix("--") else { return argument }
        if argument.hasSuffix("=true") { return String(argument.dropLast("=true".count)) }
        return argument.hasSuffix("=false") ? nil : argument
      })
  }

  func validate() throws {
    if benchmark != nil, dockerVersion != nil {
      throw ValidationError("--benchmark and --version both choose the benchmark; give one")
    }
  }

  func run() async throws {
    if let configDir {
      try print(await definitionsReport(in: configDir))
    } else {
      try print(await catalogReport())
    }
  }

  private func print(_ report: BenchReport) throws {
    var text = BenchText()
    text.isColoured = OutputOptions.Colour.auto.isOn(toStandardOutput: true)
    text.includesResults = !leavesOutResults
    text.includesRemediations = !leavesOutRemediations
    text.includesSummary = !leavesOutSummary
    text.includesTestOutput = includeTestOutput
    let bytes = json ? BenchJSON.bytes(of: report) : Array(text.text(of: report).utf8)
    do {
      if let outputFile, json {
        try OutputFile.write(bytes, to: outputFile, mode: 0o644)
      } else {
        if outputFile != nil { Terminal.complain("--outputfile is for JSON, with --json") }
        try Terminal.print(bytes)
      }
    } catch {
      throw Failure(.incomplete, error)
    }
  }

  /// What `--check` names; a comma at either end is let pass.
  private var numbers: Set<String>? {
    check.map { Set($0.split(separator: ",").map { String($0.trimmingSpace()) }) }
  }

  /// The name of the benchmark that was asked for, or that goes with the Engine's version.
  private func benchmarkName(
    _ engineVersion: @autoclosure () async -> Reading<String>
  ) async throws -> String {
    if let benchmark { return benchmark }
    if let dockerVersion { return try BenchmarkLibrary.id(forDockerVersion: dockerVersion) }
    switch await engineVersion() {
    case .found(let version): return try BenchmarkLibrary.id(forDockerVersion: version)
    case .absent: throw undetected("there is no Engine here")
    case .unreadable(let reason): throw undetected(reason)
    }
  }

  private func undetected(_ reason: String) -> Failure {
    Failure(.usage, "cannot tell the version of Docker: \(reason); give --version or --benchmark")
  }
}

/// By dockward's own checks.
extension DockerBenchCommand {
  private func catalogReport() async throws -> BenchReport {
    let began = ContinuousClock.now
    let configuration = try ConfigurationFile.load(nil)
    let snapshot = try await SourceOptions.parse([]).snapshot(
      startedAt: Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970)),
      policy: configuration.policy, selection: nil, progress: Progress { _ in })
    let library = try BenchmarkLibrary()
    let name = try await benchmarkName(snapshot.engine.map { $0.version ?? "" })
    let benchmark = try library.benchmark(named: name)
    let terms = Assessment.Terms(
      benchmark: benchmark, selection: try chosen(of: benchmark), policy: configuration.policy)
    let pass = await HostPass(
      of: snapshot, since: began, by: terms, waivers: nil, version: Dockward.version)
    if let reason = pass.report.engine.reason {
      Terminal.complain("\(reason); the checks that need it are unknown")
    }
    return BenchReport(
      pass.report.countingShell(ProcessInfo.processInfo.environment), numbers: numbers)
  }

  private func chosen(of benchmark: Benchmark) throws -> Set<String>? {
    guard let numbers else { return nil }
    var selection = Selection()
    selection.named = [numbers.sorted().joined(separator: ",")]
    return try selection.slugs(in: benchmark)
  }
}

extension Report {
  /// Content trust as docker-bench judges it, by the shell that runs it: where that exports the variable, it is in
  /// effect for whoever asks, if for nobody else.
  fileprivate func countingShell(_ environment: [String: String]) -> Report {
    guard let value = environment["DOCKER_CONTENT_TRUST"], !ContentTrustValue.isOff(value) else {
      return self
    }
    var report = self
    for section in report.sections.indices {
      for index in report.sections[section].results.indices {
        report.sections[section].results[index].countShell()
      }
    }
    return report
  }
}

extension Report.Result {
  fileprivate mutating func countShell() {
    guard entry.slug == "image-content-trust", verdict == .fail else { return }
    for index in findings.indices where findings[index].verdict == .fail {
      findings[index].verdict = .pass
      findings[index].reason = "exported in this shell, and not for others"
    }
    judge()
    Terminal.complain(
      "\(entry.id) passes in this shell alone; 'dockward --remediate \(entry.id)' exports DOCKER_CONTENT_TRUST for all"
    )
  }
}

/// By somebody's definitions.
extension DockerBenchCommand {
  private func definitionsReport(in directory: String) async throws -> BenchReport {
    let timeout: Duration = .seconds(10)
    let name = try await benchmarkName(await EngineAnswer.version(within: timeout))
    let definitions = try DefinitionsSource(file: "\(directory)/\(name)/definitions.yaml").load()
    for unknown in (numbers ?? []).subtracting(definitions.checks.map(\.id)).sorted() {
      Terminal.complain("'\(definitions.file)' has no check '\(unknown)'")
    }
    let swarm = definitions.dependsOnSwarm ? await EngineAnswer.swarm(within: timeout) : nil
    let run = DefinitionsRun(definitions, ids: numbers, swarm: swarm)
    return try await DefinitionsSource.withRunner { await run.report(by: $0) }
  }
}
