/// The parts of a host that can be read by themselves, so that after a change only what it touches is
/// read again.
package struct HostParts: Sendable, Equatable {
  /// What needs no Engine: files, units, processes, accounts, the kernel's audit rules.
  package var ownSide = false
  /// What the Engine says of itself, its networks and its swarm.
  package var engine = false
  package var containers = Containers.some([])
  package var images = false
  package var volumes = false
  /// Commands that were started in containers or have ended there.
  package var execs: Set<Exec> = []

  /// Which containers are inspected. What the Engine's list has is read with any.
  package enum Containers: Sendable, Equatable {
    /// These, by their ids.
    case some(Set<String>)
    case all
  }

  /// A command that was started in a container.
  package struct Exec: Sendable, Hashable {
    package var id: String
    package var container: String
    /// Whether it has ended.
    package var isOver: Bool

    package init(id: String, container: String, isOver: Bool = false) {
      self.id = id
      self.container = container
      self.isOver = isOver
    }
  }

  /// Of more containers or execs than this, all containers are inspected: what has been touched takes no
  /// more room then.
  static let limit = 256

  /// Nothing.
  package init() {}

  package static let all: HostParts = {
    var parts = HostParts()
    parts.ownSide = true
    parts.engine = true
    parts.containers = .all
    parts.images = true
    parts.volumes = true
    return parts
  }()

  /// All that the Engine tells.
  package static let wholeEngine = all.ofEngine

  package static let images: HostParts = {
    var parts = HostParts()
    parts.images = true
    return parts
  }()

  package static func container(_ id: String) -> HostParts { containers([id]) }

  package static func containers(_ ids: Set<String>) -> HostParts {
    var parts = HostParts()
    parts.containers = .some(ids)
    return parts
  }

  package var isEmpty: Bool { self == HostParts() }

  /// Whether the Engine has to be asked.
  package var asksEngine: Bool {
    engine || images || volumes || containers != .some([]) || !execs.isEmpty
  }

  /// What the Engine tells of it.
  package var ofEngine: HostParts {
    var parts = self
    parts.ownSide = false
    return parts
  }

  package mutating func formUnion(_ other: HostParts) {
    ownSide = ownSide || other.ownSide
    engine = engine || other.engine
    images = images || other.images
    volumes = volumes || other.volumes
    execs.formUnion(other.execs)
    if case .some(let own) = containers, case .some(let others) = other.containers {
      containers = .some(own.union(others))
    } else {
      containers = .all
    }
    if case .some(let ids) = containers, ids.count + execs.count > Self.limit { containers = .all }
    // An inspection names the execs.
    if containers == .all { execs = [] }
  }
}
