import Foundation
import Glibc
import HardeningModel
import TestSupport
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
      #expect(
        $0.isAsRead("/proc/1/../../etc/passwd", by: ourselves, pidFile: Self.nowhere)
          == .found(true))
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
        #expect(
          $0.isAsRead(fixture.path + "/x/y/z", by: ourselves, pidFile: Self.nowhere)
            == .found(false))
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

  @Test("has TCP addresses from its socket unit")
  func activated() throws {
    let unit = UnitFile([
      .init(
        file: "",
        text:
          "[Socket]\nListenStream=%t/docker.sock\nListenStream=2375\nListenStream=10.0.0.1:2376\nListenStream=@x\nListenStream=vsock:2:1\n"
      )
    ])
    let socket = try SocketUnit(
      unit,
      specifiers: UnitSpecifiers(
        unit: "docker.socket", host: HostIdentity(name: "", machineID: "")))
    #expect(socket.paths == ["/run/docker.sock"])
    #expect(socket.addresses == ["[::]:2375", "10.0.0.1:2376"])
  }
}
