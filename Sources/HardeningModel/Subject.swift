/// What a finding is about. Its text (`container:web`) is its identity in reports.
package enum Subject: Sendable, Hashable {
  case host
  case daemon
  case swarm
  /// A file, directory or socket, by the path it was found at.
  case file(String)
  /// A container, by its name without the leading slash; by its id where it has no name.
  case container(String)
  /// An image, by the tag that it is best known under, else by its id.
  case image(String)
  /// A network of the Engine, by its name.
  case network(String)
  /// A user of the host, by name.
  case user(String)
}

extension Subject: CustomStringConvertible {
  package var description: String {
    switch self {
    case .host: "host"
    case .daemon: "daemon"
    case .swarm: "swarm"
    case .file(let path): "file:\(path)"
    case .container(let name): "container:\(name)"
    case .image(let reference): "image:\(reference)"
    case .network(let name): "network:\(name)"
    case .user(let name): "user:\(name)"
    }
  }
}

/// In the order of their texts.
extension Subject: Comparable {
  package static func < (first: Subject, second: Subject) -> Bool {
    switch (first, second) {
    // Of these there are thousands.
    case (.container(let first), .container(let second)): first < second
    default: first.description < second.description
    }
  }
}
