import Catalog
import Drift
import FoundationEssentials
import HardeningModel

/// One pass over a host, and what was made of it.
package struct HostPass: Sendable {
  package var snapshot: HostSnapshot
  /// Before waivers.
  package var judged: Report
  /// With waivers.
  package var report: Report
  package var terms: Assessment.Terms
  package var waivers: WaiversInUse?

  /// Waivers are no part of it: what they end or begin is no change of the host.
  package var posture: Posture { Posture(of: judged, from: snapshot, narrowed: terms.narrowing) }

  /// Judges `snapshot`, the reading of which began at `began`.
  package init(
    of snapshot: HostSnapshot, since began: ContinuousClock.Instant, by terms: Assessment.Terms,
    waivers: WaiversInUse?, version: String
  ) async {
    let elapsed = ContinuousClock.now - began
    self.snapshot = snapshot
    self.terms = terms
    self.waivers = waivers
    judged = await Assessment.concurrentReport(
      of: snapshot, by: terms,
      scan: Report.Scan(
        id: UUID().uuidString.lowercased(), startedAt: snapshot.startedAt,
        durationMilliseconds: Int(elapsed / .milliseconds(1)), host: snapshot.host.name,
        machineID: snapshot.host.machineID, version: version))
    report = waivers.map { [judged] in judged.waived(by: $0.resolved, on: $0.today) } ?? judged
  }
}
