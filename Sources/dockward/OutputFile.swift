import Documents
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that a command writes.
enum OutputFile {
  struct Failure: Error, CustomStringConvertible {
    var description: String

    init(path: String, _ error: any Error) {
      description = "cannot write '\(path)': \((error as? Errno)?.reason ?? "\(error)")"
    }
  }

  /// Writes `bytes` to `path`. A regular file is replaced as a whole, so that nobody reads half of it
  /// and a failure leaves what was there. A link is followed and a device or pipe written to: as root,
  /// to replace `/dev/stdout` would break every program that uses it.
  static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(Failure) {
    do {
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
        try writeThrough(path, bytes, mode: mode)
      } else {
        // What replaces a file shows it to nobody who could not see it before.
        let old = status.st_mode == 0 ? mode : UInt32(status.st_mode)
        try replace(path, with: bytes, mode: mode & old)
      }
    } catch {
      throw Failure(path: path, error)
    }
  }

  private static func writeThrough(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .closeOnExec],
      permissions: FilePermissions(rawValue: mode))
    try file.closeAfter {
      var (target, output) = (stat(), stat())
      guard fstat(file.rawValue, &target) == 0 else { throw Errno(rawValue: errno) }
      let isOutput =
        fstat(STDOUT_FILENO, &output) == 0 && target.st_dev == output.st_dev
        && target.st_ino == output.st_ino
      // What standard output has already must stay, and what it is told to append is appended.
      if isOutput { return try Terminal.print(bytes) }
      if target.st_mode & S_IFMT == S_IFREG {
        let narrowed = target.st_mode & 0o7777 & mode_t(mode)
        guard ftruncate(file.rawValue, 0) == 0,
          narrowed == target.st_mode & 0o7777 || fchmod(file.rawValue, narrowed) == 0
        else { throw Errno(rawValue: errno) }
      }
      _ = try file.writeAll(bytes)
    }
  }

  private static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws {
    let temporary = "\(path).\(UInt64.random(in: 0 ... .max)).tmp"
    let file = try FileDescriptor.open(
      FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: FilePermissions(rawValue: mode))
    do {
      try file.closeAfter { _ = try file.writeAll(bytes) }
      guard rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
