import Testing

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
}
