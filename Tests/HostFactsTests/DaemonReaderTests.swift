import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// The daemon of a host that is only a file system: what its unit and its configuration file say.
@Suite("The daemon of a root")
struct DaemonReaderTests {
  private static let unit = "/usr/lib/systemd/system/docker.service"
  private static let dropIns = "/etc/systemd/system/docker.service.d"

  private func facts(
    _ files: [String: String], links: [String: String] = [:]
  ) async throws -> DaemonFacts {
    try await FixtureRoot.with { fixture in
      for (path, text) in files { try fixture.file(path, text) }
      for (path, target) in links { try fixture.link(path, to: target) }
      return try await fixture.snapshot().daemon
    }
  }

  private func flags(
    _ files: [String: String], links: [String: String] = [:]
  ) async throws -> Reading<DaemonSettings> {
    try await facts(files, links: links).flags
  }

  /// The drop-in of dockerd's documentation on systemd, and the unit of Debian 12.
  @Test("is told by ExecStart after its drop-ins")
  func execStart() async throws {
    let facts = try await facts([
      Self.unit: """
      [Service]
      Type=notify
      EnvironmentFile=-/etc/default/docker
      ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS
      """,
      Self.dropIns + "/override.conf":
        "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H unix:///x \\\n  --group root\n",
    ])
    #expect(facts.process == .absent)
    #expect(facts.flagsSource == "ExecStart of docker.service")
    #expect(facts.flags.value?.hosts == ["unix:///x"])
    #expect(facts.flags.value?.group == "root")
    #expect(facts.flags.value?.containerd == nil)
    #expect(facts.configurationPath == "/etc/docker/daemon.json")
    #expect(facts.configuration == .absent)
  }

  @Test("has no flags without a unit or without a command")
  func absent() async throws {
    #expect(try await flags([:]) == .absent)
    #expect(try await flags([Self.unit: "[Unit]\nDescription=x\n"]) == .absent)
    #expect(
      try await flags([
        Self.unit: "[Service]\nExecStart=/x --tls\n",
        Self.dropIns + "/a.conf": "[Service]\nExecStart=\n",
      ]) == .absent)
  }

  @Test(
    "takes variables from the unit and from files, which are stronger",
    arguments: [
      ("Environment=OPTS=\"--group a\"", nil, "a"),
      ("Environment=\"OPTS=--group a\" OTHER=b", nil, "a"),
      ("Environment=OPTS=x\nEnvironment='OPTS=--group b'", nil, "b"),
      ("Environment=\"OPTS=--group a\"\nEnvironment=", nil, nil),
      ("EnvironmentFile=/etc/default/docker", "OPTS=\"--group f\"\n", "f"),
      ("EnvironmentFile=-/etc/default/docker", "OPTS='--group f'", "f"),
      ("EnvironmentFile=/etc/default/docker", "OPTS=--group f\n", "f"),
      (
        "EnvironmentFile=/etc/default/docker", "# OPTS=\"--group no\"\n;OPTS=x\n\n OPTS=--group=f",
        "f"
      ),
      ("EnvironmentFile=/etc/default/docker", "OPTS=\"--group f\"\r\n", "f"),
      ("EnvironmentFile=/etc/default/docker", "OPTS=\"--group \\\nf\"\n", "f"),
      ("EnvironmentFile=-/etc/default/docker", nil, nil),
      (
        "EnvironmentFile=/etc/default/docker\nEnvironment=\"OPTS=--group a\"", "OPTS=\"--group f\"",
        "f"
      ),
      ("EnvironmentFile=/etc/default/docker\nEnvironment=\"OPTS=--group a\"", "OTHER=x", "a"),
    ] as [(String, String?, String?)])
  func environment(_ lines: String, file: String?, group: String?) async throws {
    var files = [Self.unit: "[Service]\n\(lines)\nExecStart=/usr/bin/dockerd $OPTS\n"]
    files["/etc/default/docker"] = file
    #expect(try await flags(files).value?.group == group)
    #expect(try await flags(files).value != nil)
  }

  @Test("has unreadable flags where a file is needed and not there")
  func missingEnvironment() async throws {
    let unit = "[Service]\nEnvironmentFile=/etc/default/docker\nExecStart=/x --tls\n"
    #expect(
      try await flags([Self.unit: unit])
        == .unreadable("cannot read '/etc/default/docker': no such file or directory"))
    // Optional is what does not exist, not what cannot be read.
    let optional = "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/x --tls\n"
    #expect(
      try await flags([Self.unit: optional], links: ["/etc/default/docker": "docker"])
        == .unreadable("cannot read '/etc/default/docker': too many levels of symbolic links"))
  }

  /// The file system of a host that is not running has no /dev.
  @Test(
    "is not told by what is masked",
    .enabled(if: geteuid() == 0, "needs root: only root makes a device"), arguments: [true, false])
  func masked(hasDevice: Bool) async throws {
    try await FixtureRoot.with { fixture in
      if hasDevice { try fixture.nullDevice() }
      try fixture.file(Self.unit, "[Service]\nExecStart=/x --group a\n")
      try fixture.file(
        "/usr/lib/systemd/system/docker.service.d/a.conf", "[Service]\nExecStart=\n")
      try fixture.link(Self.dropIns + "/a.conf", to: "/dev/null")
      #expect(try await fixture.snapshot().daemon.flags.value?.group == "a")
      try fixture.link("/etc/systemd/system/docker.service", to: "/dev/null")
      #expect(try await fixture.snapshot().daemon.flags == .absent)
    }
  }

  @Test(
    "reads the configuration file that it is told of",
    arguments: [
      ("--config-file=/etc/alt.json", "/etc/alt.json"),
      ("--config-file /etc/alt.json", "/etc/alt.json"),
      ("--config-file=", "/etc/docker/daemon.json"),
      ("", "/etc/docker/daemon.json"),
    ])
  func configurationFile(_ flag: String, path: String) async throws {
    let facts = try await facts([
      Self.unit: "[Service]\nExecStart=/usr/bin/dockerd \(flag)\n",
      "/etc/alt.json": #"{"group": "/etc/alt.json"}"#,
      "/etc/docker/daemon.json": #"{"group": "/etc/docker/daemon.json"}"#,
    ])
    #expect(facts.configurationPath == path)
    #expect(facts.settings.value?.group == path)
  }

  @Test("has settings that cannot be read, with line and column, where its file is broken")
  func broken() async throws {
    let facts = try await facts([
      Self.unit: "[Service]\nExecStart=/usr/bin/dockerd --group a\n",
      "/etc/docker/daemon.json": "{\n  \"tls\": yes\n}\n",
    ])
    let reason = "/etc/docker/daemon.json:2:10: no JSON value begins with 'y'"
    #expect(facts.flags.value?.group == "a")
    #expect(facts.configuration == .unreadable(reason))
    #expect(facts.settings == .unreadable(reason))
  }

  @Test("is not the process of this host that has the number in its pid file")
  func pidFile() async throws {
    #expect(try await facts(["/var/run/docker.pid": "1\n"]).process == .absent)
  }
}
