import HardeningModel

extension DaemonChecks {
  static let tls = Check.ofDaemon(
    "daemon-tls", surface: .client, stride: [.spoofing, .elevationOfPrivilege],
    explanation: Explanation(
      reads:
        "The TCP addresses on which dockerd listens by the kernel's account, its flags, its configuration file, docker.socket, and what the Engine itself warns of (GET /info).",
      passes:
        "It passes when dockerd listens on no TCP address, or verifies by TLS who its clients are; it is unknown where dockerd listens on an address that nothing explains.",
      threat:
        "Whoever reaches an address where the API asks for no certificate can start any container, and so is root on the host; on the way to it he can pose as the daemon."
    ),
    remedy: .assist(
      .restart,
      "Remove tcp:// hosts from daemon.json, the flags and docker.socket, and let clients come by SSH (docker -H ssh://HOST). Where TCP is needed, set \"tlsverify\": true with \"tlscacert\", \"tlscert\" and \"tlskey\", and restart dockerd."
    ),
    expected: "no TCP listener, or TLS that verifies clients",
    planned: { settings, context in
      let streams = context.snapshot.daemon.activatedStreams.value ?? []
      return ConfiguredAddresses(settings, activated: streams).tcp.isEmpty
        || TLSMode(settings, verifiesByFile: nil) == .verified
    }
  ) { view in
    let warned = try view.addressesThatTheEngineWarnsOf()
    if !warned.isEmpty { return .fail(warned.joined(separator: ", ")).from(Opinion.info) }
    let addresses: [String]
    switch view.snapshot.daemon.listeners {
    case .found(let found): addresses = try view.unexplained(found.map(\.description).sorted())
    case .absent: throw CannotTell("no running dockerd was found")
    case .unreadable(let reason): throw CannotTell(reason)
    }
    let kernel = "listening TCP sockets of dockerd"
    if addresses.isEmpty { return .pass("no TCP listener").from(kernel) }
    let mode = try view.tlsMode()
    let observed = "\(addresses.joined(separator: ", ")) \(mode.words)"
    let source = "\(kernel), \(view.snapshot.daemon.flagsSource)"
    if mode == .verified { return .pass(observed).from(source) }
    let configured = try view.configuredAddresses()
    guard addresses.contains(where: configured.explain) else {
      throw CannotTell(
        "dockerd listens on \(addresses.joined(separator: ", ")), which nothing that it was told explains"
      )
    }
    return .fail(observed).from(source)
  }
}

/// What TLS does for the TCP listeners of a daemon.
enum TLSMode {
  case off
  /// Encrypted, for any client.
  case unverified
  /// Clients have to show a certificate, and any CA that the host trusts will do.
  case anyCA
  case verified

  var words: String {
    switch self {
    case .off: "without TLS"
    case .unverified: "with TLS that does not verify clients"
    case .anyCA: "with TLS that verifies clients by no CA of its own"
    case .verified: "with TLS that verifies clients"
    }
  }

  /// As dockerd takes its settings: `tlsverify` switches TLS on even as false, and TLS verifies unless
  /// told not to. It does not start without its certificate and key, nor, when TLS was switched on by
  /// a flag, without a CA, for which flags have a default; `verifiesByFile` says that it was the file,
  /// with whether that has a CA.
  init(_ settings: DaemonSettings, verifiesByFile hasCA: Bool?) {
    guard settings.tls == true || settings.tlsVerify != nil else {
      self = .off
      return
    }
    guard settings.tlsVerify ?? true else {
      self = .unverified
      return
    }
    self = hasCA ?? true ? .verified : .anyCA
  }
}

/// Where a daemon was told to serve its API over TCP.
struct ConfiguredAddresses {
  /// The addresses without a scheme, e.g. `0.0.0.0:2375`.
  let tcp: [String]

  /// `activated` are the addresses that systemd opens for it.
  init(_ settings: DaemonSettings, activated: [String]) {
    var hosts = settings.hosts ?? []
    if hosts.isEmpty { hosts = [""] }
    let isTLS = settings.tls == true || settings.tlsVerify != nil
    tcp = hosts.flatMap { host -> [String] in
      // With TLS an empty host is not the Unix socket.
      if host.isEmpty { return isTLS ? ["localhost:2376"] : [] }
      if host.hasPrefix("fd://") { return activated }
      guard let scheme = host.firstPlace(of: "://") else { return [host] }
      guard host[..<scheme.lowerBound] == "tcp" else { return [] }
      let address = String(host[scheme.upperBound...])
      return [address.isEmpty ? "localhost:\(isTLS ? 2376 : 2375)" : address]
    }
  }

