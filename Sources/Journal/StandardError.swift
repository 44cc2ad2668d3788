import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard error, as the place of events where there is no journal: one line each, written as a whole.
struct StandardError: Sendable {
  private let file: FileDescriptor
  /// Whether journald is at the other end: it takes a number at the beginning of a line for its priority.
  private let isJournalStream: Bool

  init(_ file: FileDescriptor, _ environment: [String: String]) {
    self.file = file
    isJournalStream = environment["JOURNAL_STREAM"].map { Self.isStream($0, file) } ?? false
  }

  /// `JOURNAL_STREAM` has device and inode, see systemd.exec(5); standard error may since have been
  /// redirected.
  private static func isStream(_ value: String, _ file: FileDescriptor) -> Bool {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { return false }
    return value == "\(status.st_dev):\(status.st_ino)"
  }

  func line(_ entry: JournalEntry) -> String {
    if isJournalStream { return "<\(entry.priority.rawValue)>\(entry.message)\n" }
    let label =
      switch entry.priority {
      case .emergency, .alert, .critical: "critical: "
      case .error: "error: "
      case .warning: "warning: "
      case .notice, .info: ""
      case .debug: "debug: "
      }
    let event = entry.kind.map { "\($0.event): " } ?? ""
    return "dockward: \(label)\(event)\(entry.message)\n"
  }

  /// Writes it, as soon as it can be without waiting; throws `EAGAIN` where that is not before long.
  func write(_ entry: JournalEntry, patience: Duration) throws(Errno) {
    let bytes = Array(line(entry).utf8)
    guard file.isWritable(before: .now + patience) else { throw .resourceTemporarilyUnavailable }
    do {
      try file.writeAll(bytes)
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}
