/// The sockets that a process holds, told by their inodes, see proc(5) on `/proc/PID/fd`.
struct HeldSockets: Equatable {
  var inodes: Set<UInt32> = []

  /// All of them; with `wanted`, only until one of those is found.
  init(of pid: Int, _ root: HostRoot, until wanted: Set<UInt32> = []) throws(ReadFailure) {
    for number in try root.entries(of: "/proc/\(pid)/fd") {
      let target: String
      do throws(ReadFailure) {
        target = try root.link(at: "/proc/\(pid)/fd/\(number)")
      } catch {
        // Closed meanwhile.
        if error.isAbsence { continue }
        throw error
      }
      if target.hasPrefix("socket:["), let inode = UInt32(target.dropFirst(8).dropLast()) {
        inodes.insert(inode)
        if wanted.contains(inode) { return }
      }
    }
  }
}
