/// What a remediation did, or would do, or what taking one back did.
package struct RemediationReport: Sendable, Equatable {
  /// The transaction under which the ledger has it; `nil` where nothing was begun.
  package var transaction: String?
  /// The transaction that was taken back.
  package var undoes: String?
  package var isDryRun: Bool
  /// In the order in which checks were asked for, and each one's subjects in report order.
  package var results: [Result]

  package init(
    transaction: String? = nil, undoes: String? = nil, isDryRun: Bool = false,
    results: [Result] = []
  ) {
    self.transaction = transaction
    self.undoes = undoes
    self.isDryRun = isDryRun
    self.results = results
  }

  package enum Status: String, Sendable, Codable, CaseIterable {
    /// It was changed, and the check passes.
    case fixed
    /// There was nothing to do, and nothing was touched.
    case alreadyCompliant
    /// It is configured, and in effect when dockerd starts next.
    case pendingRestart
    /// It was not begun; the reason says why.
    case refused
    /// It was tried, did not work, and the host is as before unless the reason says otherwise.
    case failed
    /// It was done, did not help or did harm, and was taken back.
    case rolledBack
    /// It would be done.
    case planned
    /// It was taken back.
    case undone

    /// Whether it is not as was asked for.
    package var isFailure: Bool { [.refused, .failed, .rolledBack].contains(self) }
  }

  /// What became of one subject of one check.
  package struct Result: Sendable, Equatable {
    /// The check's number in the benchmark in use; its slug where it has none there.
    package var id: String
    package var slug: String
    package var title: String
    /// As `Subject` writes it.
    package var subject: String
    package var status: Status
    /// What the check observed before and after, or what was there of a change that is taken back.
    package var before: String
    package var after: String
    /// What is changed, as lines of a diff.
    package var diff: [String]
    /// Why it is so, or what is to be known of it.
    package var reason: String
    package var disruption: Remedy.Disruption
    /// What a person does on this host where dockward does not mend it, as commands.
    package var steps: [String] = []

    package init(
      id: String, slug: String, title: String, subject: String, status: Status,
      before: String = "", after: String = "", diff: [String] = [], reason: String = "",
      disruption: Remedy.Disruption = .none
    ) {
      self.id = id
      self.slug = slug
      self.title = title
      self.subject = subject
      self.status = status
      self.before = before
      self.after = after
      self.diff = diff
      self.reason = reason
      self.disruption = disruption
    }
  }

  /// Whether something of it is not as was asked for.
  package var hasFailed: Bool { results.contains { $0.status.isFailure } }
}
