import ArgumentParser
import Catalog
import Drift
import FoundationEssentials
import HardeningModel
import Reporting
import Store
import Warden

/// `dockward status`: how this host stands, by what is remembered of it.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell how this host stands, by what is remembered of it; reads nothing of the host.",
    discussion: """
      The last pass, what differs from the accepted baseline, waivers that end, restarts that are \
      awaited, and what flaps.

      Exit status: 0 done, 2 usage or configuration error, 3 there is no store, it cannot be read, or \
      the baseline was tampered with.
      """)

  @OptionGroup var place: StateOptions

  @Option(help: "The form of the status.")
  var format: OutputOptions.Format = .text

  @OptionGroup(title: "What is waived") var waivers: WaiverOptions
  @OptionGroup(title: "By which benchmark checks are numbered") var benchmark: BenchmarkOptions

  @Option(help: ConfigurationFile.help) var config: String?

  func run() throws {
    let waiverFile = try waivers.load(ConfigurationFile.load(config))
    let names: DriftText
    do { names = DriftText(try benchmark.benchmarkInUse(of: benchmark.library())) } catch {
      throw Failure(.usage, error)
    }
    let store = try StoredPast.open(place.state)
    let status: HostStatus
    do {
      status = try self.status(of: store, waiverFile, names)
      try Terminal.print(format == .json ? status.json : Array(status.text.utf8))
    } catch {
      throw Failure(.incomplete, error)
    }
    if case .tampered(let why) = status.baseline {
      throw Failure(.incomplete, PassRecord.tampering(why, at: store.path))
    }
  }

  private func status(
    of store: Store, _ waiverFile: WaiverFile, _ names: DriftText
  ) throws -> HostStatus {
    let last = try store.latestPass(partialToo: true)
    let lastWhole = try store.latestPass()
    var drift: [DriftEvent]?
    let baseline: HostStatus.Acceptance
    switch try store.baseline() {
    case .absent: baseline = .none
    case .tampered(let why): baseline = .tampered(why)
    case .found(let found):
      baseline = .accepted(BaselineSummary(found))
      drift = try lastWhole.map { Drift.diff(from: found.posture, to: try store.posture(of: $0)) }
    }
    return HostStatus(
      now: Date.now.seconds, store: store.path, last: last.map { PassSummary($0) },
      lastWhole: lastWhole.map { PassSummary($0) }, baseline: baseline, drift: drift,
      waiverFile: waiverFile.file, waivers: waiverFile.entries.map(\.waiver),
      awaitingRestart: try store.transactionsAwaitingRestart().map { RemediationSummary($0) },
      flapping: try last.map { try store.flapping(of: $0.scan.machineID).flapping } ?? [],
      names: names)
  }
}
