import HardeningModel

/// The rows of `daemon-tls`.
enum TLSTables {
  static let all = [
    Table("daemon-tls", subject: "daemon", ofListeners + ofTLS + ofOthers + Row.ofInfo)
  ]

  private static func listens(
    _ kind: Kind, _ name: String, _ addresses: [String], _ verdict: Verdict,
    observed: String? = nil, reason: String? = nil, _ change: @escaping (inout HostSnapshot) -> Void
  ) -> Row {
    Row(kind, name, verdict, observed: observed, reason: reason) {
      $0.snapshot.daemon.listeners = .found(addresses.map { TCPListener($0) })
      change(&$0.snapshot)
    }
  }

  private static let ofListeners: [Row] = [
    Row(.standard, "no TCP listener", .pass, observed: "no TCP listener") { _ in },
    listens(.fail, "a flag", ["127.0.0.1:2375"], .fail, observed: "127.0.0.1:2375 without TLS") {
      $0.flags { $0.hosts = ["fd://", "tcp://127.0.0.1:2375"] }
    },
    listens(.fail, "a host without a scheme", ["[::]:4243"], .fail) {
      $0.flags { $0.hosts = ["0.0.0.0:4243"] }
    },
    listens(.fail, "a host without an address", ["127.0.0.1:2375"], .fail) {
      $0.flags { $0.hosts = ["tcp://"] }
    },
    listens(.fail, "the file", ["[::]:2375"], .fail) {
      $0.file { $0.hosts = ["tcp://0.0.0.0:2375"] }
    },
    listens(.fail, "docker.socket", ["[::]:2375"], .fail) {
      $0.daemon.activatedStreams = .found(["[::]:2375"])
    },
    Row(.fail, "what the Engine warns of", .fail, observed: "http://0.0.0.0:2375") {
      $0.snapshot.info.warnings = .value([
        "WARNING: No swap limit support",
        "[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.\n  More.",
      ])
    },
    Row(.fail, "what the Engine warns of, though nothing listens there", .fail) {
      $0.snapshot.info.warnings = .value([
        "WARNING: API is accessible on https://0.0.0.0:2376 without TLS client verification."
      ])
    },
    listens(.unreadable, "what nothing explains", ["[::]:2375"], .unknown, reason: "[::]:2375") {
      _ in
    },
    listens(.unreadable, "a file that was changed", ["[::]:2375"], .unknown, reason: "changed") {
      $0.daemon.configurationIsAsRead = .found(false)
    },
    listens(.pass, "no listener, whatever became of the file", [], .pass) {
      $0.daemon.configurationIsAsRead = .found(false)
    },
    Row(.unreadable, "listeners that could not be read", .unknown, reason: "denied") {
      $0.snapshot.daemon.listeners = .unreadable("permission denied")
    },
    Row(.absent, "listeners that were not read", .unknown) {
      $0.snapshot.daemon.listeners = .absent
    },
    listens(.unreadable, "a docker.socket that could not be read", ["[::]:2375"], .unknown) {
      $0.daemon.activatedStreams = .unreadable("permission denied")
    },
    listens(
      .malformed, "a file that is invalid", ["[::]:2375"], .unknown, reason: "daemon.json:3:1"
    ) {
      $0.daemon.configuration = .unreadable("daemon.json:3:1: expected a key")
    },
    .wrongInfo("Warnings", .text("API is accessible on http://0.0.0.0:2375")),
  ]

  private static func secured(
    _ kind: Kind, _ name: String, _ verdict: Verdict, observed: String? = nil,
    byFile: Bool = false, _ change: @escaping (inout DaemonSettings) -> Void
  ) -> Row {
    listens(kind, name, ["127.0.0.1:2376"], verdict, observed: observed) {
      func set(_ settings: inout DaemonSettings) {
        settings.hosts = ["tcp://127.0.0.1:2376"]
        change(&settings)
      }
      if byFile { $0.file(set) } else { $0.flags(set) }
    }
  }

