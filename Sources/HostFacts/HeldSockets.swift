/// The sockets that a process holds, told by their inodes, see proc(5) on `/proc/PID/fd`.
struct HeldSockets: Equatable {
  var inodes: Set<UInt32> = []

  /// All of them; with `wanted`, only until one of those is found.
  init(of pid: Int, _ root: HostRoot, until wanted: Set<UInt32> = []) throws(ReadFailure) {
    try root.links(in: "/proc/\(pid)/fd") { target in
      guard target.hasPrefix("socket:["), let inode = UInt32(target.dropFirst(8).dropLast()) else {
        return true
      }
      inodes.insert(inode)
      return !wanted.contains(inode)
    }
  }
}
