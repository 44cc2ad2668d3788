import Drift
import FoundationEssentials
import GRDB

extension Store {
  static func insert(
    _ event: DriftEvent, at time: Date, scan: String, in database: Database
  ) throws -> RecordedEvent {
    try database.cachedStatement(
      sql: """
        INSERT INTO event (time, scan, change, slug, subject, before, after)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        time.milliseconds, scan, event.change.rawValue, event.slug.map { StoredText($0) },
        StoredText(event.subject), try PostureLine.id(of: event.before, in: database),
        try PostureLine.id(of: event.after, in: database),
      ])
    return RecordedEvent(
      number: database.lastInsertedRowID, time: time, scan: scan, event: event)
  }

  /// The events at `since` or later, the last one first, at most `limit`; with `slug`, those of that
  /// check alone.
  package func events(
    since: Date = .distantPast, slug: String? = nil, limit: Int = 10_000
  ) throws(StoreError) -> [RecordedEvent] {
    try reading("read the events from") { database in
      try Self.events(since: since, slug: slug, limit: limit, in: database)
    }
  }

  static func events(
    since: Date, slug: String?, limit: Int, in database: Database
  ) throws -> [RecordedEvent] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT * FROM event WHERE time >= ?\(slug == nil ? "" : " AND slug = ?")
        ORDER BY id DESC LIMIT \(max(0, limit))
        """,
      arguments: slug.map { [since.milliseconds, StoredText($0)] } ?? [since.milliseconds])
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
          after: try PostureLine.state(row.value("after"), in: database)))
    }
  }
}

extension Past {
  /// The events at `since` or later, the last one first.
  package func events(since: Date, limit: Int = 100_000) throws -> [RecordedEvent] {
    try Store.events(since: since, slug: nil, limit: limit, in: database)
  }
}
