import CShims
import FoundationEssentials
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The manager that has started this process as a service and wants to hear of it, see sd_notify(3).
/// Where there is none, nothing is told, which is no error.
package struct ServiceManager: Sendable {
  private let socket: String?
  /// How long the manager waits between signs of life until it takes the service for hung; `nil` where it
  /// does not watch.
  package let watchdogPeriod: Duration?

  /// The manager can be busy, but never for long.
  private static let patience: Duration = .milliseconds(100)

  /// The one that the environment of this process names.
  package init() {
    socket = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    let period = dockward_watchdog_period()
    watchdogPeriod = period > 0 ? .microseconds(Int64(clamping: period)) : nil
  }

  /// Whether somebody wants to hear.
  package var isThere: Bool { socket != nil }

  /// The service does what it is for; with `status`, what it is at.
  @discardableResult
  package func ready(_ status: String? = nil) -> Bool { tell(["READY=1"], status) }

  /// The service reads its configuration again; `ready` ends that.
  @discardableResult
  package func reloading(_ status: String? = nil) -> Bool {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    return tell(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"], status)
  }

  /// The service ends.
  @discardableResult
  package func stopping(_ status: String? = nil) -> Bool { tell(["STOPPING=1"], status) }

  /// What `systemctl status` shows.
  @discardableResult
  package func status(_ text: String) -> Bool { tell([], text) }

  /// The service makes progress; to be said at least twice in a `watchdogPeriod`.
  @discardableResult
  package func alive() -> Bool { tell(["WATCHDOG=1"]) }

  /// Whether the manager was told.
  private func tell(_ assignments: [String], _ status: String? = nil) -> Bool {
    guard let socket else { return false }
    // A line break would begin another assignment.
    let text = status.map { "STATUS=\(Printable.text($0, limit: 1024))" }
    let message = (assignments + [text].compactMap { $0 }).joined(separator: "\n")
    // sd_notify(3) waits for a manager that does not read.
    guard let probe = try? DatagramSocket(to: socket),
      probe.isWritable(before: .now + Self.patience)
    else { return false }
    return dockward_notify(message) > 0
  }
}
