import Foundation
import TestSupport
import Testing

/// Remedies that end in a real systemd, or in the kernel.
@Suite(
  "Remedies of a real system",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct SystemRemediationTests {
  /// What a login shell really has, by the shell itself; what services really have, by one of them.
  private static let environment = """
    env -i sh -lc 'echo "shell: $DOCKER_CONTENT_TRUST"'
    systemd-run --quiet --wait --pipe sh -c 'echo "service: $DOCKER_CONTENT_TRUST $KEPT"'
    """

  private static let files = """
    find /etc/profile.d /etc/systemd/system.conf.d /etc/systemd/system/docker.socket.d \
      -printf '%p %u:%g %m %i %t\\n' 2>/dev/null | sort
    """

  @Test("export content trust to shells and services", arguments: Machine.Suite.allCases)
  func contentTrust(_ suite: Machine.Suite) async throws {
    let slug = "image-content-trust"
    try await Machine.with(suite) { machine in
      // What services are given already stays.
      try machine.shell(
        """
        mkdir -p /etc/systemd/system.conf.d
        printf '[Manager]\\nDefaultEnvironment=KEPT=1\\n' >/etc/systemd/system.conf.d/zz-a.conf
        systemctl daemon-reload
        """)
      #expect(try machine.verdict(of: slug) == "fail")
      #expect(try machine.shell(Self.environment) == "shell: \nservice:  1\n")
      let done = try machine.remediate(slug)
      #expect(done.results.map(\.status) == ["fixed"], "\(suite): \(done.results)")
      #expect(try machine.verdict(of: slug) == "pass")
      #expect(try machine.shell(Self.environment) == "shell: 1\nservice: 1 1\n")

      let mended = try machine.shell(Self.files)
      let again = try machine.remediate(slug)
      #expect(again.results.map(\.status) == ["alreadyCompliant"])
      #expect(try machine.shell(Self.files) == mended)

      let undone = try machine.run("dockward", "undo")
      #expect(undone.status == 0, "\(suite): \(undone.output)\(undone.errors)")
      #expect(try machine.verdict(of: slug) == "fail")
      #expect(try machine.shell(Self.environment) == "shell: \nservice:  1\n")
      #expect(try !machine.shell(Self.files).contains("dockward"))

      try machine.shell("echo 'export DOCKER_CONTENT_TRUST=0' >/etc/profile.d/zz.sh")
      let refused = try machine.remediate(slug, status: 4)
      #expect(refused.results.map(\.status) == ["refused"])
      #expect(refused.results[0].reason.contains("/etc/profile.d/zz.sh"))
      print("\(suite): content trust exported to shells and services, idempotent and undone")
    }
  }

  @Test("keep the API socket closed when systemd makes it again", arguments: Machine.Suite.allCases)
  func socket(_ suite: Machine.Suite) async throws {
    let slug = "file-docker-sock-mode"
    try await Machine.with(suite) { machine in
      let makeAgain = """
        systemctl stop docker docker.socket; systemctl start docker.socket docker
        until docker info >/dev/null 2>&1; do sleep 0.1; done
        stat -c %a /run/docker.sock
        """
      try machine.shell(
        """
        mkdir -p /etc/systemd/system/docker.socket.d
        printf '[Socket]\\nSocketMode=0666\\n' >/etc/systemd/system/docker.socket.d/50-wide.conf
        systemctl daemon-reload
        """)
      #expect(try machine.shell(makeAgain) == "666\n")
      #expect(try machine.verdict(of: slug) == "fail")
      let before = try machine.shell(Self.files)
      let first = try machine.remediate(slug)
      #expect(first.results.map(\.status) == ["fixed"], "\(suite): \(first.results)")
      let undone = try machine.run("dockward", "undo")
      #expect(undone.status == 0, "\(suite): \(undone.output)\(undone.errors)")
      #expect(try machine.shell("stat -c %a /run/docker.sock") == "666\n")
      #expect(
        try machine.shell("systemctl show -p SocketMode docker.socket") == "SocketMode=0666\n")
      #expect(try machine.shell(Self.files).contains("zz-dockward.conf") == false)
      #expect(before.contains("50-wide.conf"))

      #expect(try machine.remediate(slug).results.map(\.status) == ["fixed"])
      #expect(try machine.shell(makeAgain) == "660\n")
      #expect(try machine.verdict(of: slug) == "pass")
      #expect(try machine.remediate(slug).results.map(\.status) == ["alreadyCompliant"])
    }
  }

  /// A machine shares the kernel of its host, which takes audit rules from no container.
  @Test("do without audit rules where the kernel takes none", arguments: Machine.Suite.allCases)
  func audit(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let outcome = try machine.remediate("host-audit-etc-docker", status: 4)
      #expect(outcome.results.map(\.status) == ["refused"])
      #expect(outcome.results[0].reason.contains("audit"), "\(outcome.results)")
      #expect(try machine.run("test", "-e", "/etc/audit/rules.d/dockward.rules").status != 0)
    }
  }
}
