import DockerEngine
import HostFacts

extension HostParts {
  /// What an event touches, so that no more is read again. Nothing that a container's maker writes into
  /// an event can make it touch less.
  ///
  /// Of what a later Engine may tell and nobody knows yet, everything that the Engine has is touched.
  package init(_ event: EngineEvent) {
    self.init()
    switch (event.type, event.action) {
    case ("container", "exec_start"), ("container", "exec_die"):
      if let exec = event.execID, Self.isID(exec), Self.isID(event.id) {
        execs = [Exec(id: exec, container: event.id)]
      } else {
        touchContainer(event.id)
      }
    case ("container", _): touchContainer(event.id)
    case ("image", _): images = true
    case ("volume", _): volumes = true
    case ("network", "connect"), ("network", "disconnect"):
      // In a swarm the other end need not be a container of this host.
      if let container = event.container { touchContainer(container) }
      engine = true
    case ("network", _), ("plugin", _), ("node", _), ("service", _), ("secret", _), ("config", _):
      engine = true
    // What it reloads is a file.
    case ("daemon", _): self = .all
    default:
      self = .all
      ownSide = false
    }
  }

  private mutating func touchContainer(_ id: String) {
    containers = Self.isID(id) ? .some([id]) : .all
  }

  /// Whether `text` can be the id of a container or of a command in one: 64 hexadecimal digits.
  private static func isID(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
