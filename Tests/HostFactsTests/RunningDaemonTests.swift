import Foundation
import Glibc
import HardeningModel
import Testing

@testable import HostFacts

/// What the kernel tells of a running process, with this one for a daemon.
@Suite("A running daemon")
struct RunningDaemonTests {
  private func age<Outcome>(_ body: (ConfigurationAge) throws -> Outcome) throws -> Outcome {
    let root = try HostRoot("/")
    defer { root.close() }
    return try body(ConfigurationAge(root: root))
  }

  private static let nowhere = "/nonexistent/docker.pid"
  private var ourselves: Int { Int(getpid()) }

  @Test("has read a file that is older than it")
  func older() throws {
    try age {
      #expect($0.isAsRead("/proc/1/../../etc/passwd", by: ourselves, pidFile: Self.nowhere) == .found(true))
    }
  }

  @Test("has not read a file that was changed since, whatever date that was given")
  func changed() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/daemon.json", "{}")
      let path = fixture.path + "/daemon.json"
      var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
      try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
      try age {
        #expect($0.isAsRead(path, by: ourselves, pidFile: Self.nowhere) == .found(false))
      }
      // An old file that a new link leads to.
      try fixture.link("/link.json", to: "/etc/passwd")
      try age {
        let reading = $0.isAsRead(fixture.path + "/link.json", by: ourselves, pidFile: Self.nowhere)
        #expect(reading == .found(false))
      }
    }
  }

  @Test("may have read a file that is not there, where the directory has changed since")
  func removed() async throws {
    try await FixtureRoot.with { fixture in
      let path = fixture.path + "/daemon.json"
      try age {
        #expect($0.isAsRead(path, by: ourselves, pidFile: Self.nowhere) == .found(false))
        #expect($0.isAsRead(fixture.path + "/x/y/z", by: ourselves, pidFile: Self.nowhere) == .found(false))
      }
    }
  }

  /// By a clock that was put forward since, the start looks later than it was.
  @Test("has not read what is younger than its pid file")
  func clock() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/docker.pid", "1\n")
      let pidFile = fixture.path + "/docker.pid"
      var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
      try #require(utimensat(AT_FDCWD, pidFile, &times, 0) == 0)
      try age {
        #expect($0.isAsRead("/etc/passwd", by: ourselves, pidFile: pidFile) == .found(false))
      }
    }
  }

  @Test("that is gone is not known")
  func gone() throws {
    try age {
      let reading = $0.isAsRead("/etc/passwd", by: 99_999_999, pidFile: Self.nowhere)
      #expect(
        reading
          == .unreadable("cannot read '/proc/99999999/stat': no such file or directory"))
    }
  }

  @Test(
    "has addresses as the kernel writes them",
    arguments: [
      ("0100007F:0947", "127.0.0.1:2375"), ("00000000:0016", "0.0.0.0:22"),
      ("00000000000000000000000000000000:0948", "[::]:2376"),
      ("00000000000000000000000001000000:0050", "[::1]:80"),
      ("0000000000000000FFFF00000100007F:0050", "[::ffff:127.0.0.1]:80"),
    ])
  func addresses(_ text: String, address: String) {
    #expect(ListeningSockets.address(Substring(text)) == address)
  }

  @Test("has no other addresses", arguments: ["", ":", "0100007F", "0100007F:12345", "xyz:1", "01:1"])
  func noAddresses(_ text: String) { #expect(ListeningSockets.address(Substring(text)) == nil) }

  @Test("listens where it does, and no other process's address is its own")
  func listeners() throws {
    let root = try HostRoot("/")
    defer { root.close() }
    let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 1) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    try #require(bound)
    let name = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    let sockets = ListeningSockets(root: root)
    #expect(sockets.addresses(of: ourselves).value?.contains(name) == true)
    #expect(sockets.addresses(of: Int(getppid())).value?.contains(name) != true)
    guard case .unreadable = sockets.addresses(of: 99_999_999) else {
      Issue.record("a process that is gone has addresses")
      return
    }
  }

  @Test("has TCP addresses from its socket unit")
  func activated() throws {
    let unit = UnitFile([
      "[Socket]\nListenStream=%t/docker.sock\nListenStream=2375\nListenStream=10.0.0.1:2376\nListenStream=@x\nListenStream=vsock:2:1\n"
    ])
    let socket = try SocketUnit(
      unit,
      specifiers: UnitSpecifiers(
        unit: "docker.socket", host: HostIdentity(name: "", machineID: "")))
    #expect(socket.paths == ["/run/docker.sock"])
    #expect(socket.addresses == ["[::]:2375", "10.0.0.1:2376"])
  }
}
