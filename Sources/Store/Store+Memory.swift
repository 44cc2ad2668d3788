import Documents
import Drift
import FoundationEssentials
import GRDB
import HardeningModel

/// The names under which the store remembers something from pass to pass.
enum Memory {
  static let pruned = "pruned"
  /// The number of the last event that the journal was told of.
  static let journal = "journal"
  static func execs(_ machine: String) -> String { "execs \(machine)" }
  static func told(_ machine: String) -> String { "told \(machine)" }
  static func flapping(_ machine: String) -> String { "flapping \(machine)" }
}

extension Store {
  /// What people have been told of the machine; `nil` where nobody has been told anything.
  package func told(of machineID: String) throws(StoreError) -> Told? {
    try reading("read what was told from") { database in
      var known: KnownLines = [:]
      return try Self.told(machineID, &known, in: database)
    }
  }

  /// What flaps on the machine.
  package func flapping(of machineID: String) throws(StoreError) -> Flapping {
    try reading("read what flaps from") { try Self.flapping(machineID, in: $0) }
  }

  /// What the service has seen of commands in the machine's containers; `nil` where none has run.
  package func pastExecs(of machineID: String) throws(StoreError) -> [PastExec]? {
    try reading("read what was seen from") {
      try Self.memory(Memory.execs(machineID), in: $0)
    }
  }

  /// Puts `execs` in the place of what was seen.
  package func remember(_ execs: [PastExec], of machineID: String) throws(StoreError) {
    try writing("write what was seen in") {
      try Self.remember(execs, as: Memory.execs(machineID), in: $0)
    }
  }

  static func flapping(_ machine: String, in database: Database) throws -> Flapping {
    try memory(Memory.flapping(machine), in: database) ?? Flapping()
  }

  /// What is stored of it besides its posture.
  private struct Remainder: Codable {
    var line: Int64
    var remembered: [DriftEvent.Part]
    var unseen: [String]
  }

  static func told(
    _ machine: String, _ known: inout KnownLines, in database: Database
  ) throws -> Told? {
    guard let rest: Remainder = try memory(Memory.told(machine), in: database) else { return nil }
    let version = try Row.fetchOne(
      database, sql: "SELECT version FROM line WHERE id = ?", arguments: [rest.line])
    let place = PostureLine.Place(line: rest.line, version: try version?.value("version") ?? 0)
    guard let posture = try PostureLine.posture(at: place, known: &known, in: database) else {
      throw Inconsistency("the posture that people were told of is missing")
    }
    var told = Told(posture)
    told.remembered = rest.remembered
    told.unseen = rest.unseen
    return told
  }

  /// Puts `told` in the place of what was stored; gives the line of its posture.
  static func replace(
    _ told: Told, _ machine: String, _ known: inout KnownLines, in database: Database
  ) throws -> Int64 {
    let place = try PostureLine.append(
      told.posture, kind: .told, machine: machine, known: &known, in: database
    ).place
    try database.execute(
      sql: "DELETE FROM line WHERE kind = 'told' AND machine = ? AND id <> ?",
      arguments: [machine, place.line])
    let rest = Remainder(line: place.line, remembered: told.remembered, unseen: told.unseen)
    try remember(rest, as: Memory.told(machine), in: database)
    return place.line
  }

  static func memory<Value: Decodable>(
    _ name: String, in database: Database
  ) throws -> Value? {
    let row = try Row.fetchOne(
      database, sql: "SELECT value FROM memory WHERE name = ?", arguments: [name])
    guard let row else { return nil }
    do {
      return try JSONText(parsing: Array(row.text("value").utf8), file: name).decode(Value.self)
    } catch let error as DocumentError {
      throw Inconsistency("what is remembered as \(error)")
    }
  }

  /// Remembers `value`, in the place of what was remembered under the name; what is the same is not
  /// written again.
  static func remember(_ value: some Encodable, as name: String, in database: Database) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    try database.execute(
      sql: """
        INSERT INTO memory (name, value) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
        """,
      arguments: [name, text])
  }
}
