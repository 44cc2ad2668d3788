import Foundation
import TestSupport
import Testing

/// The units in their sandboxes: a check that is blinded by one would pass what it does not see.
@Suite(
  "The units of the service",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct SandboxTests {
  private static let units = [
    "dockward.service", "dockward-layers.service", "dockward-definitions.service",
    "dockward-remediate@.service",
  ]

  @Test("are understood by systemd, and keep their exposure", arguments: Machine.Suite.allCases)
  func analysis(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.install()
      let paths = Self.units.map { "/usr/lib/systemd/system/\($0)" }.joined(separator: " ")
      #expect(try machine.shell("systemd-analyze verify \(paths) 2>&1") == "")
      for (unit, limit) in [("dockward", 15), ("dockward-remediate@x", 30)] {
        let verdict = try machine.shell(
          "systemd-analyze security --no-pager --threshold=\(limit) \(unit).service | tail -n 1")
        print("\(suite): \(verdict)", terminator: "")
      }
    }
  }

  /// Offenders of all kinds, and files where a sandbox may hide them.
  private static let offenders = """
    mkdir -p /etc/docker /tmp/certs /var/tmp/x /etc/systemd/system/docker.service.d
    useradd -m anna; usermod -aG docker anna; chmod 700 /home/anna
    for file in /tmp/certs/ca.pem /home/anna/cert.pem /root/key.pem; do
      echo x >$file; chmod 640 $file; chown anna $file
    done
    echo 'export DOCKER_CONTENT_TRUST=1' >>/root/.bashrc
    echo 'export DOCKER_CONTENT_TRUST=1' >>/home/anna/.profile
    echo '{"debug": true, "hosts": ["unix:///var/run/docker.sock", "tcp://127.0.0.1:2375"]}' \
      >/etc/docker/daemon.json
    cat >/etc/systemd/system/docker.service.d/x.conf <<'END'
    [Service]
    ExecStart=
    ExecStart=/usr/sbin/dockerd --tlscacert /tmp/certs/ca.pem --tlscert /home/anna/cert.pem \
    --tlskey /root/key.pem
    END
    systemctl daemon-reload && systemctl restart docker
    chmod 666 /usr/lib/systemd/system/docker.service /run/docker.sock
    docker run -d --privileged --name evil busybox sleep 1d
    docker run -d --name web --pid host -v /etc:/x -v /var/run/docker.sock:/s -p 8080:80 busybox sleep 1d
    docker run -d --name two -u 1000 --memory 64m busybox sleep 1d
    docker exec -d --privileged two sleep 1d
    mkdir /srv/image && cat >/srv/image/Dockerfile <<'END'
    FROM busybox
    RUN cp /bin/busybox /bin/su2 && chmod 4755 /bin/su2
    RUN mkdir /hidden && cp /bin/busybox /hidden/su3 && chmod 4755 /hidden/su3
    RUN rm -rf /hidden && mkdir /hidden
    END
    DOCKER_BUILDKIT=0 docker build --network none -t layered /srv/image
    """

  /// Where the auditor may not write.
  private static let protected =
    "/etc /usr /var /var/lib /var/lib/docker /root /home /opt /tmp /var/tmp /run /run/lock /dev/shm"

  @Test("see all that a command sees", arguments: Machine.Suite.allCases)
  func sight(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.install()
      try machine.shell(Self.offenders)
      let state = "/var/lib/dockward"
      try machine.replaceCommand(
        of: "dockward.service",
        with: "/usr/bin/dockward check --format json --output \(state)/inside.json",
        // What is tried here has to fail, and what is printed to differ from the host's.
        more: [
          "ExecStartPre=/bin/sh -c 'for directory in \(Self.protected); do touch $$directory/x 2>/dev/null && exit 1; done; true'",
          "ExecStartPre=/bin/sh -c '! unshare --mount true 2>/dev/null'",
          "ExecStartPre=/bin/sh -c 'readlink /proc/self/ns/net >\(state)/net'",
          "ExecStartPre=/bin/sh -c 'grep ^CapBnd /proc/self/status >\(state)/capabilities'",
        ])
      // The layers are walked by the unit that it wants, before it.
      try machine.shell("systemctl start dockward.service")
      #expect(
        try machine.shell("cat \(state)/net") != machine.shell("readlink /proc/self/ns/net"))
      // Bits 2, 19 and 30: CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE and CAP_AUDIT_CONTROL.
      #expect(
        try machine.shell("cat \(state)/capabilities").hasSuffix("0000000040080004\n"))

      let inside = try AuditReport(
        json: Data(machine.shell("cat \(state)/inside.json").utf8))
      // What is remembered would tell a command what the unit has seen.
      try machine.shell("rm -rf \(state)/cache")
      let outside = try machine.audit()
      #expect(inside.checks.count == outside.checks.count && inside.checks.count > 100)
      for (one, other) in zip(inside.checks, outside.checks) {
        #expect(one.slug == other.slug)
        #expect(one.verdict == other.verdict, "\(suite): \(one.slug): \(one.reason)")
        #expect(one.reason == other.reason, "\(suite): \(one.slug)")
        #expect(
          one.subjects.map(Self.text) == other.subjects.map(Self.text), "\(suite): \(one.slug)")
      }
      // The offenders are seen at all.
      for (slug, subject) in [
        ("container-privileged", "container:evil"), ("file-docker-service-mode", nil),
        ("daemon-tls", nil), ("image-setuid-setgid", "image:layered:latest"),
      ] {
        let check = try inside.check(slug)
        #expect(check.verdict == "fail", "\(suite): \(slug): \(check.reason)")
        if let subject { #expect(try inside.verdict(slug, subject) == "fail", "\(suite): \(slug)") }
      }
      print(
        "\(suite): \(inside.checks.count) checks, of which \(inside.checks.count { $0.verdict == "fail" }) fail, judged alike inside and outside"
      )
      #expect(
        try machine.shell("journalctl -u dockward -u dockward-layers -o cat --no-pager -p warning")
          == "")
    }
  }

  private static func text(_ subject: AuditReport.Subject) -> String {
    [subject.subject, subject.verdict, subject.observed, subject.reason].joined(separator: " | ")
  }

  /// What each remedy has to be able to do, in an order in which one does not stand in another's way.
  private static let remedies = [
    "file-etc-docker-mode", "file-docker-service-mode", "file-docker-socket-unit-owner",
    "file-docker-sock-mode", "file-registry-certs-owner", "file-registry-certs-mode",
    "file-daemon-json-owner", "file-daemon-json-mode", "file-default-docker-mode",
    "daemon-log-level", "daemon-inter-container-traffic", "daemon-live-restore",
    "container-memory-limit", "container-cpu-shares", "container-pids-limit",
    "container-restart-policy", "image-content-trust",
  ]

  @Test("mend all that a command mends", arguments: Machine.Suite.allCases)
  func hands(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.install()
      try machine.shell(
        """
        mkdir -p /etc/docker/certs.d/r
        touch /etc/default/docker /etc/docker/certs.d/r/ca.crt
        echo '{"debug": true}' >/etc/docker/daemon.json
        printf 'remediation:\\n  containers:\\n    memory: 64m\\n    cpuShares: 512\\n    pids: 100\\n' \
          >/etc/dockward/dockward.yaml
        systemctl restart docker
        docker run -d --restart always --name web busybox sleep 1d
        for file in /etc/default/docker /etc/docker/daemon.json /etc/docker/certs.d/r/ca.crt \
          /usr/lib/systemd/system/docker.service; do chmod 666 $file; done
        chmod 777 /etc/docker
        chmod 666 /run/docker.sock
        for file in /etc/docker/daemon.json /etc/docker/certs.d/r/ca.crt \
          /usr/lib/systemd/system/docker.socket; do chown 4 $file; done
        """)
      try machine.replaceCommand(
        of: "dockward-remediate@.service",
        with: "/usr/bin/dockward remediate --allow-restart --format json %i",
        more: ["StandardOutput=truncate:/srv/result.json", "StandardError=journal"])
      for slug in Self.remedies {
        let outcome = try machine.run("systemctl", "start", "dockward-remediate@\(slug).service")
        let result = try machine.shell("cat /srv/result.json")
        guard
          let document = try? JSONDecoder().decode(
            RemediationDocument.self, from: Data(result.utf8))
        else {
          let log = try machine.shell("journalctl -o cat -n 20 -u 'dockward-remediate@*'")
          Issue.record("\(suite): \(slug): '\(result)' \(log)")
          return
        }
        #expect(outcome.status == 0, "\(suite): \(slug): \(document.results.map(\.reason))")
        #expect(
          document.results.contains { $0.status == "fixed" }, "\(suite): \(slug): \(document)")
        #expect(
          document.results.allSatisfy { ["fixed", "alreadyCompliant"].contains($0.status) },
          "\(suite): \(slug): \(document)")
      }
    }
  }
}
