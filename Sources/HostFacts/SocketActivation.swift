import DockerEngine
import Systemd

/// systemd in dockerd's place: where it listens on the API socket, a connection starts dockerd, also one that an
/// administrator has stopped.
package enum SocketActivation {
  private static let unit = "docker.socket"
  /// What `docker.socket` opens, unless it was rewritten.
  private static let paths = ["/var/run/docker.sock", "/run/docker.sock"]

  /// Whether systemd waits for a connection at `endpoint` to start dockerd; false where it does not tell.
  package static func awaitsConnection(at endpoint: EngineEndpoint) -> Bool {
    guard paths.contains(endpoint.socketPath), let bus = SystemBus(patience: .seconds(2)) else {
      return false
    }
    defer { bus.close() }
    // While the service runs, the state is `running`.
    return UnitObject(unit).flatMap { bus.text("SubState", of: $0) } == "listening"
  }
}
