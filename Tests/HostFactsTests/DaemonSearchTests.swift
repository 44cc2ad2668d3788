import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// Which process is the daemon, on the real file system: the one that serves the socket, and not one
/// that is called so.
@Suite("The search for the daemon")
struct DaemonSearchTests {
  private func withSearch<Outcome>(
    at path: String, root: String = "/", _ body: (DaemonSearch) throws -> Outcome
  ) throws -> Outcome {
    let root = try HostRoot(root)
    defer { root.close() }
    return try body(DaemonSearch(root: root, socketPath: path))
  }

  private func serving(_ path: String) throws -> DaemonProcess? {
    try withSearch(at: path) { $0.serving()?.process }
  }

  @Test("finds a dockerd that listens there, by any name of the socket")
  func found() async throws {
    try await FixtureRoot.with { fixture in
      let path = fixture.path + "/docker.sock"
      try fixture.link("/link", to: "docker.sock")
      try fixture.link("/dir", to: ".")
      try await Listener.run(named: "dockerd", at: path) { pid in
        for path in [path, fixture.path + "/dir/docker.sock", fixture.path + "/link"] {
          let serving = try serving(path)
          #expect(serving?.pid == pid, "\(path)")
        }
      }
      #expect(try serving(path) == nil)
    }
  }

  @Test(
    "does not find a process that is called otherwise", arguments: ["dockerd-rootless", "docker"])
  func otherName(_ name: String) async throws {
    try await FixtureRoot.with { fixture in
      let path = fixture.path + "/docker.sock"
      try await Listener.run(named: name, at: path) { _ in
        let serving = try serving(path)
        #expect(serving == nil)
      }
    }
  }

  @Test("does not find a dockerd that listens elsewhere")
  func otherSocket() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/other")
      let silent = try UnixSocket(boundTo: fixture.path + "/docker.sock")
      defer { silent.close() }
      try await Listener.run(named: "dockerd", at: fixture.path + "/other/docker.sock") { _ in
        let serving = try serving(fixture.path + "/docker.sock")
        #expect(serving == nil)
      }
    }
  }

  /// The dockerd of a container ("Docker in Docker"): its socket has the same path, on another file
  /// system. If it counted, the container would say how the host's daemon was started.
  @Test(
    "does not find the dockerd of a container",
    .enabled(
      if: ChildProcess.canBeApart, "needs root that may unshare(1) a mount and a network namespace"),
    arguments: ["/run/docker.sock", "/var/run/docker.sock"])
  func container(_ name: String) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/run")
      // An absolute link, as in Debian, leads a careless look back to this host's own.
      try fixture.link("/var/run", to: fixture.path + "/run")
      let path = fixture.path + name
      let real = try UnixSocket(boundTo: fixture.path + "/run/docker.sock")
      defer { real.close() }
      try real.listen()
      let theirs = fixture.path + "/run/docker.sock"
      try await Listener.run(named: "dockerd", at: theirs, apart: true) { pid in
        #expect(try serving(path) == nil)
        // The kernel names who began to listen, and that is another.
        let ourselves = Int(getpid())
        let process = try withSearch(at: path) {
          $0.process(serving: $0.serving()?.process, peer: ourselves, isReachable: true)
        }
        #expect(process.value?.pid == ourselves)
        #expect(process.value?.pid != pid)
      }
    }
  }

  static let told = DaemonProcess(pid: 7, executable: "/usr/bin/dockerd")

  @Test("takes who began to listen where nobody was found")
  func peer() throws {
    try withSearch(at: "/nowhere/docker.sock") { search in
      let ourselves = search.process(serving: nil, peer: Int(getpid()), isReachable: true)
      #expect(ourselves.value?.pid == Int(getpid()))
      let unknown = Reading<DaemonProcess>.unreadable(
        "cannot tell which process serves '/nowhere/docker.sock'")
      // With socket activation process 1 began to listen.
      #expect(search.process(serving: nil, peer: 1, isReachable: true) == unknown)
      #expect(search.process(serving: nil, peer: nil, isReachable: true) == unknown)
      #expect(search.process(serving: nil, peer: .max, isReachable: true) == unknown)
      #expect(search.process(serving: nil, peer: Int(getpid()), isReachable: false) == .absent)
      #expect(search.process(serving: Self.told, peer: nil, isReachable: true) == .found(Self.told))
    }
  }

  @Test("does not look at this host's processes for another root")
  func otherRoot() async throws {
    try await FixtureRoot.with { fixture in
      try withSearch(at: "/var/run/docker.sock", root: fixture.path) { search in
        #expect(search.serving() == nil)
        #expect(search.process(serving: nil, peer: Int(getpid()), isReachable: true) == .absent)
      }
    }
  }

  @Test("tells how a running daemon was started, or that this cannot be told")
  func facts() throws {
    let root = try HostRoot("/")
    defer { root.close() }
    let reader = DaemonReader(
      root: root, service: .absent, socket: .absent, host: HostIdentity(name: "", machineID: ""))
    let ourselves = DaemonProcess(pid: Int(getpid()), executable: "/x")
    #expect(reader.facts(of: .found(ourselves)).flagsSource == "dockerd argv")
    #expect(reader.facts(of: .found(ourselves)).flags.value != nil)
    #expect(reader.facts(of: .unreadable("why")).flags == .unreadable("why"))
    #expect(reader.facts(of: .absent).flags == .absent)
    // Process numbers end before this one.
    let gone = DaemonProcess(pid: 99_999_999, executable: "/x")
    #expect(
      reader.facts(of: .found(gone)).flags
        == .unreadable("cannot read '/proc/99999999/cmdline': no such file or directory"))
  }
}
