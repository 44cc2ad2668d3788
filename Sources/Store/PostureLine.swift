import Documents
import Drift
import GRDB
import HardeningModel

/// A posture as it is in a line of postures.
struct KnownVersion: Sendable {
  var line: Int64
  var version: Int64
  var states: [Posture.Key: Posture.State]
}

/// Postures that follow one another, of which only the differences are stored.
enum PostureLine {
  enum Kind: String {
    case pass, baseline
  }

  /// Adds `posture` to its line, made where there is none, unless it is what the line ends with.
  ///
  /// `known` is what some line may end with, to spare reading it.
  static func append(
    _ posture: Posture, kind: Kind, machine: String, known: KnownVersion?, in database: Database
  ) throws -> (version: KnownVersion, isNew: Bool) {
    let end = try end(of: posture, kind, machine, known, database)
    var now = KnownVersion(line: end.line, version: end.version, states: posture.states)
    if end.version > 0, end.states == posture.states { return (now, false) }
    now.version += 1
    let begin = try database.cachedStatement(
      sql: "INSERT INTO span (line, finding, since, state) VALUES (?, ?, ?, ?)")
    let finish = try database.cachedStatement(
      sql: "UPDATE span SET until = ? WHERE line = ? AND finding = ? AND until IS NULL")
    for (key, state) in posture.states where end.states[key] != state {
      let finding = try id(of: key, in: database)
      if end.states[key] != nil {
        try finish.execute(arguments: [now.version, now.line, finding])
      }
      try begin.execute(
        arguments: [now.line, finding, now.version, try id(of: state, in: database)])
    }
    for key in end.states.keys where posture.states[key] == nil {
      try finish.execute(arguments: [now.version, now.line, try id(of: key, in: database)])
    }
    try database.execute(
      sql: "UPDATE line SET version = ? WHERE id = ?", arguments: [now.version, now.line])
    return (now, true)
  }

  private static func end(
    of posture: Posture, _ kind: Kind, _ machine: String, _ known: KnownVersion?,
    _ database: Database
  ) throws -> KnownVersion {
    let checks = text(of: posture.epoch.checks)
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT id, version FROM line WHERE kind = ? AND machine = ? AND benchmark = ? AND checks = ?
        AND partiality IS ? ORDER BY id DESC
        """,
      arguments: [
        kind.rawValue, machine, posture.epoch.benchmark, checks,
        posture.partiality.map { StoredText($0) },
      ])
    func begin() throws -> KnownVersion {
      try database.execute(
        sql: """
          INSERT INTO line (kind, machine, benchmark, checks, partiality, version)
          VALUES (?, ?, ?, ?, ?, 0)
          """,
        arguments: [
          kind.rawValue, machine, posture.epoch.benchmark, checks,
          posture.partiality.map { StoredText($0) },
        ])
      return KnownVersion(line: database.lastInsertedRowID, version: 0, states: [:])
    }
    guard let row else { return try begin() }
    let (line, version): (Int64, Int64) = (try row.value("id"), try row.value("version"))
    if let known, known.line == line, known.version == version { return known }
    do {
      return KnownVersion(
        line: line, version: version, states: try states(of: line, version: nil, in: database))
    } catch is Inconsistency where kind == .baseline {
      // Somebody has tampered with what was accepted. What is accepted now owes nothing to it.
      return try begin()
    }
  }

  /// The posture in `version` of `line`, `nil` where the line is no more.
  static func posture(line: Int64, version: Int64, in database: Database) throws -> Posture? {
    let row = try Row.fetchOne(
      database, sql: "SELECT benchmark, checks, partiality, version FROM line WHERE id = ?",
      arguments: [line])
    guard let row else { return nil }
    let last: Int64 = try row.value("version")
    return Posture(
      epoch: Posture.Epoch(
        benchmark: try row.text("benchmark"), checks: try checks(row.text("checks"))),
      partiality: try row.optionalText("partiality"),
      states: try states(of: line, version: version == last ? nil : version, in: database))
  }

  /// What `line` says in `version`, `nil` being its last one.
  private static func states(
    of line: Int64, version: Int64?, in database: Database
  ) throws -> [Posture.Key: Posture.State] {
    // The state of most findings is that of many others: each is read once.
    var known: [Int64: Posture.State] = [:]
    var states: [Posture.Key: Posture.State] = [:]
    let condition = version == nil ? "until IS NULL" : "since <= ? AND (until IS NULL OR until > ?)"
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT finding.slug, finding.subject, span.state FROM span
        JOIN finding ON finding.id = span.finding WHERE span.line = ? AND \(condition)
        """, arguments: version.map { [line, $0, $0] } ?? [line])
    while let row = try rows.next() {
      let id: Int64 = try row.value("state")
      let state = try known[id] ?? Self.state(id, in: database)
      known[id] = state
      states[Posture.Key(slug: try row.text("slug"), subject: try row.text("subject"))] = state
    }
    return states
  }

  static func state(_ id: Int64, in database: Database) throws -> Posture.State {
    let statement = try database.cachedStatement(
      sql: "SELECT verdict, observed FROM state WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id]),
      let verdict = Verdict(rawValue: try row.text("verdict"))
    else { throw Inconsistency("a state that it speaks of is missing") }
    return Posture.State(verdict: verdict, observed: try row.text("observed"))
  }

  /// The row of `state`, made where there is none.
  static func id(of state: Posture.State, in database: Database) throws -> Int64 {
    let values: StatementArguments = [state.verdict.rawValue, StoredText(state.observed)]
    let find = try database.cachedStatement(
      sql: "SELECT id FROM state WHERE verdict = ? AND observed = ?")
    if let id = try Int64.fetchOne(find, arguments: values) { return id }
    try database.cachedStatement(sql: "INSERT INTO state (verdict, observed) VALUES (?, ?)")
      .execute(arguments: values)
    return database.lastInsertedRowID
  }

  private static func id(of key: Posture.Key, in database: Database) throws -> Int64 {
    let values: StatementArguments = [StoredText(key.slug), StoredText(key.subject)]
    let find = try database.cachedStatement(
      sql: "SELECT id FROM finding WHERE slug = ? AND subject = ?")
    if let id = try Int64.fetchOne(find, arguments: values) { return id }
    try database.cachedStatement(sql: "INSERT INTO finding (slug, subject) VALUES (?, ?)")
      .execute(arguments: values)
    return database.lastInsertedRowID
  }

  private static func text(of checks: [String]) -> String {
    String(decoding: CanonicalJSON.list(checks.map { .text($0) }).bytes, as: UTF8.self)
  }

  private static func checks(_ text: String) throws -> [String] {
    try JSONText(parsing: Array(text.utf8), file: "checks").decode([String].self)
  }
}

/// Rows that do not fit together, though SQLite finds no fault with them.
struct Inconsistency: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
