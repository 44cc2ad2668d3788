import ArgumentParser
import Catalog
import Documents
import Drift
import FoundationEssentials
import HardeningModel
import HostFacts
import Warden

/// What a pass needs that is compared with a baseline.
struct PassOptions: ParsableArguments {
  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions
  @OptionGroup(title: "Where it is read") var source: SourceOptions
  @OptionGroup(title: "What is waived") var waivers: WaiverOptions

  @Option(help: ConfigurationFile.help) var config: String?

  /// Makes a pass over all that there is.
  func pass(_ configuration: Configuration) async throws -> HostPass {
    let began = ContinuousClock.now
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    let file = try waivers.load(configuration, isThisHost: source.isThisHost)
    let custom = source.isThisHost ? try CustomDefinitions.standard() : CustomDefinitions()
    var terms: Assessment.Terms
    let waivers: WaiversInUse
    do {
      let library = try benchmark.library()
      var benchmark = try benchmark.benchmarkInUse(of: library)
      benchmark.sections += custom.sections
      terms = Assessment.Terms(benchmark: benchmark, policy: configuration.policy)
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
    terms.custom = try await custom.judgements()
    reporter.clear()
    return await HostPass(
      of: snapshot, since: began, by: terms, waivers: waivers, version: Dockward.version)
  }
}
