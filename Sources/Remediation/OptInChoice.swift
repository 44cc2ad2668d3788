import FoundationEssentials
import HardeningModel
import Store

/// What the service does about what a pass has found: which checks it has mended, and what it leaves alone.
package struct OptInChoice: Sendable, Equatable {
  /// The slugs of the checks for which a remediation is started, in the order of the report.
  package var checks: [String] = []
  /// Each finding once, in the order of the report.
  package var heldBack: [HeldBack] = []

  /// What of `report` fails and is of `enabled` checks is mended, as far as the breaker allows.
  ///
  /// What is configured and waits for a restart of dockerd is taken up again when that may restart, for which
  /// `mayRestart` stands; nothing waits that dockerd `hasReadConfiguration` since. `past` are all transactions
  /// about these checks.
  package init(
    for report: Report, enabled: some Collection<String>, breaker: Breaker,
    past: [Transaction], mayRestart: Bool, hasReadConfiguration: Reading<Bool>, at now: Date
  ) {
    let enabled = Set(enabled)
    for result in report.results where enabled.contains(result.entry.slug) {
      let slug = result.entry.slug
      var isMended = false
      for finding in result.findings {
        let subject = finding.subject.description
        let waits =
          hasReadConfiguration != .found(true) && Self.waitsForRestart(slug, subject, past)
        // Nobody knows what dockerd has read of a file that was changed since it started.
        guard finding.verdict == .fail || finding.verdict == .unknown && waits else { continue }
        func hold(_ reason: HeldBack.Reason) {
          heldBack.append(
            HeldBack(number: result.entry.id, slug: slug, subject: subject, reason: reason))
        }
        switch breaker.state(of: slug, subject: subject, in: past, at: now) {
        case .closed where waits && !mayRestart: hold(.awaitsRestart)
        case .closed: isMended = true
        case let state: hold(.breaker(state))
        }
      }
      if isMended { checks.append(slug) }
    }
  }

  /// Whether something that was done about it is configured and was not in effect since.
  private static func waitsForRestart(
    _ slug: String, _ subject: String, _ past: [Transaction]
  ) -> Bool {
    past.contains { transaction in
      transaction.steps.contains {
        $0.slug == slug && $0.subject == subject && $0.status == .pendingRestart
      }
    }
  }
}

/// Something that fails, is opted into, and is not mended by the service.
package struct HeldBack: Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case breaker(Breaker.State)
    case awaitsRestart
  }

  /// Of the check, in the benchmark of the report.
  package var number: String
  package var slug: String
  /// As `Subject` writes it.
  package var subject: String
  package var reason: Reason

  /// What is told once about it (`Notice.heldBack`): the same as long as it is held back for the same kind of
  /// reason.
  package var notice: String {
    let kind =
      switch reason {
      case .breaker(.takenBack): "takenBack"
      case .breaker: "open"
      case .awaitsRestart: "awaitsRestart"
      }
    return "\(slug) \(kind) \(subject)"
  }

  /// Why, for people.
  package var text: String {
    switch reason {
    case .breaker(let state): state.reason(number: number) ?? ""
    case .awaitsRestart:
      "it is configured, and in effect once dockerd has restarted, which the service may do only within remediation.allowRestart"
    }
  }
}
