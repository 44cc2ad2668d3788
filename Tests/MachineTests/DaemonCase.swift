import Testing

/// A state that a machine's dockerd is brought into, and what section 2 has to say of it.
struct DaemonCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// Brings it about, from the state that the case before has left.
  var steps: String
  /// The verdicts that differ from those of an Engine that nobody has configured.
  var verdicts: [String: String] = [:]
  /// Parts of what is observed, and of reasons, by check.
  var observed: [String: String] = [:]
  var reasons: [String: String] = [:]
  /// The Engines on which this is so; `nil` for all.
  var only: Machine.Suite?

  var testDescription: String { name }

  /// Section 2 as Debian's package leaves the daemon.
  static let standard: [String: String] = [
    "daemon-rootless": "manual",
    "daemon-inter-container-traffic": "fail",
    "daemon-log-level": "pass",
    "daemon-iptables": "pass",
    "daemon-insecure-registries": "pass",
    "daemon-storage-not-aufs": "pass",
    "daemon-storage-not-devicemapper": "pass",
    "daemon-tls": "pass",
    "daemon-default-ulimits": "manual",
    "daemon-userns-remap": "fail",
    "daemon-cgroup-parent": "pass",
    "daemon-base-device-size": "notApplicable",
    "daemon-authorization-plugin": "fail",
    "daemon-remote-logging": "fail",
    "daemon-no-new-privileges": "fail",
    "daemon-live-restore": "fail",
    "daemon-userland-proxy": "fail",
    "daemon-seccomp-profile": "manual",
    "daemon-experimental": "pass",
  ]

  /// The checks that nothing but flags and file can answer.
  static let byConfiguration = [
    "daemon-log-level", "daemon-iptables", "daemon-default-ulimits", "daemon-cgroup-parent",
    "daemon-userland-proxy",
  ]

  /// These verdicts, where the file was changed since dockerd started.
  static func unknown(_ others: [String: String] = [:]) -> [String: String] {
    Dictionary(byConfiguration.map { ($0, "unknown") }, uniquingKeysWith: { first, _ in first })
      .merging(others) { $1 }
  }
}

/// What every script of these tests may use.
private let tools = """
  set -e; exec >/dev/null
  json=/etc/docker/daemon.json
  dropins=/etc/systemd/system/docker.service.d
  mkdir -p /etc/docker $dropins
  restart() {
    systemctl daemon-reload
    # More than three starts a minute are refused otherwise.
    systemctl reset-failed docker.service docker.socket 2>/dev/null || true
    systemctl restart docker.service
  }
  flags() { printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd %s\\n' "$*" > $dropins/flags.conf; }
  standard() { rm -f $json $dropins/*.conf; restart; }
  # Has systemd listen for dockerd in the network, too.
  activated() {
    mkdir -p /etc/systemd/system/docker.socket.d
    printf '[Socket]\\nListenStream=127.0.0.1:2375\\n' > /etc/systemd/system/docker.socket.d/tcp.conf
    systemctl daemon-reload
    systemctl stop docker.service docker.socket; systemctl start docker.socket
    restart
  }
  hardened() {
    echo '{"defaultAction": "SCMP_ACT_ALLOW"}' > /etc/docker/seccomp.json
    cat > $json <<'END'
  {"icc": false, "userland-proxy": false, "no-new-privileges": true, "live-restore": true,
   "log-level": "info", "log-driver": "syslog", "log-opts": {"syslog-address": "udp://127.0.0.1:514"},
   "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 2048}},
   "seccomp-profile": "/etc/docker/seccomp.json", "insecure-registries": []}
  END
  }

  """

extension Machine {
  /// Brings each case about in turn and compares all of section 2 with it; returns how many verdicts
  /// were compared.
  func judge(_ cases: [DaemonCase], _ suite: Suite) throws -> Int {
    var count = 0
    for row in cases where row.only ?? suite == suite {
      try shell(tools + row.steps)
      let report = try audit("--check", "2")
      let judged = Dictionary(
        uniqueKeysWithValues: report.checks.map { ($0.slug, $0.verdict) })
      #expect(Set(judged.keys) == Set(DaemonCase.standard.keys))
      for (slug, verdict) in DaemonCase.standard.merging(row.verdicts, uniquingKeysWith: { $1 }) {
        let subject = try report.check(slug).subjects.first
        #expect(judged[slug] == verdict, "\(row.name), \(slug): \(subject as Any)")
        count += 1
      }
      for (slug, text) in row.observed where !text.isEmpty {
        let observed = try report.check(slug).subjects.first?.observed
        #expect(observed?.contains(text) == true, "\(row.name), \(slug): \(observed ?? "")")
      }
      for (slug, text) in row.reasons where !text.isEmpty {
        let reason = try report.check(slug).subjects.first?.reason
        #expect(reason?.contains(text) == true, "\(row.name), \(slug): \(reason ?? "")")
      }
    }
    return count
  }
}
