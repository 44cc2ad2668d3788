import Testing

@Suite(
  "The listeners of a real daemon",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct DaemonListenerTests {
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
