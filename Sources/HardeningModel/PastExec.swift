/// A command that was started in a container, as the service saw it then: once it is over, nothing else
/// tells of it.
package struct PastExec: Codable, Sendable, Equatable {
  package var containerID: String
  /// Unreadable where the Engine did not tell, which is no reason to take it for a harmless one.
  package var configuration: Reading<ExecProcess.Configuration>
  /// RFC 3339
  package var seenAt: String

  package init(
    containerID: String, configuration: Reading<ExecProcess.Configuration>, seenAt: String
  ) {
    self.containerID = containerID
    self.configuration = configuration
    self.seenAt = seenAt
  }

  /// In seconds, how long one counts against its container: long enough that somebody has seen it.
  package static let span = 24 * 3600
  /// How many are kept, the latest ones.
  package static let limit = 1000

  /// Those of `execs` that count at `time`, in seconds since 1970, the latest ones last.
  package static func counting(_ execs: [PastExec], at time: Int) -> [PastExec] {
    execs.filter { exec in
      Timestamp.seconds(rfc3339: exec.seenAt).map { time - $0 < span } ?? false
    }.suffix(limit)
  }
}

extension ExecProcess.Configuration {
  /// Whether a check might object: it has privileges, somebody was named as its user, or that is not known.
  package var isNotable: Bool {
    guard let privileged = privileged.value else { return true }
    switch user {
    // The Engine leaves an empty one out.
    case .missing: return privileged
    case .null: return privileged
    case .value(let user): return privileged || !user.isEmpty
    }
  }
}
