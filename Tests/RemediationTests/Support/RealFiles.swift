import CShims
import Foundation
import Glibc
import SystemPackage
import TestSupport

/// An access control list as `system.posix_acl_access` has it, see linux/posix_acl_xattr.h: version 2, then
/// tag, permissions and id of user::rw-, user:1000:rw-, group::r--, mask::rw-, other::r--.
let sampleACL: [UInt8] = [
  2, 0, 0, 0,  //
  0x01, 0, 6, 0, 255, 255, 255, 255,  //
  0x02, 0, 6, 0, 0xE8, 0x03, 0, 0,  //
  0x04, 0, 4, 0, 255, 255, 255, 255,  //
  0x10, 0, 6, 0, 255, 255, 255, 255,  //
  0x20, 0, 4, 0, 255, 255, 255, 255,
]

func setAttribute(_ name: String, _ value: [UInt8], _ path: String) -> CInt {
  value.withUnsafeBytes {
    dockward_set_attribute(
      path, name, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
  }
}

func attribute(_ name: String, _ path: String) throws -> [UInt8]? {
  let file = try FileDescriptor.open(FilePath(path), .readOnly)
  defer { try? file.close() }
  var bytes = [CChar](repeating: 0, count: 1024)
  let count = dockward_attribute(file.rawValue, name, &bytes, bytes.count)
  return count < 0 ? nil : bytes.prefix(count).map(UInt8.init(bitPattern:))
}

/// Sets or clears what chattr(1) calls `i`.
func setImmutable(_ path: String, _ isImmutable: Bool) throws {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/chattr")
  process.arguments = [isImmutable ? "+i" : "-i", path]
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  try check(process.terminationStatus, "chattr '\(path)'")
}

/// Makes a socket that nobody listens at any more.
func listen(at path: String) throws {
  let socket = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let result = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  try check(result, "listen at '\(path)'")
}

/// Mounts for as long as a test needs them.
enum Mount {
  /// While `path` is read-only.
  static func with(readOnly path: String, _ body: () async throws -> Void) async throws {
    try check(mount(path, path, nil, UInt(MS_BIND), nil), "bind '\(path)'")
    defer { umount2(path, CInt(MNT_DETACH)) }
    let flags = UInt(MS_BIND | MS_REMOUNT | MS_RDONLY)
    try check(mount(nil, path, nil, flags, nil), "remount '\(path)'")
    try await body()
  }

  /// While `path` is a file system of its own that has so many bytes.
  static func with(
    bytes: Int, at path: String, _ body: () async throws -> Void
  ) async throws {
    try check(mount("tmpfs", path, "tmpfs", 0, "size=\(bytes),mode=755"), "mount '\(path)'")
    defer { umount2(path, CInt(MNT_DETACH)) }
    try await body()
  }
}
