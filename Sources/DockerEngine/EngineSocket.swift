import Glibc

/// A connected Unix stream socket that belongs to nobody yet: close it or hand it on.
struct EngineSocket {
  let descriptor: CInt
  let peer: PeerCredentials?

  /// A new connection to `endpoint`, non-blocking and closed on exec.
  ///
  /// connect(2) on a Unix socket never takes time: it succeeds or fails at once, and a full backlog
  /// is EAGAIN. That is why it is made here and not by NIO, which would take EAGAIN for a
  /// connection in progress.
  ///
  /// - Throws: `EngineError.unreachable`.
  static func connect(to endpoint: EngineEndpoint) throws(EngineError) -> EngineSocket {
    let kind = CInt(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else {
      throw .unreachable(endpoint, reason: explain(errno, at: endpoint))
    }
    guard connect(descriptor, to: endpoint.socketPath) == 0 else {
      let code = errno
      Self.close(descriptor)
      throw .unreachable(endpoint, reason: explain(code, at: endpoint))
    }
    return EngineSocket(descriptor: descriptor, peer: PeerCredentials(ofSocket: descriptor))
  }

  static func close(_ descriptor: CInt) { _ = Glibc.close(descriptor) }

  private static func connect(_ descriptor: CInt, to path: String) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { field in
      precondition(path.utf8.count < field.count, "EngineEndpoint lets no longer path through")
      field.copyBytes(from: path.utf8)
    }
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  /// Why connect(2) failed, in plain words.
  private static func explain(_ code: CInt, at endpoint: EngineEndpoint) -> String {
    switch code {
    case EAGAIN: return "its backlog is full"
    case EPROTOTYPE: return "not a stream socket"
    case ECONNREFUSED where isNotSocket(endpoint.socketPath): return "not a socket"
    default:
      let text = String(cString: strerror(code))
      return text.prefix(1).lowercased() + text.dropFirst()
    }
  }

  private static func isNotSocket(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFSOCK
  }
}
