import Foundation
import TestSupport
import Testing

/// Section 2 on a real dockerd: each remedy turns its check from fail to pass, leaves alone what is in order,
/// and is taken back exactly; what would keep dockerd from starting is not done, or taken back.
@Suite(
  "The configuration of a real dockerd",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct DaemonRemediationTests {
  struct Row: Sendable {
    var slug: String
    /// With which the check fails.
    var file: String
    var mended: String
    var restarts = true
  }

  private static let rows = [
    Row(
      slug: "daemon-inter-container-traffic", file: "{\n\t\"labels\": [ \"a=b\" ]\n}\n",
      mended: "{\n\t\"labels\": [ \"a=b\" ],\n\t\"icc\": false\n}\n"),
    Row(
      slug: "daemon-log-level", file: #"{"debug": true, "log-level":"WARN"}"#,
      mended: #"{"debug": false, "log-level":"info"}"#),
    Row(
      slug: "daemon-iptables", file: "{ \"iptables\" : false }", mended: "{ \"iptables\" : true }"),
    Row(
      slug: "daemon-insecure-registries",
      file: #"{"insecure-registries": ["r.example:5000", "localhost:5000", "10.0.0.0/8"]}"#,
      mended: #"{"insecure-registries": ["localhost:5000"]}"#, restarts: false),
    Row(
      slug: "daemon-no-new-privileges", file: "{\"no-new-privileges\":false}",
      mended: "{\"no-new-privileges\":true}"),
    Row(
      slug: "daemon-live-restore", file: "{}", mended: "{\n  \"live-restore\": true\n}",
      restarts: false),
    Row(
      slug: "daemon-userland-proxy", file: "{\r\n  \"userland-proxy\": true\r\n}\r\n",
      mended: "{\r\n  \"userland-proxy\": false\r\n}\r\n"),
    Row(
      slug: "daemon-experimental", file: "{\"experimental\":true}",
      mended: "{\"experimental\":false}"),
  ]

  private static let json = "/etc/docker/daemon.json"

  @Test("is mended, left alone once it is right, and given back", arguments: Machine.Suite.allCases)
  func everyOne(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell("mkdir -p /etc/docker")
      for row in Self.rows {
        let label: Comment = "\(suite): \(row.slug)"
        try machine.write(row.file, to: Self.json)
        try machine.restartDocker()
        #expect(try machine.verdict(of: row.slug) == "fail", label)
        if row.restarts {
          let pending = try machine.remediate(row.slug)
          #expect(pending.results.map(\.status) == ["pendingRestart"], label)
          #expect(try machine.shell("cat \(Self.json)") == row.mended, label)
        }
        let options = row.restarts ? ["--allow-restart"] : []
        let done = try machine.remediate([row.slug] + options)
        #expect(done.results.map(\.status) == ["fixed"], label)
        #expect(try machine.shell("cat \(Self.json)") == row.mended, label)
        #expect(try machine.verdict(of: row.slug) == "pass", label)
        let stamp = try machine.shell("stat -c '%i %y %z' \(Self.json)")
        let again = try machine.remediate([row.slug] + options)
        #expect(again.results.map(\.status) == ["alreadyCompliant"], label)
        #expect(try machine.shell("stat -c '%i %y %z' \(Self.json)") == stamp, label)
        // What was pending has a transaction of its own.
        for _ in 0..<(row.restarts ? 2 : 1) {
          _ = try machine.run("dockward", "undo", "--allow-restart")
        }
        #expect(try machine.shell("cat \(Self.json)") == row.file, label)
      }
      #expect(try machine.shell("systemctl is-active docker") == "active\n")
      #expect(
        try machine.shell("ls -A /run/dockward 2>/dev/null || true").contains("validation") == false
      )
      print("\(suite): \(Self.rows.count) remedies of section 2 mended, idempotent and undone")
    }
  }

  struct Refused: Sendable {
    var steps: String
    var slug: String
    /// Part of the reason.
    var reason: String
    var only: Machine.Suite?
  }

  private static let refusals = [
    Refused(
      steps: "flags -H fd:// --icc=true; restart", slug: "daemon-inter-container-traffic",
      reason: "docker.service.d/flags.conf', line 3"),
    Refused(
      steps:
        "printf 'DOCKER_OPTS=\"--insecure-registry r.example\"\\n' >/etc/default/docker; restart",
      slug: "daemon-insecure-registries", reason: "/etc/default/docker', line 1"),
    Refused(
      steps: "restart; flags -H fd:// --live-restore=false", slug: "daemon-inter-container-traffic",
      reason: "systemctl daemon-reload"),
    Refused(
      steps: "restart; printf '{\"icc\": true,}' >$json", slug: "daemon-inter-container-traffic",
      reason: "daemon.json:1:14"),
    Refused(
      steps: "restart; printf '{\"ICC\": true}' >$json", slug: "daemon-inter-container-traffic",
      reason: "differs from 'icc' only in case"),
    Refused(
      steps: "restart; printf '{\"icc\": true, \"no-such-key\": 1}' >$json",
      slug: "daemon-inter-container-traffic", reason: "no-such-key", only: .trixie),
    Refused(
      steps: "printf '{\"iptables\": false}' >$json; restart",
      slug: "daemon-inter-container-traffic", reason: "iptables is false"),
    Refused(
      steps: "printf '{\"live-restore\": true}' >$json; restart; docker run -d busybox sleep 600",
      slug: "daemon-inter-container-traffic", reason: "live-restore keeps the containers running"),
  ]

  @Test("is refused where dockerd would not start", arguments: Machine.Suite.allCases)
  func refused(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let rows = Self.refusals.filter { $0.only ?? suite == suite }
      for row in rows {
        try machine.shell(Self.tools + row.steps)
        let before = try machine.shell(
          "cat \(Self.json) 2>/dev/null || echo none; systemctl show docker -p MainPID")
        let outcome = try machine.remediate([row.slug, "--allow-restart"], status: 4)
        #expect(outcome.results.map(\.status) == ["refused"], "\(suite): \(row.steps)")
        #expect(outcome.results.first?.reason.contains(row.reason) == true, "\(outcome.results)")
        #expect(
          try machine.shell(
            "cat \(Self.json) 2>/dev/null || echo none; systemctl show docker -p MainPID")
            == before)
      }
      print("\(suite): \(rows.count) configurations refused, nothing changed")
    }
  }

  /// A dockerd that does not come back, for a reason that nobody can know beforehand.
  @Test("is put back where dockerd does not come back", arguments: Machine.Suite.allCases)
  func rolledBack(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        Self.tools + """
          printf '{"debug": false}' >$json
          printf '[Service]\\nExecStartPre=/bin/sh -c "! grep -q icc /etc/docker/daemon.json"\\n' >$dropins/pre.conf
          restart
          """)
      let outcome = try machine.remediate(
        ["daemon-inter-container-traffic", "--allow-restart"], status: 4)
      #expect(outcome.results.map(\.status) == ["rolledBack"], "\(outcome.results)")
      #expect(try machine.shell("cat \(Self.json)") == "{\"debug\": false}")
      #expect(try machine.shell("systemctl is-active docker") == "active\n")
      #expect(try machine.shell("docker info -f '{{.Debug}}'") == "false\n")
    }
  }

  private static let tools = """
    set -e; exec >/dev/null
    json=/etc/docker/daemon.json; dropins=/etc/systemd/system/docker.service.d
    mkdir -p /etc/docker $dropins
    docker ps -aq | xargs -r docker rm -f
    rm -f $json $dropins/*.conf; printf '# none\\n' >/etc/default/docker
    restart() {
      systemctl daemon-reload; systemctl reset-failed docker.service docker.socket || true
      systemctl restart docker.service
    }
    flags() {
      printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd --containerd=/run/containerd/containerd.sock %s\\n' "$*" >$dropins/flags.conf
    }

    """
}

extension Machine {
  fileprivate func write(_ text: String, to path: String) throws {
    let escaped = text.utf8.map { "\\0" + String($0, radix: 8) }.joined()
    try shell("printf '%b' '\(escaped)' >\(path)")
  }

  /// More than three starts a minute are refused otherwise.
  fileprivate func restartDocker() throws {
    try shell(
      "systemctl reset-failed docker.service docker.socket 2>/dev/null; systemctl restart docker")
  }
}
