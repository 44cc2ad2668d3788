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

  /// The events that people are told of and that the journal has not been told of, the first one first, at
  /// most `limit`. Before the journal has been told of any, those that there are then do not count.
  package func eventsForJournal(limit: Int = 1000) throws(StoreError) -> [RecordedEvent] {
    let last: Int64? = try reading("read what the journal was told from") { database in
      try Self.memory(Memory.journal, in: database)
    }
    guard let last else {
      try writing("write what the journal was told in") { database in
        let newest = try Row.fetchOne(database, sql: "SELECT coalesce(max(id), 0) AS id FROM event")
        try Self.remember(try newest?.value("id") ?? Int64(0), as: Memory.journal, in: database)
      }
      return []
    }
    return try reading("read the events from") { database in
      try Self.events(
        where: "id > :last AND told", ["last": last], "ORDER BY id LIMIT \(max(0, limit))",
        in: database)
    }
  }

  /// Remembers that the journal has been told of `event` and all before it.
  package func noteInJournal(_ event: RecordedEvent) throws(StoreError) {
    try writing("write what the journal was told in") { database in
      try Self.remember(event.number, as: Memory.journal, in: database)
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
    return try events(
      where: "time >= :since \(condition)", arguments, "ORDER BY id DESC LIMIT \(max(0, limit))",
      in: database)
  }

  private static func events(
    where condition: String, _ arguments: StatementArguments, _ order: String, in database: Database
  ) throws -> [RecordedEvent] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT * FROM event WHERE \(condition) \(order)", arguments: arguments)
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
