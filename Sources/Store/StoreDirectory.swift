import Documents
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The directory of the store, or one in it, held open, in which and above which nobody else may write.
package struct StoreDirectory: ~Copyable {
  package let path: String
  package let descriptor: FileDescriptor

  /// Opens the directory; makes it (mode 0700) where it is not there and `creating` says so. Those above
  /// it are not made.
  package init(_ path: String, creating: Bool, attempt: String) throws(StoreError) {
    func failure(_ reason: StoreError.Reason) -> StoreError { StoreError(attempt, path, reason) }
    if creating, mkdir(path, 0o700) != 0, errno != EEXIST { throw failure(.init(errno: errno)) }
    let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else {
      guard errno == ENOTDIR || errno == ELOOP else {
        throw failure(errno == ENOENT ? .absent : .init(errno: errno))
      }
      var status = stat()
      let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
      throw failure(.untrusted(isLink ? "it is a symbolic link" : "it is not a directory"))
    }
    do throws(StoreError) {
      var status = stat()
      guard fstat(number, &status) == 0 else { throw failure(.init(errno: errno)) }
      if let loose = Self.looseness(of: status) { throw failure(.untrusted(loose)) }
      try Self.requireTrustedParents(of: path, failure)
    } catch {
      close(number)
      throw error
    }
    self.path = path
    descriptor = FileDescriptor(rawValue: number)
  }

  deinit { try? descriptor.close() }

  /// What is wrong with a file or directory that only its owner may write, who is root or this process.
  static func looseness(of status: stat) -> String? {
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      return "it belongs to user \(status.st_uid)"
    }
    return status.st_mode & 0o022 == 0 ? nil : "others than its owner may write to it"
  }

  /// Whoever may write to a directory above can put another in the place of ours; one with the sticky
  /// bit (`/tmp`) lets nobody replace what is not theirs.
  private static func requireTrustedParents(
    of path: String, _ failure: (StoreError.Reason) -> StoreError
  ) throws(StoreError) {
    guard let resolved = realpath(path, nil) else { throw failure(.init(errno: errno)) }
    defer { free(resolved) }
    for var directory in [FilePath(platformString: resolved), FilePath(path)] {
      while directory.removeLastComponent() {
        var status = stat()
        guard stat(directory.string, &status) == 0 else { throw failure(.init(errno: errno)) }
        let isSticky = status.st_mode & S_ISVTX != 0
        guard status.st_uid == 0 || status.st_uid == geteuid(),
          status.st_mode & 0o022 == 0 || isSticky
        else {
          throw failure(.untrusted("others than its owner may write to '\(directory)' above it"))
        }
      }
    }
  }

  /// What `body` gives, while no other process is in here: for what takes more than one file.
  ///
  /// The lock dies with its process. Throws `busy` after `seconds`.
  func locked<Value>(
    upTo seconds: Double, attempt: String, _ body: () throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    // Of a description of its own: a lock would otherwise be shared with whoever inherited this one.
    let number = openat(descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw StoreError(attempt, path, .init(errno: errno)) }
    defer { close(number) }
    let deadline = ContinuousClock.now + .seconds(seconds)
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw StoreError(attempt, path, .init(errno: errno))
      }
      guard ContinuousClock.now < deadline else {
        throw StoreError(attempt, path, .busy(seconds: seconds))
      }
      usleep(5_000)
    }
    return try body()
  }

  /// The bytes of the regular file `name`, which only its owner may read or write; `nil` where there is
  /// none. Throws a sentence about the file, or an `Errno`.
  package func read(_ name: String, limit: Int) throws -> [UInt8]? {
    let number = openat(
      descriptor.rawValue, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else {
      if errno == ENOENT { return nil }
      throw errno == ELOOP ? Untrusted("it is a symbolic link") : Errno(rawValue: errno)
    }
    let file = FileDescriptor(rawValue: number)
    defer { try? file.close() }
    var status = stat()
    guard fstat(number, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Untrusted("it is not a regular file") }
    if let loose = Self.looseness(of: status) { throw Untrusted(loose) }
    guard status.st_mode & 0o077 == 0 else {
      throw Untrusted("others than its owner may read it")
    }
    guard let bytes = try TextFile.readAll(file, limit: limit) else {
      throw Untrusted("it is larger than \(limit) bytes")
    }
    return bytes
  }

  package struct Untrusted: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }

  /// Makes or replaces the file `name` (mode 0600) as a whole: after a power failure it is either the old
  /// one or the new one.
  package func write(_ bytes: [UInt8], to name: String) throws(Errno) {
    try rename(stage(bytes, for: name), to: name, exclusively: false)
  }

  /// Writes what is to become the file `name`, and gives the name that it has until `rename`.
  func stage(_ bytes: [UInt8], for name: String) throws(Errno) -> String {
    let temporary = ".\(name).new"
    discard(temporary)
    let number = openat(
      descriptor.rawValue, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    let file = FileDescriptor(rawValue: number)
    defer { try? file.close() }
    do {
      _ = try file.writeAll(bytes)
      guard fsync(number) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      discard(temporary)
      throw error as? Errno ?? .ioError
    }
    return temporary
  }

  package func discard(_ name: String) { unlinkat(descriptor.rawValue, name, 0) }

  /// Gives the file `temporary` its name, for good; all of these under the lock. With `exclusively`, one
  /// that has the name already is an error (`EEXIST`).
  func rename(_ temporary: String, to name: String, exclusively: Bool) throws(Errno) {
    let directory = descriptor.rawValue
    if exclusively {
      // Not by link(2): killed before the first name is gone, it would leave a file with two names.
      var status = stat()
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 else { throw .fileExists }
      guard errno == ENOENT else { throw Errno(rawValue: errno) }
    }
    guard renameat(directory, temporary, directory, name) == 0 else {
      throw Errno(rawValue: errno)
    }
    guard fsync(directory) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension StoreError.Reason {
  init(errno number: CInt) {
    switch number {
    case ENOSPC, EDQUOT: self = .full
    case EROFS: self = .readOnly
    default: self = .system(Errno(rawValue: number))
    }
  }
}
