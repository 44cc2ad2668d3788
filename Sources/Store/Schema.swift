import GRDB

/// The tables of the store.
///
/// Only what SQLite 3.34 knows is used: the library is the host's.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      for table in first { try database.execute(sql: table) }
    }
    return migrator
  }

  /// Times are milliseconds since 1970. A text with a NUL in it is kept as a blob, see `StoredText`.
  private static let first = [
    """
    -- What findings are about.
    CREATE TABLE finding (
      id INTEGER PRIMARY KEY,
      slug TEXT NOT NULL,
      subject TEXT NOT NULL,
      UNIQUE (slug, subject))
    """,
    """
    -- What can be said of them. Each is kept once, however often it is said.
    CREATE TABLE state (
      id INTEGER PRIMARY KEY,
      verdict TEXT NOT NULL,
      observed TEXT NOT NULL,
      UNIQUE (verdict, observed))
    """,
    """
    -- Postures that are compared with one another: those of one machine by the same checks, as far as
    -- they were seen; the accepted ones; and what people have been told. Its versions are 1, 2, …
    CREATE TABLE line (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('pass', 'baseline', 'told')),
      machine TEXT NOT NULL,
      benchmark TEXT NOT NULL,
      checks TEXT NOT NULL,
      partiality TEXT,
      version INTEGER NOT NULL)
    """,
    """
    -- What a line says of a finding from the version `since` on and before `until`. A posture is what is
    -- said in one version; what does not change takes no room. Findings and states are not declared as
    -- references: to take one away, SQLite would look through all spans for it.
    CREATE TABLE span (
      line INTEGER NOT NULL REFERENCES line ON DELETE CASCADE,
      finding INTEGER NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER,
      state INTEGER NOT NULL,
      PRIMARY KEY (line, finding, since)) WITHOUT ROWID
    """,
    "CREATE INDEX span_now ON span (line, finding) WHERE until IS NULL",
    """
    -- Who looked at what: the same for nearly all passes.
    CREATE TABLE origin (
      id INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      machine TEXT NOT NULL,
      version TEXT NOT NULL,
      UNIQUE (host, machine, version))
    """,
    """
    CREATE TABLE pass (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      scan TEXT NOT NULL,
      started INTEGER NOT NULL,
      duration INTEGER NOT NULL,
      origin INTEGER NOT NULL REFERENCES origin,
      line INTEGER NOT NULL REFERENCES line,
      version INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      pass INTEGER NOT NULL,
      fail INTEGER NOT NULL,
      manual INTEGER NOT NULL,
      inapplicable INTEGER NOT NULL,
      unknown INTEGER NOT NULL,
      waived INTEGER NOT NULL)
    """,
    "CREATE INDEX pass_started ON pass (started)",
    """
    CREATE TABLE event (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      time INTEGER NOT NULL,
      scan TEXT NOT NULL,
      change TEXT NOT NULL,
      slug TEXT,
      subject TEXT NOT NULL,
      before INTEGER NOT NULL,
      after INTEGER NOT NULL,
      failing TEXT NOT NULL,
      return INTEGER NOT NULL,
      told INTEGER NOT NULL)
    """,
    "CREATE INDEX event_time ON event (time)",
    """
    CREATE TABLE baseline (
      generation INTEGER PRIMARY KEY,
      line INTEGER NOT NULL REFERENCES line,
      version INTEGER NOT NULL,
      document TEXT NOT NULL,
      mac BLOB NOT NULL)
    """,
    """
    CREATE TABLE remediation (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      undoes TEXT,
      request TEXT NOT NULL,
      person TEXT NOT NULL,
      begun INTEGER NOT NULL,
      ended INTEGER) WITHOUT ROWID
    """,
    "CREATE INDEX remediation_begun ON remediation (begun)",
    """
    CREATE TABLE step (
      remediation TEXT NOT NULL REFERENCES remediation ON DELETE CASCADE,
      number INTEGER NOT NULL,
      slug TEXT NOT NULL,
      subject TEXT NOT NULL,
      action TEXT NOT NULL,
      status TEXT NOT NULL,
      reason TEXT NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL,
      undo BLOB NOT NULL,
      begun INTEGER NOT NULL,
      ended INTEGER,
      PRIMARY KEY (remediation, number)) WITHOUT ROWID
    """,
    "CREATE INDEX step_status ON step (status)",
    """
    -- What people were told once and are not to be told again.
    CREATE TABLE notice (
      topic TEXT NOT NULL,
      about TEXT NOT NULL,
      time INTEGER NOT NULL,
      PRIMARY KEY (topic, about)) WITHOUT ROWID
    """,
    """
    -- What is remembered from pass to pass, by name.
    CREATE TABLE memory (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL)
    """,
  ]
}
