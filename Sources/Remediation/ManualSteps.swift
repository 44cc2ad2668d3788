import HardeningModel

/// The commands by which a person mends on this host what dockward leaves to people, ready to be copied. They
/// have the host's own names and paths; what to change is in the remedy's advice.
///
/// Of what a container or an image says of itself, only names go into a command, quoted for a shell: its labels
/// name files, and whoever made the image wrote them.
struct ManualSteps {
  let snapshot: HostSnapshot

  /// In the order in which they are given; none where nothing about them is particular to this host.
  func commands(for finding: Finding, of result: Report.Result) -> [String] {
    switch finding.subject {
    case .container(let name): container(name, result.remedy)
    case .daemon: daemon(result.remedy)
    case .user(let name): user(name)
    case .image(let reference):
      [
        "docker image history --no-trunc \(Self.word(reference))",
        "docker container ls --all --filter \(Self.word("ancestor=\(reference)"))",
      ]
    case .host, .swarm, .file, .network: []
    }
  }

  /// How it was made, out of the way with it, and its name is free for the one that is made again.
  private func container(_ name: String, _ remedy: Remedy) -> [String] {
    guard remedy.disruption == .recreate else { return [] }
    let container = snapshot.containers.value?.first {
      ($0.inspection.value?.displayName ?? $0.name) == name
    }
    var commands = ["docker container inspect \(Self.word(name))"]
    if let image = container?.inspection.value?.config.image.value {
      commands.append("docker image inspect \(Self.word(image))")
    }
    // Swarm mode would start another one at once: its service has to be changed.
    if container?.labels?.swarmService != nil { return commands }
    return commands + [
      "docker container stop \(Self.word(name))",
      "docker container rename \(Self.word(name)) \(Self.word(name + "-before"))",
    ]
  }

  private func daemon(_ remedy: Remedy) -> [String] {
    guard [.reload, .restart, .recreate].contains(remedy.disruption) else { return [] }
    let path = Self.word(snapshot.daemon.configurationPath)
    var commands = ["${EDITOR:-vi} \(path)"]
    if let release = snapshot.engine.value?.version.flatMap(EngineRelease.init),
      let first = EngineRelease("23.0"), release >= first
    {
      let program = snapshot.daemon.process.value?.executable ?? "dockerd"
      commands.append("\(Self.word(program)) --validate --config-file \(path)")
    }
    let unit = snapshot.paths[.dockerService]?.value?.first?.split(separator: "/").last
    let verb = remedy.disruption == .reload ? "reload" : "restart"
    return commands + ["systemctl \(verb) \(Self.word(unit.map(String.init) ?? "docker.service"))"]
  }

  private func user(_ name: String) -> [String] {
    (snapshot.accounts.groups.value ?? []).flatMap { group -> [String] in
      guard let member = group.members.first(where: { $0.name == name }), !member.isPrimary,
        let named = group.names.first
      else { return [] }
      return ["gpasswd --delete \(Self.word(name)) \(Self.word(named))"]
    }
  }

  /// `text` as one word of a shell.
  static func word(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "-_./:@%+=".utf8.contains(byte)
      }
    }
    if isPlain, !text.isEmpty, !text.hasPrefix("-") { return text }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
