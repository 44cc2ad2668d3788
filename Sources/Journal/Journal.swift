import CShims
import FoundationEssentials
import SystemPackage

/// The host's journal. What cannot be told there is told on standard error, or the teller learns that it
/// was not: nothing is lost silently.
package struct Journal: Sendable {
  package static let standardSocket = "/run/systemd/journal/socket"

  /// Who has taken an entry.
  package enum Taker: Sendable, Equatable {
    case journald
    /// No journald listens on this host.
    case standardError
  }

  private let socket: String
  private let patience: Duration
  private let fallback: StandardError?

  /// `patience` is how long a journald may take that is busy, or restarts. Without `fallback`, what no
  /// journald takes is told nowhere. `socket` is where journald is looked for.
  package init(
    socket: String = Journal.standardSocket, fallback: FileDescriptor? = .standardError,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    patience: Duration = .milliseconds(100)
  ) {
    self.socket = socket
    self.patience = patience
    self.fallback = fallback.map { StandardError($0, environment) }
  }

  /// Whether somebody listens at the socket.
  package var isListening: Bool { (try? DatagramSocket(to: socket)) != nil }

  /// Tells an entry; when this returns, it is in journald's queue, which outlives a restart of journald.
  ///
  /// Throws where nobody has taken it; it may be told again then without being told twice.
  @discardableResult
  package func tell(_ entry: JournalEntry) throws(JournalError) -> Taker {
    do throws(Errno) {
      // sd_journal_sendv(3) loses what nobody listens for, and waits for one who does not read.
      let probe = try DatagramSocket(to: socket)
      guard probe.isWritable(before: .now + patience) else {
        throw .resourceTemporarilyUnavailable
      }
    } catch .resourceTemporarilyUnavailable {
      throw .busy(socket: socket)
    } catch {
      guard let fallback else { throw .unreachable(socket: socket, error) }
      do throws(Errno) {
        try fallback.write(entry, patience: patience)
      } catch {
        throw .standardError(error)
      }
      return .standardError
    }
    let result = Self.send(entry.assignments)
    guard result >= 0 else { throw .unreachable(socket: socket, Errno(rawValue: -result)) }
    return .journald
  }

  /// 0, or a negative errno.
  private static func send(_ assignments: [String]) -> CInt {
    var bytes = assignments.flatMap(\.utf8)
    let lengths = assignments.map(\.utf8.count)
    return bytes.withUnsafeMutableBytes { bytes in
      var place = 0
      let fields = lengths.map { length in
        defer { place += length }
        return iovec(iov_base: bytes.baseAddress.map { $0 + place }, iov_len: length)
      }
      return dockward_journal_send(fields, CInt(fields.count))
    }
  }

  /// Tells an entry that nobody keeps: where journald is busy, on standard error.
  package func tellAnyway(_ entry: JournalEntry) {
    do throws(JournalError) { try tell(entry) } catch {
      try? fallback?.write(entry, patience: patience)
    }
  }
}

/// Why nobody has taken an entry.
package enum JournalError: Error, Equatable, CustomStringConvertible {
  /// journald does not read what it is sent at present.
  case busy(socket: String)
  case unreachable(socket: String, Errno)
  /// Neither does standard error take it, and there is no journald.
  case standardError(Errno)

  package var description: String {
    switch self {
    case .busy(let socket): "cannot tell the journal: nobody reads '\(socket)' at present"
    case .unreachable(let socket, let error):
      "cannot tell the journal at '\(socket)': \(Self.words(for: error))"
    case .standardError(let error):
      "cannot write to standard error: \(Self.words(for: error))"
    }
  }

  private static func words(for error: Errno) -> String {
    let text = error.description
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
