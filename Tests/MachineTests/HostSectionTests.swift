import Foundation
import TestSupport
import Testing

/// Section 1 on a real host: its users, its disks, its Engine.
@Suite("Section 1", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct HostSectionTests {
  private static let members = "host-docker-group-members"
  private static let storage = "host-container-storage-partition"
  private static let version = "host-docker-version-current"

  @Test("tells who may speak to the Engine", arguments: Machine.Suite.allCases)
  func members(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      func verdict() throws -> String {
        try machine.audit("--check", Self.members).check(Self.members).verdict
      }
      func trust(_ list: String) throws {
        try machine.shell("mkdir -p /etc/dockward && echo '\(list)' > /etc/dockward/dockward.yaml")
      }
      #expect(try verdict() == "pass", "a fresh group has no members")
      try machine.shell("useradd alice && usermod --append --groups docker alice")
      let open = try machine.audit("--check", Self.members).check(Self.members)
      #expect(open.verdict == "manual" && open.subjects[0].observed.contains("alice"))
      try trust("trustedDockerUsers: [alice]")
      #expect(try verdict() == "pass")
      try machine.shell("useradd --gid docker bob")
      let report = try machine.audit("--check", Self.members)
      #expect(try report.verdict(Self.members, "user:alice") == "pass")
      #expect(try report.verdict(Self.members, "user:bob") == "fail", "his own group is docker")
      try machine.shell("userdel bob && sed -i 's/^group:.*/group: files sss/' /etc/nsswitch.conf")
      #expect(try verdict() == "unknown", "sss may know of more")
      try machine.shell("sed -i 's/^group:.*/group: files systemd/' /etc/nsswitch.conf")
      #expect(try verdict() == "pass", "systemd knows of none")
      try machine.shell("chmod 666 /run/docker.sock")
      #expect(try verdict() == "fail", "everybody may")
      try machine.shell("chmod 660 /run/docker.sock && chgrp 0 /run/docker.sock")
      #expect(try verdict() == "pass", "only root may")
    }
  }

  @Test("tells where the Engine keeps its data", arguments: Machine.Suite.allCases)
  func storage(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      func finding() throws -> AuditReport.Check {
        try machine.audit("--check", Self.storage).check(Self.storage)
      }
      func restart(_ between: String) throws {
        try machine.shell(
          """
          set -e
          systemctl stop docker.socket docker.service
          \(between)
          # systemd refuses a unit that is started again and again.
          systemctl reset-failed docker.service docker.socket || true
          systemctl start docker
          """)
      }
      #expect(try finding().verdict == "pass", "a tmpfs of its own")
      try restart("umount /var/lib/docker")
      #expect(try finding().verdict == "fail", "that of the host")
      try restart("mkdir -p /srv/docker && mount --bind /srv/docker /var/lib/docker")
      let bound = try finding()
      #expect(bound.verdict == "fail" && bound.reason.contains("same file system"))
      try restart("umount /var/lib/docker && mkdir /data && mount -t tmpfs none /data")
      try restart("mount --bind /data /var/lib/docker")
      #expect(try finding().verdict == "pass", "bound from another file system")
      try machine.shell("systemctl stop docker.socket docker.service")
      #expect(try finding().verdict == "unknown", "nobody tells")
    }
  }

  @Test("tells how old the Engine is", arguments: Machine.Suite.allCases)
  func version(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      func verdict(_ minimum: String) throws -> String {
        try machine.shell(
          "mkdir -p /etc/dockward && echo 'minimumEngineVersion: \(minimum)' > /etc/dockward/dockward.yaml"
        )
        return try machine.audit("--check", Self.version).check(Self.version).verdict
      }
      let engine = try machine.shell("docker version --format '{{.Server.Version}}'")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let built = try machine.shell(
        "curl --silent --unix-socket /run/docker.sock http://docker/version | jq -r .BuildTime"
      ).trimmingCharacters(in: .whitespacesAndNewlines)
      let plain = try machine.audit("--check", Self.version).check(Self.version)
      #expect(plain.verdict == "manual")
      #expect(plain.subjects[0].observed == "version \(engine), built \(built)")
      // It is asked for once for each program: what is remembered of this one is believed.
      func observed() throws -> String {
        try machine.audit("--check", Self.version).check(Self.version).subjects[0].observed
      }
      try machine.shell("sed -i 's/\(built)/2001-01-01T00:00:00Z/' /var/lib/dockward/cache/*.json")
      #expect(try observed() == "version \(engine), built 2001-01-01T00:00:00Z")
      try machine.shell(
        """
        cp /usr/sbin/dockerd /usr/sbin/dockerd.new && mv /usr/sbin/dockerd.new /usr/sbin/dockerd
        systemctl restart docker
        """)
      #expect(try observed() == "version \(engine), built \(built)")
      #expect(try verdict(engine) == "pass")
      #expect(try verdict("19.03.15") == "pass")
      #expect(try verdict("100.0") == "fail")
    }
  }

  @Test(
    "knows nothing of audit rules where the kernel tells none", arguments: Machine.Suite.allCases)
  func auditing(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        """
        mkdir -p /etc/audit/rules.d && echo '-w /etc/docker -p wa' > /etc/audit/rules.d/docker.rules
        mkdir -p /etc/docker
        """)
      let report = try machine.audit("--check", "1")
      let audits = report.checks.filter { $0.slug.hasPrefix("host-audit-") }
      #expect(audits.count == 16)
      for check in audits {
        #expect(["unknown", "notApplicable"].contains(check.verdict), "\(check.slug)")
      }
      let etc = try report.check("host-audit-etc-docker")
      #expect(etc.verdict == "unknown")
      #expect(etc.reason.contains("/etc/audit/rules.d/docker.rules"))
      // The machine has all of these, and the paths are its own.
      let engine = try machine.shell("readlink /proc/$(cat /run/docker.pid)/exe")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try report.verdict("host-audit-dockerd", "file:\(engine)") == "unknown")
      let runc = try machine.shell("readlink --canonicalize $(command -v runc)")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try report.verdict("host-audit-runc", "file:\(runc)") == "unknown")
      #expect(try report.check("host-audit-daemon-json").verdict == "notApplicable")
    }
  }
}
