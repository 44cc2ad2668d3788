import HardeningModel

extension ContainerChecks {
  /// What of the host's file system a container sees.
  static let mounts: [Check] = [
    Check.ofContainers(
      "container-sensitive-mounts",
      stride: [.tampering, .informationDisclosure, .elevationOfPrivilege],
      remedy: .assist(
        .recreate,
        "Create the container again without these mounts, or list what it may have under allowedMounts."
      ),
      expected: "no system directory of the host mounted", judge: judgeSensitiveMounts),
    Check.ofContainers(
      "container-docker-socket", stride: [.elevationOfPrivilege],
      remedy: .assist(
        .recreate,
        "Create the container again without the socket, or put a proxy between that allows only the calls it needs."
      ),
      expected: "neither the API nor the containerd socket mounted", judge: judgeSocketMounts),
    Check.ofContainers(
      "container-mount-propagation", stride: [.tampering],
      remedy: .assist(.recreate, "Create the container again without shared or rshared mounts."),
      expected: "no mount shared with the host"
    ) { view in
      let shared = try view.container.mounts.known("Mounts", null: []).filter {
        let propagation = try $0.propagation.known("Mounts.Propagation", null: "")
        return propagation == "shared" || propagation == "rshared"
      }
      return shared.isEmpty
        ? .pass("no shared mount")
        : .fail(
          "shared: " + shared.map { $0.destination.value ?? "?" }.sorted().joined(separator: ", "))
    },
  ]

  private static func judgeSensitiveMounts(_ view: ContainerView) throws -> Opinion {
    let snapshot = view.snapshot
    var offenders: [String] = []
    var obstacle: CannotTell?
    for mount in try view.hostMounts() {
      let place = HostPlace(mount.source, in: snapshot)
      guard let directory = SensitiveDirectories(snapshot).first(containing: place) else {
        if case .unreadable(let reason) = place.fact {
          obstacle = CannotTell("cannot resolve '\(mount.source)': \(reason)")
        }
        continue
      }
      let isAllowed = view.context.policy.allowedMounts.contains { allowed in
        (allowed.writable || !mount.isWritable)
          && place.isAtOrBeneath(HostPlace(allowed.path, in: snapshot))
      }
      if !isAllowed {
        let origin = mount.volume.map { " (volume \($0))" } ?? ""
        let access = mount.isWritable ? "" : ", read-only"
        let within = directory == AbsolutePath.normal(mount.source) ? "" : " in \(directory)"
        offenders.append("\(mount.source)\(origin)\(within)\(access)")
      }
    }
    if offenders.isEmpty, let obstacle { throw obstacle }
    return offenders.isEmpty
      ? .pass("no system directory") : .fail(offenders.sorted().joined(separator: "; "))
  }

  private static func judgeSocketMounts(_ view: ContainerView) throws -> Opinion {
    let snapshot = view.snapshot
    var offenders: [String] = []
    var obstacle: CannotTell?
    var sockets: [HostPlace] = []
    for role in [FileRole.apiSocket, .containerdSocket] {
      switch snapshot.paths[role] ?? .unreadable("the sockets were not looked for") {
      case .found(let paths): sockets += paths.map { HostPlace($0, in: snapshot) }
      case .absent: break
      case .unreadable(let reason): obstacle = CannotTell(reason)
      }
    }
    for mount in try view.hostMounts() {
      let place = HostPlace(mount.source, in: snapshot)
      if let socket = sockets.first(where: { $0.isAtOrBeneath(place) }) {
        offenders.append(
          place.isAtOrBeneath(socket)
            ? mount.source : "\(mount.source), which holds \(socket.path)")
      } else if case .unreadable(let reason) = place.fact {
        obstacle = CannotTell("cannot resolve '\(mount.source)': \(reason)")
      }
    }
    if offenders.isEmpty, let obstacle { throw obstacle }
    return offenders.isEmpty
      ? .pass("no socket") : .fail(offenders.sorted().joined(separator: "; "))
  }
}

/// A mount whose source is a path of the host.
struct HostMount {
  var source: String
  var isWritable: Bool
  /// The volume that binds it, where it is not bound directly.
  var volume: String?
}

extension ContainerView {
  /// The bind mounts, and the volumes that are a bind mount in truth.
  func hostMounts() throws -> [HostMount] {
    try container.mounts.known("Mounts", null: []).compactMap { mount in
      let isWritable = try mount.writable.known("Mounts.RW", null: true)
      switch try mount.type.known("Mounts.Type") {
      case "bind":
        guard let source = try mount.source.known("Mounts.Source") else { return nil }
        return HostMount(source: source, isWritable: isWritable)
      case "volume":
        guard let name = mount.name.value else { return nil }
        return try snapshot.volume(named: name)?.boundPath.map {
          HostMount(source: $0, isWritable: isWritable, volume: name)
        }
      default: return nil
      }
    }
  }
}

extension HostSnapshot {
  fileprivate func volume(named name: String) throws -> Volume? {
    switch volumes {
    case .found(let volumes): volumes.first { $0.name == name }
    case .absent: throw CannotTell("the volumes were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }
}

/// A path of the host with what is known of it.
struct HostPlace {
  let path: String
  let fact: Reading<FileFact>

  init(_ path: String, in snapshot: HostSnapshot) {
    self.path = path
    fact = snapshot.files[path] ?? .unreadable("it was not looked at")
  }

  /// Whether it is what `other` is, or lies beneath it: by inode and by resolved path where both
  /// exist, and in any case by the paths as they are written.
  func isAtOrBeneath(_ other: HostPlace) -> Bool {
    if AbsolutePath.isAtOrBeneath(path, other.path) { return true }
    guard let mine = fact.value, let others = other.fact.value else { return false }
    return mine.isAtOrBeneath(others)
  }
}

/// The system directories of a host, with what is known of them.
struct SensitiveDirectories {
  private let root: HostPlace
  private let trees: [HostPlace]

  init(_ snapshot: HostSnapshot) {
    root = HostPlace("/", in: snapshot)
    let dataRoot = snapshot.engine.value?.info.value?.dataRoot.value
    trees = SystemDirectories.trees(dataRoot: dataRoot).map { HostPlace($0, in: snapshot) }
  }

  /// The one that `place` is or lies beneath. `/` holds everything and counts only as itself.
  func first(containing place: HostPlace) -> String? {
    let isRoot =
      AbsolutePath.normal(place.path) == "/"
      || (place.fact.value.map { $0.identity == root.fact.value?.identity } ?? false)
    if isRoot { return "/" }
    return trees.first { place.isAtOrBeneath($0) }?.path
  }
}
