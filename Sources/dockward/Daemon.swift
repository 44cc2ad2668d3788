import ArgumentParser
import Catalog
import HardeningModel
import Journal
import Logging
import ServiceLifecycle
import Store
import Warden

/// `dockward daemon`: the service.
struct Daemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "daemon",
    abstract: "Watch this host: judge what changes, tell the journal, and mend what is opted into.",
    discussion: """
      Runs until it is sent SIGTERM; SIGHUP has it read the configuration again, and a wrong one changes \
      nothing. What it tells goes to the journal, or to standard error where there is none. See \
      systemd/dockward.service.

      Exit status: 0 ended as told, 2 usage or configuration error, 3 the store cannot be used.
      """)

  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Which host") var place: HostOptions
  @OptionGroup(title: "What is waived") var waivers: WaiverOptions

  @Option(help: ConfigurationFile.help) var config: String?

  func validate() throws {
    guard place.isThisHost else {
      throw ValidationError(
        "the service watches the host that it runs on; --root is for the others")
    }
  }

  func run() async throws {
    // What is wrong with it is said before anything is made.
    _ = try settings()
    let store = try Store.opened(in: place.stateDirectory(), .creating)
    let journal = Journal()
    let logger = Logger(label: "dockward") { JournalLogHandler(label: $0, journal: journal) }
    let warden = Warden(store: store, journal: journal, logger: logger) { try settings() }
    let service = ServiceGroupConfiguration.ServiceConfiguration(
      service: warden, successTerminationBehavior: .gracefullyShutdownGroup,
      failureTerminationBehavior: .cancelGroup)
    var group = ServiceGroupConfiguration(
      services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // What hangs does not keep the service from ending.
    group.maximumGracefulShutdownDuration = .milliseconds(1500)
    group.maximumCancellationDuration = .milliseconds(300)
    try await ServiceGroup(configuration: group).run()
  }

  /// What the options and the configuration file come to now; throws a `Failure`.
  private func settings() throws -> Settings {
    let configuration = try ConfigurationFile.load(config)
    let library = try benchmark.library()
    let terms: Assessment.Terms
    let enabled: [String]
    do {
      var benchmark = try benchmark.benchmarkInUse(of: library)
      benchmark.sections += try CustomDefinitions.standard().sections
      terms = Assessment.Terms(benchmark: benchmark, policy: configuration.policy)
      enabled = try configuration.optIn.checks(in: terms.benchmark)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.usage, error)
    }
    var reader = try place.reader(startedAt: "", policy: configuration.policy)
    reader.state = try place.stateDirectory()
    return Settings(
      configuration: configuration, terms: terms, reader: reader, enabled: enabled,
      watchedFiles: [waivers.path], version: Dockward.version
    ) {
      try WaiversInUse.resolved(waivers.load(configuration), by: terms.benchmark, of: library)
    }
  }
}
