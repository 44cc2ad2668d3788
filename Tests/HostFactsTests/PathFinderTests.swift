import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("Paths of the file checks")
struct PathFinderTests {
  private static let unit = "/usr/lib/systemd/system/docker.service"
  private static let socketUnit = "/usr/lib/systemd/system/docker.socket"

  /// The paths of a host with these files, whose dockerd has these flags.
  private func paths(
    flags: String = "-H fd://", daemon: String? = nil, files: [String: String] = [:],
    links: [String: String] = [:]
  ) async throws -> [FileRole: Reading<[String]>] {
    try await FixtureRoot.with { fixture in
      var files = files
      files[Self.unit] = "[Service]\nExecStart=/usr/bin/dockerd \(flags)\n"
      files["/etc/docker/daemon.json"] = daemon
      for (path, text) in files { try fixture.file(path, text) }
      for (path, target) in links { try fixture.link(path, to: target) }
      return try await fixture.snapshot().paths
    }
  }

  @Test("are there for every role")
  func roles() async throws {
    let paths = try await paths()
    #expect(Set(paths.keys) == Set(FileRole.allCases))
    #expect(paths[.dockerService] == .found([Self.unit]))
    #expect(paths[.dockerSocketUnit] == .absent)
    #expect(paths[.etcDocker] == .found(["/etc/docker"]))
    #expect(paths[.daemonConfiguration] == .found(["/etc/docker/daemon.json"]))
    #expect(paths[.defaultDocker] == .found(["/etc/default/docker"]))
    #expect(paths[.sysconfigDocker] == .found(["/etc/sysconfig/docker"]))
  }

  @Test(
    "of TLS files follow the daemon's settings",
    arguments: [
      ("", nil, nil),
      ("--tls=false", nil, nil),
      ("--tls", nil, "/root/.docker/key.pem"),
      ("--tlsverify --tlskey=/k", nil, "/k"),
      ("--tlsverify=false --tlskey=/k", nil, "/k"),
      ("--tlskey=/k", nil, nil),
      ("", #"{"tlsverify": true, "tlskey": "/j"}"#, "/j"),
      ("", #"{"tls": true}"#, "/root/.docker/key.pem"),
      ("--tlskey=/k", #"{"tls": true}"#, "/k"),
      ("", #"{"tls": true, "tlskey": ""}"#, "/root/.docker/key.pem"),
    ] as [(String, String?, String?)])
  func tls(_ flags: String, daemon: String?, key: String?) async throws {
    let paths = try await paths(flags: "-H fd:// " + flags, daemon: daemon)
    #expect(paths[.tlsKey] == (key.map { .found([$0]) } ?? .absent))
    #expect((paths[.tlsCA] == .absent) == (key == nil))
    #expect((paths[.tlsCertificate] == .absent) == (key == nil))
  }

  @Test("cannot be told where daemon.json is broken, but for those that do not depend on it")
  func broken() async throws {
    let paths = try await paths(daemon: "{\"tls\": true,\n \"tlskey\": 1}")
    let reason = "/etc/docker/daemon.json:2:12: 'tlskey' is not a text"
    let unreadable: Set<FileRole> = [
      .tlsCA, .tlsCertificate, .tlsKey, .apiSocket, .containerdSocket, .containerdState,
    ]
    for role in FileRole.allCases {
      #expect((paths[role] == .unreadable(reason)) == unreadable.contains(role), "\(role)")
    }
  }

  @Test(
    "of the API follow the daemon's hosts and the socket unit",
    arguments: [
      ("-H fd://", nil, ["/var/run/docker.sock"]),
      ("-H fd://", "ListenStream=/run/docker.sock", ["/run/docker.sock"]),
      ("-H fd://", "ListenStream=/run/a\nListenStream=/run/b", ["/run/a", "/run/b"]),
      ("-H fd://", "ListenStream=/run/a\nListenStream=\nListenStream=/run/b", ["/run/b"]),
      ("-H fd://", "ListenStream=2375\nListenStream=/run/a", ["/run/a"]),
      ("-H fd://", "ListenStream=%t/docker.sock", ["/run/docker.sock"]),
      ("-H unix:///x", "ListenStream=/run/a", ["/x"]),
      ("-H unix:///x -H unix:///y -H tcp://[::]:1", nil, ["/x", "/y"]),
      ("-H unix:///x -H fd://", "ListenStream=/run/a", ["/x", "/run/a"]),
      ("-H unix:///real -H unix:///link", nil, ["/real"]),
      ("-H unix://", nil, ["/var/run/docker.sock"]),
      ("-H tcp://[::]:1", nil, ["/var/run/docker.sock"]),
      ("", nil, ["/var/run/docker.sock"]),
    ] as [(String, String?, [String])])
  func api(_ flags: String, socketUnit: String?, sockets: [String]) async throws {
    var files = ["/real": ""]
    files[Self.socketUnit] = socketUnit.map { "[Socket]\n\($0)\n" }
    let paths = try await paths(flags: flags, files: files, links: ["/link": "/real"])
    #expect(paths[.apiSocket] == .found(sockets))
  }

  @Test(
    "of containerd follow its address in use",
    arguments: [
      ("--containerd=/c", nil, true, "/c"),
      ("--containerd unix:///c", nil, true, "/c"),
      ("", #"{"containerd": "/j"}"#, true, "/j"),
      ("--containerd=", nil, true, "/run/containerd/containerd.sock"),
      ("", #"{"containerd": ""}"#, true, "/run/containerd/containerd.sock"),
      ("", nil, true, "/run/containerd/containerd.sock"),
      ("", nil, false, "/var/run/docker/containerd/containerd.sock"),
      ("--exec-root=/x", nil, false, "/x/containerd/containerd.sock"),
      ("", #"{"exec-root": "/y"}"#, false, "/y/containerd/containerd.sock"),
    ] as [(String, String?, Bool, String)])
  func containerd(
    _ flags: String, daemon: String?, hasSystemContainerd: Bool, socket: String
  ) async throws {
    let files = hasSystemContainerd ? ["/run/containerd/containerd.sock": ""] : [:]
    let paths = try await paths(flags: flags, daemon: daemon, files: files)
    #expect(paths[.containerdSocket] == .found([socket]))
  }
}
