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
  /// and a failure leaves what was there; anything else (a device, a pipe) is written to.
  static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(Failure) {
    do {
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
        let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.closeOnExec])
        try file.closeAfter { _ = try file.writeAll(bytes) }
        return
      }
      try replace(path, with: bytes, mode: mode)
    } catch {
      throw Failure(path: path, error)
    }
  }

  private static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws {
    let temporary = path + ".\(getpid()).tmp"
    do {
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: FilePermissions(rawValue: mode))
      try file.closeAfter { _ = try file.writeAll(bytes) }
      guard rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
