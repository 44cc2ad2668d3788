/// What the Engine says of one container: the part of `GET /containers/{id}/json` that checks judge,
/// under the Engine's own names. Environment and labels are left out on purpose: they hold secrets; see
/// `OrchestratorLabels` for those of the list.
package struct Container: Codable, Sendable, Equatable {
  package var id: String
  package var name: Field<String> = .missing
  /// The id of the image it runs.
  package var imageID: Field<String> = .missing
  package var state = State()
  package var config = Config()
  package var hostConfig = HostConfig()
  package var mounts: Field<[Mount]> = .missing
  package var networkSettings = NetworkSettings()
  package var appArmorProfile: Field<String> = .missing
  package var processLabel: Field<String> = .missing
  package var execIDs: Field<[String]> = .missing

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case name = "Name"
    case imageID = "Image"
    case state = "State"
    case config = "Config"
    case hostConfig = "HostConfig"
    case mounts = "Mounts"
    case networkSettings = "NetworkSettings"
    case appArmorProfile = "AppArmorProfile"
    case processLabel = "ProcessLabel"
    case execIDs = "ExecIDs"
  }

  package init(id: String) { self.id = id }

  /// The name without its leading slash; the id where there is none.
  package var displayName: String {
    guard let name = name.value, name != "/", !name.isEmpty else { return id }
    return name.hasPrefix("/") ? String(name.dropFirst()) : name
  }

  /// Whether it has processes, a paused one included; throws where the Engine did not say.
  package func isRunning() throws(NotReported) -> Bool {
    try state.pid.known("State.Pid", null: 0) > 0
  }
}

extension Container {
  package struct State: LenientObject, Sendable, Equatable {
    package var status: Field<String> = .missing
    /// The first process, by its number where dockerd runs; 0 when not running.
    package var pid: Field<Int> = .missing

    private enum CodingKeys: String, CodingKey {
      case status = "Status"
      case pid = "Pid"
    }

    package init() {}
  }

  package struct Config: LenientObject, Sendable, Equatable {
    /// The image as it was named when the container was made.
    package var image: Field<String> = .missing
    /// Whom it runs as, as given with `--user` or by the image.
    package var user: Field<String> = .missing
    package var healthcheck: Field<Healthcheck> = .missing
    /// The ports that the image or the command line names, by container port.
    package var exposedPorts: Field<[String: Empty]> = .missing

    private enum CodingKeys: String, CodingKey {
      case image = "Image"
      case user = "User"
      case healthcheck = "Healthcheck"
      case exposedPorts = "ExposedPorts"
    }

    package init() {}
  }

  /// An object that says nothing.
  package struct Empty: LenientObject, Sendable, Equatable {
    package init() {}
  }

  package struct Healthcheck: LenientObject, Sendable, Equatable {
    /// How it is run: only its first word, since the rest may hold secrets.
    package var kind: Field<[String]> = .missing

    private enum CodingKeys: String, CodingKey { case kind = "Test" }

    package init() {}

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let words = try container.decode(Field<[String]>.self, forKey: .kind)
      kind = words.value.map { .value(Array($0.prefix(1))) } ?? words
    }
  }

  package struct Mount: Codable, Sendable, Equatable {
    /// `bind`, `volume`, `tmpfs`, …
    package var type: Field<String> = .missing
    /// The volume's name.
    package var name: Field<String> = .missing
    package var source: Field<String> = .missing
    package var destination: Field<String> = .missing
    package var writable: Field<Bool> = .missing
    package var propagation: Field<String> = .missing

    private enum CodingKeys: String, CodingKey {
      case type = "Type"
      case name = "Name"
      case source = "Source"
      case destination = "Destination"
      case writable = "RW"
      case propagation = "Propagation"
    }

    package init() {}
  }

  package struct NetworkSettings: LenientObject, Sendable, Equatable {
    /// What is bound now, by container port; `null` for a port that is not published.
    package var ports: Field<[String: [PortBinding]?]> = .missing
    package var networks: Field<[String: Network]> = .missing

    private enum CodingKeys: String, CodingKey {
      case ports = "Ports"
      case networks = "Networks"
    }

    package init() {}
  }

  package struct Network: LenientObject, Sendable, Equatable {
    package var networkID: Field<String> = .missing

    private enum CodingKeys: String, CodingKey { case networkID = "NetworkID" }

    package init() {}
  }

  package struct PortBinding: LenientObject, Sendable, Equatable {
    package var hostIP: Field<String> = .missing
    /// A port, a range `8000-8010`, or empty for any free one.
    package var hostPort: Field<String> = .missing

    private enum CodingKeys: String, CodingKey {
      case hostIP = "HostIp"
      case hostPort = "HostPort"
    }

    package init() {}
  }
}
