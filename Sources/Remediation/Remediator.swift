import FoundationEssentials
import HardeningModel
import Store

/// Makes the changes of a plan, sees whether they helped, and keeps what taking them back needs.
///
/// The ledger has each change before it is made, and that all of a plan are made before dockerd or systemd
/// is told: whoever comes after a process that was killed knows what to look for.
package struct Remediator: Sendable {
  package var host: HostAccess
  package var store: Store
  package var by: Person
  /// What has to happen before changes are in effect.
  package var effects: any EffectRunner
  /// Judges these checks anew, by their slugs.
  package var judge: @Sendable (Set<String>) async throws -> [Report.Result]
  package var now: @Sendable () -> Date = { Date.now }
  /// How long dockerd may take to heed a configuration that it was told to read again.
  package var settlingTime: Duration = .seconds(10)

  package init(
    host: HostAccess, store: Store, by: Person, effects: any EffectRunner,
    judge: @escaping @Sendable (Set<String>) async throws -> [Report.Result]
  ) {
    self.host = host
    self.store = store
    self.by = by
    self.effects = effects
    self.judge = judge
  }

  /// Carries out `plan`; `request` is what was asked for, in its own words. Nothing is written where the
  /// plan has nothing to do.
  package func carryOut(
    _ plan: Plan, request: String, allowsRestart: Bool
  ) async -> RemediationReport {
    var undertakings: [Undertaking] = []
    for index in plan.order {
      guard case .planned(let intervention) = plan.items[index].decision else { continue }
      undertakings.append(
        Undertaking(
          intervention, item: index, finding: plan.items[index].finding,
          allowsRestart: allowsRestart, number: undertakings.steps.count + 1, at: now()))
    }
    let refusals = by.isService ? refusals(of: plan, from: undertakings.steps.count + 1) : []
    guard !undertakings.isEmpty || !refusals.isEmpty else { return plan.report() }
    var transaction = Transaction(
      id: Self.newID(), kind: .remediate, request: request, by: by, begunAt: now())
    transaction.steps = undertakings.steps + refusals
    do {
      try store.begin(transaction)
    } catch {
      return plan.refused("nothing is changed that cannot be recorded: \(error)")
    }
    for index in undertakings.indices {
      await undertakings[index].make(on: host)
    }
    await finish(&undertakings, of: transaction.id)
    return plan.report(
      undertakings, transaction: undertakings.isEmpty ? nil : transaction.id)
  }

  /// What `plan` refuses, as steps numbered from `number` on. A person is told that; of what the service is
  /// refused nobody would know, and it would ask again after each pass.
  private func refusals(of plan: Plan, from number: Int) -> [Transaction.Step] {
    let time = now()
    let refused = plan.items.compactMap { item -> (Plan.Item, String)? in
      guard case .refused(let reason) = item.decision,
        [.fail, .unknown].contains(item.finding.verdict)
      else { return nil }
      return (item, reason)
    }
    return refused.enumerated().map { offset, refusal in
      let (item, reason) = refusal
      return Transaction.Step(
        number: number + offset, slug: item.check.entry.slug,
        subject: item.finding.subject.description, action: "none", status: .refused,
        reason: reason, before: item.finding.observed, after: item.finding.observed, begunAt: time,
        endedAt: time)
    }
  }

  /// Ends the waiting of what is in effect since dockerd has restarted.
  package func settle() async throws {
    let waiting = try store.transactionsAwaitingRestart().flatMap(\.steps)
      .filter { $0.status == .pendingRestart }
    guard !waiting.isEmpty else { return }
    let results = try await judge(Set(waiting.map(\.slug)))
    try store.settleAwaitingRestart(at: now(), isInEffect: results.isMended)
  }

  /// Eight hexadecimal digits: enough to tell the transactions of a host apart, and to be typed.
  static func newID() -> String {
    let digits = String(UInt32.random(in: 0 ... .max), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Brings what was made into effect, judges it, takes back what did not help, and ends the transaction.
  func finish(_ all: inout [Undertaking], of id: String) async {
    for index in all.indices where all[index].isMade { all[index].mark(.applied) }
    do {
      let applied = all.filter(\.isMade).steps
      if !applied.isEmpty { try store.write(applied, of: id) }
    } catch {
      // What the ledger does not have must not come into effect.
      await takeBack(all.indices.filter { all[$0].isMade }, of: &all, because: "\(error)")
    }
    await takeEffect(&all)
    await verify(&all)
    for index in all.indices {
      guard let outcome = all[index].outcome, let status = all[index].recordedStatus else {
        continue
      }
      all[index].mark(status, outcome.reason, at: now())
    }
    do {
      try store.end(id, at: now(), all.steps)
      if !all.digests.isEmpty { pruneBackups() }
    } catch {
      // The next run finds it unfinished, and finishes it.
      for index in all.indices where all[index].outcome?.status.isFailure == false {
        all[index].outcome?.reason = "it is done, but not recorded yet: \(error)"
      }
    }
  }

  /// Removes what was kept for transactions that the ledger does not have any more. Where that is not known,
  /// or cannot be done, it stays: nothing depends on it.
  private func pruneBackups() {
    guard let transactions = try? store.transactions(limit: .max) else { return }
    var needed: Set<String> = []
    for transaction in transactions {
      // What was refused has nothing to take back.
      guard let all = try? Undertaking.all(of: transaction, where: { !$0.undo.isEmpty }) else {
        return
      }
      needed.formUnion(all.digests)
    }
    try? Backups(host.backups).prune(keeping: needed)
  }

  /// Has dockerd and systemd heed what was made. What they do not come back from is taken back.
  func takeEffect(_ all: inout [Undertaking]) async {
    let restarts = all.contains {
      $0.isMade && $0.allowsRestart && $0.effects.contains(.dockerdRestart)
    }
    for effect in Effect.allCases {
      // A restart does what a reload does.
      if effect == .dockerdReload, restarts { continue }
      let concerned = all.indices.filter { index in
        all[index].isMade && wants(effect, all[index], restarts: restarts)
      }
      guard !concerned.isEmpty, host.isRunning else { continue }
      do throws(RemediationError) {
        try await effects.run(effect)
      } catch {
        await takeBack(concerned, of: &all, because: error.description)
        await runAgain(effect, concerned, &all)
      }
    }
  }

  private func wants(_ effect: Effect, _ undertaking: Undertaking, restarts: Bool) -> Bool {
    guard effect == .dockerdRestart else { return undertaking.effects.contains(effect) }
    return undertaking.allowsRestart && undertaking.effects.contains(.dockerdRestart)
      || restarts && undertaking.effects.contains(.dockerdReload)
  }

  /// Has what was taken back come into effect.
  func runAgain(_ effect: Effect, _ concerned: [Int], _ all: inout [Undertaking]) async {
    do throws(RemediationError) {
      try await effects.run(effect)
    } catch {
      for index in concerned {
        all[index].outcome = .init(
          status: .failed,
          reason: [all[index].outcome?.reason ?? "", "and after it was taken back: \(error)"]
            .filter { !$0.isEmpty }.joined(separator: "; "))
      }
    }
  }

  /// Judges what was made. What does not pass then is taken back, or waits for a restart.
  private func verify(_ all: inout [Undertaking]) async {
    let made = all.indices.filter { all[$0].isMade }
    guard !made.isEmpty else { return }
    let deadline = ContinuousClock.now + settlingTime
    var findings: [Int: Finding] = [:]
    var obstacle = "the check says nothing of it any more"
    while true {
      do {
        let results = try await judge(Set(made.map { all[$0].slug }))
        for index in made { findings[index] = results.finding(on: all[index]) }
      } catch {
        obstacle = "\(error)"
      }
      let isOpen = made.contains { index in
        !all[index].effects.isDisjoint(with: [.dockerdReload, .systemdReload])
          && findings[index]?.isMended != true
      }
      guard isOpen, host.isRunning, ContinuousClock.now < deadline else { break }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { break }
    }
    var failed: [Int] = []
    for index in made {
      if let finding = findings[index] { all[index].observed = finding.observed }
      if findings[index]?.isMended == true {
        all[index].outcome = .init(status: .fixed, reason: "")
      } else if all[index].effects.contains(.dockerdRestart), !all[index].allowsRestart {
        all[index].outcome = .init(
          status: .pendingRestart,
          reason:
            "it is configured, and in effect once dockerd has restarted; --allow-restart does that")
      } else if !host.isRunning, findings[index]?.verdict == .unknown {
        all[index].outcome = .init(
          status: .pendingRestart, reason: "it is configured, and in effect when that host starts")
      } else {
        failed.append(index)
      }
    }
    guard !failed.isEmpty else { return }
    let taken = await takeBack(failed, of: &all) { index in
      findings[index].map { "the check does not pass afterwards: \($0.inWords)" } ?? obstacle
    }
    for effect in Effect.allCases where host.isRunning {
      let concerned = taken.filter { wants(effect, all[$0], restarts: false) }
      if !concerned.isEmpty { await runAgain(effect, concerned, &all) }
    }
  }

  @discardableResult
  func takeBack(
    _ indices: [Int], of all: inout [Undertaking], because reason: String
  ) async -> [Int] {
    await takeBack(indices, of: &all) { _ in reason }
  }

  /// Takes these back, the last first, and those made after them in the same files; returns all of them.
  @discardableResult
  func takeBack(
    _ indices: [Int], of all: inout [Undertaking], because reason: (Int) -> String
  ) async -> [Int] {
    var concerned = Set(indices)
    for index in all.indices where all[index].isMade && !concerned.contains(index) {
      let isBuiltUpon = concerned.contains { earlier in
        earlier < index && !all[earlier].touchedPaths.isDisjoint(with: all[index].touchedPaths)
      }
      if isBuiltUpon { concerned.insert(index) }
    }
    for index in concerned.sorted(by: >) {
      let why =
        indices.contains(index)
        ? reason(index) : "it was made after another change of the same file, which was taken back"
      await all[index].takeBack(on: host, to: .rolledBack, because: why)
    }
    return concerned.sorted()
  }
}

/// Brings what was changed into effect.
package protocol EffectRunner: Sendable {
  /// Returns when what is asked for has happened and dockerd is well. Throws where it did not.
  func run(_ effect: Effect) async throws(RemediationError)
}

extension HostAccess {
  /// Whether it is this host, with its systemd and its Engine, and not only a file system.
  var isRunning: Bool { endpoint != nil }
}

extension [Report.Result] {
  fileprivate func finding(on undertaking: Undertaking) -> Finding? {
    finding(slug: undertaking.slug, subject: undertaking.subject)
  }

  private func finding(slug: String, subject: String) -> Finding? {
    first { $0.entry.slug == slug }?.findings.first { $0.subject.description == subject }
  }

  /// Whether there is nothing left to mend of what `step` is about.
  package func isMended(_ step: Transaction.Step) -> Bool {
    finding(slug: step.slug, subject: step.subject)?.isMended ?? false
  }
}

extension Finding {
  fileprivate var isMended: Bool { verdict == .pass || verdict == .notApplicable }

  fileprivate var inWords: String {
    [observed, reason].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
