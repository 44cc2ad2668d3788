import HardeningModel
import Store

extension Remediator {
  /// Takes back the transaction `id`, or the last that has anything to take back: exactly, the last change
  /// first. What has changed since is left alone, unless `isForced`. Throws a `StoreError`, or a
  /// `RemediationError` where there is no such transaction.
  package func undo(
    _ id: String?, isForced: Bool, allowsRestart: Bool
  ) async throws -> RemediationReport {
    let target = try transactionToUndo(id)
    var all = try Undertaking.all(of: target, where: \.canBeUndone).reversed().map { $0 }
    for index in all.indices {
      all[index].allowsRestart = allowsRestart
      all[index].mark(.begun)
    }
    var transaction = Transaction(
      id: Self.newID(), kind: .undo, undoes: target.id, request: "undo \(target.id)", by: by,
      begunAt: now())
    transaction.steps = all.steps
    try store.begin(transaction)
    await takeAllBack(&all, isForced: isForced)
    await finishUndo(&all, of: transaction)
    return RemediationReport(
      transaction: transaction.id, undoes: target.id,
      results: all.map { one in
        RemediationReport.Result(
          id: one.slug, slug: one.slug, title: "", subject: one.subject,
          status: one.outcome?.status ?? .failed,
          before: one.steps.map(\.after).joined(separator: ", "),
          after: one.steps.map(\.before).joined(separator: ", "),
          reason: one.outcome?.reason ?? "")
      })
  }

  private func transactionToUndo(_ id: String?) throws -> Transaction {
    if let id {
      guard let found = try store.transaction(id) else {
        throw RemediationError.refused(
          "there is no remediation '\(id)'; 'dockward history' lists them")
      }
      guard found.kind == .remediate else {
        throw RemediationError.refused(
          "'\(id)' took back another remediation; to have that again, remediate again")
      }
      guard found.steps.contains(where: \.canBeUndone) else {
        throw RemediationError.refused("remediation '\(id)' has nothing that could be taken back")
      }
      return found
    }
    let all = try store.transactions()
    guard
      let last = all.first(where: {
        $0.kind == .remediate && $0.steps.contains(where: \.canBeUndone)
      })
    else { throw RemediationError.refused("there is no remediation that could be taken back") }
    return last
  }

  private func takeAllBack(_ all: inout [Undertaking], isForced: Bool) async {
    for index in all.indices {
      if !isForced {
        // All of one or nothing of it.
        do throws(RemediationError) {
          for case .other(let what) in try await all[index].states(on: host) {
            throw .refused("it has changed since: \(what); --force takes it back all the same")
          }
        } catch {
          all[index].outcome = .init(status: .refused, reason: error.description)
          continue
        }
      }
      await all[index].takeBack(on: host, isForced: isForced, to: .undone, because: "")
    }
  }

  /// Brings what was taken back into effect, and writes both transactions.
  private func finishUndo(_ all: inout [Undertaking], of transaction: Transaction) async {
    // A reload does not bring back the default of what is not in the file any more.
    let isOfDaemon: (Undertaking) -> Bool = {
      $0.outcome?.status == .undone
        && !$0.effects.isDisjoint(with: [.dockerdReload, .dockerdRestart])
    }
    let restarts = all.contains { isOfDaemon($0) && $0.allowsRestart }
    for effect in Effect.allCases where host.isRunning {
      let concerned = all.indices.filter { index in
        switch effect {
        case .systemdReload:
          all[index].outcome?.status == .undone && all[index].effects.contains(effect)
        case .dockerdReload:
          !restarts && isOfDaemon(all[index]) && all[index].effects.contains(effect)
        case .dockerdRestart: restarts && isOfDaemon(all[index])
        }
      }
      if !concerned.isEmpty { await runAgain(effect, concerned, &all) }
    }
    if host.isRunning, !restarts { await tellOfWaiting(&all, where: isOfDaemon) }
    do {
      try recordUndo(&all, of: transaction)
    } catch {
      for index in all.indices where all[index].outcome?.status == .undone {
        all[index].outcome?.reason = "it is taken back, but not recorded yet: \(error)"
      }
    }
  }

  /// Says where dockerd goes on with what is not configured any more.
  private func tellOfWaiting(
    _ all: inout [Undertaking], where isOfDaemon: (Undertaking) -> Bool
  ) async {
    let concerned = all.indices.filter { isOfDaemon(all[$0]) }
    guard !concerned.isEmpty else { return }
    let slugs = Set(concerned.map { all[$0].slug })
    let deadline = ContinuousClock.now + .seconds(1)
    var kept: Set<Int> = []
    repeat {
      guard let results = try? await judge(slugs) else { return }
      kept = Set(concerned.filter { index in all[index].steps.contains(where: results.isMended) })
      if kept.isEmpty { return }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
    } while ContinuousClock.now < deadline
    for index in kept {
      all[index].outcome?.reason =
        "it is configured as before, but dockerd goes on with the other setting until it restarts; --allow-restart does that"
    }
  }

  private func recordUndo(_ all: inout [Undertaking], of transaction: Transaction) throws {
    for index in all.indices {
      guard let outcome = all[index].outcome else { continue }
      all[index].mark(outcome.status.inLedger, outcome.reason, at: now())
    }
    if let undone = transaction.undoes {
      // The steps have the numbers that they have there.
      let steps = all.filter { $0.outcome?.status == .undone }.steps
      if !steps.isEmpty { try store.write(steps, of: undone) }
    }
    try store.end(transaction.id, at: now(), all.steps)
  }

  /// Goes on taking back.
  func resumeUndo(_ all: inout [Undertaking], of transaction: Transaction) async {
    await takeAllBack(&all, isForced: false)
    await finishUndo(&all, of: transaction)
  }
}

extension Transaction.Step {
  /// Whether the host has what it did.
  fileprivate var canBeUndone: Bool {
    switch status {
    case .fixed, .pendingRestart, .applied: Undertaking.changes(self)
    case .begun, .alreadyCompliant, .refused, .failed, .rolledBack, .undone: false
    }
  }
}
