import CShims
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension HostRoot {
  /// What openat2(2) with `RESOLVE_IN_ROOT` gives, for whoever may not call it: in the service's sandbox
  /// `RestrictSUIDSGID=` takes it away. Each component is opened in the directory before it, and each
  /// symbolic link begins at `root` again, so that none leads out of it.
  static func walk(_ path: String, in root: Int32, flags: Int32) throws(Errno) -> Int32 {
    var way: [FileDescriptor] = []
    defer { for directory in way { try? directory.close() } }
    var ahead = Array(path.split(separator: "/").reversed())
    var links = 0
    while let name = ahead.popLast() {
      if name == "." { continue }
      if name == ".." {
        if let last = way.popLast() { try? last.close() }
        continue
      }
      let next = openat(
        way.last?.rawValue ?? root, String(name), dockward_o_path | O_NOFOLLOW | O_CLOEXEC)
      guard next >= 0 else { throw Errno(rawValue: errno) }
      let file = FileDescriptor(rawValue: next)
      way.append(file)
      var status = stat()
      guard fstat(next, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFLNK, !ahead.isEmpty || flags & O_NOFOLLOW == 0 else {
        continue
      }
      links += 1
      // As many as the kernel follows, see path_resolution(7).
      guard links <= 40 else { throw .tooManySymbolicLinkLevels }
      let target = try readLink(next, "")
      way.removeLast()
      try? file.close()
      if target.hasPrefix("/") {
        for directory in way { try? directory.close() }
        way = []
      }
      ahead += target.split(separator: "/").reversed()
    }
    let end = way.last?.rawValue ?? root
    if flags & dockward_o_path != 0 {
      return try duplicate(end, flags)
    }
    let opened = Glibc.open("/proc/self/fd/\(end)", flags & ~O_NOFOLLOW)
    guard opened >= 0 else { throw Errno(rawValue: errno) }
    return opened
  }

  private static func duplicate(_ file: Int32, _ flags: Int32) throws(Errno) -> Int32 {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw Errno(rawValue: errno) }
    if flags & O_DIRECTORY != 0, status.st_mode & S_IFMT != S_IFDIR { throw .notDirectory }
    let copy = fcntl(file, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw Errno(rawValue: errno) }
    return copy
  }
}
