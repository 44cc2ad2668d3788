import Documents
import FoundationEssentials
import GRDB

extension Store {
  /// Writes down that `transaction` begins, with the steps that it has by then.
  package func begin(_ transaction: Transaction) throws(StoreError) {
    try writing("begin a remediation in") { database in
      try database.execute(
        sql: """
          INSERT INTO remediation (id, kind, undoes, request, person, begun)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          transaction.id, transaction.kind.rawValue, transaction.undoes, transaction.request,
          String(decoding: transaction.by.canonical.bytes, as: UTF8.self),
          transaction.begunAt.milliseconds,
        ])
      try database.write(transaction.steps, of: transaction.id)
    }
  }

  /// Writes `steps` of the transaction `id`, each in the place of what was written of it before: all of
  /// them or none.
  package func write(_ steps: [Transaction.Step], of id: String) throws(StoreError) {
    try writing("write a step of remediation '\(id)' in") { try $0.write(steps, of: id) }
  }

  /// Writes down that the transaction `id`, which has begun, is over, and its last `steps`.
  package func end(
    _ id: String, at time: Date, _ steps: [Transaction.Step] = []
  ) throws(StoreError) {
    let attempt = "end remediation '\(id)' in"
    try writing(attempt) { database in
      try database.write(steps, of: id)
      try database.execute(
        sql: "UPDATE remediation SET ended = ? WHERE id = ?", arguments: [time.milliseconds, id])
      guard database.changesCount == 1 else {
        throw StoreError(attempt, self.path, .refused("it has not begun"))
      }
    }
  }

  /// The transaction `id` with its steps; `nil` where there is none.
  package func transaction(_ id: String) throws(StoreError) -> Transaction? {
    try transactions("WHERE id = ?", [id]).first
  }

  /// Those that began at `since` or later, the last one first.
  package func transactions(
    since: Date = .distantPast, limit: Int = 10_000
  ) throws(StoreError) -> [Transaction] {
    try transactions("WHERE begun >= ?", [since.milliseconds], limit: limit)
  }

  /// Those with a step of one of these checks, the last one first.
  package func transactions(
    about slugs: some Collection<String>
  ) throws(StoreError) -> [Transaction] {
    let names = databaseQuestionMarks(count: slugs.count)
    return try transactions(
      "WHERE id IN (SELECT remediation FROM step WHERE slug IN (\(names)))",
      StatementArguments(Array(slugs)), limit: .max)
  }

  /// Those that are under way or were cut short, the last one first.
  package func unfinishedTransactions() throws(StoreError) -> [Transaction] {
    try transactions("WHERE ended IS NULL", [])
  }

  /// Those of which a step is done and waits for a restart to be in effect, the last one first.
  package func transactionsAwaitingRestart() throws(StoreError) -> [Transaction] {
    try transactions(
      "WHERE id IN (SELECT remediation FROM step WHERE status = 'pendingRestart')", [])
  }

  /// Ends the waiting of those steps that are in effect by now.
  package func settleAwaitingRestart(
    at time: Date, isInEffect: (Transaction.Step) -> Bool
  ) throws(StoreError) {
    for transaction in try transactionsAwaitingRestart() {
      let settled = transaction.steps.filter { $0.status == .pendingRestart && isInEffect($0) }
      guard !settled.isEmpty else { continue }
      try write(
        settled.map { step in
          var step = step
          step.status = .fixed
          step.reason = "in effect since dockerd has restarted"
          step.endedAt = time
          return step
        }, of: transaction.id)
    }
  }

  private func transactions(
    _ condition: String, _ arguments: StatementArguments, limit: Int = 10_000
  ) throws(StoreError) -> [Transaction] {
    try reading("read the remediations from") { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM remediation \(condition)
          ORDER BY begun DESC, id DESC LIMIT \(max(0, limit))
          """,
        arguments: arguments
      ).map { row in
        var remediation = try Transaction(row)
        remediation.steps = try Row.fetchAll(
          database, sql: "SELECT * FROM step WHERE remediation = ? ORDER BY number",
          arguments: [remediation.id]
        ).map(Transaction.Step.init)
        return remediation
      }
    }
  }
}

extension Database {
  fileprivate func write(_ steps: [Transaction.Step], of id: String) throws {
    for step in steps {
      try execute(
        sql: """
          INSERT OR REPLACE INTO step (remediation, number, slug, subject, action, status, reason,
            before, after, undo, begun, ended)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          id, step.number, StoredText(step.slug), StoredText(step.subject), StoredText(step.action),
          step.status.rawValue, StoredText(step.reason), StoredText(step.before),
          StoredText(step.after), Data(step.undo), step.begunAt.milliseconds,
          step.endedAt?.milliseconds,
        ])
    }
  }
}

extension Transaction {
  fileprivate init(_ row: Row) throws {
    guard let kind = Kind(rawValue: try row.text("kind")),
      let by = try? JSONText(parsing: Array(row.text("person").utf8), file: "person")
        .decode(Person.self)
    else { throw Inconsistency("a remediation is of a kind that is not known") }
    self.init(
      id: try row.text("id"), kind: kind, undoes: try row.optionalText("undoes"),
      request: try row.text("request"), by: by,
      begunAt: Date(milliseconds: try row.value("begun")))
    let ended: Int64? = try row.optional("ended")
    endedAt = ended.map { Date(milliseconds: $0) }
  }
}

extension Transaction.Step {
  fileprivate init(_ row: Row) throws {
    guard let status = Status(rawValue: try row.text("status")) else {
      throw Inconsistency("a step of a remediation has a status that is not known")
    }
    let undo: Data = try row.value("undo")
    let ended: Int64? = try row.optional("ended")
    self.init(
      number: try row.value("number"), slug: try row.text("slug"),
      subject: try row.text("subject"), action: try row.text("action"), status: status,
      reason: try row.text("reason"), before: try row.text("before"),
      after: try row.text("after"), undo: Array(undo),
      begunAt: Date(milliseconds: try row.value("begun")),
      endedAt: ended.map { Date(milliseconds: $0) })
  }
}
