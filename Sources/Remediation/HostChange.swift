/// How one kind of change is made, looked for and taken back.
protocol HostChange {
  /// What is done, e.g. `chmod 0644 /etc/docker/daemon.json`.
  var action: String { get }
  /// What is there before and after, in a few words, e.g. `mode 0666`.
  var beforeText: String { get }
  var afterText: String { get }

  /// Which of both the host has now.
  func state(on host: HostAccess) async throws(RemediationError) -> ChangeState
  /// Turns `before` into `after`, durably. Throws where the host has something else than `before`, and
  /// leaves it alone then; leaves nothing half-done.
  func apply(on host: HostAccess) async throws(RemediationError)
  /// Turns `after` into `before`, exactly and durably; with `isForced` also something else than `after`.
  func revert(on host: HostAccess, isForced: Bool) async throws(RemediationError)
}

/// What a host has of a change.
package enum ChangeState: Sendable, Equatable {
  case before
  case after
  /// Somebody has changed it to something else; what, in words, e.g. `its mode is 0600`.
  case other(String)
}

/// What dockerd or systemd has to do before changes are in effect.
package enum Effect: String, Codable, Sendable, CaseIterable {
  /// systemd reads its units and its own configuration again.
  case systemdReload
  /// dockerd reads its configuration file again.
  case dockerdReload
  /// dockerd starts anew.
  case dockerdRestart
}

/// Why something was not changed.
package enum RemediationError: Error, Equatable, CustomStringConvertible {
  /// It was not begun, for a reason that lies in what is there.
  case refused(String)
  /// It was tried and did not work; what is there is as before.
  case failed(String)

  package var description: String {
    switch self {
    case .refused(let reason), .failed(let reason): reason
    }
  }
}
