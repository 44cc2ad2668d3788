import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The programs of a host")
struct ProgramFinderTests {
  private static let service = "/usr/lib/systemd/system/docker.service"
  private static let containerdService = "/usr/lib/systemd/system/containerd.service"

  private func paths(
    _ files: [String: String], links: [String: String] = [:]
  ) async throws -> [FileRole: Reading<[String]>] {
    try await FixtureRoot.with { fixture in
      for (path, text) in files { try fixture.file(path, text) }
      for (path, target) in links { try fixture.link(path, to: target) }
      let snapshot = try await fixture.snapshot()
      for path in snapshot.paths.values.flatMap({ $0.value ?? [] }) {
        #expect(snapshot.files[path] != nil, "\(path)")
      }
      return snapshot.paths
    }
  }

  @Test("are those that the units start, without symbolic links")
  func units() async throws {
    let paths = try await paths(
      [
        Self.service: "[Service]\nExecStart=-!/opt/docker/dockerd -H fd://\n",
        Self.containerdService:
          "[Service]\nExecStart=/usr/local/bin/containerd --config /etc/c.toml\n",
        "/opt/docker/dockerd": "", "/opt/docker/runc": "", "/usr/local/bin/real": "",
        "/usr/bin/containerd": "", "/usr/bin/dockerd": "",
      ], links: ["/usr/local/bin/containerd": "real"])
    #expect(paths[.dockerd] == .found(["/opt/docker/dockerd"]))
    #expect(paths[.containerd] == .found(["/usr/local/bin/real"]))
    #expect(paths[.containerdConfiguration] == .found(["/etc/c.toml"]))
    // Beside dockerd.
    #expect(paths[.runc] == .found(["/opt/docker/runc"]))
  }

  @Test("are looked for by their names where no unit tells, each once")
  func names() async throws {
    let paths = try await paths(
      [
        "/usr/bin/containerd": "", "/usr/sbin/runc": "", "/usr/local/sbin/runc": "",
        "/usr/bin/containerd-shim-runc-v2": "", "/usr/bin/docker-containerd-shim": "",
        "/usr/bin/containerd-shim-runc-v1/directory": "",
      ], links: ["/usr/bin/runc": "../sbin/runc", "/bin": "usr/bin"])
    #expect(paths[.dockerd] == .absent)
    #expect(paths[.containerd] == .found(["/usr/bin/containerd"]))
    #expect(paths[.runc] == .found(["/usr/local/sbin/runc", "/usr/sbin/runc"]))
    #expect(paths[.containerdShim] == .found(["/usr/bin/docker-containerd-shim"]))
    #expect(paths[.containerdShimRuncV1] == .absent)
    #expect(paths[.containerdShimRuncV2] == .found(["/usr/bin/containerd-shim-runc-v2"]))
    #expect(paths[.containerdConfiguration] == .found(["/etc/containerd/config.toml"]))
  }

  @Test(
    "start containerd with its own configuration",
    arguments: [
      ("-c /a", "/a"), ("--config=/b", "/b"), ("-c=/c --log-level x", "/c"),
      ("--config", "/etc/containerd/config.toml"), ("", "/etc/containerd/config.toml"),
    ])
  func configuration(_ flags: String, path: String) async throws {
    let paths = try await paths([
      Self.containerdService: "[Service]\nExecStart=/usr/bin/containerd \(flags)\n"
    ])
    #expect(paths[.containerdConfiguration] == .found([path]))
  }

  @Test("leave containerd's state where its socket is, and where it is usually")
  func state() async throws {
    var state = try await paths([:])[.containerdState]
    #expect(state == .found(["/var/run/docker/containerd"]))
    state = try await paths([
      Self.service: "[Service]\nExecStart=/usr/bin/dockerd --containerd=/run/k3s/c.sock\n",
      "/run/k3s/c.sock": "", "/run/containerd/x": "",
    ])[.containerdState]
    #expect(state == .found(["/run/k3s", "/run/containerd"]))
    state = try await paths([
      Self.service: "[Service]\nExecStart=/usr/bin/dockerd --containerd=/c.sock\n"
    ])[.containerdState]
    #expect(state == .found(["/run/containerd"]))
  }

  @Test("are unknown where a unit cannot be read")
  func unreadable() async throws {
    let paths = try await FixtureRoot.with { fixture in
      try fixture.fifo(Self.service)
      try fixture.fifo(Self.containerdService)
      return try await fixture.snapshot().paths
    }
    for role in [FileRole.dockerd, .containerd, .containerdConfiguration] {
      guard case .unreadable(let reason)? = paths[role] else {
        Issue.record("\(role) is known")
        continue
      }
      #expect(reason.contains("not a regular file"))
    }
  }
}
