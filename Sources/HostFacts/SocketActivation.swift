import DockerEngine
import Systemd

/// Whether somebody serves an API socket, or systemd listens there in the place of a dockerd that does not
/// run: to connect would start it.
package enum SocketActivation {
  private static let unit = "docker.socket"
  private static let paths: Set<String> = ["/run/docker.sock", "/var/run/docker.sock"]

  /// Why it is better not to connect to `endpoint`; `nil` where nothing is known against it.
  package static func obstacle(to endpoint: EngineEndpoint) -> String? {
    guard paths.contains(endpoint.socketPath), let bus = SystemBus(patience: .seconds(1)) else {
      return nil
    }
    defer { bus.close() }
    guard let socket = UnitObject(unit), bus.text("SubState", of: socket) == "listening" else {
      return nil
    }
    return "dockerd does not run: systemd listens at \(endpoint) in its place"
  }
}
