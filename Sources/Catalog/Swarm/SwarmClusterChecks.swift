import HardeningModel

/// Section 7: how a swarm is set up.
enum SwarmClusterChecks {
  static let all = [managers, bindInterface, overlayEncryption, autoLock] + SwarmManualChecks.all

  static let info = "GET /info"

  private static let managers = Check.ofSwarm(
    "swarm-manager-count", stride: [.denialOfService],
    explanation: Explanation(
      reads: "The numbers of nodes and of managers, as this manager has them (GET /info).",
      passes:
        "An odd number of managers, and at least three where the swarm has three nodes or more; "
        + "a worker cannot tell.",
      threat:
        "Managers decide by majority. Whoever brings down the only one of them, or one of two, "
        + "stops the whole swarm from being scheduled, mended or locked: denial of service."),
    advice:
      "Make managers of three or five nodes with docker node promote NODE; take one of an even "
      + "number back with docker node demote NODE.",
    expected: "an odd number of managers, three or more in a swarm of three nodes or more"
  ) { view in
    try view.needManager()
    let managers = try view.swarm.managers.known("Swarm.Managers", null: 0)
    let nodes = try view.swarm.nodes.known("Swarm.Nodes", null: 0)
    guard managers > 0, nodes >= managers else {
      throw CannotTell("the Engine reported \(managers) managers among \(nodes) nodes")
    }
    let isGood = !managers.isMultiple(of: 2) && (managers >= 3 || nodes < 3)
    return [
      Finding(
        subject: .swarm, verdict: isGood ? .pass : .fail,
        observed: "managers: \(managers), nodes: \(nodes)", source: info,
        compared: .text("managers: \(managers)"))
    ]
  }

  private static let bindInterface = Check.ofSwarm(
    "swarm-bind-interface", stride: [.spoofing, .denialOfService, .informationDisclosure],
    explanation: Explanation(
      reads:
        "The TCP sockets that dockerd itself listens at (by sock_diag(7), else "
        + "/proc/PID/net/tcp, and its open files), "
        + "and the port that the node was given (swarm/docker-state.json below the data root).",
      passes:
        "The port of the cluster, on a manager, and port 7946 are open at one address, not at all.",
      threat:
        "At every address, whoever reaches any network of the host reaches the swarm's control "
        + "port, and may try to join as a node, to read what it tells, or to exhaust it."),
    advice:
      "Take the node out (docker swarm leave) and let it join again, or make the swarm again, "
      + "with --listen-addr ADDRESS:2377, ADDRESS being that of the management network.",
    expected: "the cluster's ports open at one address", judge: judgeListeners)

  /// The port of the nodes' gossip, which no option changes.
  private static let gossipPort: UInt16 = 7946

  private static func judgeListeners(_ view: SwarmView) throws -> [Finding] {
    let listeners = try view.listeners.read("what dockerd listens at")
    var ports = [gossipPort]
    if view.isManager {
      let address = try view.facts.node.read("swarm/docker-state.json").listenAddress.known(
        "ListenAddr", null: "")
      guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
        throw CannotTell("swarm/docker-state.json has no port in ListenAddr \(quoted(address))")
      }
      ports.insert(port, at: 0)
    }
    let own = try ports.map { port in
      let open = listeners.filter { $0.port == port }
      guard !open.isEmpty else { throw CannotTell("dockerd does not listen at port \(port)") }
      return open
    }
    let observed = zip(ports, own).map { port, open in
      "\(port)/tcp at \(open.map(\.address).sorted().joined(separator: ", "))"
    }.joined(separator: "; ")
    let isGood = own.allSatisfy { open in
      !open.contains(where: \.isAtEveryAddress) && Set(open.map(\.address)).count == 1
    }
    return [
      Finding(
        subject: .swarm, verdict: isGood ? .pass : .fail, observed: observed,
        source: "listening TCP sockets of dockerd")
    ]
  }

  private static let overlayEncryption = Check.ofSwarm(
    "swarm-overlay-encryption", stride: [.informationDisclosure, .tampering],
    explanation: Explanation(
      reads: "The overlay networks that this node knows, and whether each has the option encrypted "
        + "(GET /networks).",
      passes: "Every overlay network is encrypted, ingress included; the driver encrypts when the "
        + "option is there, whatever its value. A worker knows only the networks that its tasks use.",
      threat:
        "Between nodes, traffic of an overlay network that is not encrypted travels as it is: "
        + "whoever sits on the network between them can read it and put in his own."),
    advice:
      "Make the network again with docker network create --driver overlay --opt encrypted NAME "
      + "and let its services move; ingress is made again with --ingress after docker network rm ingress.",
    expected: "every overlay network encrypted"
  ) { view in
    let networks = try view.facts.overlayNetworks.read("GET /networks")
    var findings = networks.map(judge)
    if !view.isManager {
      findings.append(
        Finding(
          subject: .swarm, verdict: .unknown,
          reason: "this node is a worker, and only a manager knows every overlay network"))
    } else if findings.isEmpty {
      findings = [
        Finding(
          subject: .swarm, verdict: .notApplicable, source: "GET /networks",
          reason: "there is no overlay network")
      ]
    }
    return findings
  }

  private static func judge(_ network: OverlayNetwork) -> Finding {
    let name = network.name.value.flatMap { $0.isEmpty ? nil : $0 } ?? network.id
    var finding = Finding(subject: .network(name), verdict: .unknown, source: "GET /networks")
    do {
      let options = try network.options.known("Networks.Options")
      if case .missing? = options?.encrypted {
        (finding.verdict, finding.observed) = (.fail, "not encrypted")
      } else if options == nil {
        (finding.verdict, finding.observed) = (.fail, "no options, not encrypted")
      } else {
        (finding.verdict, finding.observed) = (.pass, "encrypted")
      }
    } catch {
      finding.reason = "\(error)"
    }
    return finding
  }

  private static let autoLock = Check.ofSwarm(
    "swarm-autolock", stride: [.informationDisclosure, .spoofing],
    explanation: Explanation(
      reads: "Whether managers are locked when they start again (GET /info).",
      passes: "Auto-lock is on; a worker cannot tell.",
      threat:
        "Without it, a manager's disk holds the key to the swarm's TLS keys and its log beside "
        + "them. Whoever gets a copy of the disk reads every secret, and may stand in for the manager."
    ),
    advice: "Turn it on with docker swarm update --autolock=true and keep the key that it prints, "
      + "since a manager that restarts needs it (docker swarm unlock).",
    expected: "auto-lock on"
  ) { view in
    let isOn = try view.cluster().spec.encryption.autoLockManagers.known(
      "Cluster.Spec.EncryptionConfig.AutoLockManagers", null: false)
    return [
      Finding(
        subject: .swarm, verdict: isOn ? .pass : .fail,
        observed: isOn ? "auto-lock on" : "auto-lock off", source: info)
    ]
  }
}