  private static let ofTLS: [Row] = [
    secured(.pass, "a verifying flag", .pass, observed: "verifies clients") { $0.tlsVerify = true },
    secured(.pass, "TLS by a flag, which verifies", .pass) { $0.tls = true },
    secured(.pass, "no TLS, but verifying, which is TLS", .pass) {
      $0.tls = false
      $0.tlsVerify = true
    },
    secured(.pass, "the file, with a CA", .pass, byFile: true) {
      $0.tlsVerify = true
      $0.tlsCA = "/ca.pem"
    },
    secured(.fail, "the file, without a CA", .fail, observed: "no CA of its own", byFile: true) {
      $0.tlsVerify = true
    },
    secured(.fail, "not verifying, which is TLS all the same", .fail, observed: "does not verify") {
      $0.tlsVerify = false
    },
    secured(.fail, "TLS that does not verify", .fail, byFile: true) {
      $0.tls = true
      $0.tlsVerify = false
      $0.tlsCA = "/ca.pem"
    },
    secured(.fail, "no TLS", .fail) { $0.tls = false },
    secured(.fail, "certificates alone", .fail) {
      $0.tlsCA = "/ca.pem"
      $0.tlsCertificate = "/cert.pem"
      $0.tlsKey = "/key.pem"
    },
    listens(.fail, "TLS by a flag that the file weakens", ["127.0.0.1:2376"], .fail) {
      $0.file {
        $0.tlsVerify = false
        $0.hosts = ["tcp://127.0.0.1:2376"]
      }
      var flags = DaemonSettings()
      flags.tls = true
      $0.daemon.flags = .found(flags)
    },
    listens(.pass, "a verifying flag, whatever became of the file", ["127.0.0.1:2376"], .pass) {
      $0.flags { $0.tlsVerify = true }
      $0.daemon.configurationIsAsRead = .found(false)
    },
    listens(.unreadable, "TLS by a flag, and a file that was changed", ["127.0.0.1:2376"], .unknown)
    {
      $0.flags { $0.tls = true }
      $0.daemon.configurationIsAsRead = .found(false)
    },
    listens(.pass, "verifying, with no host named", ["127.0.0.1:2376"], .pass) {
      $0.flags { $0.tlsVerify = true }
    },
  ]

  private static let ofOthers: [Row] = [
    listens(
      .pass, "a published port", ["0.0.0.0:80", "[::]:80"], .pass, observed: "no TCP listener"
    ) {
      $0.publish("", "80")
    },
    listens(.pass, "a published port at one address", ["10.0.0.5:80"], .pass) {
      $0.publish("10.0.0.5", "80")
    },
    listens(.unreadable, "that port at another address", ["10.0.0.6:80"], .unknown) {
      $0.publish("10.0.0.5", "80")
    },
    listens(.fail, "the API at the port that a container says to publish", ["[::]:2375"], .fail) {
      $0.publish("", "2375")
      $0.flags { $0.hosts = ["tcp://0.0.0.0:2375"] }
    },
    listens(.unreadable, "a port of a container that does not run", ["0.0.0.0:80"], .unknown) {
      $0.publish("", "80", running: false)
    },
    listens(.pass, "the metrics", ["127.0.0.1:9323"], .pass) {
      $0.flags { $0[.metricsAddress] = .text("localhost:9323") }
    },
    listens(.pass, "a swarm", ["[::]:2377", "[::]:7946"], .pass) {
      $0.info.swarm.localNodeState = .value("active")
    },
    listens(.unreadable, "the ports of a swarm without one", ["[::]:2377"], .unknown) { _ in },
    listens(.fail, "the API at the port of a swarm", ["[::]:2377"], .fail) {
      $0.info.swarm.localNodeState = .value("active")
      $0.flags { $0.hosts = ["tcp://0.0.0.0:2377"] }
    },
  ]
}

extension HostSnapshot {
  fileprivate mutating func publish(_ address: String, _ port: String, running: Bool = true) {
    var container = Container.sample("web")
    container.networkSettings.ports = .value(["80/tcp": [.init(address, port)]])
    if !running {
      container.state.status = .value("exited")
      container.state.pid = .value(0)
    }
    containers = .found([])
    add(container)
  }
}
