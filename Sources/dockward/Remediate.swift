import ArgumentParser
import Catalog
import FoundationEssentials
import HardeningModel
import Remediation
import Store
import Warden

/// `dockward remediate`: mends what checks fail for.
struct Remediate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remediate", _superCommandName: Dockward.name,
    abstract: "Mend what these checks fail for, and verify it.",
    discussion: """
      'dockward --remediate 3.1,3.2' is short for it. Each change is recorded before it is made, and can be \
      taken back with 'dockward undo'. What passes already is not touched. dockerd is restarted only with \
      --allow-restart; without, what needs a restart is configured and reported as pending.

      Exit status: 0 done, 2 usage or configuration error, 3 the host could not be read, 4 a remediation \
      failed, was refused or was rolled back; the others are done all the same.
      """)

  @Argument(
    help: ArgumentHelp(
      "The checks: numbers, sections (3, 3.*) or names, with commas.", valueName: "selectors"))
  var selectors: [String]

  @Flag(help: "Print what would be done, as a diff; changes nothing.")
  var dryRun = false

  @Flag(
    help: "As the service: one check that remediation.enabled names, within the configured bounds.")
  var optedIn = false

  @Option(help: ArgumentHelp("Only containers whose name matches.", valueName: "glob"))
  var container: [String] = []

  @OptionGroup var options: RemediationOptions
  @OptionGroup(title: "What is waived") var waivers: WaiverOptions

  func validate() throws {
    if optedIn, dryRun || options.allowRestart || !container.isEmpty {
      throw ValidationError(
        "--opted-in is bound by the configuration; --dry-run, --allow-restart and --container do not go with it"
      )
    }
  }

  func run() async throws {
    if !dryRun { try RemediationSite.requireRoot() }
    let configuration = try ConfigurationFile.load(options.config)
    let request = selectors.joined(separator: ",")
    let judge = try judge(request, configuration)
    let service =
      optedIn
      ? try OptedIn(selectors, configuration, in: judge.terms.benchmark, now: Date.now) : nil
    var plan = try await judge.plan(isDryRun: dryRun)
    var report = plan.dryRun()
    if dryRun { return try finish(report) }
    report.isDryRun = false
    let directory = try options.place.stateDirectory()
    if !plan.interventions.isEmpty || service != nil || Store.exists(in: directory) {
      let site: RemediationSite
      do {
        site = try RemediationSite(
          in: directory, judge, by: service?.person ?? .current())
      } catch  where !plan.interventions.isEmpty {
        try options.output.write(
          plan.refused("nothing is changed that cannot be recorded: \(error)"))
        throw ExitCode(Failure.Status.remediation.rawValue)
      }
      defer { site.leave() }
      // What was cut short may be what is to be mended.
      if try await site.recover(mayRestart: service?.mayRestart ?? true) {
        plan = try await judge.plan(isDryRun: dryRun)
      }
      try service?.holdBack(&plan, by: site.remediator.store, now: Date.now)
      for note in plan.notes { Terminal.complain("\(note.number): \(note.text)") }
      report = await site.remediator.carryOut(
        plan, request: service?.slug ?? request,
        allowsRestart: service?.mayRestart ?? options.allowRestart)
      site.tell(report)
      do { try await site.remediator.settle() } catch { throw Failure(.incomplete, error) }
    }
    try finish(report)
  }

  private func finish(_ report: RemediationReport) throws {
    try options.output.write(report)
    if report.hasFailed { throw ExitCode(Failure.Status.remediation.rawValue) }
  }

  private func judge(_ request: String, _ configuration: Configuration) throws -> ChosenChecks {
    let file = try waivers.load(configuration, isThisHost: options.place.isThisHost)
    do {
      let library = try options.benchmark.library()
      let benchmark = try options.benchmark.benchmarkInUse(of: library)
      var scope = ContainerScope()
      scope.names = container.map { Glob($0) }
      return ChosenChecks(
        terms: Assessment.Terms(
          benchmark: benchmark, selection: try Selector.slugs(named: request, in: benchmark),
          policy: configuration.policy, scope: scope),
        waivers: try WaiversInUse(file, by: benchmark, of: library), place: options.place)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.usage, error)
    }
  }
}

extension Remediate {
  /// The arguments of the command that `--remediate SELECTORS` with no command before it is short for; `nil`
  /// where that is not what the arguments say.
  static func arguments(short arguments: [String]) -> [String]? {
    guard let first = arguments.first, first.hasPrefix("-") else { return nil }
    let option = "--remediate"
    guard let place = arguments.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") })
    else { return nil }
    var rest = arguments
    let word = rest.remove(at: place)
    if word != option { rest.insert(String(word.dropFirst(option.count + 1)), at: place) }
    return rest
  }
}
