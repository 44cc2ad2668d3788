import HardeningModel

/// Section 7: what a person has to judge of a swarm, with what can be read to judge by.
enum SwarmManualChecks {
  static let all = [secrets, keyRotation, nodeCertificates, rootCertificate, managementPlane]

  private static func manual(
    _ observed: String, source: String = SwarmClusterChecks.info, reason: String,
    comparing compared: Compared = .observed
  ) -> [Finding] {
    [
      Finding(
        subject: .swarm, verdict: .manual, observed: observed, source: source, reason: reason,
        compared: compared)
    ]
  }

  private static let secrets = Check.ofSwarm(
    "swarm-secrets", stride: [.informationDisclosure],
    explanation: Explanation(
      reads: "The names of the swarm's secrets, and which services were given any (GET /secrets, "
        + "GET /services).",
      passes:
        "Whether every password and key is kept as a secret, no reading of the swarm can tell: a "
        + "person has to.",
      threat: "A password in a service's environment or image is read by whoever may inspect the "
        + "service, its container or its image; a secret reaches only the tasks that need it."),
    advice:
      "Keep passwords and keys with docker secret create, give them to services with --secret, "
      + "and take them out of environments and images.",
    expected: "passwords and keys kept as secrets of the swarm"
  ) { view in
    try view.needManager()
    let secrets = try view.facts.secrets.read("GET /secrets")
    let services = try view.facts.services.read("GET /services")
    let without = services.filter { ($0.spec.task.container.secrets.value ?? []).isEmpty }
      .map { $0.spec.name.value ?? "one without a name" }.sorted()
    var observed = "secrets: \(secrets.count), services: \(services.count)"
    if !without.isEmpty {
      // So many that a person would look at each.
      let shown = without.prefix(20).joined(separator: ", ")
      let rest = without.count > 20 ? " and \(without.count - 20) more" : ""
      observed += "; services without a secret: \(shown)\(rest)"
    }
    return manual(
      observed, source: "GET /secrets, GET /services",
      reason: "whether what a service is given otherwise is secret, a person has to judge",
      // Services come and go by themselves.
      comparing: .verdict)
  }

  private static let keyRotation = Check.ofSwarm(
    "swarm-autolock-key-rotation", stride: [.informationDisclosure, .spoofing],
    explanation: Explanation(
      reads: "Whether auto-lock is on, and since when the swarm exists (GET /info).",
      passes: "The Engine keeps no record of when the key was changed: a person has to know.",
      threat:
        "Whoever once saw the key, or left with it, can unlock every copy of a manager's disk for "
        + "as long as the key stays the same, and read or impersonate the swarm."),
    advice:
      "Change the key from time to time with docker swarm unlock-key --rotate, and keep the old "
      + "one until every manager has taken the new one.",
    expected: "the auto-lock key changed from time to time"
  ) { view in
    let cluster = try view.cluster()
    let isOn = try cluster.spec.encryption.autoLockManagers.known(
      "Cluster.Spec.EncryptionConfig.AutoLockManagers", null: false)
    return manual(
      isOn ? "auto-lock on, swarm made \(made(cluster))" : "auto-lock off, so that there is no key",
      reason: isOn
        ? "when the key was last changed is recorded nowhere"
        : "there is nothing to change until auto-lock is on",
      // swarm-autolock tells whether it is on, and swarm-ca-rotation since when the swarm exists.
      comparing: .verdict)
  }

  private static let nodeCertificates = Check.ofSwarm(
    "swarm-node-cert-rotation", stride: [.spoofing],
    explanation: Explanation(
      reads: "How long the certificates of nodes are good for (GET /info).",
      passes: "How long is right depends on the site: a person has to judge.",
      threat: "A node's stolen key and certificate let a stranger pass for that node until the "
        + "certificate ends; the longer it lives, the longer the spoofing lasts."),
    advice: "Set the time with docker swarm update --cert-expiry DURATION, e.g. 720h.",
    expected: "a lifetime of node certificates that suits the site"
  ) { view in
    let nanoseconds = try view.cluster().spec.certificates.nodeCertificateExpiry.known(
      "Cluster.Spec.CAConfig.NodeCertExpiry", null: 0)
    // 0 stands for the Engine's own default, which is not told.
    let observed =
      nanoseconds > 0 ? "certificates live \(duration(nanoseconds))" : "the Engine's default"
    return manual(observed, reason: "how long is right, a person has to judge")
  }

  private static let rootCertificate = Check.ofSwarm(
    "swarm-ca-rotation", stride: [.spoofing, .elevationOfPrivilege],
    explanation: Explanation(
      reads:
        "How often the root certificate was changed by hand, whether that goes on now, and since "
        + "when the swarm exists (GET /info).",
      passes: "How often is right depends on the site: a person has to judge.",
      threat:
        "Whoever has the root's key makes certificates for nodes of his own, managers included, "
        + "and so gains the whole swarm, until the root is changed."),
    advice: "Change it with docker swarm ca --rotate, at a quiet time, and watch it to its end.",
    expected: "the root certificate changed as the site's rules say"
  ) { view in
    let cluster = try view.cluster()
    // An Engine leaves out a 0.
    let count = cluster.spec.certificates.forcedRotations.value ?? 0
    let isUnderWay = try cluster.rootRotationInProgress.known(
      "Cluster.RootRotationInProgress", null: false)
    return manual(
      "changed by hand: \(count) times, swarm made \(made(cluster))"
        + (isUnderWay ? ", a change is under way" : ""),
      reason: "how often is right, a person has to judge",
      comparing: .text("changed by hand: \(count) times, swarm made \(made(cluster))"))
  }

  private static let managementPlane = Check.ofSwarm(
    "swarm-management-plane-separation", stride: [.informationDisclosure, .denialOfService],
    explanation: Explanation(
      reads:
        "The address that the node tells the others, and the one for the traffic of containers "
        + "(swarm/docker-state.json below the data root).",
      passes: "Whether two addresses are two networks, no host can tell: a person has to judge.",
      threat:
        "Where containers' traffic shares a network with the swarm's management, a container that "
        + "is taken over sees it from nearby, and a flood of data keeps managers from hearing each other."
    ),
    advice:
      "Let nodes join with --advertise-addr on the management network and --data-path-addr on "
      + "another.",
    expected: "containers' traffic on another network than the management's"
  ) { view in
    let node = try view.facts.node.read("swarm/docker-state.json")
    let advertised = try node.advertiseAddress.known("AdvertiseAddr", null: "")
    let data = try node.dataPathAddress.known("DataPathAddr", null: "")
    let known = advertised.isEmpty ? view.swarm.nodeAddress.value ?? "" : advertised
    return manual(
      "management at \(known.isEmpty ? "an address that is not told" : known), "
        + "data at \(data.isEmpty ? "the same address" : data)",
      source: "swarm/docker-state.json",
      reason: "whether these are two networks, a person has to judge")
  }

  private static func made(_ cluster: EngineInfo.Cluster) -> String {
    // The date of an RFC 3339 time.
    cluster.createdAt.value.map { "on \($0.prefix(10))" } ?? "at a time that is not told"
  }

  private static func duration(_ nanoseconds: Int) -> String {
    let hours = nanoseconds / 3_600_000_000_000
    if hours >= 48, hours.isMultiple(of: 24) { return "\(hours / 24) days" }
    return hours > 0 ? "\(hours) hours" : "\(nanoseconds / 60_000_000_000) minutes"
  }
}
