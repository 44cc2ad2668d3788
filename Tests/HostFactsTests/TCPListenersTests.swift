import Glibc
import HardeningModel
import Netlink
import TestSupport
import Testing

@testable import HostFacts

/// At which addresses a process listens.
@Suite("The TCP sockets of a process")
struct TCPListenersTests {
  private static let head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

  /// Lines of Debian 13, where the byte order is little.
  private static func line(_ local: String, _ state: String, _ inode: Int) -> String {
    "   0: \(local) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000     0        0 "
      + "\(inode) 1 0000000008308241 100 0 0 10 0\n"
  }

  private func sockets(
    tcp: String?, tcp6: String? = nil, descriptors: [String]
  ) async throws -> Result<[TCPListener], ReadFailure> {
    try await FixtureRoot.with { fixture in
      if let tcp { try fixture.file("/proc/7/net/tcp", Self.head + tcp) }
      if let tcp6 { try fixture.file("/proc/7/net/tcp6", Self.head + tcp6) }
      try fixture.directory("/proc/7/fd")
      for (number, target) in descriptors.enumerated() {
        try fixture.link("/proc/7/fd/\(number)", to: target)
      }
      return try fixture.opened { root in
        do throws(ReadFailure) {
          return .success(try TCPListeners(root: root).listeners(of: 7))
        } catch {
          return .failure(error)
        }
      }
    }
  }

  @Test("are those that it holds itself, by inode")
  func held() async throws {
    let listeners = try await sockets(
      tcp: Self.line("0100007F:0949", "0A", 11) + Self.line("00000000:0949", "0A", 12)
        + Self.line("0100007F:1F0A", "0A", 13) + Self.line("0100007F:A000", "01", 14),
      tcp6: Self.line("00000000000000000000000000000000:1F0A", "0A", 21)
        + Self.line("0000000000000000FFFF00000100007F:0949", "0A", 22),
      descriptors: [
        "/dev/null", "socket:[11]", "socket:[21]", "socket:[22]", "socket:[14]", "socket:[99]",
        "socket:[13", "pipe:[12]",
      ]
    ).get()
    #expect(
      listeners == [
        TCPListener(address: "127.0.0.1", port: 2377),
        TCPListener(address: "::ffff:127.0.0.1", port: 2377),
        TCPListener(address: "::", port: 7946),
      ])
  }

  @Test("come before all others")
  func order() async throws {
    let connections = String(repeating: Self.line("0100007F:0949", "01", 1), count: 20_000)
    let listeners = try await sockets(
      tcp: Self.line("0100007F:0949", "0A", 11) + connections, descriptors: ["socket:[11]"]
    ).get()
    #expect(listeners == [TCPListener(address: "127.0.0.1", port: 2377)])
  }

  @Test(
    "cannot be told where the table makes no sense",
    arguments: [
      "x\n", "   0: 0100007F 0 0A 0 0 0 0 0 11 x\n",
      "   0: 0100007:0949 0:0 0A 0:0 0:0 0 0 0 11 x\n",
      "   0: +100007F:0949 0:0 0A 0:0 0:0 0 0 0 11 x\n",
    ])
  func malformed(_ line: String) async throws {
    let outcome = try await sockets(tcp: line, descriptors: ["socket:[11]"])
    guard case .failure = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test("cannot be told where there is no table, or no process")
  func absent() async throws {
    let outcome = try await sockets(tcp: nil, descriptors: [])
    #expect(throws: ReadFailure.self) { try outcome.get() }
  }

  @Test("of this process are found")
  func own() throws {
    try Self.withListener { port, _ in
      let root = try HostRoot("/")
      defer { root.close() }
      let listeners = try TCPListeners(root: root).listeners(of: Int(getpid()))
      #expect(listeners.contains(TCPListener(address: "127.0.0.1", port: port)))
    }
  }

  @Test("are the same by the kernel's tables and by its own account")
  func diagnosis() throws {
    try Self.withListener { port, own in
      let root = try HostRoot("/")
      defer { root.close() }
      let diagnosed: [UInt32: TCPListener]
      do throws(NetlinkSocket.Failure) {
        diagnosed = try InetDiagnosis(root: root).listeners()
      } catch {
        // A kernel that has no sock_diag for TCP says so.
        #expect(error == .refused(.noSuchFileOrDirectory))
        return
      }
      let tables = try TCPListeners(root: root).tables(beside: Int(getpid()))
      // Others, also tests of this process, may begin or cease to listen meanwhile.
      #expect(
        diagnosed.filter { own.contains($0.key) } == tables.filter { own.contains($0.key) })
      #expect(diagnosed.values.contains(TCPListener(address: "127.0.0.1", port: port)))
    }
  }

  @Test(
    "cannot be told by an answer of the kernel that makes no sense",
    arguments: [
      [], [2, 10], [UInt8](repeating: 2, count: 71), [9] + [UInt8](repeating: 0, count: 71),
    ])
  func malformedAnswer(_ bytes: [UInt8]) {
    #expect(throws: NetlinkMessage.Malformed.self) { try InetDiagnosis.listener(bytes[...]) }
  }

  /// Runs `body` with a port of the loopback at which this process listens, and with the inodes of that socket and
  /// of one of the other family.
  private static func withListener(_ body: (UInt16, Set<UInt32>) throws -> Void) throws {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        _ = listen(descriptor, 1)
        _ = getsockname(descriptor, $0, &length)
      }
    }
    let other = socket(AF_INET6, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    defer { close(other) }
    // On a port of its own choice; a kernel without IPv6 gives no socket.
    _ = listen(other, 1)
    let inodes = [descriptor, other].compactMap { descriptor in
      var status = stat()
      return fstat(descriptor, &status) == 0 ? UInt32(status.st_ino) : nil
    }
    try body(UInt16(bigEndian: address.sin_port), Set(inodes))
  }
}
