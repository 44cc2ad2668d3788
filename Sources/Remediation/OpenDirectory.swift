import CShims
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A directory that is held open.
struct OpenDirectory: ~Copyable {
  let descriptor: FileDescriptor
  /// As seen from the root of that host.
  let path: String

  init(_ descriptor: FileDescriptor, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { try? descriptor.close() }

  func again() throws(Errno) -> OpenDirectory {
    let number = openat(descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    return OpenDirectory(FileDescriptor(rawValue: number), path: path)
  }

  /// The directory `name` in this one.
  func directory(_ name: String) throws(Errno) -> OpenDirectory {
    let number = dockward_openat2(
      descriptor.rawValue, name, UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC),
      dockward_resolve_without_links)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    return OpenDirectory(
      FileDescriptor(rawValue: number), path: AbsolutePath.joined(path, name))
  }

  func isSame(as other: borrowing OpenDirectory) throws(RemediationError) -> Bool {
    var (one, two) = (stat(), stat())
    guard fstat(descriptor.rawValue, &one) == 0, fstat(other.descriptor.rawValue, &two) == 0 else {
      throw .refused("cannot open '\(path)': \(Errno(rawValue: errno).reason)")
    }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }

  func requireTrust() throws(RemediationError) {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else {
      throw .refused("cannot open '\(path)': \(Errno(rawValue: errno).reason)")
    }
    guard status.st_uid == 0 else {
      throw .refused(
        "refused: '\(path)' belongs to user \(status.st_uid), not to root; mend that first")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw .refused("refused: '\(path)' is writable by others than root; mend that first")
    }
  }

  /// Whether something has the name `name`.
  func has(_ name: String) throws(Errno) -> Bool {
    var status = stat()
    if fstatat(descriptor.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return true }
    guard errno == ENOENT else { throw Errno(rawValue: errno) }
    return false
  }

  func synchronise() throws(Errno) {
    guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension AbsolutePath {
  static func joined(_ directory: String, _ name: String) -> String {
    directory == "/" ? "/" + name : directory + "/" + name
  }
}

extension FileDescriptor {
  /// Where the kernel says that this is, as this process sees it.
  func kernelPath() throws(Errno) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/fd/\(rawValue)", &bytes, bytes.count)
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
