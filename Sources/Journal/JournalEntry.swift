import HardeningModel

/// One entry of the journal: a line for people, and the same in fields for programs.
///
/// Whatever a text quotes, it is printable and bounded here: nothing controls a terminal, and nothing
/// begins another field.
package struct JournalEntry: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    /// Upper-case letters, digits and underscores.
    package let name: String
    package let value: String
  }

  package let priority: Priority
  /// `MESSAGE`
  package let message: String
  /// `nil` for a line of the log.
  package let kind: JournalMessage?
  /// In the order in which they were added; one name may come twice.
  package private(set) var fields: [Field] = []

  /// In bytes. A line of standard error with it is written as a whole, see pipe(7).
  static let messageLimit = 2048
  /// In bytes, and in number.
  static let valueLimit = 4096
  static let fieldLimit = 40

  package init(_ priority: Priority, _ message: String, kind: JournalMessage? = nil) {
    self.priority = priority
    self.message = Self.printable(message, limit: Self.messageLimit)
    self.kind = kind
    add(.event, kind?.event)
  }

  /// Adds a field, unless there is nothing to say.
  package mutating func add(_ field: JournalField, _ value: String?) {
    add(name: field.rawValue, value)
  }

  package mutating func add(_ field: JournalField, _ number: Int) { add(field, "\(number)") }

  /// `name` has to be a name of a field.
  mutating func add(name: String, _ value: String?) {
    guard let value, !value.isEmpty, fields.count < Self.fieldLimit else { return }
    fields.append(Field(name: name, value: Self.printable(value, limit: Self.valueLimit)))
  }

  package subscript(field: JournalField) -> String? {
    fields.first { $0.name == field.rawValue }?.value
  }

  /// At most `limit` bytes, which are few enough for one line.
  private static func printable(_ text: String, limit: Int) -> String {
    // A scalar becomes at most ten bytes; what is left out is told by Printable, or here.
    let text = Printable.text(text, limit: limit)
    guard text.utf8.count > limit else { return text }
    let mark = "…"
    var kept = text.utf8.prefix(limit - mark.utf8.count)
    while let last = kept.last, last & 0xC0 == 0x80 { kept = kept.dropLast() }
    // What the bytes taken away belonged to begins here.
    if let last = kept.last, last >= 0x80 { kept = kept.dropLast() }
    return String(decoding: kept, as: UTF8.self) + mark
  }

  /// `NAME=value` of all that journald is told. No value has a line break, and sd_journal_sendv(3) gives
  /// those that have one with their length, so that none begins another field.
  var assignments: [String] {
    let kind = kind.map { ["MESSAGE_ID=\($0.id)"] } ?? []
    return [
      "MESSAGE=\(message)", "PRIORITY=\(priority.rawValue)", "SYSLOG_IDENTIFIER=dockward",
    ] + kind + fields.map { "\($0.name)=\($0.value)" }
  }
}
