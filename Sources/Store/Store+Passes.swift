import Drift
import FoundationEssentials
import GRDB
import HardeningModel

extension Store {
  /// What a pass leaves behind.
  package struct Consequences: Sendable {
    package var events: [DriftEvent]
    /// What is to be remembered until the next pass, by name; what is not named stays.
    package var memory: [String: [UInt8]]

    package init(events: [DriftEvent] = [], memory: [String: [UInt8]] = [:]) {
      self.events = events
      self.memory = memory
    }
  }

  /// What the store has of a pass that was recorded.
  package struct Recording: Sendable {
    package var pass: RecordedPass
    package var events: [RecordedEvent]
  }

  /// Records `pass` with what follows from it.
  ///
  /// `judge` is asked while no other process can record: what two passes at once find is told once. It
  /// must not use the store otherwise. Nothing is recorded where it throws.
  package func record(
    _ pass: Pass, judge: (Past) throws -> Consequences = { _ in Consequences() }
  ) throws(StoreError) -> Recording {
    let attempt = "record the pass in"
    guard let startedAt = Date(rfc3339: pass.scan.startedAt) else {
      throw StoreError(attempt, path, .refused("'\(pass.scan.startedAt)' is no time"))
    }
    let known = latest.withLock { $0 }
    var end: KnownVersion?
    let recording = try writing(attempt) { database in
      let consequences = try judge(
        Past(database: database, store: self, machineID: pass.scan.machineID))
      let (version, isNew) = try PostureLine.append(
        pass.posture, kind: .pass, machine: pass.scan.machineID, known: known, in: database)
      end = version
      var recorded = RecordedPass(
        number: 0, scan: pass.scan, startedAt: startedAt, benchmark: pass.posture.epoch.benchmark,
        partiality: pass.posture.partiality, counts: pass.counts, foundChange: isNew,
        line: version.line, version: version.version)
      recorded.number = try Self.insert(recorded, in: database)
      for (name, value) in consequences.memory {
        try database.cachedStatement(
          sql: "INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)"
        ).execute(arguments: [name, Data(value)])
      }
      let events = try consequences.events.map { event in
        try Self.insert(event, at: startedAt, scan: pass.scan.id, in: database)
      }
      return Recording(pass: recorded, events: events)
    }
    latest.withLock { $0 = end }
    return recording
  }

  private static func insert(_ pass: RecordedPass, in database: Database) throws -> Int64 {
    try database.cachedStatement(
      sql: """
        INSERT INTO pass (scan, started, duration, origin, line, version, changed,
          pass, fail, manual, inapplicable, unknown, waived)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        pass.scan.id, pass.startedAt.milliseconds, pass.scan.durationMilliseconds,
        try origin(of: pass.scan, in: database), pass.line, pass.version, pass.foundChange,
        pass.counts.pass, pass.counts.fail, pass.counts.manual, pass.counts.notApplicable,
        pass.counts.unknown, pass.counts.waived,
      ])
    return database.lastInsertedRowID
  }

  private static func origin(of scan: Report.Scan, in database: Database) throws -> Int64 {
    let values: StatementArguments = [scan.host, scan.machineID, scan.version]
    let find = try database.cachedStatement(
      sql: "SELECT id FROM origin WHERE host = ? AND machine = ? AND version = ?")
    if let id = try Int64.fetchOne(find, arguments: values) { return id }
    try database.execute(
      sql: "INSERT INTO origin (host, machine, version) VALUES (?, ?, ?)", arguments: values)
    return database.lastInsertedRowID
  }

  /// The last pass that saw all of the host; with `partialToo`, the last pass. `nil` before the first.
  package func latestPass(partialToo: Bool = false) throws(StoreError) -> RecordedPass? {
    try reading("read the last pass from") { database in
      try Self.passes(
        partialToo ? "" : "WHERE line.partiality IS NULL", limit: 1, in: database
      ).first
    }
  }

  /// The passes that began at `since` or later, the last one first, at most `limit`.
  package func passes(
    since: Date = .distantPast, limit: Int = 10_000
  ) throws(StoreError) -> [RecordedPass] {
    try reading("read the passes from") { database in
      try Self.passes(
        "WHERE pass.started >= ?", [since.milliseconds], limit: limit, in: database)
    }
  }

  /// What `pass` found.
  package func posture(of pass: RecordedPass) throws(StoreError) -> Posture {
    try reading("read a posture from") { database in
      guard
        let posture = try PostureLine.posture(
          line: pass.line, version: pass.version, in: database)
      else { throw Inconsistency("the posture of pass \(pass.number) is missing") }
      return posture
    }
  }

  static func passes(
    _ condition: String, _ arguments: StatementArguments = [], limit: Int, in database: Database
  ) throws -> [RecordedPass] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT pass.*, origin.host, origin.machine, origin.version AS dockward, line.benchmark,
          line.partiality
        FROM pass JOIN origin ON origin.id = pass.origin JOIN line ON line.id = pass.line
        \(condition) ORDER BY pass.id DESC LIMIT \(max(0, limit))
        """, arguments: arguments)
    return try rows.map(RecordedPass.init)
  }
}

extension RecordedPass {
  fileprivate init(_ row: Row) throws {
    let startedAt = Date(milliseconds: try row.value("started"))
    self.init(
      number: try row.value("id"),
      scan: Report.Scan(
        id: try row.text("scan"), startedAt: startedAt.rfc3339,
        durationMilliseconds: try row.value("duration"), host: try row.text("host"),
        machineID: try row.text("machine"), version: try row.text("dockward")),
      startedAt: startedAt, benchmark: try row.text("benchmark"),
      partiality: try row.optionalText("partiality"),
      counts: VerdictCounts(
        pass: try row.value("pass"), fail: try row.value("fail"), manual: try row.value("manual"),
        notApplicable: try row.value("inapplicable"), unknown: try row.value("unknown"),
        waived: try row.value("waived")),
      foundChange: try row.value("changed"), line: try row.value("line"),
      version: try row.value("version"))
  }
}

/// What the store has while a pass is recorded; of the same moment as the recording.
package struct Past {
  let database: Database
  let store: Store
  let machineID: String

  /// The last pass over this machine that saw all of it, with its posture; `nil` before the first.
  package func latest() throws -> (pass: RecordedPass, posture: Posture)? {
    guard
      let pass = try Store.passes(
        "WHERE line.partiality IS NULL AND line.machine = ?", [machineID], limit: 1, in: database
      ).first,
      let posture = try PostureLine.posture(
        line: pass.line, version: pass.version, in: database)
    else { return nil }
    return (pass, posture)
  }

  /// What was remembered under `name`; `nil` where nothing was.
  package func memory(_ name: String) throws -> [UInt8]? {
    let row = try Row.fetchOne(
      database, sql: "SELECT value FROM memory WHERE name = ?", arguments: [name])
    let value: Data? = try row?.value("value")
    return value.map { Array($0) }
  }
}
