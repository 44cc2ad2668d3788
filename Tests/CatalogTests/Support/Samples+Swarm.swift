import HardeningModel

extension HostSnapshot {
  /// Makes this host a manager, the only node of its swarm, on which no check of swarms fails.
  mutating func joinSwarm() {
    var swarm = EngineInfo.Swarm()
    swarm.localNodeState = .value("active")
    swarm.controlAvailable = .value(true)
    swarm.nodeAddress = .value("10.0.0.5")
    swarm.error = .value("")
    swarm.nodes = .value(1)
    swarm.managers = .value(1)
    swarm.cluster.createdAt = .value("2026-01-02T03:04:05.835720829Z")
    swarm.cluster.rootRotationInProgress = .value(false)
    swarm.cluster.dataPathPort = .value(4789)
    swarm.cluster.spec.certificates.nodeCertificateExpiry = .value(7_776_000_000_000_000)
    swarm.cluster.spec.encryption.autoLockManagers = .value(true)
    info.swarm = swarm
    self.swarm.overlayNetworks = .found([.sample("ingress")])
    self.swarm.secrets = .found([])
    self.swarm.services = .found([])
    var node = SwarmNode()
    node.listenAddress = .value("10.0.0.5:2377")
    node.advertiseAddress = .value("10.0.0.5:2377")
    node.dataPathAddress = .value("")
    self.swarm.node = .found(node)
    daemon.listeners = .found([
      TCPListener(address: "10.0.0.5", port: 2377), TCPListener(address: "10.0.0.5", port: 7946),
    ])
  }

  /// Makes this host a worker of a swarm: it knows neither the swarm nor its secrets.
  mutating func joinSwarmAsWorker() {
    joinSwarm()
    info.swarm.controlAvailable = .value(false)
    info.swarm.nodes = .missing
    info.swarm.managers = .missing
    info.swarm.cluster = EngineInfo.Cluster()
    swarm.secrets = .absent
    swarm.services = .absent
    daemon.listeners = .found([TCPListener(address: "10.0.0.5", port: 7946)])
  }

  /// Makes the swarm offend against every check that can fail.
  mutating func offendAsSwarm() {
    info.swarm.managers = .value(2)
    info.swarm.nodes = .value(3)
    info.swarm.cluster.spec.encryption.autoLockManagers = .value(false)
    swarm.overlayNetworks = .found([.sample("ingress", encrypted: nil)])
    daemon.listeners = .found([
      TCPListener(address: "::", port: 2377), TCPListener(address: "::", port: 7946),
    ])
  }
}

extension OverlayNetwork {
  /// A network with the option `encrypted`, where that is not `nil`.
  static func sample(_ name: String, encrypted: String? = "") -> OverlayNetwork {
    var network = OverlayNetwork(id: "\(name)-id")
    network.name = .value(name)
    var options = Options()
    options.encrypted = encrypted.map { .value($0) } ?? .missing
    network.options = .value(options)
    return network
  }
}

extension SwarmService {
  static func sample(_ name: String, secrets: [String] = []) -> SwarmService {
    var service = SwarmService()
    service.spec.name = .value(name)
    service.spec.task.container.secrets =
      secrets.isEmpty
      ? .missing
      : .value(
        secrets.map { name in
          var secret = Secret()
          secret.name = .value(name)
          return secret
        })
    return service
  }
}

extension TCPListener {
  /// From `ADDRESS:PORT`.
  init(_ text: String) {
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    let address = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
    self.init(address: String(address), port: UInt16(text[colon...].dropFirst()) ?? 0)
  }
}
