import Documents
import Drift
import GRDB
import HardeningModel

/// A posture as it is in a line of postures.
struct KnownVersion: Sendable {
  var version: Int64
  var states: [Posture.Key: Posture.State]
}

/// What some lines ended with, by their ids, to spare reading it again. It is right as long as the line
/// has that version.
typealias KnownLines = [Int64: KnownVersion]

/// Postures that follow one another, of which only the differences are stored.
enum PostureLine {
  enum Kind: String {
    case pass, baseline
    /// Of which nothing but the end is kept.
    case told
  }

  /// Where a posture is.
  struct Place: Equatable {
    var line: Int64
    var version: Int64
  }

  /// Adds `posture` to its line, made where there is none, unless it is what the line ends with.
  static func append(
    _ posture: Posture, kind: Kind, machine: String, known: inout KnownLines,
    in database: Database
  ) throws -> (place: Place, isNew: Bool) {
    let (line, end) = try end(of: posture, kind, machine, &known, database)
    known[line] = end
    if end.version > 0, end.states == posture.states {
      return (Place(line: line, version: end.version), false)
    }
    let version = end.version + 1
    let begin = try database.cachedStatement(
      sql: "INSERT INTO span (line, finding, since, state) VALUES (?, ?, ?, ?)")
    let finish = try database.cachedStatement(
      sql: kind == .told
        ? "DELETE FROM span WHERE line = ?2 AND finding = ?3 AND ?1 > 0"
        : "UPDATE span SET until = ?1 WHERE line = ?2 AND finding = ?3 AND until IS NULL")
    var alsoThen = 0
    for (key, state) in posture.states {
      let before = end.states[key]
      if before != nil { alsoThen += 1 }
      if before == state { continue }
      let finding = try id(of: key, in: database)
      if before != nil { try finish.execute(arguments: [version, line, finding]) }
      try begin.execute(arguments: [line, finding, version, try id(of: state, in: database)])
    }
    if alsoThen < end.states.count {
      for key in end.states.keys where posture.states[key] == nil {
        try finish.execute(arguments: [version, line, try id(of: key, in: database)])
      }
    }
    try database.execute(
      sql: "UPDATE line SET version = ? WHERE id = ?", arguments: [version, line])
    known[line] = KnownVersion(version: version, states: posture.states)
    return (Place(line: line, version: version), true)
  }

  /// The line that `posture` belongs to, made where there is none, and what it ends with.
  private static func end(
    of posture: Posture, _ kind: Kind, _ machine: String, _ known: inout KnownLines,
    _ database: Database
  ) throws -> (Int64, KnownVersion) {
    let names: StatementArguments = [
      kind.rawValue, machine, posture.epoch.benchmark, text(of: posture.epoch.checks),
      posture.partiality.map { StoredText($0) },
    ]
    func begin() throws -> (Int64, KnownVersion) {
      try database.execute(
        sql: """
          INSERT INTO line (kind, machine, benchmark, checks, partiality, version)
          VALUES (?, ?, ?, ?, ?, 0)
          """,
        arguments: names)
      return (database.lastInsertedRowID, KnownVersion(version: 0, states: [:]))
    }
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT id, version FROM line WHERE kind = ? AND machine = ? AND benchmark = ? AND checks = ?
        AND partiality IS ? ORDER BY id DESC
        """,
      arguments: names)
    guard let row else { return try begin() }
    let place = Place(line: try row.value("id"), version: try row.value("version"))
    do {
      let states = try states(at: place, isLast: true, &known, database)
      return (place.line, KnownVersion(version: place.version, states: states))
    } catch is Inconsistency where kind == .baseline {
      // Somebody has tampered with what was accepted. What is accepted now owes nothing to it.
      return try begin()
    }
  }

  /// The posture at `place`, `nil` where the line is no more.
  static func posture(
    at place: Place, known: inout KnownLines, in database: Database
  ) throws -> Posture? {
    let row = try Row.fetchOne(
      database, sql: "SELECT benchmark, checks, partiality, version FROM line WHERE id = ?",
      arguments: [place.line])
    guard let row else { return nil }
    let last: Int64 = try row.value("version")
    return Posture(
      epoch: Posture.Epoch(
        benchmark: try row.text("benchmark"), checks: try texts(row.text("checks"))),
      partiality: try row.optionalText("partiality"),
      states: try states(at: place, isLast: place.version == last, &known, database))
  }

  /// What is said at `place`.
  private static func states(
    at place: Place, isLast: Bool, _ known: inout KnownLines, _ database: Database
  ) throws -> [Posture.Key: Posture.State] {
    if let end = known[place.line], end.version == place.version { return end.states }
    // The state of most findings is that of many others: each is read once.
    var byID: [Int64: Posture.State] = [:]
    var states: [Posture.Key: Posture.State] = [:]
    let condition =
      isLast
      ? "until IS NULL" : "since <= :version AND (until IS NULL OR until > :version)"
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT finding.slug, finding.subject, span.state FROM span
        JOIN finding ON finding.id = span.finding WHERE span.line = :line AND \(condition)
        """,
      arguments: isLast ? ["line": place.line] : ["line": place.line, "version": place.version])
    while let row = try rows.next() {
      let (slug, subject): (StoredText, StoredText) = (try row.value(at: 0), try row.value(at: 1))
      let id: Int64 = try row.value(at: 2)
      let state = try byID[id] ?? Self.state(id, in: database)
      byID[id] = state
      states[Posture.Key(slug: slug.text, subject: subject.text)] = state
    }
    if isLast { known[place.line] = KnownVersion(version: place.version, states: states) }
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

  /// A list of texts as a column holds it.
  static func text(of texts: [String]) -> String {
    String(decoding: CanonicalJSON.list(texts.map { .text($0) }).bytes, as: UTF8.self)
  }

  static func texts(_ text: String) throws -> [String] {
    do {
      return try JSONText(parsing: Array(text.utf8), file: "list").decode([String].self)
    } catch {
      throw Inconsistency("a list of texts is none")
    }
  }
}

/// Rows that do not fit together, though SQLite finds no fault with them.
struct Inconsistency: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
