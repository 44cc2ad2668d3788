import HardeningModel

extension ContainerChecks {
  /// What of the host's file system a container sees.
  static let mounts: [Check] = [
    Check.ofContainers(
      "container-sensitive-mounts",
      stride: [.tampering, .informationDisclosure, .elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          The source on the host of each bind mount of each container, and of each volume that \
          is a bind mount in truth, with links resolved and compared by inode; the Engine's data \
          root; allowedMounts of the configuration.
          """,
        passes: """
          No source is / itself, or is or lies beneath /boot, /dev, /etc, /lib, /proc, /root, \
          /sys, /usr or the Engine's data root. Read-only mounts count too, but for what \
          allowedMounts admits: by default six harmless places in /etc, read-only.
          """,
        threat: """
          Through such a mount an attacker in the container changes the host's configuration and \
          programs (tampering) or reads its keys and password hashes (information disclosure), \
          and with either becomes root on the host (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without these mounts, or list what it may have under allowedMounts."
      ),
      expected: "no system directory of the host mounted", judge: judgeSensitiveMounts),
    Check.ofContainers(
      "container-docker-socket", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          The source on the host of each bind mount of each container, and of each volume that \
          is a bind mount in truth, compared by resolved path and by inode with the sockets of \
          the Engine's API and of containerd.
          """,
        passes: """
          No source is one of these sockets or a directory that holds one. That a mount is read- \
          only does not help: it does not keep anyone from connecting.
          """,
        threat: """
          Whoever takes over a container with the socket can have the Engine start another that \
          is privileged and has the host's disk: root's power over the host, from inside a \
          container (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without the socket, or put a proxy between that allows only the calls it needs."
      ),
      expected: "neither the API nor the containerd socket mounted", judge: judgeSocketMounts),
    Check.ofContainers(
      "container-mount-propagation", stride: [.tampering],
      explanation: Explanation(
        reads: "The propagation of each mount of each container (Mounts.Propagation).",
        passes: "None is shared or rshared.",
        threat: """
          What the container mounts beneath a shared mount is mounted on the host as well: an \
          attacker in it who has the capability to mount can lay files of their own over the \
          host's (tampering).
          """),
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
    let directories = SensitiveDirectories(view.snapshot)
    let allowed = view.context.policy.allowedMounts.map {
      (place: HostPlace($0.path, in: view.snapshot), isWritable: $0.writable)
    }
    return try judge(view.hostMounts(), innocent: "no system directory") { mount in
      let place = HostPlace(mount.source, in: view.snapshot)
      guard let directory = try directories.first(containing: place) else { return nil }
      for allowance in allowed where allowance.isWritable || !mount.isWritable {
        if try place.isSurelyAtOrBeneath(allowance.place) { return nil }
      }
      let origin = mount.volume.map { " (volume \($0))" } ?? ""
      let access = mount.isWritable ? "" : ", read-only"
      let within = directory == AbsolutePath.normal(mount.source) ? "" : " in \(directory)"
      return "\(mount.source)\(origin)\(within)\(access)"
    }
  }

  private static func judgeSocketMounts(_ view: ContainerView) throws -> Opinion {
    var sockets: [HostPlace] = []
    var obstacle: CannotTell?
    for role in [FileRole.apiSocket, .containerdSocket] {
      switch view.snapshot.paths[role] ?? .unreadable("the sockets were not looked for") {
      case .found(let paths): sockets += paths.map { HostPlace($0, in: view.snapshot) }
      case .absent: break
      case .unreadable(let reason): obstacle = CannotTell(reason)
      }
    }
    return try judge(view.hostMounts(), innocent: "no socket") { mount in
      let place = HostPlace(mount.source, in: view.snapshot)
      var doubt = obstacle
      for socket in sockets {
        do {
          guard try socket.isAtOrBeneath(place) else { continue }
          let isSocket = try place.isAtOrBeneath(socket)
          return isSocket ? mount.source : "\(mount.source), which holds \(socket.path)"
        } catch let error as CannotTell {
          doubt = error
        }
      }
      if let doubt { throw doubt }
      return nil
    }
  }

  /// Fails with all that `offence` finds in the mounts. One offender suffices; only where there is none
  /// does it matter that something could not be told.
  private static func judge(
    _ mounts: [Result<HostMount, any Error>], innocent: String,
    offence: (HostMount) throws -> String?
  ) throws -> Opinion {
    var offences: [String] = []
    var doubts: [any Error] = []
    for mount in mounts {
      do {
        if let found = try offence(try mount.get()) { offences.append(found) }
      } catch {
        doubts.append(error)
      }
    }
    if !offences.isEmpty { return .fail(offences.sorted().joined(separator: "; ")) }
    // The same one, whatever the order of the mounts.
    if let doubt = doubts.min(by: { "\($0)" < "\($1)" }) { throw doubt }
    return .pass(innocent)
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
  /// The bind mounts, and the volumes that are a bind mount in truth; a failure for each mount of which
  /// it cannot be told.
  func hostMounts() throws -> [Result<HostMount, any Error>] {
    try container.mounts.known("Mounts", null: []).compactMap { mount in
      do {
        return try hostMount(mount).map { .success($0) }
      } catch {
        return .failure(error)
      }
    }
  }

  private func hostMount(_ mount: Container.Mount) throws -> HostMount? {
    let isWritable = try mount.writable.known("Mounts.RW", null: true)
    switch try mount.type.known("Mounts.Type") {
    case "bind":
      guard let source = try mount.source.known("Mounts.Source") else {
        throw CannotTell("a bind mount has no source")
      }
      return HostMount(source: source, isWritable: isWritable)
    case "volume":
      guard let name = try mount.name.known("Mounts.Name") else {
        throw CannotTell("a volume has no name")
      }
      return try snapshot.volume(named: name).boundPath().map {
        HostMount(source: $0, isWritable: isWritable, volume: name)
      }
    case nil: throw CannotTell("a mount has no type")
    default: return nil
    }
  }
}

extension HostSnapshot {
  fileprivate func volume(named name: String) throws -> Volume {
    switch volumes {
    case .found(let volumes):
      guard let volume = volumes.first(where: { $0.name == name }) else {
        throw CannotTell("the Engine does not list its volume '\(name)'")
      }
      return volume
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
    // Two names that Swift takes for one text may be two files.
    if let index = snapshot.files.index(forKey: path),
      snapshot.files[index].key.utf8.elementsEqual(path.utf8)
    {
      fact = snapshot.files[index].value
    } else {
      fact = .unreadable("it was not looked at")
    }
  }

  /// Whether it is what `other` is, or lies beneath it: by inode and resolved path, since a link may
  /// lead anywhere; by the paths as they are written only where one of them does not exist.
  ///
  /// Throws where one of them could not be looked at and the paths do not tell either.
  func isAtOrBeneath(_ other: HostPlace) throws -> Bool {
    if let mine = fact.value, let others = other.fact.value { return mine.isAtOrBeneath(others) }
    let names = [other.path, other.fact.value?.canonical].compactMap { $0 }
    let own = [path, fact.value?.canonical].compactMap { $0 }
    if own.contains(where: { name in names.contains { AbsolutePath.isAtOrBeneath(name, $0) } }) {
      return true
    }
    try demandKnown(other)
    return false
  }

  /// The same, where the paths as they are written are not enough: a link may lead out of what it lies
  /// in.
  func isSurelyAtOrBeneath(_ other: HostPlace) throws -> Bool {
    try demandKnown(other)
    return try isAtOrBeneath(other)
  }

  private func demandKnown(_ other: HostPlace) throws {
    for place in [self, other] {
      if case .unreadable(let reason) = place.fact {
        throw CannotTell("cannot resolve '\(place.path)': \(reason)")
      }
    }
  }
}

/// The system directories of a host, with what is known of them.
struct SensitiveDirectories {
  private let root: HostPlace
  private let trees: [HostPlace]
  /// Why it is not known where the Engine keeps its data.
  private let obstacle: CannotTell?

  init(_ snapshot: HostSnapshot) {
    root = HostPlace("/", in: snapshot)
    var dataRoot: String?
    var obstacle: CannotTell?
    do {
      dataRoot = try snapshot.engineInfo().dataRoot.known("DockerRootDir")
      if dataRoot == nil { obstacle = CannotTell("the Engine does not say where its data root is") }
    } catch {
      obstacle = CannotTell("\(error)")
    }
    self.obstacle = obstacle
    trees = SystemDirectories.trees(dataRoot: dataRoot).map { HostPlace($0, in: snapshot) }
  }

  /// The one that `place` is or lies beneath. `/` holds everything and counts only as itself.
  ///
  /// Throws where it lies in none of those that are known, and one is not.
  func first(containing place: HostPlace) throws -> String? {
    if try root.isAtOrBeneath(place) { return "/" }
    var doubt = obstacle
    for tree in trees {
      do {
        if try place.isAtOrBeneath(tree) { return tree.path }
      } catch let error as CannotTell {
        doubt = error
      }
    }
    if let doubt { throw doubt }
    return nil
  }
}
