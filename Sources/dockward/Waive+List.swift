import Catalog
import FoundationEssentials
import HardeningModel
import HostFacts
import Reporting
import Warden

extension Waive {
  /// Prints the waivers with what has become of them, by judging the checks that they name.
  func printList(_ configuration: Configuration) async throws {
    let waivers: WaiversInUse
    let inUse: Benchmark
    do {
      let file = try self.file.load(configuration)
      let library = try benchmark.library()
      inUse = try benchmark.benchmarkInUse(of: library)
      waivers = try WaiversInUse(file, by: inUse, of: library)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.usage, error)
    }
    let report = try await judge(waivers, by: inUse, configuration.policy)
    let listing = WaiverListing(
      file: file.path, benchmark: inUse.id, today: waivers.today,
      rows: waivers.resolved.map { waiver in
        WaiverListing.Row(
          waiver: waiver.waiver,
          checks: Catalog.checks.map(\.slug).filter(waiver.slugs.contains),
          use: report?.use(of: waiver) ?? .unknown)
      })
    let bytes = format == .json ? listing.json : Array(listing.text.utf8)
    do { try Terminal.print(bytes) } catch { throw Failure(.incomplete, error) }
    if waivers.resolved.isEmpty { Terminal.complain("there are no waivers in '\(file.path)'") }
    if let report, !report.engine.reachable {
      let reason = report.engine.reason ?? "no Engine was asked"
      Terminal.complain("\(reason); so it cannot be told which waivers match nothing")
    }
  }

  /// The report on the checks that the waivers name; `nil` where there are none.
  private func judge(
    _ waivers: WaiversInUse, by benchmark: Benchmark, _ policy: Policy
  ) async throws -> Report? {
    let slugs = waivers.resolved.reduce(into: Set<String>()) { $0.formUnion($1.slugs) }
      .intersection(benchmark.entries.map(\.slug))
    guard !slugs.isEmpty else { return nil }
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    let reporter = ProgressLine(
      isShown: Terminal.isInteractive(.standardError) && Terminal.isInteractive(.standardOutput))
    let snapshot = try await source.snapshot(
      startedAt: startedAt, policy: policy, selection: slugs,
      progress: Progress { reporter.show($0) })
    reporter.clear()
    return await Assessment.concurrentReport(
      of: snapshot,
      by: Assessment.Terms(benchmark: benchmark, selection: slugs, policy: policy),
      scan: Report.Scan(
        id: "", startedAt: startedAt, durationMilliseconds: 0, host: snapshot.host.name,
        machineID: snapshot.host.machineID, version: Dockward.version))
  }
}
