import Documents
import Drift
import FoundationEssentials
import GRDB

/// What the store has while a pass is recorded; of the same moment as the recording.
package final class Past {
  let database: Database
  let machineID: String
  private let store: Store
  var known: KnownLines

  init(database: Database, store: Store, machineID: String, known: KnownLines) {
    self.database = database
    self.store = store
    self.machineID = machineID
    self.known = known
  }

  /// The last pass over this machine that saw all of it, with its posture; `nil` before the first.
  package func latest() throws -> (pass: RecordedPass, posture: Posture)? {
    guard
      let pass = try Store.passes(
        "WHERE line.partiality IS NULL AND line.machine = ?", [machineID], limit: 1, in: database
      ).first,
      let posture = try PostureLine.posture(at: pass.place, known: &known, in: database)
    else { return nil }
    return (pass, posture)
  }

  /// What is accepted for this host.
  package func baseline() throws -> BaselineReading {
    try store.baseline(in: database)
  }

  /// What people have been told of this machine; `nil` where nobody has been told anything.
  package func told() throws -> Told? {
    try Store.told(machineID, &known, in: database)
  }

  /// What flaps on this machine.
  package func flapping() throws -> Flapping {
    try Store.flapping(machineID, in: database)
  }

  /// As `Store.untold`, together with the recording of the pass.
  package func untold(
    _ notice: Notice, of subjects: [String], at time: Date
  ) throws -> [String] {
    try Store.untold(notice, of: subjects, at: time, in: database)
  }

  /// The events at `since` or later, the last one first.
  package func events(since: Date, limit: Int = 100_000) throws -> [RecordedEvent] {
    try Store.events(since: since, check: nil, limit: limit, in: database)
  }
}
