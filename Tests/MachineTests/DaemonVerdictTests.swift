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
  fileprivate func judge(_ cases: [DaemonCase], _ suite: Suite) throws -> Int {
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

@Suite(
  "The daemon of a real host", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct DaemonVerdictTests {
  private static let hardened: [String: String] = [
    "daemon-inter-container-traffic": "pass", "daemon-userland-proxy": "pass",
    "daemon-no-new-privileges": "pass", "daemon-live-restore": "pass",
    "daemon-remote-logging": "pass", "daemon-seccomp-profile": "pass",
  ]

  static let configurations: [DaemonCase] = [
    DaemonCase(name: "as installed", steps: ":"),
    DaemonCase(
      name: "hardened by its file", steps: "hardened; restart", verdicts: hardened,
      observed: [
        "daemon-default-ulimits": "nofile=1024:2048",
        "daemon-remote-logging": "syslog-address=udp://127.0.0.1:514",
      ]),
    DaemonCase(
      name: "loosened by its file",
      steps: """
        cat > $json <<'END'
        {"debug": true, "iptables": false, "insecure-registries": ["registry.example:5000", "10.0.0.0/8"],
         "cgroup-parent": "/elsewhere", "experimental": true, "log-driver": "local"}
        END
        restart
        """,
      verdicts: [
        "daemon-log-level": "fail", "daemon-iptables": "fail", "daemon-insecure-registries": "fail",
        "daemon-cgroup-parent": "fail", "daemon-experimental": "fail",
      ],
      observed: ["daemon-insecure-registries": "10.0.0.0/8, registry.example:5000"]),
    DaemonCase(
      name: "a level without debugging", steps: #"echo '{"log-level": "debug"}' > $json; restart"#,
      verdicts: ["daemon-log-level": "fail"]),
    DaemonCase(
      name: "a key twice, of which the last one counts",
      steps: """
        echo '{"icc": true, "userland-proxy": true, "userland-proxy": false, "icc": false}' > $json; restart
        """,
      verdicts: ["daemon-inter-container-traffic": "pass", "daemon-userland-proxy": "pass"]),
    DaemonCase(
      name: "the other way round",
      steps: #"echo '{"userland-proxy": false, "userland-proxy": true}' > $json; restart"#),
    DaemonCase(
      name: "a byte-order mark", steps: #"printf '\357\273\277{"icc": false}' > $json; restart"#,
      verdicts: ["daemon-inter-container-traffic": "pass"], only: .trixie),
    DaemonCase(
      name: "flags from files, by a unit with specifiers and prefixes",
      steps: """
        rm $json
        mkdir -p /etc/docker.d
        echo 'ONE="--icc=false --userland-proxy=false"' > /etc/docker.d/1.env
        echo 'TWO="-D --no-new-privileges --log-opt mode=non-blocking"' > /etc/docker.d/2.env
        cat > $dropins/flags.conf <<'END'
        [Service]
        EnvironmentFile=-/etc/%p.d/*.env
        ExecStart=
        ExecStart=@/usr/sbin/dockerd %N-daemon $ONE $TWO -H fd://
        END
        restart
        """,
      verdicts: [
        "daemon-inter-container-traffic": "pass", "daemon-userland-proxy": "pass",
        "daemon-log-level": "fail", "daemon-no-new-privileges": "pass",
      ],
      observed: ["daemon-log-level": "debugging"]),
    DaemonCase(
      name: "another file, and a level as a flag",
      steps: """
        echo '{"icc": false}' > /etc/other.json
        echo '{"userland-proxy": false}' > $json
        flags -H fd:// --config-file=/etc/other.json -l warn; restart
        """,
      verdicts: ["daemon-inter-container-traffic": "pass", "daemon-log-level": "fail"],
      observed: ["daemon-log-level": "log-level warn"]),
    DaemonCase(
      name: "the journal, which is forwarded",
      steps: """
        rm $dropins/flags.conf
        echo '{"log-driver": "journald"}' > $json
        printf '[Service]\\nExecStart=/usr/bin/sleep infinity\\n' > /run/systemd/system/systemd-journal-upload.service
        restart; systemctl start systemd-journal-upload
        """,
      verdicts: ["daemon-remote-logging": "manual"],
      observed: ["daemon-remote-logging": "systemd-journal-upload is active"]),
    DaemonCase(
      name: "the journal, which stays", steps: "systemctl stop systemd-journal-upload",
      verdicts: ["daemon-remote-logging": "manual"],
      observed: ["daemon-remote-logging": "systemd-journal-upload is not active"]),
    DaemonCase(
      name: "remapped users", steps: #"echo '{"userns-remap": "default"}' > $json; restart"#,
      verdicts: ["daemon-userns-remap": "pass"],
      // Engine 26.1 does not start so here: the machine shares its kernel's /proc/sys read-only.
      only: .bookworm),
    DaemonCase(
      name: "a swarm",
      steps: "standard; docker swarm init --advertise-addr 127.0.0.1",
      verdicts: ["daemon-live-restore": "notApplicable"],
      observed: ["daemon-tls": "no TCP listener"]),
  ]

  @Test("is judged by what is in effect", arguments: Machine.Suite.allCases)
  func configurations(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let count = try machine.judge(Self.configurations, suite)
      print("\(suite): \(count) verdicts on configurations of the daemon")
    }
  }

  /// What is in the file is not in effect, or no longer.
  static let edits: [DaemonCase] = [
    DaemonCase(
      name: "hardened, but not restarted", steps: "standard; hardened",
      verdicts: DaemonCase.unknown(),
      reasons: [
        "daemon-inter-container-traffic": "configured, but not in effect until dockerd restarts",
        "daemon-live-restore": "configured, but not in effect until dockerd is reloaded",
        "daemon-userland-proxy": "'/etc/docker/daemon.json' was changed after dockerd started",
        "daemon-log-level": "was changed after dockerd started",
      ], only: .trixie),
    DaemonCase(
      name: "hardened, but not restarted", steps: "standard; hardened",
      verdicts: DaemonCase.unknown(["daemon-no-new-privileges": "unknown"]), only: .bookworm),
    DaemonCase(
      name: "the same with an old date",
      steps: "touch -d 2001-01-01 $json",
      verdicts: DaemonCase.unknown(), only: .trixie),
    DaemonCase(
      name: "reloaded", steps: "systemctl reload docker; sleep 1",
      verdicts: DaemonCase.unknown(["daemon-live-restore": "pass"]), only: .trixie),
    DaemonCase(name: "restarted", steps: "restart", verdicts: hardened),
    DaemonCase(
      name: "a flag that the file contradicts is in effect",
      steps: """
        standard; flags -H fd:// --userland-proxy=false --log-level=error; restart
        echo '{"userland-proxy": true, "log-level": "info"}' > $json
        """,
      verdicts: [
        "daemon-userland-proxy": "pass", "daemon-log-level": "fail", "daemon-iptables": "unknown",
        "daemon-cgroup-parent": "unknown", "daemon-default-ulimits": "unknown",
        "daemon-no-new-privileges": "fail",
      ],
      reasons: ["daemon-userland-proxy": "is set both by a flag and in"], only: .trixie),
    DaemonCase(
      name: "loosened, but not restarted",
      steps: "rm -f $dropins/*.conf $json; hardened; restart; echo '{}' > $json",
      verdicts: DaemonCase.unknown(
        hardened.filter { !DaemonCase.byConfiguration.contains($0.key) }),
      reasons: [
        "daemon-inter-container-traffic": "lost when dockerd restarts",
        "daemon-live-restore": "lost when dockerd restarts",
      ], only: .trixie),
    DaemonCase(
      name: "removed, but not restarted", steps: "hardened; restart; rm $json",
      verdicts: DaemonCase.unknown(
        hardened.filter { !DaemonCase.byConfiguration.contains($0.key) }),
      reasons: ["daemon-live-restore": "lost when dockerd restarts"], only: .trixie),
    DaemonCase(
      name: "removed, but not restarted", steps: "hardened; restart; rm $json",
      verdicts: DaemonCase.unknown(hardened.filter { !DaemonCase.byConfiguration.contains($0.key) })
        .merging(["daemon-no-new-privileges": "unknown"]) { $1 }, only: .bookworm),
    DaemonCase(
      name: "an older file put in its place",
      steps: """
        echo '{"log-level": "info"}' > /etc/docker/older.json
        echo '{"log-level": "debug"}' > $json; restart
        mv /etc/docker/older.json $json
        """,
      verdicts: DaemonCase.unknown(["daemon-no-new-privileges": "fail"]), only: .trixie),
    DaemonCase(
      name: "broken after it started",
      steps: #"standard; printf '{\n  "icc": false,\n}\n' > $json"#,
      verdicts: DaemonCase.unknown(),
      reasons: [
        "daemon-inter-container-traffic": "/etc/docker/daemon.json:3:1:",
        "daemon-log-level": "/etc/docker/daemon.json:3:1:",
        "daemon-live-restore": "/etc/docker/daemon.json:3:1:",
      ], only: .trixie),
  ]

  @Test("whose file was changed is not judged by it", arguments: Machine.Suite.allCases)
  func edits(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let count = try machine.judge(Self.edits, suite)
      print("\(suite): \(count) verdicts on daemons whose file was changed")
    }
  }

  // By systemd, so that none inherits what this test waits for.
  private static let decoys = """
    systemd-run --quiet bash -c 'exec -a "dockerd --icc=false --userland-proxy=false --live-restore" sleep 1000'
    touch /var/log/dockerd.log; systemd-run --quiet tail -f /var/log/dockerd.log
    cp /usr/bin/sleep /tmp/dockerd; systemd-run --quiet /tmp/dockerd 1000
    echo '{"userland-proxy": false, "no-new-privileges": true, "live-restore": true, "log-level": "debug"}' > /tmp/other.json
    systemd-run --quiet /usr/sbin/dockerd --config-file /tmp/other.json --bridge=none --iptables=false \
      --data-root /tmp/other --exec-root /tmp/exec --pidfile /tmp/other.pid -H unix:///tmp/other.sock \
      -H tcp://127.0.0.1:2375 --storage-driver vfs --containerd /run/containerd/containerd.sock
    for i in $(seq 300); do docker -H unix:///tmp/other.sock version && break; sleep 0.1; done 2>/dev/null
    """

  @Test("is not mistaken for another", arguments: Machine.Suite.allCases)
  func decoys(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let count = try machine.judge(
        [
          DaemonCase(name: "beside decoys", steps: Self.decoys),
          DaemonCase(
            name: "whose pid file names a decoy", steps: "cat /tmp/other.pid > /run/docker.pid"),
        ], suite)
      // The other one is judged by its own.
      let other = try machine.audit("--check", "2", "--host", "unix:///tmp/other.sock")
      let verdicts: [String: String] = [
        "daemon-userland-proxy": "pass", "daemon-no-new-privileges": "pass",
        "daemon-live-restore": "pass", "daemon-log-level": "fail", "daemon-iptables": "fail",
        "daemon-inter-container-traffic": "notApplicable", "daemon-tls": "fail",
      ]
      for (slug, verdict) in verdicts {
        let check = try other.check(slug)
        #expect(check.verdict == verdict, "\(slug): \(check)")
      }
      print("\(suite): \(count + verdicts.count) verdicts on daemons beside others")
    }
  }

  private static let certificates = """
    mkdir -p /etc/docker/tls; cd /etc/docker/tls
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null
    cp cert.pem ca.pem
    """

  private static let files =
    "--tlscacert=/etc/docker/tls/ca.pem --tlscert=/etc/docker/tls/cert.pem --tlskey=/etc/docker/tls/key.pem"

  private static func listening(
    _ name: String, _ steps: String, _ verdict: String, observed: String = "", reason: String = "",
    others: [String: String] = [:]
  ) -> DaemonCase {
    DaemonCase(
      name: name, steps: steps, verdicts: others.merging(["daemon-tls": verdict]) { $1 },
      observed: ["daemon-tls": observed], reasons: ["daemon-tls": reason])
  }

  static let listeners: [DaemonCase] = [
    listening(
      "in the clear", certificates + "\nflags -H fd:// -H tcp://127.0.0.1:2375; restart", "fail",
      observed: "http://127.0.0.1:2375"),
    listening(
      "with TLS that verifies",
      "flags -H fd:// -H tcp://127.0.0.1:2376 --tlsverify \(files); restart",
      "pass", observed: "127.0.0.1:2376 with TLS that verifies clients"),
    listening(
      "with TLS for anyone",
      "flags -H fd:// -H tcp://127.0.0.1:2376 --tlsverify=false \(files); restart", "fail",
      observed: "https://127.0.0.1:2376"),
    listening(
      "with TLS, which verifies unless told not to",
      "flags -H fd:// -H 127.0.0.1:2376 --tls \(files); restart", "pass"),
    listening(
      "with TLS by the file",
      """
      flags --containerd=/run/containerd/containerd.sock
      cat > $json <<'END'
      {"hosts": ["fd://", "tcp://127.0.0.1:2376"], "tlsverify": true, "tlscacert": "/etc/docker/tls/ca.pem",
       "tlscert": "/etc/docker/tls/cert.pem", "tlskey": "/etc/docker/tls/key.pem"}
      END
      restart
      """, "pass"),
    listening(
      "with TLS by the file, and no CA",
      "sed -e 's/ \"tlscacert\": [^,]*,//' $json > /tmp/j; cat /tmp/j > $json; restart",
      "fail", observed: "no CA of its own"),
    listening(
      "still there after it was taken out of the file",
      #"echo '{"hosts": ["fd://"]}' > $json"#, "unknown",
      reason: "was changed after dockerd started",
      others: DaemonCase.unknown()),
    listening(
      "opened by systemd in the clear",
      """
      standard; activated
      """, "fail", observed: "127.0.0.1:2375 without TLS"),
    listening(
      "which nothing explains",
      "rm -r /etc/systemd/system/docker.socket.d; systemctl daemon-reload",
      "unknown", reason: "listens on 127.0.0.1:2375, which nothing"),
    listening(
      "opened by systemd, with TLS that verifies",
      "flags -H fd:// --tlsverify \(files); activated", "pass", observed: "127.0.0.1:2375 with TLS"),
    listening(
      "kept for a container",
      """
      rm -r /etc/systemd/system/docker.socket.d; systemctl daemon-reload
      systemctl stop docker.service docker.socket; systemctl start docker.socket
      rm $dropins/flags.conf; echo '{"userland-proxy": false}' > $json; restart
      docker run -d --name web -p 8080:80 busybox sleep 86400
      """, "pass", observed: "no TCP listener", others: ["daemon-userland-proxy": "pass"]),
    listening(
      "of its metrics",
      #"docker rm -f web; echo '{"metrics-addr": "127.0.0.1:9323", "experimental": true}' > $json; restart"#,
      "pass", observed: "no TCP listener", others: ["daemon-experimental": "fail"]),
  ]

  @Test("is judged by where it listens", arguments: Machine.Suite.allCases)
  func listeners(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let count = try machine.judge(
        Self.listeners.map { row in
          // Only the newer Engine reports no-new-privileges, whatever became of its file.
          var row = row
          if suite == .bookworm, row.verdicts["daemon-log-level"] == "unknown" {
            row.verdicts["daemon-no-new-privileges"] = "unknown"
          }
          return row
        }, suite)
      print("\(suite): \(count) verdicts on daemons that listen")
    }
  }
}
