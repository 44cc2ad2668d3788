/// One mount, a line of `/proc/PID/mountinfo`, see proc_pid_mountinfo(5).
package struct MountPoint: Codable, Sendable, Equatable {
  package var id: Int
  package var parent: Int
  /// The number of the file system, `major:minor`. Every mount of one file system has the same one,
  /// subvolumes of btrfs included.
  package var device: String
  /// Which directory of the file system is mounted.
  package var root: String
  /// Where.
  package var path: String
  /// e.g. `ext4`.
  package var type: String

  package init(id: Int, parent: Int, device: String, root: String, path: String, type: String) {
    self.id = id
    self.parent = parent
    self.device = device
    self.root = root
    self.path = path
    self.type = type
  }
}

extension Collection<MountPoint> {
  /// The mount that a path without symbolic links lies on; `nil` where it cannot be told.
  ///
  /// Found as the kernel finds it, from the root on: a mount may lie hidden below one that was made
  /// later further up, and several may be stacked at one place, of which only the last one counts.
  package func holding(_ path: String) -> MountPoint? {
    let ids = Set(map(\.id))
    guard
      var current = first(where: {
        $0.path == "/" && ($0.parent == $0.id || !ids.contains($0.parent))
      })
    else { return nil }
    let above = filter { AbsolutePath.isAtOrBeneath(path, $0.path) }
    // Each step goes to another mount, so that there are no more steps than mounts.
    for _ in above.indices {
      let next = above.filter { $0.parent == current.id && $0.id != current.id }
        .min { $0.path.utf8.count < $1.path.utf8.count }
      guard let next else { break }
      current = next
    }
    return current
  }
}
