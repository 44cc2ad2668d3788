import FoundationEssentials

/// What a remediation, or taking one back, has done: written before and after each of its steps, so that
/// after a crash it is known what was begun.
package struct Transaction: Sendable, Equatable {
  package enum Kind: String, Sendable, Codable {
    case remediate, undo
  }

  /// The transaction.
  package var id: String
  package var kind: Kind
  /// The transaction that an undo takes back.
  package var undoes: String?
  /// What was asked for, e.g. `3.1,3.2`.
  package var request: String
  package var by: Person
  package var begunAt: Date
  /// `nil` while it is under way, or where it was cut short.
  package var endedAt: Date?
  /// In their order.
  package var steps: [Step] = []

  package init(
    id: String, kind: Kind, undoes: String? = nil, request: String, by: Person, begunAt: Date
  ) {
    self.id = id
    self.kind = kind
    self.undoes = undoes
    self.request = request
    self.by = by
    self.begunAt = begunAt
  }

  /// One change of the host.
  package struct Step: Sendable, Equatable {
    package enum Status: String, Sendable, Codable, CaseIterable {
      /// It may have been done, or half done.
      case begun
      /// It was done, and the check has yet to be judged again.
      case applied
      case fixed, alreadyCompliant, pendingRestart, refused, failed, rolledBack
      /// A later transaction has taken it back.
      case undone

      /// Whether nothing more will become of it by itself.
      package var isFinal: Bool { self != .begun && self != .applied }
    }

    /// From 1.
    package var number: Int
    package var slug: String
    package var subject: String
    /// What is done, in the words of the one who does it.
    package var action: String
    package var status: Status
    /// Why, where the status does not say it.
    package var reason: String
    package var before: String
    package var after: String
    /// What taking it back needs; only the one who wrote it understands it. Contents of files are kept
    /// elsewhere, and named here.
    package var undo: [UInt8]
    package var begunAt: Date
    package var endedAt: Date?

    package init(
      number: Int, slug: String, subject: String, action: String, status: Status = .begun,
      reason: String = "", before: String = "", after: String = "", undo: [UInt8] = [],
      begunAt: Date, endedAt: Date? = nil
    ) {
      self.number = number
      self.slug = slug
      self.subject = subject
      self.action = action
      self.status = status
      self.reason = reason
      self.before = before
      self.after = after
      self.undo = undo
      self.begunAt = begunAt
      self.endedAt = endedAt
    }
  }
}
