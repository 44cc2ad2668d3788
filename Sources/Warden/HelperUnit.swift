import Systemd

/// A unit that does for the service what it may not do itself, and ends.
package enum HelperUnit: String, Sendable {
  /// Walks the layers of images, which takes a capability that a service had better not have.
  case layers = "dockward-layers.service"
  /// Runs the audits of definitions files, which are whatever the administrator has written.
  case definitions = "dockward-definitions.service"

  /// A little more than the unit itself has.
  private var patience: Duration {
    switch self {
    case .layers: .seconds(65)
    case .definitions: .seconds(605)
    }
  }

  /// Has systemd run it, and waits for its end; returns why it failed, `nil` where it did not.
  func run() async -> String? {
    guard let bus = SystemBus(patience: .seconds(2)) else { return "systemd does not answer" }
    defer { bus.close() }
    do throws(SystemdError) {
      try await bus.run(.restart, rawValue, patience: patience)
      return nil
    } catch {
      return "'\(rawValue)': \(error)"
    }
  }
}
