import Drift
import FoundationEssentials
import GRDB

extension Store {
  static func insert(
    _ event: DriftEvent, _ isTold: Bool, at time: Date, scan: String, in database: Database
  ) throws -> RecordedEvent {
    try database.cachedStatement(
      sql: """
        INSERT INTO event (time, scan, change, slug, subject, before, after, failing, return, told)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        time.milliseconds, scan, event.change.rawValue, event.slug.map { StoredText($0) },
        StoredText(event.subject), try PostureLine.id(of: event.before, in: database),
        try PostureLine.id(of: event.after, in: database),
        PostureLine.text(of: event.failing), event.isReturn, isTold,
      ])
    var event = event
    event.parts = []
    return RecordedEvent(
      number: database.lastInsertedRowID, time: time, scan: scan, event: event, isTold: isTold)
  }

  /// The events at `since` or later, the last one first, at most `limit`; with `check`, a slug, those that
  /// are about it or of whose subject it fails.
  package func events(
    since: Date = .distantPast, check: String? = nil, limit: Int = 10_000
  ) throws(StoreError) -> [RecordedEvent] {
    try reading("read the events from") { database in
      try Self.events(since: since, check: check, limit: limit, in: database)
    }
  }

  static func events(
    since: Date, check: String?, limit: Int, in database: Database
  ) throws -> [RecordedEvent] {
    let condition = check == nil ? "" : "AND (slug = :check OR instr(failing, :quoted) > 0)"
    var arguments: StatementArguments = ["since": since.milliseconds]
    if let check {
      _ = arguments.append(
        contentsOf: ["check": StoredText(check), "quoted": PostureLine.text(of: [check]).inner])
    }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT * FROM event WHERE time >= :since \(condition)
        ORDER BY id DESC LIMIT \(max(0, limit))
        """,
      arguments: arguments)
    return try rows.map { row in
      guard let change = DriftEvent.Change(rawValue: try row.text("change")) else {
        throw Inconsistency("an event is of a kind that is not known")
      }
      return RecordedEvent(
        number: try row.value("id"), time: Date(milliseconds: try row.value("time")),
        scan: try row.text("scan"),
        event: DriftEvent(
          change: change, slug: try row.optionalText("slug"), subject: try row.text("subject"),
          before: try PostureLine.state(row.value("before"), in: database),
          after: try PostureLine.state(row.value("after"), in: database),
          failing: try PostureLine.texts(row.text("failing")),
          isReturn: try row.value("return")),
        isTold: try row.value("told"))
    }
  }
}

extension String {
  /// Without its first and last character: what a list of one holds.
  fileprivate var inner: String { String(dropFirst().dropLast()) }
}
