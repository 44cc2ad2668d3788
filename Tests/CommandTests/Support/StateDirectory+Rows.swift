import GRDB

extension StateDirectory {
  /// Makes of the one pass in the store `count`, each a second after the one before.
  func multiplyPasses(to count: Int) throws {
    try DatabaseQueue(path: database).write { database in
      try database.execute(
        sql: """
          WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
          INSERT INTO pass SELECT NULL, 'copy-' || n, started + 1000 * n, duration, origin, line,
            version, 0, pass, fail, manual, inapplicable, unknown, waived
          FROM pass, number
          """,
        arguments: [count - 1])
    }
  }
}
