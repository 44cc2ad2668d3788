import Glibc
import Testing

/// A socket of `kind` that is bound to `path`; the caller closes it.
func boundSocket(_ kind: __socket_type, at path: String) -> CInt {
  let descriptor = socket(AF_UNIX, CInt(kind.rawValue) | O_CLOEXEC, 0)
  #expect(withAddress(of: path) { bind(descriptor, $0, $1) } == 0)
  return descriptor
}

/// A connection to `path`, which the caller closes; nil with `errno` set where there is none at once.
func connectedSocket(to path: String) -> CInt? {
  let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
  guard withAddress(of: path, { connect(descriptor, $0, $1) }) == 0 else {
    let reason = errno
    close(descriptor)
    errno = reason
    return nil
  }
  return descriptor
}

private func withAddress<Outcome>(
  of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Outcome
) -> Outcome {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  return withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
