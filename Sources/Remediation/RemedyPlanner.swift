import Catalog
import HardeningModel

/// Turns what fails into what is done about it, as the host is now. Reads, and changes nothing.
///
/// One finding is planned after the other, each as if what was planned before it were there already, since in
/// that order it is done.
package struct RemedyPlanner {
  private let host: HostAccess
  private let policy: Policy
  /// With the owners and modes that are planned.
  private var snapshot: HostSnapshot
  /// The files that are to be rewritten, as they are to be, by their paths without links.
  private var rewritten: [String: FileVersion] = [:]
  private var madeDirectories: Set<String> = []
  /// `nil` until the first is asked for.
  private var daemon: DaemonConfigurationPlan?

  package init(host: HostAccess, snapshot: HostSnapshot, policy: Policy) {
    self.host = host
    self.snapshot = snapshot
    self.policy = policy
  }

  /// What becomes of `results`, in their order. With `asksDaemon`, dockerd itself has to approve of its new
  /// configuration, for which that is written down for a moment.
  package mutating func plan(for results: [Report.Result], asksDaemon: Bool) async -> Plan {
    var plan = Plan(for: results) { result, finding throws(RemediationError) in
      try intervention(for: finding, of: result)
    }
    plan.tell(whatStops: containersThatWouldStop)
    plan.tell(ManualSteps(snapshot: snapshot))
    guard asksDaemon, host.isRunning, let daemon, plan.changesDaemon else { return plan }
    do throws(RemediationError) {
      if case .skipped(let reason) = try await DaemonValidation().outcome(of: daemon) {
        plan.tellOfDaemon("the changed configuration was not validated: \(reason)")
      }
    } catch {
      plan.refuseDaemon(error.description)
    }
    return plan
  }

  /// The running containers that a restart of dockerd ends; `nil` where that is not known.
  private var containersThatWouldStop: [String]? {
    if snapshot.engine.value?.info.value?.liveRestore.value == true { return [] }
    return snapshot.containers.value?.filter {
      let state = $0.inspection.value?.state.status.value ?? "running"
      return ["running", "paused", "restarting"].contains(state)
    }.map(\.name).sorted()
  }

  /// What is done about a finding that fails, or that is unknown where no Engine could be asked; `nil` where
  /// a person has to do it.
  private mutating func intervention(
    for finding: Finding, of result: Report.Result
  ) throws(RemediationError) -> Intervention? {
    guard let action = result.remedy.action else { return nil }
    let slug = result.entry.slug
    if finding.verdict == .unknown { return try dormant(action, finding, slug) }
    switch action {
    case .giveBack, .clearExtraBits: return try files(action, finding, slug)
    case .configureDaemon(let remedies):
      return try configure(remedies, slug, finding.subject)
    case .watch: return try complete(AuditRemedy.draft(for: finding, of: slug, on: snapshot))
    case .exportContentTrust:
      return try complete(ContentTrustRemedy.draft(for: finding, of: slug, on: snapshot))
    case .update(let limit):
      return try ContainerUpdate(limit, policy).intervention(for: finding, of: slug, on: snapshot)
    }
  }

  /// What is configured on a host that does not run, whose verdict nobody can know; and likewise where dockerd
  /// runs, and its configuration was changed since it started: only a new start ends not knowing.
  private mutating func dormant(
    _ action: RemedyAction, _ finding: Finding, _ slug: String
  ) throws(RemediationError) -> Intervention? {
    guard !host.isRunning || hasUnreadConfiguration else { return nil }
    switch action {
    case .configureDaemon(let remedies):
      var intervention = try configure(remedies, slug, finding.subject)
      // There is nobody who could be told.
      if !host.isRunning { intervention.effects = [] }
      return intervention
    case .watch, .giveBack, .clearExtraBits, .exportContentTrust, .update: return nil
    }
  }

  private var hasUnreadConfiguration: Bool {
    snapshot.engine.value?.info.value != nil
      && snapshot.daemon.configurationIsAsRead == .found(false)
  }

  private mutating func files(
    _ action: RemedyAction, _ finding: Finding, _ slug: String
  ) throws(RemediationError) -> Intervention? {
    let plans = FileRemedies.plan(action, of: slug, [finding], in: snapshot)
    guard var intervention = try plans.first?.plan.get() else { return nil }
    for case .attributes(let change) in intervention.changes { remember(change) }
    if let dropIn = try SocketDropIn.draft(for: finding, of: slug, action, on: snapshot) {
      let dropIn = try complete(dropIn)
      intervention.changes += dropIn.changes
      intervention.diff += dropIn.diff
      intervention.notes += dropIn.notes
      intervention.effects.formUnion(dropIn.effects)
    }
    return intervention
  }

  private mutating func remember(_ change: AttributesChange) {
    for (path, reading) in snapshot.files {
      guard var fact = reading.value, fact.identity == change.identity else { continue }
      (fact.uid, fact.gid, fact.mode) = (change.after.uid, change.after.gid, change.after.mode)
      snapshot.files[path] = .found(fact)
    }
  }

  private mutating func configure(
    _ remedies: [DaemonRemedy], _ slug: String, _ subject: Subject
  ) throws(RemediationError) -> Intervention {
    var plan = if let daemon { daemon } else { try DaemonConfigurationPlan(snapshot, on: host) }
    let intervention = try plan.add(remedies, slug: slug, subject: subject)
    daemon = plan
    return intervention
  }

  /// The intervention of `draft` with the changes of its files.
  private mutating func complete(_ draft: Draft) throws(RemediationError) -> Intervention {
    var intervention = draft.intervention
    var changes: [Change] = []
    var diff: [String] = []
    for file in draft.files {
      let directories = try DirectoryChange.planned(for: file.path, on: host)
        .filter { madeDirectories.insert($0.path).inserted }
      if !directories.isEmpty, let note = file.noteWithoutDirectory {
        intervention.notes.append(note)
      }
      changes += directories.map(Change.directory)
      guard let change = try rewrite(file) else { continue }
      changes.append(.contents(change))
      diff += change.diff
    }
    intervention.changes = changes + intervention.changes
    intervention.diff = diff + intervention.diff
    return intervention
  }

  private mutating func rewrite(
    _ draft: FileDraft
  ) throws(RemediationError) -> ContentsChange? {
    let change: ContentsChange?
    if let last = rewritten[draft.path], let bytes = last.bytes {
      let next = try draft.edit(bytes)
      change =
        next == bytes
        ? nil
        : ContentsChange(
          path: draft.path, canonical: draft.path, before: last,
          after: FileVersion(next, last.attributes))
    } else {
      change = try ContentsChange.planned(
        draft.path, on: host, attributes: Attributes(uid: 0, gid: 0, mode: draft.mode), draft.edit)
    }
    if let change { rewritten[draft.path] = change.after }
    return change
  }
}
