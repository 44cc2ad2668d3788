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
  package func pruneDaily(keepDays: Int, now: Date) throws(StoreError) {
    let isDue = try writing("prune") { database in
      let last = try Self.memory(Memory.pruned, in: database) ?? Int64(0)
      guard abs(now.milliseconds - last) >= 86_400_000 else { return false }
      try Self.remember(now.milliseconds, as: Memory.pruned, in: database)
      return true
    }
    if isDue { try prune(before: now.addingTimeInterval(-86_400 * Double(keepDays))) }
  }

  private static func prune(before time: Int64, in database: Database) throws -> Pruned {
    var pruned = Pruned()
    func delete(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
      try database.execute(sql: sql, arguments: arguments)
      return database.changesCount
    }
    pruned.passes = try delete(
      """
      DELETE FROM pass WHERE started < ? AND id NOT IN (
        SELECT max(pass.id) FROM pass JOIN line ON line.id = pass.line
        WHERE line.partiality IS NULL GROUP BY line.machine)
      AND id <> (SELECT max(id) FROM pass)
      """, [time])
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
