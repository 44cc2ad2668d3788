/// A TCP socket that listens, see proc(5) on `net/tcp`.
package struct TCPListener: Codable, Sendable, Equatable, CustomStringConvertible {
  /// As inet_ntop(3) writes it.
  package var address: String
  package var port: UInt16

  package init(address: String, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Whether it listens at every address of the host, or at every one of a family.
  package var isAtEveryAddress: Bool {
    ["0.0.0.0", "::", "::ffff:0.0.0.0"].contains(address)
  }

  /// e.g. `127.0.0.1:2375`, `[::1]:2376`.
  package var description: String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
