import FoundationEssentials
import HardeningModel
import Testing

/// How a swarm is set up.
@Suite("Checks of a swarm")
struct SwarmClusterTests {
  @Test("say of it", arguments: SwarmClusterTables.all.flatMap(\.rows))
  func swarm(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum SwarmClusterTables {
  static let all = [managers, bindInterface, overlayEncryption, autoLock] + ofPersons

  /// Those of what a person judges.
  static let ofPersons = [
    secrets, keyRotation, nodeCertificates, rootCertificate, managementPlane,
  ]

  private static let managers = table(
    "swarm-manager-count", workerKnows: false,
    [(1, 1), (1, 2), (3, 3), (3, 4), (5, 5), (5, 12), (7, 9)].map { managers, nodes in
      counts(.pass, managers, nodes, .pass)
    }
      + [(2, 2), (1, 3), (1, 9), (2, 3), (4, 4), (2, 5), (6, 20)].map { managers, nodes in
        counts(.fail, managers, nodes, .fail)
      } + [
        Row(.standard, "a swarm just made", .pass, observed: "managers: 1, nodes: 1") {
          $0.snapshot.joinSwarm()
        },
        Row(.absent, "an Engine that does not say how many", .unknown, reason: "Swarm.Managers") {
          $0.snapshot.joinSwarm()
          $0.snapshot.info.swarm.managers = .missing
        },
        Row(.absent, "an Engine that does not say of how many", .unknown, reason: "Swarm.Nodes") {
          $0.snapshot.joinSwarm()
          $0.snapshot.info.swarm.nodes = .missing
        },
        counts(.malformed, 0, 0, .unknown),
        counts(.malformed, 3, 1, .unknown),
        counts(.malformed, -1, 3, .unknown),
      ])

  private static func counts(
    _ kind: Kind, _ managers: Int, _ nodes: Int, _ verdict: Verdict
  ) -> Row {
    Row(kind, "\(managers) managers among \(nodes) nodes", verdict) {
      $0.snapshot.joinSwarm()
      $0.snapshot.info.swarm.managers = .value(managers)
      $0.snapshot.info.swarm.nodes = .value(nodes)
    }
  }

  private static let bindInterface = table(
    "swarm-bind-interface", workerKnows: true,
    [
      listening(.pass, "one address", ["10.0.0.5:2377", "10.0.0.5:7946"], .pass),
      listening(.pass, "one address of the newer family", ["fd00::5:2377", "fd00::5:7946"], .pass),
      listening(
        .pass, "one address, with the API open elsewhere",
        ["10.0.0.5:2377", "10.0.0.5:7946", "0.0.0.0:2376"], .pass, observed: "2377/tcp at 10.0.0.5;"
      ),
      Row(.pass, "one address at a port of its own", .pass, observed: "2388/tcp at 10.0.0.5") {
        $0.joinSwarm(listening: ["10.0.0.5:2388", "10.0.0.5:7946", "0.0.0.0:2377"])
        $0.node.listenAddress = .value("10.0.0.5:2388")
      },
      Row(.pass, "a worker at one address", .pass, observed: "7946/tcp at 10.0.0.6") {
        $0.snapshot.joinSwarmAsWorker()
        $0.listen(["10.0.0.6:7946"])
        $0.snapshot.swarm.node = .absent
      },
      listening(.fail, "every address", ["0.0.0.0:2377", "0.0.0.0:7946"], .fail),
      listening(.fail, "every address mapped", ["::ffff:0.0.0.0:2377", "10.0.0.5:7946"], .fail),
      listening(.fail, "gossip at every address", ["10.0.0.5:2377", "0.0.0.0:7946"], .fail),
      listening(
        .fail, "one address and every other", ["10.0.0.5:2377", ":::2377", "10.0.0.5:7946"], .fail),
      listening(
        .fail, "two addresses", ["10.0.0.5:2377", "10.1.0.5:2377", "10.0.0.5:7946"], .fail),
      Row(.fail, "a worker at every address", .fail, observed: "7946/tcp at ::") {
        $0.snapshot.joinSwarmAsWorker()
        $0.listen([":::7946"])
      },
      listening(.standard, "what docker swarm init does", [":::2377", ":::7946"], .fail),
      Row(.absent, "no record of the port", .unknown, reason: "docker-state.json") {
        $0.joinSwarm(listening: ["10.0.0.5:2377", "10.0.0.5:7946"])
        $0.snapshot.swarm.node = .absent
      },
      Row(.absent, "a record without a port", .unknown, reason: "ListenAddr") {
        $0.joinSwarm(listening: ["10.0.0.5:2377", "10.0.0.5:7946"])
        $0.node.listenAddress = .missing
      },
      listening(.absent, "no cluster port open", ["10.0.0.5:7946"], .unknown),
      listening(.absent, "no gossip port open", ["10.0.0.5:2377"], .unknown),
      Row(.absent, "nobody looked", .unknown, reason: "listens at") {
        $0.snapshot.joinSwarm()
        $0.snapshot.daemon.listeners = .absent
      },
      Row(.malformed, "a port that is none", .unknown, reason: "'10.0.0.5:http'") {
        $0.snapshot.joinSwarm()
        $0.node.listenAddress = .value("10.0.0.5:http")
      },
      Row(.malformed, "an empty record", .unknown) {
        $0.snapshot.joinSwarm()
        $0.node.listenAddress = .value("")
      },
      Row(.unreadable, "sockets that could not be read", .unknown, reason: "denied") {
        $0.snapshot.joinSwarm()
        $0.snapshot.daemon.listeners = .unreadable("cannot read '/proc/7/fd': permission denied")
      },
      Row(.unreadable, "a record that could not be read", .unknown, reason: "denied") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.node = .unreadable("permission denied")
      },
    ])

  private static func listening(
    _ kind: Kind, _ name: String, _ sockets: [String], _ verdict: Verdict, observed: String? = nil
  ) -> Row {
    Row(kind, name, verdict, observed: observed) { $0.joinSwarm(listening: sockets) }
  }

  private static let overlayEncryption = Table(
    "swarm-overlay-encryption", subject: "network:ingress",
    [
      networks(.pass, "encrypted", [.sample("ingress")], .pass),
      networks(.pass, "encrypted, said twice", [.sample("ingress", encrypted: "true")], .pass),
      // The driver looks only whether the option is there.
      networks(
        .pass, "encrypted, though it says no", [.sample("ingress", encrypted: "false")], .pass),
      networks(
        .pass, "encrypted beside one that is not",
        [.sample("ingress"), .sample("plain", encrypted: nil)], .pass),
      Row(.fail, "not encrypted beside one that is", .fail, subject: "network:plain") {
        $0.joinSwarm([.sample("ingress"), .sample("plain", encrypted: nil)])
      },
      Row(.fail, "not encrypted on a worker", .fail) {
        $0.snapshot.joinSwarmAsWorker()
        $0.snapshot.swarm.overlayNetworks = .found([.sample("ingress", encrypted: nil)])
      },
      Row(.pass, "encrypted on a worker", .pass) { $0.snapshot.joinSwarmAsWorker() },
      Row(.absent, "all that a worker does not know", .unknown, subject: "swarm", reason: "worker")
      {
        $0.snapshot.joinSwarmAsWorker()
      },
      networks(.standard, "as it is made", [.sample("ingress", encrypted: nil)], .fail),
      Row(.standard, "no options at all", .fail) {
        var network = OverlayNetwork.sample("ingress")
        network.options = .null
        $0.joinSwarm([network])
      },
      Row(.absent, "options that are not told", .unknown, reason: "Options") {
        var network = OverlayNetwork.sample("ingress")
        network.options = .missing
        $0.joinSwarm([network])
      },
      Row(.absent, "no network", .notApplicable, subject: "swarm") { $0.joinSwarm([]) },
      Row(.absent, "networks that nobody asked for", .unknown, subject: "swarm") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.overlayNetworks = .absent
      },
      Row(.malformed, "no name", .fail, subject: "network:x-id") {
        var network = OverlayNetwork.sample("x", encrypted: nil)
        network.name = .value("")
        $0.joinSwarm([network])
      },
      Row(.unreadable, "networks that could not be read", .unknown, subject: "swarm", reason: "EOF")
      {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.overlayNetworks = .unreadable("EOF")
      },
    ] + others(subject: "swarm"))

