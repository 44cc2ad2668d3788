import GRDB

@testable import Store

extension Store {
  /// How SQLite was told to write.
  func settings() throws -> [String: String] {
    try queue.writeWithoutTransaction { database in
      var settings: [String: String] = [:]
      for name in ["journal_mode", "synchronous"] {
        settings[name] = try String.fetchOne(database, sql: "PRAGMA \(name)")
      }
      return settings
    }
  }

  /// Moves all of the log into the file, so that its size tells something.
  func checkpoint() throws {
    _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }
}
