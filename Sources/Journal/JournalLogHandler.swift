import Logging

/// Lines of the log in the journal: `CODE_FILE`, `CODE_LINE` and `CODE_FUNC` say where they are from, and
/// what comes with them is in fields of its own, `DOCKWARD_` and its key.
package struct JournalLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let journal: Journal

  package init(label: String, level: Logger.Level = .info, journal: Journal) {
    self.label = label
    self.logLevel = level
    self.journal = journal
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) { journal.tellAnyway(entry(of: event)) }

  func entry(of event: LogEvent) -> JournalEntry {
    let error = event.error.map { "\($0)" }
    var entry = JournalEntry(
      Priority(event.level), error.map { "\(event.message): \($0)" } ?? "\(event.message)")
    entry.add(name: "CODE_FILE", event.file)
    entry.add(name: "CODE_LINE", "\(event.line)")
    entry.add(name: "CODE_FUNC", event.function)
    entry.add(.logger, label)
    entry.add(.error, error)
    // What is said with the line itself counts most.
    let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
      .merging(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      entry.add(name: Self.fieldName(of: key), "\(value)")
    }
    return entry
  }

  /// `DOCKWARD_` and the key in the letters that names of fields have, at most 64 of them.
  static func fieldName(of key: String) -> String {
    var name = "DOCKWARD_"
    var wasLower = false
    for byte in key.utf8.prefix(64) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
        wasLower = true
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        // containerName is CONTAINER_NAME.
        if wasLower { name += "_" }
        name.unicodeScalars.append(Unicode.Scalar(byte))
        wasLower = false
      default:
        name += "_"
        wasLower = false
      }
    }
    return String(name.uppercased().prefix(64))
  }
}

extension Priority {
  package init(_ level: Logger.Level) {
    self =
      switch level {
      case .trace, .debug: .debug
      case .info: .info
      case .notice: .notice
      case .warning: .warning
      case .error: .error
      case .critical: .critical
      }
  }
}
