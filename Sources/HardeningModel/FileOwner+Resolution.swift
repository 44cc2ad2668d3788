extension FileOwner {
  /// Whose a file is to be on the host of `snapshot`.
  package func required(in snapshot: HostSnapshot) -> RequiredOwner {
    guard self == .apiGroup else { return .root }
    let name: String
    switch snapshot.daemon.settings {
    case .found(let settings): name = settings.group ?? "docker"
    case .absent: name = "docker"
    case .unreadable(let reason): return .unknown(reason)
    }
    return switch snapshot.groups[name] ?? .unreadable("the group '\(name)' was not looked up") {
    case .found(let gid): .group(gid, name: name)
    // dockerd leaves its socket to root where the group does not exist.
    case .absent: .rootWithout(group: name)
    case .unreadable(let reason): .someGroup(name: name, reason)
    }
  }
}

/// What is known of whose a file is to be; its user is root in any case.
package enum RequiredOwner: Sendable, Equatable {
  /// 0:0.
  case root
  /// 0:0, since there is no group of this name.
  case rootWithout(group: String)
  case group(UInt32, name: String)
  /// A group whose number could not be read, and why.
  case someGroup(name: String, String)
  /// Not even the group's name is known, and why.
  case unknown(String)

  /// The number of its group, where that is known.
  package var gid: UInt32? {
    switch self {
    case .root, .rootWithout: 0
    case .group(let gid, _): gid
    case .someGroup, .unknown: nil
    }
  }

  /// Why the number of its group is not known.
  package var failure: String? {
    switch self {
    case .root, .rootWithout, .group: nil
    case .someGroup(_, let reason), .unknown(let reason): reason
    }
  }
}
