import HardeningModel

/// What is done about failed findings by other means than owners, modes and dockerd's configuration file.
package enum HostRemedies {
  /// An intervention for each finding that is not met, or why there can be none; nothing for an action of
  /// another kind.
  package static func plan(
    _ action: RemedyAction, of slug: String, _ findings: [Finding], in snapshot: HostSnapshot,
    _ policy: Policy, _ files: inout PlannedFiles, on host: HostAccess
  ) -> [(subject: Subject, plan: Result<Intervention, RemediationError>)] {
    var plans: [(subject: Subject, plan: Result<Intervention, RemediationError>)] = []
    for finding in findings where finding.verdict == .fail {
      do throws(RemediationError) {
        let intervention: Intervention
        switch action {
        case .watch:
          let draft = try AuditRemedy.draft(for: finding, of: slug, on: snapshot)
          intervention = try files.intervention(from: draft, on: host)
        case .exportContentTrust:
          let draft = try ContentTrustRemedy.draft(for: finding, of: slug, on: snapshot)
          intervention = try files.intervention(from: draft, on: host)
        case .update(let limit):
          intervention = try ContainerUpdate(limit, policy).intervention(
            for: finding, of: slug, on: snapshot)
        case .giveBack, .clearExtraBits, .configureDaemon: return []
        }
        plans.append((finding.subject, .success(intervention)))
      } catch {
        plans.append((finding.subject, .failure(error)))
      }
    }
    return plans
  }

  /// `intervention` in a failed finding about an API socket, with what makes it last where systemd makes
  /// the socket; any other as it is.
  package static func lasting(
    _ intervention: Intervention, by action: RemedyAction, in snapshot: HostSnapshot,
    _ files: inout PlannedFiles, on host: HostAccess
  ) throws(RemediationError) -> Intervention {
    let finding = Finding(subject: intervention.subject, verdict: .fail)
    guard
      let draft = try SocketDropIn.draft(for: finding, of: intervention.slug, action, on: snapshot)
    else { return intervention }
    let added = try files.intervention(from: draft, on: host)
    var intervention = intervention
    intervention.changes += added.changes
    intervention.diff += added.diff
    intervention.effects.formUnion(added.effects)
    intervention.notes += added.notes
    return intervention
  }
}
