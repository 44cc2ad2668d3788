import HardeningModel

extension ContainerChecks {
  private static let portsRead = """
    The ports of the host that lead into each container: of a running one those bound now \
    (NetworkSettings.Ports), of another those that starting it would bind \
    (HostConfig.PortBindings, and the exposed ports where all are published).
    """

  /// What of a container can be reached through the host.
  static let ports: [Check] = [
    Check.ofContainers(
      "container-privileged-ports", stride: [.spoofing],
      explanation: Explanation(
        reads: portsRead,
        passes: """
          No port of the host is below 1024, whatever the address and the protocol. A port that \
          the kernel picks never is.
          """,
        threat: """
          Only root may serve these ports, so clients take what answers there for a service of \
          the host's administrator: an attacker who controls the container can pose as it and \
          collect what they send (spoofing).
          """),
      remedy: .assist(.recreate, "Create the container again with host ports of 1024 and above."),
      expected: "no host port below 1024"
    ) { view in
      let privileged = try view.publishedPorts().filter { try $0.isPrivileged() }
      let opinion: Opinion =
        privileged.isEmpty
        ? .pass("no privileged port") : .fail(privileged.map(\.description).joined(separator: ", "))
      return opinion.comparing(view.comparedPorts { (try? $0.isPrivileged()) ?? true })
    },
    Check.ofContainers(
      "container-needed-ports", stride: [.informationDisclosure],
      explanation: Explanation(
        reads: portsRead,
        passes: """
          It passes by itself only where no port is published; otherwise a person judges whether \
          each port in the list is needed.
          """,
        threat: """
          Every published port lets the network talk to a service in the container; through one \
          that nobody needs, and so nobody watches, an attacker learns what runs there and what \
          it gives away (information disclosure).
          """),
      remedy: .assist(.recreate, "Create the container again without the ports nobody needs."),
      expected: "only the ports that are needed"
    ) { view in
      let ports = try view.publishedPorts()
      let opinion: Opinion =
        ports.isEmpty
        ? .pass("no published port") : .manual(ports.map(\.description).joined(separator: ", "))
      return opinion.comparing(view.comparedPorts { _ in true })
    },
    Check.ofContainers(
      "container-port-interface", stride: [.informationDisclosure],
      explanation: Explanation(
        reads: portsRead,
        passes: """
          Every port is bound to a single address: not to 0.0.0.0 or ::, however these are \
          written, and not to no address at all, which means both.
          """,
        threat: """
          A port on every address is open in networks that it was not meant for, often before \
          the host's own firewall rules are asked: an attacker there gets to read what the \
          service tells its own network (information disclosure).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again with an address before the port: -p 10.0.0.5:8080:80."),
      expected: "every port bound to one address"
    ) { view in
      let open = try view.publishedPorts().filter(\.isOnEveryAddress)
      let opinion: Opinion =
        open.isEmpty
        ? .pass("no port on every address") : .fail(open.map(\.description).joined(separator: ", "))
      return opinion.comparing(view.comparedPorts(\.isOnEveryAddress))
    },
    Check.ofContainers(
      "container-default-bridge", stride: [.informationDisclosure, .spoofing],
      explanation: Explanation(
        reads: """
          The networks of each container (NetworkSettings.Networks; HostConfig.NetworkMode where \
          it has none yet). Where it joins another container's network, chains of container:NAME \
          are followed to their end.
          """,
        passes: "None of them is the default bridge.",
        threat: """
          On the default bridge containers that have nothing to do with each other meet: an \
          attacker in one can probe and overhear the others (information disclosure) and take \
          over their addresses with forged ARP answers (spoofing).
          """),
      remedy: .assist(
        .recreate, "Make a network with docker network create and attach the container to it."),
      expected: "not attached to the default bridge"
    ) { view in
      let end = try view.endOfChain(\.networkMode, "NetworkMode")
      let through = end.path.map { " through container \($0)" }.joined()
      let networks = try end.container.networkNames()
      let observed =
        networks.isEmpty ? "no network" : "networks \(networks.sorted().joined(separator: ", "))"
      return .fail(
        if: networks.contains("bridge"), observed + (networks.isEmpty ? "" : through)
      ).comparing(.text(observed))
    },
  ]
}

/// A port of the host that leads into a container.
struct PublishedPort: CustomStringConvertible {
  /// As the Engine names it, e.g. `80/tcp`.
  var containerPort: String
  var hostIP: String
  /// A port, a range, or empty for any free one.
  var hostPort: String

  var description: String {
    let host = hostIP.utf8.contains(UInt8(ascii: ":")) ? "[\(hostIP)]" : hostIP
    return "\(host.isEmpty ? "*" : host):\(hostPort.isEmpty ? "any" : hostPort)->\(containerPort)"
  }

  /// Whether some host port of it is below 1024; a port that the kernel picks never is.
  func isPrivileged() throws -> Bool {
    if hostPort.isEmpty { return false }
    guard let lowest = hostPort.split(separator: "-").first.flatMap({ Int($0) }) else {
      throw CannotTell("the host port \(quoted(hostPort)) is no number")
    }
    return lowest > 0 && lowest < 1024
  }

  /// Whether it is bound to the unspecified address of either family, however that is written.
  var isOnEveryAddress: Bool {
    let unspecified = "0:.[]".utf8
    let plain = hostIP.lowercased().replacingPrefix("::ffff:", with: "")
    return plain.utf8.allSatisfy { unspecified.contains($0) }
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}

extension ContainerView {
  /// The ports in effect: those bound now when it runs, else those that starting it would bind;
  /// sorted.
  func publishedPorts() throws -> [PublishedPort] {
    try container.isRunning()
      ? ports(of: container.networkSettings.ports.known("NetworkSettings.Ports", null: [:]))
      : requestedPorts()
  }

  /// When passes are compared, the ports that were asked for count: those that the kernel picks are
  /// others after each start.
  fileprivate func comparedPorts(_ count: (PublishedPort) -> Bool) -> Compared {
    guard let ports = try? requestedPorts() else { return .verdict }
    return .text(ports.filter(count).map(\.description).joined(separator: ", "))
  }

  /// The ports that starting it would bind, sorted.
  private func requestedPorts() throws -> [PublishedPort] {
    var bindings = try hostConfig.portBindings.known("HostConfig.PortBindings", null: [:])
    if try hostConfig.publishAllPorts.known("HostConfig.PublishAllPorts", null: false) {
      // The Engine leaves the key out where nothing is exposed.
      for port in (container.config.exposedPorts.value ?? [:]).keys where bindings[port] == nil {
        var binding = Container.PortBinding()
        binding.hostIP = .value("")
        binding.hostPort = .value("")
        bindings[port] = [binding]
      }
    }
    return try ports(of: bindings)
  }

  private func ports(of bindings: [String: [Container.PortBinding]?]) throws -> [PublishedPort] {
    try bindings.flatMap { port, bindings in
      try (bindings ?? []).map {
        PublishedPort(
          containerPort: port, hostIP: try $0.hostIP.known("HostIp", null: ""),
          hostPort: try $0.hostPort.known("HostPort", null: ""))
      }
    }.sorted { $0.description < $1.description }
  }
}

extension Container {
  /// The networks it is attached to, or would be when started.
  fileprivate func networkNames() throws -> [String] {
    let networks = try networkSettings.networks.known("NetworkSettings.Networks", null: [:])
    if !networks.isEmpty { return Array(networks.keys) }
    let mode = try hostConfig.networkMode.known("HostConfig.NetworkMode", null: "")
    switch mode {
    case "", "default": return ["bridge"]
    case "none": return []
    default: return [mode]
    }
  }
}