  private static func networks(
    _ kind: Kind, _ name: String, _ networks: [OverlayNetwork], _ verdict: Verdict
  ) -> Row { Row(kind, name, verdict) { $0.joinSwarm(networks) } }

  private static let autoLock = table(
    "swarm-autolock", workerKnows: false,
    [
      Row(.pass, "on", .pass, observed: "on") { $0.snapshot.joinSwarm() },
      Row(.fail, "off", .fail, observed: "off") {
        $0.snapshot.joinSwarm()
        $0.snapshot.info.swarm.cluster.spec.encryption.autoLockManagers = .value(false)
      },
      Row(.standard, "null", .fail) {
        $0.snapshot.joinSwarm()
        $0.snapshot.info.swarm.cluster.spec.encryption.autoLockManagers = .null
      },
      withoutCluster,
      info(#"{"LocalNodeState": "active", "ControlAvailable": true, "Cluster": []}"#),
    ])

  private static let secrets = table(
    "swarm-secrets", workerKnows: false,
    [
      Row(.standard, "none", .manual, observed: "secrets: 0, services: 0") {
        $0.snapshot.joinSwarm()
      },
      Row(.standard, "some", .manual, observed: "services without a secret: a, web") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.secrets = .found([SwarmSecret()])
        $0.snapshot.swarm.services = .found([
          .sample("web"), .sample("db", secrets: ["key"]), .sample("a"),
        ])
      },
      Row(.standard, "many", .manual, observed: "and 10 more") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.services = .found((0..<30).map { .sample("s\($0)") })
      },
      Row(.absent, "secrets that nobody asked for", .unknown, reason: "/secrets") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.secrets = .absent
      },
      Row(.malformed, "a service that says nothing", .manual, observed: "without a name") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.services = .found([SwarmService()])
      },
      Row(.unreadable, "services that could not be read", .unknown, reason: "EOF") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.services = .unreadable("EOF")
      },
    ])

  private static let keyRotation = table(
    "swarm-autolock-key-rotation", workerKnows: false,
    [
      Row(.standard, "auto-lock on", .manual, observed: "swarm made on 2026-01-02") {
        $0.snapshot.joinSwarm()
      },
      Row(.standard, "auto-lock off", .manual, observed: "off") {
        $0.snapshot.joinSwarm()
        $0.snapshot.info.swarm.cluster.spec.encryption.autoLockManagers = .value(false)
      },
      withoutCluster,
      info(#"{"LocalNodeState": "active", "ControlAvailable": "yes"}"#),
    ])

  private static let nodeCertificates = table(
    "swarm-node-cert-rotation", workerKnows: false,
    [
      Row(.standard, "90 days", .manual, observed: "90 days") { $0.snapshot.joinSwarm() },
      lifetime(3_600_000_000_000, "1 hours"), lifetime(1_800_000_000_000, "30 minutes"),
      lifetime(90_000_000_000_000, "25 hours"), lifetime(0, "default"),
      withoutCluster,
      info(
        #"{"LocalNodeState":"active","ControlAvailable":true,"Cluster":{"Spec":{"CAConfig":{"NodeCertExpiry":"1h"}}}}"#
      ),
    ])

  private static func lifetime(_ nanoseconds: Int, _ observed: String) -> Row {
    Row(.standard, "\(nanoseconds) ns", .manual, observed: observed) {
      $0.snapshot.joinSwarm()
      $0.snapshot.info.swarm.cluster.spec.certificates.nodeCertificateExpiry = .value(nanoseconds)
    }
  }

  private static let rootCertificate = table(
    "swarm-ca-rotation", workerKnows: false,
    [
      Row(.standard, "never", .manual, observed: "by hand: 0 times, swarm made on 2026-01-02") {
        $0.snapshot.joinSwarm()
      },
      Row(.standard, "at work", .manual, observed: "2 times, swarm made on 2026-01-02, a change") {
        $0.snapshot.joinSwarm()
        $0.snapshot.info.swarm.cluster.spec.certificates.forcedRotations = .value(2)
        $0.snapshot.info.swarm.cluster.rootRotationInProgress = .value(true)
      },
      withoutCluster,
      info(
        #"{"LocalNodeState":"active","ControlAvailable":true,"Cluster":{"RootRotationInProgress":0}}"#
      ),
    ])

  private static let managementPlane = table(
    "swarm-management-plane-separation", workerKnows: true,
    [
      Row(
        .standard, "one address", .manual, observed: "management at 10.0.0.5:2377, data at the same"
      ) { $0.snapshot.joinSwarm() },
      Row(.standard, "two addresses", .manual, observed: "data at 10.9.0.5") {
        $0.snapshot.joinSwarm()
        $0.node.dataPathAddress = .value("10.9.0.5")
      },
      Row(.standard, "on a worker", .manual, observed: "management at 10.0.0.5") {
        $0.snapshot.joinSwarmAsWorker()
        $0.node.advertiseAddress = .value("")
      },
      Row(.absent, "no record", .unknown, reason: "docker-state.json") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.node = .absent
      },
      Row(.malformed, "a record that says nothing", .unknown, reason: "AdvertiseAddr") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.node = .found(SwarmNode())
      },
      Row(.unreadable, "a record that could not be read", .unknown, reason: "denied") {
        $0.snapshot.joinSwarm()
        $0.snapshot.swarm.node = .unreadable("permission denied")
      },
    ])

  private static let withoutCluster = Row(
    .absent, "an Engine that does not speak of the cluster", .unknown, reason: "Cluster"
  ) {
    $0.snapshot.joinSwarm()
    $0.snapshot.info.swarm.cluster = EngineInfo.Cluster()
  }

  /// An answer to `GET /info` in which something of the swarm is of another type.
  private static func info(_ swarm: String) -> Row {
    Row(.malformed, "an answer that makes no sense", .unknown) {
      let text = #"{"Swarm": \#(swarm)}"#
      do {
        let info = try JSONDecoder().decode(EngineInfo.self, from: Data(text.utf8))
        $0.snapshot.info = info
      } catch {
        $0.snapshot.engine = .found(
          EngineFacts(
            endpoint: "", version: nil, apiVersion: "1.45", info: .unreadable("\(error)")))
      }
    }
  }

  /// The rows of a check, with those that each check of a swarm has.
  private static func table(_ slug: String, workerKnows: Bool, _ rows: [Row]) -> Table {
    let worker = Row(.absent, "a worker", .unknown, reason: "only a manager") {
      $0.snapshot.joinSwarmAsWorker()
    }
    return Table(
      slug, subject: "swarm", rows + others(subject: "swarm") + (workerKnows ? [] : [worker]))
  }

  private static func others(subject: String) -> [Row] {
    [
      Row(.absent, "a host in no swarm", .notApplicable, subject: subject, reason: "not in swarm") {
        _ in
      },
      Row(.absent, "an Engine that was built without swarms", .notApplicable, subject: subject) {
        $0.snapshot.info.swarm.localNodeState = .value("")
      },
      Row(.absent, "an Engine that does not say", .unknown, subject: subject, reason: "LocalNode") {
        $0.snapshot.joinSwarm()
        $0.snapshot.info.swarm.localNodeState = .missing
      },
      Row(.absent, "an Engine that does not say what part", .unknown, subject: subject) {
        $0.snapshot.joinSwarm()
        $0.snapshot.info.swarm.controlAvailable = .missing
      },
      Row(.unreadable, "a locked manager", .unknown, subject: subject, reason: "locked") {
        $0.state("locked")
      },
      Row(.unreadable, "a node about to join", .unknown, subject: subject, reason: "pending") {
        $0.state("pending")
      },
      Row(.unreadable, "a node in error", .unknown, subject: subject, reason: "no leader") {
        $0.state("error")
        $0.snapshot.info.swarm.error = .value("no leader")
      },
      Row(.malformed, "a state of another kind", .unknown, subject: subject, reason: "'asleep'") {
        $0.state("asleep")
      },
      Row(.unreadable, "an Engine that cannot be reached", .unknown, subject: subject) {
        $0.snapshot.engineIsUnreachable()
      },
    ]
  }
}

extension Scene {
  fileprivate mutating func joinSwarm(_ networks: [OverlayNetwork]) {
    snapshot.joinSwarm()
    snapshot.swarm.overlayNetworks = .found(networks)
  }

  /// Each socket is `ADDRESS:PORT`.
  fileprivate mutating func joinSwarm(listening sockets: [String]) {
    snapshot.joinSwarm()
    listen(sockets)
  }

  fileprivate mutating func listen(_ sockets: [String]) {
    snapshot.daemon.listeners = .found(sockets.map { TCPListener($0) })
  }

  fileprivate var node: SwarmNode {
    get { snapshot.swarm.node.value ?? SwarmNode() }
    set { snapshot.swarm.node = .found(newValue) }
  }

  fileprivate mutating func state(_ state: String) {
    snapshot.joinSwarm()
    snapshot.info.swarm.localNodeState = .value(state)
  }
}
