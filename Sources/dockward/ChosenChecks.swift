import Catalog
import FoundationEssentials
import HardeningModel
import HostFacts
import Remediation
import Warden

/// Checks that are judged, mended and judged again, on one host.
struct ChosenChecks: Sendable {
  var terms: Assessment.Terms
  var waivers: WaiversInUse?
  var place: HostOptions

  /// What is to be done about them, as the host is now; with `isDryRun` nothing at all is written for that.
  /// Throws a `Failure` where the host cannot be read.
  func plan(isDryRun: Bool) async throws -> Plan {
    let (report, snapshot) = try await pass(terms)
    var planner = RemedyPlanner(
      host: try place.access(), snapshot: snapshot, policy: terms.policy)
    let judged = waivers.map { report.waived(by: $0.resolved, on: $0.today) } ?? report
    return await planner.plan(for: judged.results, asksDaemon: !isDryRun)
  }

  /// The results of these checks, judged anew; waivers play no part.
  func results(of slugs: Set<String>) async throws -> [Report.Result] {
    var terms = terms
    terms.selection = slugs
    // What a remediation was begun for may be of any container.
    terms.scope = ContainerScope()
    return try await pass(terms).report.results
  }

  private func pass(
    _ terms: Assessment.Terms
  ) async throws -> (report: Report, snapshot: HostSnapshot) {
    let startedAt = Timestamp.rfc3339(seconds: Int(Date.now.timeIntervalSince1970))
    var reader = try place.reader(startedAt: startedAt, policy: terms.policy)
    reader.asksForBuildTime = terms.selection.contains("host-docker-version-current")
    reader.readsFilesOnly = terms.selection.allSatisfy(Self.isAboutFiles)
    reader.readsClients =
      !reader.readsFilesOnly || terms.selection.contains("image-content-trust")
    let snapshot: HostSnapshot
    do { snapshot = try await reader.snapshot() } catch { throw Failure(.incomplete, error) }
    let report = await Assessment.concurrentReport(
      of: snapshot, by: terms,
      scan: Report.Scan(
        id: "", startedAt: startedAt, durationMilliseconds: 0, host: snapshot.host.name,
        machineID: snapshot.host.machineID, version: Dockward.version))
    return (report, snapshot)
  }

  /// Whether the check is judged by files alone, as one is whose remedy is only about files.
  private static func isAboutFiles(_ slug: String) -> Bool {
    switch Catalog.bySlug[slug]?.remedy.action {
    case .giveBack, .clearExtraBits, .exportContentTrust: true
    case .configureDaemon, .watch, .update, nil: false
    }
  }
}
