import FoundationEssentials
import GRDB

extension Store {
  /// What pruning took away.
  package struct Pruned: Sendable, Equatable {
    package var passes = 0
    package var events = 0
    package var remediations = 0

    package init(passes: Int = 0, events: Int = 0, remediations: Int = 0) {
      self.passes = passes
      self.events = events
      self.remediations = remediations
    }
  }

  /// How long history is kept where nobody says otherwise, in days.
  package static let standardKeepDays = 365

  /// Takes away passes, events and remediations from before `time`.
  ///
  /// Kept, however old: the last pass, and the last that saw all of each machine, on which the present
  /// rests; the accepted baselines; remediations that are unfinished or wait for a restart. The room
  /// that is freed is given back to the file system, at most 64 MiB of it at once.
  @discardableResult
  package func prune(before time: Date) throws(StoreError) -> Pruned {
    let pruned = try writing("prune") { database in
      try Self.prune(before: time.milliseconds, in: database)
    }
    latest.withLock { $0 = [:] }
    do {
      try queue.writeWithoutTransaction { database in
        // A statement gives back one page with each row that it is asked for.
        _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(\(64 << 20 / 4096))")
      }
    } catch {
      throw StoreError("prune", path, .init(error, at: path, timeout: options.busyTimeout))
    }
    return pruned
  }

  /// As `prune(before:)` for what is older than `keepDays` days at `now`, but at most once a day.
  ///
  /// Where the rest takes more than `limit` bytes, as on a host whose containers have another name each
  /// time, the oldest quarter of it goes too, and the next, until it does not.
  package func pruneDaily(
    keepDays: Int, now: Date, limit: Int64 = Store.standardLimit
  ) throws(StoreError) {
    let isDue = try writing("prune") { database in
      let last = try Self.memory(Memory.pruned, in: database) ?? Int64(0)
      guard abs(now.milliseconds - last) >= 86_400_000 else { return false }
      try Self.remember(now.milliseconds, as: Memory.pruned, in: database)
      return true
    }
    guard isDue else { return }
    try prune(before: now.addingTimeInterval(-86_400 * Double(keepDays)))
    while let oldest = try oldestPass(ifLargerThan: limit) {
      let quarter = now.timeIntervalSince(oldest) / 4
      // At the end there is only what stays in any case.
      let pruned = try prune(before: oldest.addingTimeInterval(max(quarter, 1)))
      if pruned.passes == 0 { return }
    }
  }

  /// How many bytes history may take where nobody says otherwise: more than ten times a year of a busy
  /// host.
  package static let standardLimit: Int64 = 1 << 30

  /// When the oldest pass began, that does not stay in any case; `nil` where no more than `limit` bytes
  /// are used.
  private func oldestPass(ifLargerThan limit: Int64) throws(StoreError) -> Date? {
    try reading("prune") { database in
      let pages =
        try Int64.fetchOne(
          database,
          sql:
            "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)"
        ) ?? 0
      guard pages * 4096 > limit else { return nil }
      let row = try Row.fetchOne(
        database, sql: "SELECT min(started) AS oldest FROM pass WHERE id NOT IN (\(Self.staying))")
      let oldest: Int64? = try row?.optional("oldest")
      return oldest.map { Date(milliseconds: $0) }
    }
  }

  /// The passes that the present rests on.
  private static let staying = """
    SELECT max(pass.id) FROM pass JOIN line ON line.id = pass.line
    WHERE line.partiality IS NULL GROUP BY line.machine UNION SELECT max(id) FROM pass
    """

  private static func prune(before time: Int64, in database: Database) throws -> Pruned {
    var pruned = Pruned()
    func delete(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
      try database.execute(sql: sql, arguments: arguments)
      return database.changesCount
    }
    pruned.passes = try delete(
      "DELETE FROM pass WHERE started < ? AND id NOT IN (\(staying))", [time])
    pruned.events = try delete("DELETE FROM event WHERE time < ?", [time])
    pruned.remediations = try delete(
      """
      DELETE FROM remediation WHERE ended < ?
      AND id NOT IN (SELECT remediation FROM step WHERE status = 'pendingRestart')
      """, [time])
    // A line of which no pass is left, and in the others what ended before the first that is left.
    _ = try delete("DELETE FROM line WHERE kind = 'pass' AND id NOT IN (SELECT line FROM pass)")
    _ = try delete(
      """
      DELETE FROM span WHERE until IS NOT NULL
      AND until <= (SELECT min(version) FROM pass WHERE pass.line = span.line)
      """)
    _ = try delete("DELETE FROM origin WHERE id NOT IN (SELECT origin FROM pass)")
    _ = try delete("DELETE FROM finding WHERE id NOT IN (SELECT finding FROM span)")
    _ = try delete(
      """
      DELETE FROM state WHERE id NOT IN (SELECT state FROM span)
      AND id NOT IN (SELECT before FROM event) AND id NOT IN (SELECT after FROM event)
      """)
    return pruned
  }
}
