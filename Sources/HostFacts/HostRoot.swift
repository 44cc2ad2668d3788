import CShims
import Documents
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The file system that is judged: this host's own, or that of another mounted at a directory.
/// Below a directory, symbolic links lead where they would lead on that host, and never out of it.
struct HostRoot {
  /// Where it is mounted; `/` for this host's own.
  let path: String
  /// Whether it is the root of this process; that of another mount namespace may look the same.
  let isThisHost: Bool
  private let descriptor: FileDescriptor

  /// Opens the directory; the caller calls `close()`.
  init(_ directory: String) throws(ReadFailure) {
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(directory), .readOnly, options: [.directory, .closeOnExec])
      self.descriptor = descriptor
      path = try Self.path(of: descriptor)
      isThisHost = path == "/" ? try Self.isOwnRoot(descriptor) : false
    } catch {
      throw ReadFailure(
        "cannot open the root '\(directory)': \((error as? Errno)?.reason ?? "\(error)")")
    }
  }

  func close() { try? descriptor.close() }

  /// Whether it is the root of this process: the same directory, by the same mount. The root of another
  /// mount namespace is called `/` as well, and may be the same directory with other mounts below it.
  private static func isOwnRoot(_ root: FileDescriptor) throws -> Bool {
    let own = try FileDescriptor.open("/", .readOnly, options: [.directory, .closeOnExec])
    defer { try? own.close() }
    var (mine, asked) = (stat(), stat())
    guard fstat(own.rawValue, &mine) == 0, fstat(root.rawValue, &asked) == 0 else {
      throw Errno(rawValue: errno)
    }
    let mounts = (try mount(of: own), try mount(of: root))
    return mine.st_dev == asked.st_dev && mine.st_ino == asked.st_ino && mounts.0 == mounts.1
  }

  /// The line `mnt_id:` of proc(5)'s `fdinfo`.
  private static func mount(of file: FileDescriptor) throws -> Substring? {
    let info = try FileDescriptor.open(
      FilePath("/proc/self/fdinfo/\(file.rawValue)"), .readOnly, options: [.closeOnExec])
    defer { try? info.close() }
    let bytes = try TextFile.readAll(info, limit: 65_536) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("mnt_id:")
    }
  }

  /// A descriptor of what `path` names in this root.
  func open(_ path: String, flags: Int32) throws(Errno) -> FileDescriptor {
    // openat2(2) refuses flags that mean nothing together with O_PATH.
    let opens = flags & dockward_o_path == 0
    let flags = flags | O_CLOEXEC | (opens ? O_NOCTTY | O_NONBLOCK : 0)
    let number: Int32
    if path.utf8.contains(0) { throw .invalidArgument }
    if isThisHost {
      number = Glibc.open(path, flags)
    } else {
      let found = dockward_openat2(
        descriptor.rawValue, path, UInt64(flags), dockward_resolve_in_root)
      // A sandbox may have taken the call away.
      number =
        found < 0 && errno == ENOSYS
        ? try Self.walk(path, in: descriptor.rawValue, flags: flags) : found
    }
    guard number >= 0 else { throw Errno(rawValue: errno) }
    return FileDescriptor(rawValue: number)
  }

  /// The content of the regular file at `path`, or of a file of a kernel file system, at most
  /// `limit` bytes.
  func contents(of path: String, limit: Int = 1 << 20) throws(ReadFailure) -> [UInt8] {
    do {
      let file = try open(path, flags: O_RDONLY)
      defer { try? file.close() }
      var status = stat()
      guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw ReadFailure("cannot read '\(path)': not a regular file")
      }
      guard let bytes = try TextFile.readAll(file, limit: limit) else {
        throw ReadFailure("cannot read '\(path)': larger than \(limit) bytes")
      }
      return bytes
    } catch let failure as ReadFailure {
      throw failure
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }

  /// The content as text; bytes that are not UTF-8 become U+FFFD.
  func text(of path: String, limit: Int = 1 << 20) throws(ReadFailure) -> String {
    String(decoding: try contents(of: path, limit: limit), as: UTF8.self)
  }

  /// The names in the directory at `path`, sorted, at most `limit` of them.
  func entries(of path: String, limit: Int = 65_536) throws(ReadFailure) -> [String] {
    try list(path, limit: limit) { _ in true }
  }

  /// The names of the directories in the directory at `path`, sorted.
  func directories(in path: String) throws(ReadFailure) -> [String] {
    try list(path, limit: 65_536) { $0 == UInt8(DT_DIR) }
  }

  private func list(
    _ path: String, limit: Int, where isWanted: (UInt8) -> Bool
  ) throws(ReadFailure) -> [String] {
    var names: [String] = []
    try visit(path, limit: limit) { name, kind, _ in
      if isWanted(kind) { names.append(name) }
      return true
    }
    return names.sorted()
  }

  /// What the symbolic links in the directory at `path` say, not followed, in no order, until `goesOn` does
  /// not; one that is removed meanwhile is left out.
  func links(in path: String, goesOn: (String) -> Bool) throws(ReadFailure) {
    try visit(path, limit: 65_536) { name, kind, directory in
      guard kind == UInt8(DT_LNK) else { return true }
      do throws(Errno) {
        return goesOn(try Self.readLink(directory, name))
      } catch {
        let failure = ReadFailure(reading: "\(path)/\(name)", error)
        if failure.isAbsence { return true }
        throw failure
      }
    }
  }

  /// Goes through the entries of the directory at `path`, at most `limit` of them, until `goesOn` does not; it
  /// gets each one's name and kind, and the open directory.
  private func visit(
    _ path: String, limit: Int, goesOn: (String, UInt8, Int32) throws -> Bool
  ) throws(ReadFailure) {
    do {
      let directory = try open(path, flags: O_RDONLY | O_DIRECTORY)
      guard let stream = fdopendir(directory.rawValue) else {
        try? directory.close()
        throw Errno(rawValue: errno)
      }
      defer { closedir(stream) }
      var count = 0
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        count += 1
        guard count <= limit else {
          throw ReadFailure("cannot read '\(path)': more than \(limit) entries")
        }
        guard try goesOn(name, entry.pointee.d_type, directory.rawValue) else { return }
      }
    } catch let failure as ReadFailure {
      throw failure
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }

  /// What the symbolic link at `path` says, not followed.
  func link(at path: String) throws(ReadFailure) -> String {
    do {
      if isThisHost { return try Self.readLink(AT_FDCWD, path) }
      let link = try open(path, flags: dockward_o_path | O_NOFOLLOW)
      defer { try? link.close() }
      return try Self.readLink(link.rawValue, "")
    } catch {
      throw ReadFailure(reading: path, error)
    }
  }

  /// The path of an open descriptor without symbolic links, as seen from this root.
  func canonicalPath(of file: FileDescriptor) throws(Errno) -> String {
    let full = try Self.path(of: file)
    guard !isThisHost else { return full }
    guard !full.utf8.elementsEqual(path.utf8) else { return "/" }
    let isBelow = full.utf8.starts(with: (path + "/").utf8)
    return isBelow ? String(Substring(full.utf8.dropFirst(path.utf8.count))) : full
  }

  private static func path(of file: FileDescriptor) throws(Errno) -> String {
    try readLink(AT_FDCWD, "/proc/self/fd/\(file.rawValue)")
  }

  static func readLink(_ directory: Int32, _ path: String) throws(Errno) -> String {
    let target = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) {
      buffer -> Result<String, Errno> in
      guard let base = buffer.baseAddress else { return .failure(.noMemory) }
      let count = readlinkat(directory, path, base, buffer.count)
      guard count >= 0 else { return .failure(Errno(rawValue: errno)) }
      return .success(String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self))
    }
    return try target.get()
  }
}

/// Something of the host could not be read.
struct ReadFailure: Error, CustomStringConvertible {
  var description: String
  /// What the kernel said, where it was the kernel.
  var number: Errno?

  init(_ description: String) { self.description = description }

  init(reading path: String, _ error: any Error) {
    number = error as? Errno
    description = "cannot read '\(path)': \(number?.reason ?? "\(error)")"
  }

  /// Whether the reason is that there is no such thing.
  var isAbsence: Bool {
    switch number {
    case .noSuchFileOrDirectory, .notDirectory, .noSuchProcess: true
    default: false
    }
  }
}
