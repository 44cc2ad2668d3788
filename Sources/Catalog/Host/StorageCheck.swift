import HardeningModel

/// Whether what containers write can fill the host's own file system.
enum StorageCheck {
  static let check = Check(
    slug: "host-container-storage-partition", surface: .host, stride: [.denialOfService],
    explanation: Explanation(
      reads: "Where the Engine keeps its data, as it says itself, and which mounts hold that "
        + "directory and '/', by /proc/PID/mountinfo of dockerd.",
      passes: "It passes where they lie on different file systems. A bind mount, a subvolume and "
        + "dockerd's mount of its own directory are still the same file system.",
      threat:
        "Any container may write until the file system is full. Where it is that of the host, "
        + "the host's own services cannot write either and fail: denial of service."),
    remedy: .assist(
      .restart,
      "Stop Docker, move the data root to a partition or logical volume of its own, mount that at "
        + "the same path, and start Docker again.")
  ) { [judge($0.snapshot)] }

  private static func judge(_ snapshot: HostSnapshot) -> Finding {
    var finding = Finding(
      subject: .host, verdict: .unknown,
      expected: "the data root on another file system than '/'", source: "GET /info, mountinfo")
    do {
      guard let path = try snapshot.engineInfo().dataRoot.known("DockerRootDir"), !path.isEmpty
      else { throw CannotTell("the Engine does not say where its data root is") }
      let place = try canonical(path, snapshot)
      let mounts = try mounts(snapshot)
      guard let root = mounts.holding("/"), let own = mounts.holding(place) else {
        throw CannotTell("the mounts have no root")
      }
      let isOwn = own.device != root.device
      finding.verdict = isOwn ? .pass : .fail
      finding.observed =
        "\(path) on \(own.type) \(own.device) mounted at \(own.path), / on \(root.type) \(root.device)"
      // The kernel may number a device otherwise after each boot.
      finding.compared = .text("\(path) on \(own.type) mounted at \(own.path)")
      if !isOwn, own.id != root.id {
        finding.reason = "it is mounted by itself, but from the same file system"
      }
    } catch {
      finding.source = ""
      finding.reason = "\(error)"
    }
    return finding
  }

  private static func canonical(_ path: String, _ snapshot: HostSnapshot) throws -> String {
    switch snapshot.files[path] {
    case .found(let fact): return fact.canonical
    case .absent: throw CannotTell("the data root '\(path)' does not exist here")
    case .unreadable(let reason): throw CannotTell(reason)
    case nil: throw CannotTell("the data root '\(path)' was not looked at")
    }
  }

  private static func mounts(_ snapshot: HostSnapshot) throws -> [MountPoint] {
    switch snapshot.mounts {
    case .found(let mounts): return mounts
    case .absent: throw CannotTell("there are no mounts")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }
}
