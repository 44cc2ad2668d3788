import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A connection to a datagram socket of this host, see unix(7), by which it is found out whether somebody
/// listens there: libsystemd says nothing where nobody does, and waits for ever for one who does not read.
struct DatagramSocket: ~Copyable {
  private let file: FileDescriptor

  /// Connects, which takes no time. `address` is a path, or a name with `@` before it. Throws `ENOENT` or
  /// `ECONNREFUSED` where nobody listens.
  init(to address: String) throws(Errno) {
    let kind = CInt(SOCK_DGRAM.rawValue) | O_NONBLOCK | O_CLOEXEC
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    let socket = FileDescriptor(rawValue: descriptor)
    if let failure = Self.connect(descriptor, to: address) {
      try? socket.close()
      throw failure
    }
    file = socket
  }

  deinit { try? file.close() }

  /// Why it failed; `nil` where it did not.
  private static func connect(_ descriptor: CInt, to address: String) -> Errno? {
    var name = Array(address.utf8)
    // A name that is in no file system begins with a zero, and ends where its length says.
    let isAbstract = name.first == UInt8(ascii: "@")
    if isAbstract { name[0] = 0 } else { name.append(0) }
    var socketAddress = sockaddr_un()
    socketAddress.sun_family = sa_family_t(AF_UNIX)
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? MemoryLayout<sa_family_t>.size
    guard name.count > 1, name.count <= MemoryLayout<sockaddr_un>.size - offset else {
      return .invalidArgument
    }
    withUnsafeMutableBytes(of: &socketAddress.sun_path) { $0.copyBytes(from: name) }
    let result = withUnsafePointer(to: socketAddress) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connectSocket(descriptor, $0, socklen_t(offset + name.count))
      }
    }
    return result == 0 ? nil : Errno(rawValue: errno)
  }

  /// Whether whoever listens has room for a message before `deadline`; what is sent then does not wait.
  func isWritable(before deadline: ContinuousClock.Instant) -> Bool {
    file.isWritable(before: deadline)
  }
}

// Its name is that of a method above.
private let connectSocket = connect

extension FileDescriptor {
  /// Waits until something can be written without waiting, or `deadline` has come, which may be past.
  func isWritable(before deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = (deadline - .now) / .milliseconds(1)
      var entry = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
      let result = poll(&entry, 1, CInt(min(max(0, left.rounded(.up)), 60_000)))
      if result > 0 { return true }
      if result == 0 || errno != EINTR { return false }
    }
  }
}
