import FoundationEssentials
import GRDB

/// What people are told of once.
package enum Notice: String, Sendable, CaseIterable {
  /// A waiver has come to its end.
  case waiverExpired
  /// A waiver matches nothing.
  case waiverUnused
  /// The service does not mend something by itself any more.
  case heldBack
  /// The accepted baseline cannot be believed.
  case tampering
}

extension Store {
  /// Which of `subjects` people have not been told of, in their order; from now on, they have.
  ///
  /// What is no more among `subjects` is forgotten, so that it is told anew should it come again.
  package func untold(
    _ notice: Notice, of subjects: [String], at time: Date
  ) throws(StoreError) -> [String] {
    let known = try told(notice)
    if known == Set(subjects) { return [] }
    return try writing("write a notice in") { database in
      try Self.untold(notice, of: subjects, at: time, in: database)
    }
  }

  /// What people were told of.
  package func told(_ notice: Notice) throws(StoreError) -> Set<String> {
    try reading("read the notices from") { try Self.told(notice, in: $0) }
  }

  static func told(_ notice: Notice, in database: Database) throws -> Set<String> {
    Set(
      try Row.fetchAll(
        database, sql: "SELECT about FROM notice WHERE topic = ?", arguments: [notice.rawValue]
      ).map { try $0.text("about") })
  }

  static func untold(
    _ notice: Notice, of subjects: [String], at time: Date, in database: Database
  ) throws -> [String] {
    var known = try told(notice, in: database)
    for gone in known.subtracting(subjects) {
      try database.execute(
        sql: "DELETE FROM notice WHERE topic = ? AND about = ?",
        arguments: [notice.rawValue, StoredText(gone)])
    }
    return try subjects.filter { subject in
      guard known.insert(subject).inserted else { return false }
      try database.execute(
        sql: "INSERT INTO notice (topic, about, time) VALUES (?, ?, ?)",
        arguments: [notice.rawValue, StoredText(subject), time.milliseconds])
      return true
    }
  }
}
