import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Changing a file that root obeys.
extension TextFile {
  /// Replaces the text of the regular file at `path` by what `change` makes of it, which is given
  /// `nil` where there is no file. It takes effect as a whole or not at all, keeps owner, mode, access
  /// control list and extended attributes, and is on the disk when this returns; a new file has mode
  /// 644, and its directory is made where only that is missing. A link is followed.
  ///
  /// Two that edit the same file wait for each other, for `patience` at most, by a lock that ends with
  /// the process that holds it. Like `/etc/.pwd.lock`, the file that is locked is one beside it that
  /// only its owner can open, since whoever may read a file can lock it.
  ///
  /// Throws what `change` throws, a `DocumentError` as `read` does, and a `WriteFailure` where
  /// something cannot be written or locked, or somebody who does not know the lock has changed the
  /// file meanwhile.
  package static func edit(
    _ path: String, limit: Int, trust: Trust, patience: Duration = .seconds(10),
    _ change: ([UInt8]?) throws -> [UInt8]
  ) throws {
    do {
      let place = try target(of: path)
      if case .rootOnly = trust, geteuid() == 0, let culprit = try looseDirectory(above: place) {
        throw DocumentError(
          file: path,
          reason:
            "cannot write '\(path)': '\(culprit)' is writable by others than root; it must not be")
      }
      let lock = try lock(beside: place, patience: patience)
      defer { try? lock.close() }
      let before = try status(of: place)
      let old = before == nil ? nil : try read(path, limit: limit, trust: trust)
      let bytes = try change(old)
      try replace(place, with: bytes, before: before)
    } catch let error as Errno {
      throw WriteFailure(description: "cannot write '\(path)': \(error.reason)")
    }
  }

  package struct WriteFailure: Error, CustomStringConvertible {
    package var description: String
  }

  /// Where the file is, or would be, without links.
  private static func target(of path: String) throws -> FilePath {
    var place = FilePath(path)
    guard let name = place.lastComponent else { throw Errno.isDirectory }
    if try !isAbsent(path) {
      guard let resolved = realpath(path, nil) else { throw Errno(rawValue: errno) }
      defer { free(resolved) }
      return FilePath(platformString: resolved)
    }
    place.removeLastComponent()
    let directory = place.isEmpty ? "." : place.string
    if mkdir(directory, 0o755) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
    guard let resolved = realpath(directory, nil) else { throw Errno(rawValue: errno) }
    defer { free(resolved) }
    return FilePath(platformString: resolved).appending(name)
  }

  /// `nil` where nothing is there.
  private static func status(of place: FilePath) throws -> stat? {
    var status = stat()
    if lstat(place.string, &status) == 0 { return status }
    guard errno == ENOENT else { throw Errno(rawValue: errno) }
    return nil
  }

  private static func beside(_ place: FilePath, _ ending: String) -> String {
    place.removingLastComponent().appending(".\(place.lastComponent?.string ?? "").\(ending)")
      .string
  }

  private static func lock(
    beside place: FilePath, patience: Duration
  ) throws -> FileDescriptor {
    let name = beside(place, "lock")
    let file = try FileDescriptor.open(
      FilePath(name), .readWrite, options: [.create, .closeOnExec, .noFollow],
      permissions: [.ownerReadWrite])
    do {
      let deadline = ContinuousClock.now + patience
      while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK || errno == EINTR else { throw Errno(rawValue: errno) }
        guard ContinuousClock.now < deadline else {
          throw WriteFailure(
            description: "cannot lock '\(name)': another process has had it all the while")
        }
        usleep(20_000)
      }
      return file
    } catch {
      try? file.close()
      throw error
    }
  }

  /// `before` is what was there when the old text was read.
  private static func replace(
    _ place: FilePath, with bytes: [UInt8], before: stat?
  ) throws {
    let name = place.lastComponent?.string ?? ""
    let directory = try FileDescriptor.open(
      place.removingLastComponent(), .readOnly, options: [.directory, .closeOnExec])
    defer { try? directory.close() }
    let original = try before.map { _ in
      try FileDescriptor.open(place, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
    }
    defer { try? original?.close() }
    StagedFile.sweep(beside: name, in: directory)
    var file = try StagedFile(
      bytes, for: name, in: directory,
      access: before.map(StagedFile.Access.init)
        ?? StagedFile.Access(uid: geteuid(), gid: getegid(), mode: 0o644),
      like: original)
    guard try isSame(status(of: place), before) else {
      throw WriteFailure(
        description: "cannot write '\(place)': somebody else has changed it meanwhile")
    }
    try file.takePlace(of: before)
  }

  private static func isSame(_ one: stat?, _ other: stat?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
      && one.st_size == other.st_size && one.st_mtim.tv_sec == other.st_mtim.tv_sec
      && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec
  }
}
