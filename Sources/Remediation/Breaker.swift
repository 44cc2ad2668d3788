import FoundationEssentials
import HardeningModel
import Store

/// Keeps the service from mending the same thing over and over: whoever undoes it each time is for a person
/// to find. What it knows is what the ledger tells.
package struct Breaker: Sendable, Equatable {
  package var limits: BreakerLimits

  package init(_ limits: BreakerLimits) { self.limits = limits }

  package enum State: Sendable, Equatable {
    /// The service may mend it.
    case closed
    /// The service tried so many times, the last time then, and leaves it alone until a person has mended it.
    case open(since: Date, repairs: Int)
    /// A person took back what was done about it, and has it so until a person mends it.
    case takenBack(since: Date, by: Person)
  }

  /// How it stands with what the check `slug` says of `subject`, given all `transactions` about that check,
  /// in any order.
  ///
  /// It opens with the last of so many tries within the window, and with as many in a row that did not
  /// help, however far apart. A try that found nothing to do is none. What a clock has written that was ahead
  /// of `now` does not count.
  package func state(
    of slug: String, subject: String, in transactions: [Transaction], at now: Date
  ) -> State {
    var state = State.closed
    var tries: [Date] = []
    var failuresInARow = 0
    let past = transactions.filter { $0.begunAt <= now }.sorted { $0.begunAt < $1.begunAt }
    for transaction in past {
      guard let outcome = Outcome(of: slug, subject, in: transaction) else { continue }
      switch (transaction.kind, transaction.by.isService) {
      case (.remediate, false):
        if outcome == .helped { (state, tries, failuresInARow) = (.closed, [], 0) }
      case (.undo, false):
        if outcome == .helped {
          state = .takenBack(since: transaction.begunAt, by: transaction.by)
        }
      case (.remediate, true):
        tries.append(transaction.begunAt)
        failuresInARow = outcome == .helped ? 0 : failuresInARow + 1
        let window = tries.filter {
          transaction.begunAt.timeIntervalSince($0) <= Double(limits.window)
        }
        let repairs = max(window.count, failuresInARow)
        if limits.repairs > 0, repairs >= limits.repairs {
          state = .open(since: transaction.begunAt, repairs: repairs)
        }
      case (.undo, true): break  // The service takes nothing back.
      }
    }
    return state
  }

  /// What came of one thing in a transaction.
  private enum Outcome {
    case helped, didNotHelp

    /// `nil` where the transaction has not tried anything with it.
    init?(of slug: String, _ subject: String, in transaction: Transaction) {
      let steps = transaction.steps.filter { $0.slug == slug && $0.subject == subject }
      if steps.allSatisfy({ $0.status == .alreadyCompliant }) { return nil }
      self = steps.allSatisfy(\.status.isAsAskedFor) ? .helped : .didNotHelp
    }
  }
}

extension Transaction.Step.Status {
  /// Whether it came to be as it was asked for, or will with the next restart of dockerd; also where that was
  /// taken back later.
  fileprivate var isAsAskedFor: Bool {
    switch self {
    case .fixed, .alreadyCompliant, .pendingRestart, .undone: true
    // What was cut short ends in one of the others when it is found.
    case .begun, .applied, .refused, .failed, .rolledBack: false
    }
  }
}

extension Breaker.State {
  /// Why the service does not mend it, for people, who mend it by `remediate` with the `number` of the check;
  /// `nil` where it may.
  package func reason(number: String) -> String? {
    switch self {
    case .closed: nil
    case .open(let since, let repairs):
      "the service has tried \(repairs) times, the last time at \(Self.text(since)), and leaves it to a person: find out what undoes it, then 'dockward remediate \(number)'"
    case .takenBack(let since, let person):
      "\(person) took the remediation back at \(Self.text(since)); once that is no longer wanted: 'dockward remediate \(number)'"
    }
  }

  private static func text(_ date: Date) -> String {
    Timestamp.rfc3339(seconds: Int(date.timeIntervalSince1970.rounded(.down)))
  }
}
