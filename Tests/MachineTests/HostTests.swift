import Foundation
import TestSupport
import Testing

@Suite("A real host", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct HostTests {
  /// What loosens a file, the check that has to see it, and its subject.
  static let loosened: [(command: String, slug: String, subject: String)] = [
    ("chmod 666 $unit", "file-docker-service-mode", "file:$unit"),
    ("chown 1:0 $unit", "file-docker-service-owner", "file:$unit"),
    (
      "chmod 664 /etc/systemd/system/docker.service.d/extra.conf", "file-docker-service-mode",
      "file:/etc/systemd/system/docker.service.d/extra.conf"
    ),
    ("chmod 4644 $socketUnit", "file-docker-socket-unit-mode", "file:$socketUnit"),
    ("chgrp 1 $socketUnit", "file-docker-socket-unit-owner", "file:$socketUnit"),
    ("chmod 777 /etc/docker", "file-etc-docker-mode", "file:/etc/docker"),
    ("chown 65534 /etc/docker", "file-etc-docker-owner", "file:/etc/docker"),
    ("chmod 666 /etc/docker/daemon.json", "file-daemon-json-mode", "file:/etc/docker/daemon.json"),
    ("chown 0:1 /etc/docker/daemon.json", "file-daemon-json-owner", "file:/etc/docker/daemon.json"),
    ("chmod 777 /etc/default/docker", "file-default-docker-mode", "file:/etc/default/docker"),
    ("chown 1:1 /etc/default/docker", "file-default-docker-owner", "file:/etc/default/docker"),
    ("chmod 645 /etc/sysconfig/docker", "file-sysconfig-docker-mode", "file:/etc/sysconfig/docker"),
    (
      "chown 1:1 /etc/sysconfig/docker", "file-sysconfig-docker-owner", "file:/etc/sysconfig/docker"
    ),
    ("chmod 666 /run/docker.sock", "file-docker-sock-mode", "file:/run/docker.sock"),
    ("chgrp 1 /run/docker.sock", "file-docker-sock-owner", "file:/run/docker.sock"),
    (
      "chmod 666 /run/containerd/containerd.sock", "file-containerd-sock-mode",
      "file:/run/containerd/containerd.sock"
    ),
    (
      "chown 1 /run/containerd/containerd.sock", "file-containerd-sock-owner",
      "file:/run/containerd/containerd.sock"
    ),
    (
      "chmod 446 /etc/docker/certs.d/registry/ca.crt", "file-registry-certs-mode",
      "file:/etc/docker/certs.d/registry/ca.crt"
    ),
    (
      "chmod 440 /etc/docker/certs.d/registry/client.key", "file-registry-certs-mode",
      "file:/etc/docker/certs.d/registry/client.key"
    ),
    (
      "chown 1 /etc/docker/certs.d/registry/ca.crt", "file-registry-certs-owner",
      "file:/etc/docker/certs.d/registry/ca.crt"
    ),
  ]

  static let preparation = """
    set -e
    mkdir -p /etc/systemd/system/docker.service.d /etc/docker/certs.d/registry /etc/sysconfig
    echo '[Service]' > /etc/systemd/system/docker.service.d/extra.conf
    echo '{}' > /etc/docker/daemon.json
    touch /etc/default/docker /etc/sysconfig/docker
    for file in ca.crt client.key; do touch /etc/docker/certs.d/registry/$file; done
    chmod 444 /etc/docker/certs.d/registry/ca.crt
    chmod 400 /etc/docker/certs.d/registry/client.key
    systemctl daemon-reload
    """

  @Test("is judged by its files as they are", arguments: Machine.Suite.allCases)
  func files(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      func path(_ unit: String) throws -> String {
        try machine.shell("systemctl show --value --property FragmentPath \(unit)")
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
      let (unit, socketUnit) = (try path("docker.service"), try path("docker.socket"))
      func fill(_ text: String) -> String {
        text.replacing("$unit", with: unit).replacing("$socketUnit", with: socketUnit)
      }
      let clean = try machine.audit("--check", "3")
      #expect(clean.checks.filter { $0.verdict == "fail" || $0.verdict == "unknown" }.isEmpty)
      for row in Self.loosened {
        #expect(
          try clean.verdict(row.slug, fill(row.subject)) == "pass", "\(row.slug) \(row.subject)")
      }
      for row in Self.loosened {
        let command = fill(row.command)
        let target = command.split(separator: " ").last.map(String.init) ?? ""
        let state = try machine.shell("stat --format '%u:%g %a' \(target)")
          .split(whereSeparator: \.isWhitespace)
        try machine.shell(command)
        let report = try machine.audit("--check", "3")
        #expect(try report.verdict(row.slug, fill(row.subject)) == "fail", "\(command)")
        #expect(
          report.checks.filter { $0.verdict == "fail" }.map(\.slug) == [row.slug], "\(command)")
        try machine.shell("chown \(state[0]) \(target) && chmod \(state[1]) \(target)")
      }
      let again = try machine.audit("--check", "3")
      #expect(again.checks.map(\.verdict) == clean.checks.map(\.verdict))
      print("\(suite): \(2 * Self.loosened.count) verdicts on files")
    }
  }

  @Test(
    "that does not change gives the same report twice, and runs one program",
    arguments: Machine.Suite.allCases)
  func determinism(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        "for i in 1 2 3 4 5; do docker run -d --name c$i -p 127.0.0.1::80 busybox sleep 86400; done >/dev/null"
      )
      let script = """
        dockward --format json | jq 'del(.scan)' > /tmp/1
        dockward --format json | jq 'del(.scan)' > /tmp/2
        cmp /tmp/1 /tmp/2 && test -s /tmp/1
        """
      try machine.shell(script)
      try machine.shell("strace -f -e trace=execve -o /tmp/trace dockward --output /dev/null")
      #expect(try machine.shell("grep -c execve /tmp/trace") == "1\n")
    }
  }

  @Test("whose Engine is stopped passes no check that needs it", arguments: Machine.Suite.allCases)
  func stoppedEngine(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell("docker run -d --privileged busybox sleep 86400 >/dev/null")
      try machine.shell("systemctl stop docker.socket docker.service")
      let report = try machine.audit()
      #expect(!report.engine.reachable)
      #expect(report.engine.endpoint == "unix:///var/run/docker.sock")
      for check in report.checks where check.section == "5" {
        #expect(check.verdict == "unknown", "\(check.slug) is \(check.verdict)")
        #expect(check.reason.contains("docker.sock"), "\(check.slug): \(check.reason)")
      }
      #expect(try report.check("file-docker-service-mode").verdict == "pass")
      // A daemon that is stopped in its tracks accepts a connection and says nothing.
      try machine.shell("systemctl start docker.service && docker version >/dev/null")
      try machine.shell("kill -STOP $(cat /run/docker.pid)")
      let hung = try machine.audit("--timeout", "1")
      #expect(!hung.engine.reachable)
      #expect(hung.checks.allSatisfy { $0.section != "5" || $0.verdict == "unknown" })
      try machine.shell("kill -CONT $(cat /run/docker.pid)")
    }
  }

  @Test("in a swarm is told so", arguments: Machine.Suite.allCases)
  func swarm(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let slug = "swarm-disabled-if-unused"
      #expect(try machine.audit("--check", slug).check(slug).verdict == "pass")
      try machine.shell("docker swarm init --advertise-addr 127.0.0.1 >/dev/null")
      #expect(try machine.audit("--check", slug).check(slug).verdict == "fail")
      try machine.shell(
        "mkdir -p /etc/dockward && echo 'swarmExpected: true' > /etc/dockward/dockward.yaml")
      #expect(try machine.audit("--check", slug).check(slug).verdict == "pass")
    }
  }

  @Test("that remaps users tells containers in its own user namespace apart")
  func remappedUsers() async throws {
    // Engine 26.1 does not start so here: the machine shares its kernel's /proc/sys read-only.
    try await Machine.with(.bookworm) { machine in
      try machine.shell(
        """
        set -e; exec >/dev/null
        docker save busybox > /busybox.tar
        echo '{"userns-remap": "default"}' > /etc/docker/daemon.json
        systemctl restart docker
        docker load < /busybox.tar
        docker run -d --name mapped busybox sleep 86400
        docker run -d --name unmapped --userns host busybox sleep 86400
        """)
      let report = try machine.audit()
      #expect(try report.verdict("container-host-userns", "container:mapped") == "pass")
      #expect(try report.verdict("container-host-userns", "container:unmapped") == "fail")
      #expect(report.engine.dataRoot?.hasPrefix("/var/lib/docker/") == true)
    }
  }

  @Test("where containers come and go is audited all the same", arguments: Machine.Suite.allCases)
  func churn(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell("docker run -d --name steady --privileged busybox sleep 86400 >/dev/null")
      try machine.shell(
        "(for i in $(seq 30); do docker run --rm busybox true; done) >/dev/null 2>&1 & "
          + "for i in $(seq 20); do dockward --format json --output /tmp/$i.json || exit 1; done; wait"
      )
      for index in 1...20 {
        let report = try AuditReport(
          json: Data(try machine.shell("cat /tmp/\(index).json").utf8))
        #expect(try report.verdict("container-privileged", "container:steady") == "fail")
        let unknown = try report.check("container-privileged").subjects.filter {
          $0.verdict == "unknown"
        }
        #expect(unknown.isEmpty, "\(unknown)")
      }
    }
  }

  @Test("is not deceived by what a container says of itself", arguments: Machine.Suite.allCases)
  func hostileContainers(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        #"""
        set -e; exec >/dev/null
        escape=$(printf '\033]0;owned\007\033[31m')
        long=$(head -c 10000 /dev/zero | tr '\0' a)
        deep=$(printf 'd%.0s' $(seq 200)); deep=/$deep/$deep/$deep/$deep/$deep
        docker run -d --name loud --label "x=$escape" --label "$long=$long" --env "E=$escape$long" \
          --privileged --volume "/etc:/mnt$escape/x" --volume "/srv:$deep" \
          busybox sh -c "sleep 86400; : $escape $long"
        forged=$(printf 'x\n[FAIL] 9.9 forged\n[PASS]')
        docker run -d --name quiet --label "x=$forged" --volume "/srv:/$forged" \
          --health-cmd "$forged" busybox sleep 86400
        """#)
      let text = try machine.shell("dockward --include-test-output")
      #expect(
        !text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
      #expect(!text.contains("\n[FAIL] 9.9"))
      let report = try machine.audit()
      #expect(try report.verdict("container-privileged", "container:loud") == "fail")
      #expect(try report.verdict("container-sensitive-mounts", "container:loud") == "fail")
      #expect(try report.verdict("container-privileged", "container:quiet") == "pass")
    }
  }
}
