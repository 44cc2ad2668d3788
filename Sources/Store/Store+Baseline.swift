import Documents
import Drift
import FoundationEssentials
import GRDB
import HardeningModel

extension Store {
  /// What is accepted for this host.
  package func baseline() throws(StoreError) -> BaselineReading {
    let attempt = "read the baseline from"
    // In this order: what is accepted in between is newer than the head says, which is no fault.
    let (seal, head) = try seal(attempt)
    return try reading(attempt) { database in
      try Self.newest(seal, head, in: database)
    }
  }

  /// The baselines that were accepted, the newest first, each as far as it can be believed.
  ///
  /// A number that is missing between two others was taken away.
  package func acceptedBaselines() throws(StoreError) -> [(
    generation: Int64, reading: BaselineReading
  )] {
    let attempt = "read the baselines from"
    let (seal, _) = try seal(attempt)
    return try reading(attempt) { database in
      try Row.fetchAll(database, sql: "SELECT * FROM baseline ORDER BY generation DESC").map {
        row in
        (try row.value("generation"), try Self.verified(row, seal, in: database))
      }
    }
  }

  /// Accepts `posture`, which `scan` found, or `importedFrom` a file, for this host.
  ///
  /// `previous` is what was accepted until now; where that is `tampered`, whoever accepts is to be told.
  /// A posture that was only partly seen is refused.
  package func accept(
    _ posture: Posture, scan: Report.Scan, by person: Person, reason: String, at time: Date,
    importedFrom: String? = nil
  ) throws(StoreError) -> (baseline: Baseline, previous: BaselineReading) {
    let attempt = "accept a baseline in"
    if let partiality = posture.partiality {
      throw StoreError(
        attempt, path,
        .refused("a pass that did not see all of the host is no baseline: \(partiality)")
      )
    }
    guard access != .reading else {
      throw StoreError(attempt, path, .refused("it was opened for reading only"))
    }
    let place = try StoreDirectory(directory, creating: false, attempt: attempt)
    return try place.locked(upTo: options.busyTimeout, attempt: attempt) {
      () throws(StoreError) in
      let (found, head) = try BaselineSeal.read(in: place, attempt: attempt)
      let previous = try reading(attempt) { try Self.newest(found, head, in: $0) }
      let seal = try BaselineSeal.make(in: place, from: found, attempt: attempt)
      var baseline = Baseline(
        generation: 0, acceptedAt: Date(milliseconds: time.milliseconds / 1000 * 1000), by: person,
        reason: reason, scan: scan, importedFrom: importedFrom, posture: posture)
      var staged = ""
      try writing(attempt) { database in
        let stored =
          try Int64.fetchOne(database, sql: "SELECT max(generation) FROM baseline") ?? 0
        let signed: Int64 = if case .generation(let number) = head { number } else { 0 }
        baseline.generation = max(stored, signed) + 1
        var known: KnownLines = [:]
        let end = try PostureLine.append(
          posture, kind: .baseline, machine: "", known: &known, in: database
        ).place
        try database.execute(
          sql: """
            INSERT INTO baseline (generation, line, version, document, mac) VALUES (?, ?, ?, ?, ?)
            """,
          arguments: [
            baseline.generation, end.line, end.version,
            String(decoding: baseline.document.bytes, as: UTF8.self),
            Data(seal.code(of: baseline.signed)),
          ])
        // Before the baseline is in force: the disk may be full.
        staged = try seal.stage(baseline.generation, in: place, attempt: attempt)
      }
      // Last: a database that is ahead of the head is one whose process was killed here, and what it is
      // ahead by is signed.
      try BaselineSeal.commit(staged, in: place, attempt: attempt)
      return (baseline, previous)
    }
  }

  /// As `baseline()`, in a transaction that has begun: nothing is accepted meanwhile.
  func baseline(in database: Database) throws -> BaselineReading {
    let (seal, head) = try seal("read the baseline from")
    return try Self.newest(seal, head, in: database)
  }

  private func seal(
    _ attempt: String
  ) throws(StoreError) -> (seal: BaselineSeal?, head: BaselineSeal.Head) {
    try BaselineSeal.read(
      in: StoreDirectory(directory, creating: false, attempt: attempt), attempt: attempt)
  }

  /// The newest baseline, if it is one.
  static func newest(
    _ seal: BaselineSeal?, _ head: BaselineSeal.Head, in database: Database
  ) throws -> BaselineReading {
    let row = try Row.fetchOne(
      database, sql: "SELECT * FROM baseline ORDER BY generation DESC LIMIT 1")
    guard let row else {
      switch head {
      case .absent, .generation(0): return .absent
      case .generation(let number):
        return .tampered("baseline \(number) was accepted, and the store has none")
      case .broken(let why): return .tampered(why)
      }
    }
    let generation: Int64 = try row.value("generation")
    switch head {
    case .absent:
      return .tampered("the key that signed baseline \(generation) is missing")
    case .broken(let why): return .tampered(why)
    case .generation(let newest) where newest > generation:
      return .tampered(
        "baseline \(newest) was accepted, and the newest in the store is \(generation)")
    case .generation: return try verified(row, seal, in: database)
    }
  }

  private static func verified(
    _ row: Row, _ seal: BaselineSeal?, in database: Database
  ) throws -> BaselineReading {
    let generation: Int64 = try row.value("generation")
    guard let seal else {
      return .tampered("the key that signed baseline \(generation) is missing")
    }
    let changed = BaselineReading.tampered(
      "baseline \(generation) is not what was signed with the key of this store")
    var known: KnownLines = [:]
    // Whatever cannot be read of it is no reason to believe it.
    guard let text = try? row.text("document"), let mac: Data = try? row.value("mac"),
      let line: Int64 = try? row.value("line"), let version: Int64 = try? row.value("version"),
      let posture = try? PostureLine.posture(
        at: PostureLine.Place(line: line, version: version), known: &known, in: database),
      let baseline = Baseline(document: text, posture: posture),
      posture.partiality == nil, baseline.generation == generation,
      seal.isCode(Array(mac), of: baseline.signed)
    else { return changed }
    return .found(baseline)
  }
}

extension Baseline {
  /// As `document` wrote it; `nil` for any other text.
  fileprivate init?(document text: String, posture: Posture) {
    guard let parsed = try? JSONText(parsing: Array(text.utf8), file: "baseline"),
      let stored = try? parsed.decode(Stored.self),
      let acceptedAt = Date(rfc3339: stored.acceptedAt)
    else { return nil }
    self.init(
      generation: stored.generation, acceptedAt: acceptedAt, by: stored.by, reason: stored.reason,
      scan: stored.scan.scan, importedFrom: stored.importedFrom, posture: posture)
  }

  private struct Stored: Decodable {
    var acceptedAt: String
    var by: Person
    var generation: Int64
    var importedFrom: String?
    var reason: String
    var scan: ScanMembers
  }
}

/// A scan as baselines write it.
struct ScanMembers: Decodable {
  var durationMilliseconds: Int
  var host: String
  var id: String
  var machineId: String
  var startedAt: String
  var version: String

  var scan: Report.Scan {
    Report.Scan(
      id: id, startedAt: startedAt, durationMilliseconds: durationMilliseconds, host: host,
      machineID: machineId, version: version)
  }
}
