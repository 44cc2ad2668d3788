import HardeningModel

/// A transaction of the remediation ledger, as people are told of it.
package struct RemediationSummary: Sendable, Equatable {
  package struct Step: Sendable, Equatable {
    package var slug: String
    package var subject: String
    package var action: String
    /// As the ledger has it, e.g. `pendingRestart`.
    package var status: String
    package var reason: String

    package init(slug: String, subject: String, action: String, status: String, reason: String) {
      self.slug = slug
      self.subject = subject
      self.action = action
      self.status = status
      self.reason = reason
    }
  }

  package var id: String
  /// `remediate` or `undo`.
  package var kind: String
  /// The transaction that an undo takes back.
  package var undoes: String?
  /// What was asked for, e.g. `3.1,3.2`.
  package var request: String
  package var by: String
  /// Seconds since 1970.
  package var begunAt: Int
  /// `nil` while it is under way, or where it was cut short.
  package var endedAt: Int?
  package var steps: [Step]

  package init(
    id: String, kind: String, undoes: String?, request: String, by: String, begunAt: Int,
    endedAt: Int?, steps: [Step]
  ) {
    self.id = id
    self.kind = kind
    self.undoes = undoes
    self.request = request
    self.by = by
    self.begunAt = begunAt
    self.endedAt = endedAt
    self.steps = steps
  }

  /// `remediate 3.1,3.2 by root (7f3a): 1 fixed, 1 pendingRestart`
  var text: String {
    let name = "\(kind) \(undoes ?? request) by \(by) (\(id))"
    var parts: [String] = []
    var seen: Set<String> = []
    for step in steps where seen.insert(step.status).inserted {
      parts.append("\(steps.count { $0.status == step.status }) \(step.status)")
    }
    if endedAt == nil { parts.append("under way, or cut short") }
    return Printable.text(parts.isEmpty ? name : "\(name): \(parts.joined(separator: ", "))")
  }

  func write(to writer: inout JSONWriter) {
    writer.member("id", id)
    writer.member("action", kind)
    writer.member("undoes", undoes)
    writer.member("request", request)
    writer.member("by", by)
    writer.member("begunAt", Timestamp.rfc3339(seconds: begunAt))
    writer.member("endedAt", endedAt.map { Timestamp.rfc3339(seconds: $0) })
    writer.member("steps") {
      $0.list(steps) { writer, step in
        writer.object { object in
          object.member("slug", step.slug)
          object.member("subject", step.subject)
          object.member("action", step.action)
          object.member("status", step.status)
          object.member("reason", step.reason)
        }
      }
    }
  }
}
