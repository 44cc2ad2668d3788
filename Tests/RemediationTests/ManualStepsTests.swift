import DockerEngine
import Foundation
import HardeningModel
import Testing

@testable import Remediation

@Suite("What a person does on this host")
struct ManualStepsTests {
  private static func commands(
    _ subject: Subject, _ disruption: Remedy.Disruption, _ prepare: (inout HostSnapshot) -> Void
  ) -> [String] {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: "h", machineID: "m", root: "/"), startedAt: "")
    prepare(&snapshot)
    let result = Report.Result(
      entry: Benchmark.Entry(id: "1", slug: "s", title: "", level: 1, marking: .manual),
      check: Check(
        slug: "s", surface: .host, stride: [.tampering],
        explanation: Explanation(reads: "", passes: "", threat: ""),
        remedy: .assist(disruption, "")
      ) { _ in [] }, findings: [])
    return ManualSteps(snapshot: snapshot)
      .commands(for: Finding(subject: subject, verdict: .fail), of: result)
  }

  @Test("names the container, and leaves one alone that need not be made again")
  func container() {
    #expect(
      Self.commands(.container("web"), .recreate) { _ in } == [
        "docker container inspect web", "docker container stop web",
        "docker container rename web web-before",
      ])
    #expect(Self.commands(.container("web"), .none) { _ in } == [])
  }

  @Test("names dockerd's configuration file, program and unit")
  func daemon() {
    let prepare: (inout HostSnapshot) -> Void = { snapshot in
      snapshot.daemon.configurationPath = "/srv/my docker/daemon.json"
      snapshot.daemon.process = .found(DaemonProcess(pid: 7, executable: "/usr/sbin/dockerd"))
      snapshot.paths[.dockerService] = .found(["/etc/systemd/system/engine.service"])
      snapshot.engine = .found(
        EngineFacts(
          endpoint: "unix:///run/docker.sock", version: "26.1.5+dfsg1", apiVersion: "1.45",
          info: .absent))
    }
    #expect(
      Self.commands(.daemon, .restart, prepare) == [
        "${EDITOR:-vi} '/srv/my docker/daemon.json'",
        "/usr/sbin/dockerd --validate --config-file '/srv/my docker/daemon.json'",
        "systemctl restart engine.service",
      ])
    #expect(
      Self.commands(.daemon, .reload) { _ in } == [
        "${EDITOR:-vi} /etc/docker/daemon.json", "systemctl reload docker.service",
      ])
  }

  @Test("takes a user out of the groups that the user was put into")
  func user() {
    let prepare: (inout HostSnapshot) -> Void = { snapshot in
      snapshot.accounts.groups = .found([
        SocketGroup(
          gid: 999, names: ["docker", "moby"],
          members: [
            .init(name: "anna", uid: 1000), .init(name: "bob", uid: 1001, isPrimary: true),
          ])
      ])
    }
    #expect(Self.commands(.user("anna"), .none, prepare) == ["gpasswd --delete anna docker"])
    #expect(Self.commands(.user("bob"), .none, prepare) == [])
  }

  @Test(
    "is one word for a shell each",
    arguments: [
      ("web", "web"), ("a.b_c-1", "a.b_c-1"), ("", "''"), ("-rf", "'-rf'"), ("a b", "'a b'"),
      ("a'b", "'a'\\''b'"), ("$(reboot)", "'$(reboot)'"), ("a;b", "'a;b'"), ("é", "'é'"),
      ("registry.example:5000/a@sha256:00", "registry.example:5000/a@sha256:00"),
      ("~root", "'~root'"), ("a\nb", "'a\nb'"),
    ])
  func word(_ text: String, expected: String) {
    #expect(ManualSteps.word(text) == expected)
  }
}
