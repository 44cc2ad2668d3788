import Drift
import FoundationEssentials
import GRDB
import HardeningModel

extension Store {
  /// What a pass leaves behind.
  package struct Consequences: Sendable {
    /// What people are told.
    package var events: [DriftEvent]
    /// What happened and is kept from them, since it flaps.
    package var quiet: [DriftEvent]
    /// `nil` leaves what is stored.
    package var told: Told?
    package var flapping: Flapping?

    package init(
      events: [DriftEvent] = [], quiet: [DriftEvent] = [], told: Told? = nil,
      flapping: Flapping? = nil
    ) {
      self.events = events
      self.quiet = quiet
      self.told = told
      self.flapping = flapping
    }
  }

  /// What the store has of a pass that was recorded.
  package struct Recording: Sendable {
    package var pass: RecordedPass
    /// First those that are told.
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
    let machine = pass.scan.machineID
    var known = latest.withLock { $0 }
    let recording = try writing(attempt) { database in
      let past = Past(database: database, store: self, machineID: machine, known: known)
      let consequences = try judge(past)
      known = past.known
      let (place, isNew) = try PostureLine.append(
        pass.posture, kind: .pass, machine: machine, known: &known, in: database)
      var kept: Set<Int64> = [place.line]
      if let told = consequences.told {
        kept.insert(try Self.replace(told, machine, &known, in: database))
      }
      if let flapping = consequences.flapping {
        try Self.remember(flapping, as: Memory.flapping(machine), in: database)
      }
      known = known.filter { kept.contains($0.key) }
      var recorded = RecordedPass(
        number: 0, scan: pass.scan, startedAt: startedAt, benchmark: pass.posture.epoch.benchmark,
        partiality: pass.posture.partiality, counts: pass.counts, foundChange: isNew,
        place: place)
      recorded.number = try Self.insert(recorded, in: database)
      let events = try [(consequences.events, true), (consequences.quiet, false)].flatMap {
        events, isTold in
        try events.map { event in
          try Self.insert(event, isTold, at: startedAt, scan: pass.scan.id, in: database)
        }
      }
      return Recording(pass: recorded, events: events)
    }
    latest.withLock { $0 = known }
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
        try origin(of: pass.scan, in: database), pass.place.line, pass.place.version,
        pass.foundChange,
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
      var known: KnownLines = [:]
      guard let posture = try PostureLine.posture(at: pass.place, known: &known, in: database)
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
      foundChange: try row.value("changed"),
      place: PostureLine.Place(line: try row.value("line"), version: try row.value("version")))
  }
}
