import ArgumentParser
import Catalog
import Documents
import Drift
import FoundationEssentials
import HardeningModel
import HostFacts

/// One pass over a host, and what was made of it.
struct HostPass {
  var snapshot: HostSnapshot
  /// Before waivers.
  var judged: Report
  /// With waivers.
  var report: Report
  var terms: Assessment.Terms
  var waivers: WaiversInUse?

  /// Waivers are no part of it: what they end or begin is no change of the host.
  var posture: Posture { Posture(of: judged, from: snapshot, narrowed: terms.narrowing) }
}

/// What a pass needs that is compared with a baseline.
struct PassOptions: ParsableArguments {
  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Where it is read") var source: SourceOptions
  @OptionGroup(title: "What is waived") var waivers: WaiverOptions

  @Option(
    help: ArgumentHelp(
      "The configuration file (default: \(ConfigurationFile.standardPath), where it exists).",
      valueName: "file"))
  var config: String?

  /// Makes a pass over all that there is.
  func pass(_ configuration: Configuration) async throws -> HostPass {
    let began = ContinuousClock.now
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    let file = try waivers.load(configuration, isThisHost: source.isThisHost)
    let terms: Assessment.Terms
    let waivers: WaiversInUse
    do {
      let library = try benchmark.library()
      terms = Assessment.Terms(
        benchmark: try benchmark.benchmarkInUse(of: library), policy: configuration.policy)
      waivers = try WaiversInUse(file, by: terms.benchmark, of: library)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.usage, error)
    }
    let reporter = ProgressLine(
      isShown: Terminal.isInteractive(.standardError) && Terminal.isInteractive(.standardOutput))
    let snapshot = try await source.snapshot(
      startedAt: startedAt, policy: configuration.policy, selection: nil,
      progress: Progress { reporter.show($0) })
    reporter.clear()
    let elapsed = ContinuousClock.now - began
    let judged = await Assessment.concurrentReport(
      of: snapshot, by: terms,
      scan: Report.Scan(
        id: UUID().uuidString.lowercased(), startedAt: startedAt,
        durationMilliseconds: Int(elapsed / .milliseconds(1)), host: snapshot.host.name,
        machineID: snapshot.host.machineID, version: Dockward.version))
    return HostPass(
      snapshot: snapshot, judged: judged,
      report: judged.waived(by: waivers.resolved, on: waivers.today), terms: terms,
      waivers: waivers)
  }
}
