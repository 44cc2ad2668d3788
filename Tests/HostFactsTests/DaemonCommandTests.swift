import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("How dockerd is started")
struct DaemonCommandTests {
  private static let unit = "/usr/lib/systemd/system/docker.service"
  private static let dropIn = "/etc/systemd/system/docker.service.d/flags.conf"

  private func command(_ files: [String: String], running: [String]) async throws -> DaemonCommand {
    try await FixtureRoot.with { fixture in
      for (path, text) in files { try fixture.file(path, text) }
      return try fixture.opened { root in
        var paths = [Self.unit]
        if files[Self.dropIn] != nil { paths.append(Self.dropIn) }
        let planned = try root.arguments(
          of: "docker.service", at: UnitLocation(files: paths),
          HostIdentity(name: "h", machineID: "m"))
        return DaemonCommand(
          process: DaemonProcess(pid: 812, executable: "/usr/sbin/dockerd"),
          unit: "docker.service", running: running, planned: planned)
      }
    }
  }

  @Test("is told with the places of its flags")
  func places() async throws {
    let command = try await command(
      [
        Self.unit:
          "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS\n",
        "/etc/default/docker": "# options\n\nDOCKER_OPTS=\"--icc=true -D\"\n",
      ], running: ["-H", "fd://", "--iptables=false"])
    #expect(command.arguments == ["-H", "fd://", "--icc=true", "-D"])
    #expect(
      command.flag("icc")
        == .init(
          key: "icc", name: "--icc", value: "true",
          place: UnitPlace(file: "/etc/default/docker", line: 3)))
    #expect(command.flag("hosts")?.place == UnitPlace(file: Self.unit, line: 3))
    #expect(command.flag("debug")?.place?.file == "/etc/default/docker")
    #expect(
      command.flag("iptables")
        == .init(key: "iptables", name: "--iptables", value: "false", place: nil))
  }

  @Test("is what the last drop-in says")
  func dropIn() async throws {
    let command = try await command(
      [
        Self.unit: "[Service]\nExecStart=/usr/sbin/dockerd --icc\n",
        Self.dropIn:
          "[Service]\nExecStart=\nEnvironment=X=1 REGISTRY=r.example\nExecStart=/usr/sbin/dockerd \\\n  --insecure-registry ${REGISTRY}\n",
      ], running: [])
    #expect(command.flag("icc") == nil)
    #expect(
      command.flag("insecure-registries")
        == .init(
          key: "insecure-registries", name: "--insecure-registry", value: "r.example",
          place: UnitPlace(file: Self.dropIn, line: 4)))
  }

  @Test(
    "has another configuration file where it is asked about that",
    arguments: [
      (["-D"], ["-D"]), (["--config-file", "/a", "-D"], ["-D"]),
      (["-D", "--config-file=/a", "--icc"], ["-D", "--icc"]), (["-D", "--config-file"], ["-D"]),
      (
        ["-H", "--config-file", "-D", "--", "--config-file=/b"],
        ["-H", "--config-file", "-D", "--", "--config-file=/b"]
      ),
    ])
  func configurationFile(running: [String], rest: [String]) {
    let command = DaemonCommand(
      process: DaemonProcess(pid: 1, executable: "/d"), unit: nil, running: running, planned: nil)
    #expect(command.arguments(configurationFile: "/x") == ["--config-file=/x"] + rest)
  }
}
