import FoundationEssentials
import HardeningModel
import Store

/// An intervention that is under way, or was when a process ended, with its steps as the ledger has them.
struct Undertaking: Sendable {
  /// The place of its finding in the plan; `nil` for one of an earlier process.
  var item: Int?
  /// Of the check.
  var slug: String
  var subject: String
  var steps: [Transaction.Step]
  var changes: [Change]
  var effects: Set<Effect>
  /// Whether dockerd may be restarted for it.
  var allowsRestart: Bool
  /// Whether the host has all of its changes.
  var isMade = false
  /// What became of it; `nil` while it goes on.
  var outcome: Outcome?
  /// What the check observed of it in the end.
  var observed = ""

  struct Outcome: Sendable, Equatable {
    var status: RemediationReport.Status
    var reason: String
  }

  /// What the ledger keeps of a change beside its words.
  private struct Recorded: Codable {
    /// `nil` where all was configured, and dockerd alone had to heed it.
    var change: Change?
    var effects: Set<Effect>
    var allowsRestart: Bool
  }

  /// Begins `intervention`; its steps are numbered from `number` on.
  init(
    _ intervention: Intervention, item: Int, finding: Finding, allowsRestart: Bool, number: Int,
    at time: Date
  ) {
    self.item = item
    slug = intervention.slug
    subject = intervention.subject.description
    changes = intervention.changes
    effects = intervention.effects
    self.allowsRestart = allowsRestart
    observed = finding.observed
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let changes: [Change?] = intervention.changes.isEmpty ? [nil] : intervention.changes
    steps = changes.enumerated().map { offset, change in
      let recorded = Recorded(
        change: change, effects: intervention.effects, allowsRestart: allowsRestart)
      return Transaction.Step(
        number: number + offset, slug: intervention.slug,
        subject: intervention.subject.description,
        action: change?.onHost.action ?? "have dockerd heed what is configured",
        before: change?.onHost.beforeText ?? "", after: change?.onHost.afterText ?? "",
        // There is nothing in it that could not be encoded.
        undo: (try? encoder.encode(recorded)).map(Array.init) ?? [], begunAt: time)
    }
  }

  /// Those of `transaction` whose steps are wanted, in their order. Throws where the ledger has one in a
  /// form that is not known.
  static func all(
    of transaction: Transaction, where isWanted: (Transaction.Step) -> Bool = { _ in true }
  ) throws(RemediationError) -> [Undertaking] {
    var all: [Undertaking] = []
    for step in transaction.steps where isWanted(step) {
      let recorded: Recorded
      do {
        recorded = try JSONDecoder().decode(Recorded.self, from: Data(step.undo))
      } catch {
        throw .refused(
          "remediation '\(transaction.id)' is in the ledger in a form that this dockward does not know"
        )
      }
      if let last = all.indices.last, all[last].slug == step.slug,
        all[last].subject == step.subject
      {
        all[last].steps.append(step)
        if let change = recorded.change { all[last].changes.append(change) }
      } else {
        all.append(Undertaking(step, recorded))
      }
    }
    return all
  }

  private init(_ step: Transaction.Step, _ recorded: Recorded) {
    slug = step.slug
    subject = step.subject
    steps = [step]
    changes = recorded.change.map { [$0] } ?? []
    effects = recorded.effects
    allowsRestart = recorded.allowsRestart
  }

  /// Whether `step` has changed anything that could be taken back; so it seems where it is in a form that is
  /// not known.
  static func changes(_ step: Transaction.Step) -> Bool {
    (try? JSONDecoder().decode(Recorded.self, from: Data(step.undo))).map { $0.change != nil }
      ?? true
  }

  /// What the ledger has of its outcome. Where there was nothing to change, waiting for a restart is nothing
  /// new: what it waits for stands where that was changed.
  var recordedStatus: Transaction.Step.Status? {
    guard let outcome else { return nil }
    if changes.isEmpty, outcome.status == .pendingRestart { return .alreadyCompliant }
    return outcome.status.inLedger
  }

  /// Gives all steps this status.
  mutating func mark(_ status: Transaction.Step.Status, _ reason: String = "", at time: Date? = nil)
  {
    for index in steps.indices {
      steps[index].status = status
      steps[index].reason = reason
      steps[index].endedAt = time
    }
  }

  /// The paths of what it changes, without links.
  var touchedPaths: Set<String> {
    Set(
      changes.compactMap { change in
        switch change {
        case .attributes(let change): change.canonical
        case .contents(let change): change.canonical
        case .directory(let change): change.path
        case .auditRule, .container: nil
        }
      })
  }
}

extension Sequence<Undertaking> {
  var steps: [Transaction.Step] { flatMap(\.steps) }

  /// Of the contents that are replaced and made.
  var digests: Set<String> {
    Set(
      flatMap(\.changes).flatMap { change -> [String] in
        guard case .contents(let change) = change else { return [] }
        return [change.before?.digest, change.after.digest].compactMap { $0 }
      })
  }
}

extension RemediationReport.Status {
  /// As the ledger has it; see `Undertaking.recordedStatus`.
  var inLedger: Transaction.Step.Status {
    switch self {
    case .fixed: .fixed
    case .alreadyCompliant, .planned: .alreadyCompliant
    case .pendingRestart: .pendingRestart
    case .refused: .refused
    case .failed: .failed
    case .rolledBack: .rolledBack
    case .undone: .undone
    }
  }
}
