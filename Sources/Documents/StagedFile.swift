import CShims
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is written whole, and on the disk, before it gets its name: whoever opens the name finds
/// what was there or what is to be there, after a power failure too.
///
/// Until then it stands beside its place under a name that follows from the one it is to get, so that
/// what a killed process has left is found.
package struct StagedFile: ~Copyable {
  private let directory: FileDescriptor
  private let name: String
  /// What it is, whatever its name is.
  private let made: stat
  /// Whether what stands beside the name is not this file any more.
  private var isPlaced = false

  /// Owner and permission bits.
  package struct Access {
    package var uid: UInt32
    package var gid: UInt32
    package var mode: UInt16

    package init(uid: UInt32, gid: UInt32, mode: UInt16) {
      self.uid = uid
      self.gid = gid
      self.mode = mode
    }

    package init(_ status: stat) {
      self.init(uid: status.st_uid, gid: status.st_gid, mode: UInt16(status.st_mode & 0o7777))
    }
  }

  /// Writes `bytes` beside `name` in `directory`, which stays open as long as this. It gets the access
  /// control list, the label and all other extended attributes of `original`, which is open for reading. What
  /// a killed process has left is to be removed before; where something is left, the error is `EEXIST`.
  package init(
    _ bytes: [UInt8], for name: String, in directory: FileDescriptor, access: Access,
    like original: FileDescriptor?
  ) throws(Errno) {
    let temporary = Self.temporary(name)
    let number = openat(
      directory.rawValue, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    let file = FileDescriptor(rawValue: number)
    defer { try? file.close() }
    var made = stat()
    do {
      _ = try file.writeAll(bytes)
      try Self.give(access, like: original, to: file)
      guard fsync(number) == 0, fstat(number, &made) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      unlinkat(directory.rawValue, temporary, 0)
      throw error as? Errno ?? .ioError
    }
    self.directory = directory
    self.name = name
    self.made = made
  }

  deinit {
    if !isPlaced { unlinkat(directory.rawValue, Self.temporary(name), 0) }
  }

  /// Gives the file its name, for good, in the place of `original`; where that is `nil`, nothing is to be
  /// there. Where something else is, it stays, and the error is `EEXIST` or `EBUSY`.
  package mutating func takePlace(of original: stat?) throws(Errno) {
    let temporary = Self.temporary(name)
    if let original {
      try exchange(temporary, original)
    } else {
      try Self.rename(temporary, toNew: name, in: directory)
    }
    isPlaced = true
    guard fsync(directory.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Only when it is out of its place is it certain what was replaced.
  private mutating func exchange(_ temporary: String, _ original: stat) throws(Errno) {
    let number = directory.rawValue
    guard dockward_rename_exchange(number, temporary, name) == 0 else {
      // Some file systems know no such renaming.
      guard errno == EINVAL || errno == ENOSYS else { throw Errno(rawValue: errno) }
      guard renameat(number, temporary, number, name) == 0 else { throw Errno(rawValue: errno) }
      return
    }
    // From here on, what stands beside it may be somebody else's.
    isPlaced = true
    if Self.isSame(temporary, original, in: directory) {
      unlinkat(number, temporary, 0)
      return
    }
    if dockward_rename_exchange(number, temporary, name) == 0 {
      isPlaced = !Self.isSame(temporary, made, in: directory)
    } else {
      // Whoever is at it has moved this file away.
      try Self.rename(temporary, toNew: name, in: directory)
    }
    throw .resourceBusy
  }

  private static func isSame(_ name: String, _ original: stat, in directory: FileDescriptor) -> Bool
  {
    var status = stat()
    return fstatat(directory.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && status.st_dev == original.st_dev && status.st_ino == original.st_ino
  }

  /// Removes the file `name`, for good, if it is `original`; else it stays, and the error is `EBUSY`.
  package static func remove(
    _ name: String, _ original: stat, in directory: FileDescriptor
  ) throws(Errno) {
    let temporary = temporary(name)
    try rename(name, toNew: temporary, in: directory)
    guard isSame(temporary, original, in: directory) else {
      try rename(temporary, toNew: name, in: directory)
      throw .resourceBusy
    }
    guard unlinkat(directory.rawValue, temporary, 0) == 0, fsync(directory.rawValue) == 0 else {
      throw Errno(rawValue: errno)
    }
  }

  /// Removes what stands beside `name`, where that is known to be what a killed process has left.
  package static func sweep(beside name: String, in directory: FileDescriptor) {
    unlinkat(directory.rawValue, temporary(name), 0)
  }

  /// The name that the file `name` has before it is whole.
  package static func temporary(_ name: String) -> String { ".\(name).dockward-new" }

  /// Gives `name` the name `other`, which nothing has; `EEXIST` where something has it.
  package static func rename(
    _ name: String, toNew other: String, in directory: FileDescriptor
  ) throws(Errno) {
    let number = directory.rawValue
    if dockward_rename_new(number, name, other) == 0 { return }
    // Some file systems know no such renaming.
    guard errno == EINVAL || errno == ENOSYS else { throw Errno(rawValue: errno) }
    var status = stat()
    guard fstatat(number, other, &status, AT_SYMLINK_NOFOLLOW) != 0 else { throw .fileExists }
    guard errno == ENOENT, renameat(number, name, number, other) == 0 else {
      throw Errno(rawValue: errno)
    }
  }

  /// The owner first, since to change that takes bits away; the mode last, since an access control list
  /// changes that.
  private static func give(
    _ access: Access, like original: FileDescriptor?, to file: FileDescriptor
  ) throws {
    var made = stat()
    guard fstat(file.rawValue, &made) == 0 else { throw Errno(rawValue: errno) }
    if (made.st_uid, made.st_gid) != (access.uid, access.gid),
      fchown(file.rawValue, access.uid, access.gid) != 0
    {
      throw Errno(rawValue: errno)
    }
    if let original { try ExtendedAttributes.copy(from: original, to: file) }
    guard fchmod(file.rawValue, mode_t(access.mode)) == 0 else { throw Errno(rawValue: errno) }
  }
}
