import Foundation
import Testing

/// What a swarm is made to be, and what each check then has to say.
struct SwarmCase: Sendable {
  /// Commands that make it so.
  var script: String
  /// By check; `network:NAME` after a space names the subject, else it is the swarm.
  var verdicts: [String: String]
  /// Why that is the truth.
  var because: String
}

@Suite("A real swarm", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct SwarmTests {
  /// Each goes on from the one before.
  static let cases: [SwarmCase] = [
    SwarmCase(
      script: "true",
      verdicts: [
        "swarm-manager-count": "notApplicable", "swarm-bind-interface": "notApplicable",
        "swarm-overlay-encryption": "notApplicable", "swarm-secrets": "notApplicable",
        "swarm-autolock": "notApplicable", "swarm-autolock-key-rotation": "notApplicable",
        "swarm-node-cert-rotation": "notApplicable", "swarm-ca-rotation": "notApplicable",
        "swarm-management-plane-separation": "notApplicable",
      ], because: "the host is in no swarm"),
    SwarmCase(
      script: "docker swarm init --advertise-addr 127.0.0.1",
      verdicts: [
        "swarm-manager-count": "pass", "swarm-bind-interface": "fail",
        "swarm-overlay-encryption network:ingress": "fail", "swarm-secrets": "manual",
        "swarm-autolock": "fail", "swarm-autolock-key-rotation": "manual",
        "swarm-node-cert-rotation": "manual", "swarm-ca-rotation": "manual",
        "swarm-management-plane-separation": "manual",
      ], because: "these are the defaults of docker swarm init"),
    SwarmCase(
      script: """
        docker swarm update --autolock=true --cert-expiry 48h
        docker network create -d overlay plain
        docker network create -d overlay --opt encrypted sealed
        docker network create -d overlay --opt encrypted=false insisting
        docker network create -d bridge --opt encrypted local-bridge
        echo x | docker secret create key -
        """,
      verdicts: [
        "swarm-autolock": "pass", "swarm-overlay-encryption network:plain": "fail",
        "swarm-overlay-encryption network:sealed": "pass",
        "swarm-overlay-encryption network:insisting": "pass",
        "swarm-overlay-encryption network:local-bridge": "",
        "swarm-overlay-encryption network:ingress": "fail",
      ], because: "auto-lock is on, and the driver encrypts where the option is there"),
    SwarmCase(
      script: """
        docker swarm leave --force
        docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2377
        echo y | docker network rm ingress
        timeout 20 sh -c 'until docker network create -d overlay --ingress --opt encrypted ingress
          do sleep 0.2; done'
        """,
      verdicts: [
        "swarm-bind-interface": "pass", "swarm-overlay-encryption network:ingress": "pass",
        "swarm-autolock": "fail",
      ], because: "both ports are bound to loopback, and ingress was made anew"),
    SwarmCase(
      script: """
        docker swarm leave --force
        systemd-run --unit decoy --quiet perl -MIO::Socket::INET -e \
          'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:2377", Listen => 1) or die; sleep'
        docker swarm init --advertise-addr 127.0.0.1 --listen-addr 0.0.0.0:2388
        """,
      verdicts: ["swarm-bind-interface": "fail"],
      because: "dockerd listens everywhere at another port; whoever has 2377 is somebody else"),
    SwarmCase(
      script: """
        docker swarm leave --force
        systemctl stop decoy
        systemd-run --unit decoy2 --quiet perl -MIO::Socket::INET -e \
          'my $s = IO::Socket::INET->new(LocalAddr => "0.0.0.0:2377", Listen => 1) or die; sleep'
        docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2388
        """,
      verdicts: ["swarm-bind-interface": "pass"],
      because: "the cluster's port is 2388; the process that listens everywhere is not dockerd"),
    SwarmCase(
      script: """
        systemctl stop decoy2
        docker swarm update --autolock=true
        systemctl restart docker
        """,
      verdicts: [
        "swarm-manager-count": "unknown", "swarm-bind-interface": "unknown",
        "swarm-overlay-encryption": "unknown", "swarm-secrets": "unknown",
        "swarm-autolock": "unknown", "swarm-autolock-key-rotation": "unknown",
        "swarm-node-cert-rotation": "unknown", "swarm-ca-rotation": "unknown",
        "swarm-management-plane-separation": "unknown",
      ], because: "the manager is locked since it started again"),
  ]

  @Test("is judged as it is set up", arguments: Machine.Suite.allCases)
  func manager(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      var count = 0
      for row in Self.cases {
        try machine.shell("set -e; exec >/dev/null 2>/tmp/errors\n" + row.script)
        try await expect(row, in: machine)
        count += row.verdicts.count
      }
      print("\(suite): \(count) verdicts on a swarm")
    }
  }

  /// A second dockerd in a network of its own joins the swarm of the first; both are in this machine.
  @Test("has workers, which know only what is their own", arguments: Machine.Suite.allCases)
  func worker(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        """
        set -e; exec >/dev/null 2>/tmp/errors
        ip netns add other
        ip link add here type veth peer name there netns other
        ip addr add 10.99.0.1/24 dev here; ip link set here up
        ip -n other addr add 10.99.0.2/24 dev there; ip -n other link set there up
        ip -n other link set lo up
        systemd-run --unit worker --quiet --property KillMode=process nsenter --net=/run/netns/other \
          dockerd --data-root /var/lib/docker/worker --exec-root /run/worker -H unix:///run/worker.sock \
          --pidfile /run/worker.pid --bridge=none --iptables=false --ip-masq=false
        docker swarm init --advertise-addr 10.99.0.1 --listen-addr 10.99.0.1:2377
        timeout 30 sh -c 'until docker -H unix:///run/worker.sock version; do sleep 0.1; done'
        docker -H unix:///run/worker.sock swarm join --advertise-addr 10.99.0.2 \
          --token "$(docker swarm join-token -q worker)" 10.99.0.1:2377
        """)
      let worker = SwarmCase(
        script: "",
        verdicts: [
          "swarm-manager-count": "unknown", "swarm-autolock": "unknown", "swarm-secrets": "unknown",
          "swarm-autolock-key-rotation": "unknown", "swarm-node-cert-rotation": "unknown",
          "swarm-ca-rotation": "unknown", "swarm-overlay-encryption": "unknown",
          "swarm-bind-interface": "fail", "swarm-management-plane-separation": "manual",
        ], because: "a worker knows its own sockets and nothing of the swarm")
      try await expect(worker, in: machine, at: "unix:///run/worker.sock")
      let manager = SwarmCase(
        script: "",
        verdicts: ["swarm-manager-count": "pass", "swarm-bind-interface": "pass"],
        because: "one manager among two nodes, bound to one address")
      try await expect(manager, in: machine)
      let report = try machine.audit("--check", "swarm-manager-count")
      #expect(
        try report.check("swarm-manager-count").subjects.map(\.observed)
          == ["managers: 1, nodes: 2"])
      print("\(suite): \(worker.verdicts.count + manager.verdicts.count) verdicts on two nodes")
      try machine.shell("systemctl stop worker; kill $(cat /run/worker.pid) || true")
    }
  }

  @Test("gives away none of its keys", arguments: Machine.Suite.allCases)
  func secrets(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        """
        set -e; exec >/dev/null
        docker swarm init --advertise-addr 127.0.0.1 --autolock
        echo hunter2 | docker secret create key -
        docker service create --detach --name s --secret key --env PASSWORD=hunter3 busybox sleep 9
        """)
      let snapshot = try machine.shell(
        "dockward --save-snapshot /tmp/s.json --output /dev/null && cat /tmp/s.json")
      #expect(
        snapshot.contains(#""SecretName":"key""#) || snapshot.contains(#""SecretName" : "key""#))
      for secret in ["SWMTKN", "SWMKEY", "hunter2", "hunter3"] {
        #expect(!snapshot.contains(secret), "\(secret)")
      }
    }
  }

  private func expect(
    _ row: SwarmCase, in machine: Machine, at endpoint: String = "unix:///var/run/docker.sock"
  ) async throws {
    let report = try machine.audit("--host", endpoint)
    for (key, verdict) in row.verdicts {
      let words = key.split(separator: " ").map(String.init)
      let subject = words.count > 1 ? words[1] : "swarm"
      let found = try report.check(words[0]).subjects.first { $0.subject == subject }
      #expect(
        found?.verdict ?? "" == verdict,
        "\(key) (\(row.because)): \(found.map { "\($0)" } ?? "nothing")")
    }
  }
}
