import Foundation
import TestSupport
import Testing

/// Listens at a datagram socket, as journald and the service manager do.
final class Listener {
  private let descriptor: CInt

  init(at path: String) throws {
    descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
    let descriptor = descriptor
    let result = try withAddress(path) { bind(descriptor, $0, $1) }
    try #require(result == 0)
  }

  deinit { close(descriptor) }

  /// The next message; `nil` where there is none.
  func next() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count < 0 ? nil : Array(buffer.prefix(count))
  }

  func nextText() -> String? { next().map { String(decoding: $0, as: UTF8.self) } }
}

/// Sends to the socket at `path` until nobody takes any more.
func fillSocket(at path: String) throws {
  let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
  defer { close(descriptor) }
  let result = try withAddress(path) { connect(descriptor, $0, $1) }
  try #require(result == 0)
  while send(descriptor, [1], 1, 0) == 1 {}
}

private func withAddress(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) throws -> CInt {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  var name = Array(path.utf8)
  if path.hasPrefix("@") { name[0] = 0 }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
  let length =
    path.hasPrefix("@")
    ? MemoryLayout<sa_family_t>.size + name.count : MemoryLayout<sockaddr_un>.size
  return withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
  }
}

/// A pipe that nobody reads until the end, in the place of standard error.
final class PipeEnd {
  private let pipe = Pipe()
  var descriptor: CInt { pipe.fileHandleForWriting.fileDescriptor }

  /// All that was written; nothing can be written any more.
  func text() throws -> String {
    try pipe.fileHandleForWriting.close()
    return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }

  /// Writes until it takes no more.
  func fill() {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    let page = [UInt8](repeating: 0x2E, count: 4096)
    while write(descriptor, page, page.count) > 0 {}
    _ = fcntl(descriptor, F_SETFL, flags)
  }
}
