import CShims
import Documents
import HardeningModel
import HostFacts
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file, directory or socket that is held, whatever becomes of its name (`O_PATH`), together with the
/// directory that it was found in.
final class PinnedFile {
  /// As seen from the root of that host, without symbolic links.
  let path: String
  let name: String
  let directory: OpenDirectory
  /// Of `O_PATH`: it can neither be read nor written, and nothing happens to a device by opening it.
  let descriptor: FileDescriptor
  /// What it was when it was pinned, or looked at last.
  private(set) var status: stat

  /// Takes the descriptor over.
  init(
    _ descriptor: FileDescriptor, named name: String, path: String,
    in directory: consuming OpenDirectory
  ) throws(Errno) {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else {
      let error = Errno(rawValue: errno)
      try? descriptor.close()
      throw error
    }
    self.path = path
    self.name = name
    self.directory = directory
    self.descriptor = descriptor
    self.status = status
  }

  deinit { try? descriptor.close() }

  var kind: FileFact.Kind { FileFact.Kind(status.st_mode) }

  var identity: FileIdentity {
    FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  var attributes: Attributes {
    Attributes(
      uid: status.st_uid, gid: status.st_gid, mode: UInt16(status.st_mode & 0o7777))
  }

  /// What changes with every write, and with every change of owner, mode and names.
  var version: [Int] {
    [
      Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
      status.st_ctim.tv_nsec,
    ]
  }

  /// Whether nobody may change it by any name, root included (chattr(1)).
  var isImmutable: Bool { dockward_is_immutable(descriptor.rawValue) == 1 }

  /// Looks again, and throws where the path no longer leads to this very file, or where this regular file
  /// has a second name: then it is somebody else's file as well.
  func confirm(in root: borrowing TrustedRoot) throws(RemediationError) {
    guard let now = try root.pin(path) else { throw .refused("refused: '\(path)' is gone") }
    guard now.identity == identity else {
      throw .refused("refused: '\(path)' has been replaced by another file")
    }
    status = now.status
    guard kind != .regular || status.st_nlink == 1 else {
      throw .refused("refused: '\(path)' has other names (\(status.st_nlink) hard links)")
    }
  }

  /// The file, opened anew.
  func reopened(_ flags: Int32) throws(Errno) -> FileDescriptor {
    // This path leads to the file itself, and not to whatever has its name now.
    let number = open("/proc/self/fd/\(descriptor.rawValue)", flags | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    return FileDescriptor(rawValue: number)
  }

  /// All that the regular file holds.
  func contents(limit: Int) throws(RemediationError) -> [UInt8] {
    do {
      let file = try reopened(O_RDONLY)
      defer { try? file.close() }
      guard let bytes = try TextFile.readAll(file, limit: limit) else {
        throw RemediationError.refused("cannot read '\(path)': larger than \(limit) bytes")
      }
      return bytes
    } catch let error as RemediationError {
      throw error
    } catch {
      throw .refused("cannot read '\(path)': \((error as? Errno)?.reason ?? "\(error)")")
    }
  }

  /// Why the kernel refused, in the words of `attempt`.
  func failure(_ attempt: String, _ error: Errno) -> RemediationError {
    let why = error == .notPermitted && isImmutable ? "it is immutable (chattr +i)" : error.reason
    return .failed("cannot \(attempt) '\(path)': \(why)")
  }
}
