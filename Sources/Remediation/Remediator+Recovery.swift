import HardeningModel
import Store

extension Remediator {
  /// What became of something that a process had begun that was cut short; of a transaction as a whole, which
  /// stays as it is, where the slug is empty.
  package struct Recovered: Sendable, Equatable {
    package var transaction: String
    package var slug: String
    package var subject: String
    package var status: RemediationReport.Status
    package var reason: String
  }

  /// Finishes or takes back what was cut short: an intervention whose changes the host has is brought to its
  /// end, one that was only begun is taken back. Without `mayRestart` dockerd is not restarted for it, even
  /// where whoever began it had allowed that.
  package func recover(mayRestart: Bool = true) async throws -> [Recovered] {
    var recovered: [Recovered] = []
    // The oldest first, since later ones may rest on it.
    for transaction in try store.unfinishedTransactions().reversed() {
      var all: [Undertaking]
      do {
        all = try Undertaking.all(of: transaction) { !$0.status.isFinal }
      } catch {
        // A later version has begun it, and can end it.
        recovered.append(
          Recovered(
            transaction: transaction.id, slug: "", subject: "", status: .refused,
            reason: error.description))
        continue
      }
      for index in all.indices where !mayRestart { all[index].allowsRestart = false }
      switch transaction.kind {
      case .remediate: await resume(&all, of: transaction.id)
      case .undo: await resumeUndo(&all, of: transaction)
      }
      recovered += all.map { one in
        Recovered(
          transaction: transaction.id, slug: one.slug, subject: one.subject,
          status: one.outcome?.status ?? .failed, reason: one.outcome?.reason ?? "")
      }
    }
    return recovered
  }

  private func resume(_ all: inout [Undertaking], of id: String) async {
    var undone: [Int] = []
    for index in all.indices {
      // dockerd and systemd were told only of what the ledger has as applied.
      let mayBeInEffect = all[index].steps.contains { $0.status == .applied }
      do throws(RemediationError) {
        let states = try await all[index].states(on: host)
        if states.allSatisfy({ $0 == .after }) {
          all[index].isMade = true
          continue
        }
      } catch {
        all[index].outcome = .init(
          status: .failed, reason: "it was cut short, and how it stands is not known: \(error)")
        continue
      }
      await all[index].takeBack(
        on: host, to: .rolledBack, because: "it was cut short, and is as before")
      if mayBeInEffect { undone.append(index) }
    }
    for effect in Effect.allCases where host.isRunning {
      let concerned = undone.filter {
        all[$0].effects.contains(effect) && (effect != .dockerdRestart || all[$0].allowsRestart)
      }
      if !concerned.isEmpty { await runAgain(effect, concerned, &all) }
    }
    await finish(&all, of: id)
  }
}