  /// Whether an address of the kernel may be one of these: a name of the host stands for several, so
  /// ports are compared.
  func explain(_ address: String) -> Bool {
    tcp.contains { Self.port(of: $0) == Self.port(of: address) }
  }

  static func port(of address: String) -> Substring {
    // A path may follow.
    let host = address.prefix { $0 != "/" }
    return host.lastIndex(of: ":").map { host[host.index(after: $0)...] } ?? "2375"
  }
}

extension DaemonView {
  /// The addresses of the API that the Engine warns of. It warns of those that it was told itself,
  /// not of those that systemd opened for it.
  fileprivate func addressesThatTheEngineWarnsOf() throws -> [String] {
    let phrase = "API is accessible on "
    return try info.warnings.known("Warnings", null: []).compactMap { warning in
      warning.firstPlace(of: phrase).map {
        String(warning[$0.upperBound...].prefix { !$0.isWhitespace })
      }
    }.sorted()
  }

  fileprivate func tlsMode() throws -> TLSMode {
    let flags = try configuration.flags()
    // As a flag it is in effect whatever the file says.
    if flags.tlsVerify != nil { return TLSMode(flags, verifiesByFile: nil) }
    var settings = DaemonSettings()
    settings[.tls] = try configuration.setting(.tls).value
    settings[.tlsVerify] = try configuration.setting(.tlsVerify).value
    if flags.tls == true { return TLSMode(settings, verifiesByFile: nil) }
    let authority = try configuration.setting(.tlsCA)
    return TLSMode(
      settings,
      verifiesByFile: authority.text != nil && authority.source == snapshot.daemon.configurationPath
    )
  }

  fileprivate func configuredAddresses() throws -> ConfiguredAddresses {
    var settings = DaemonSettings()
    for key in [DaemonSettings.Key.hosts, .tls, .tlsVerify] {
      settings[key] = try configuration.setting(key).value
    }
    var activated: [String] = []
    if settings.hosts?.contains(where: { $0.hasPrefix("fd://") }) ?? false {
      switch snapshot.daemon.activatedStreams {
      case .found(let streams): activated = streams
      case .absent: break
      case .unreadable(let reason): throw CannotTell(reason)
      }
    }
    return ConfiguredAddresses(settings, activated: activated)
  }

  /// Those of the addresses that are not known to be something else than the API: the ports that
  /// dockerd keeps for containers, that of its metrics, and those of a swarm.
  fileprivate func unexplained(_ addresses: [String]) throws -> [String] {
    if addresses.isEmpty { return [] }
    var others = publishedAddresses()
    if let metrics = (try? configuration.setting(.metricsAddress))?.text {
      let (host, port) = (metrics.prefix { $0 != ":" }, ConfiguredAddresses.port(of: metrics))
      switch host {
      case "", "0.0.0.0": others.formUnion(["0.0.0.0:\(port)", "[::]:\(port)"])
      case "localhost": others.formUnion(["127.0.0.1:\(port)", "[::1]:\(port)"])
      default: others.insert(metrics)
      }
    }
    let api = try? configuredAddresses()
    let isInSwarm = ["active", "locked", "error", "pending"].contains(
      info.swarm.localNodeState.value ?? "")
    return addresses.filter { address in
      // What is the API by configuration is nothing else.
      if api?.explain(address) ?? false { return true }
      if isInSwarm, ["2377", "7946"].contains(ConfiguredAddresses.port(of: address)) {
        return false
      }
      return !others.contains(address)
    }
  }

  /// The addresses of the host at which ports of running containers are published. Each can only be
  /// held once, so that none of these is the API's.
  private func publishedAddresses() -> Set<String> {
    var addresses: Set<String> = []
    for reading in snapshot.containers.value ?? [] {
      guard let container = reading.inspection.value, (try? container.isRunning()) ?? false else {
        continue
      }
      for (port, bindings) in container.networkSettings.ports.value ?? [:]
      where port.hasSuffix("/tcp") {
        for binding in bindings ?? [] {
          guard let number = binding.hostPort.value else { continue }
          switch binding.hostIP.value ?? "" {
          // Go listens on both where it is told the one for IPv4.
          case "", "0.0.0.0": addresses.formUnion(["0.0.0.0:\(number)", "[::]:\(number)"])
          case let host where host.contains(":"): addresses.insert("[\(host)]:\(number)")
          case let host: addresses.insert("\(host):\(number)")
          }
        }
      }
    }
    return addresses
  }
}
