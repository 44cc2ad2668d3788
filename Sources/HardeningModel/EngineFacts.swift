/// What the Engine says of itself.
package struct EngineFacts: Codable, Sendable, Equatable {
  /// Where it was asked, e.g. `unix:///var/run/docker.sock`.
  package var endpoint: String
  package var version: String?
  /// The version of the API that was spoken, e.g. `1.45`.
  package var apiVersion: String
  package var info: Reading<EngineInfo>
  /// The network that containers join unless told otherwise; absent where the Engine has none.
  package var defaultBridge: Reading<DefaultBridge>
  /// When it was built, as `GET /version` has it.
  package var buildTime: Reading<String> = .absent

  package init(
    endpoint: String, version: String?, apiVersion: String, info: Reading<EngineInfo>,
    defaultBridge: Reading<DefaultBridge> = .unreadable("the Engine's networks were not read")
  ) {
    self.endpoint = endpoint
    self.version = version
    self.apiVersion = apiVersion
    self.info = info
    self.defaultBridge = defaultBridge
  }
}

/// The part of `GET /info` that checks judge, under the Engine's own names.
package struct EngineInfo: Codable, Sendable, Equatable {
  package var dataRoot: Field<String> = .missing
  package var driver: Field<String> = .missing
  /// e.g. `name=seccomp,profile=default`, `name=userns`.
  package var securityOptions: Field<[String]> = .missing
  package var swarm = Swarm()
  package var debug: Field<Bool> = .missing
  package var experimental: Field<Bool> = .missing
  package var liveRestore: Field<Bool> = .missing
  /// The driver of containers that name none.
  package var loggingDriver: Field<String> = .missing
  package var registries = Registries()
  package var plugins = Plugins()
  /// What the Engine itself objects to, each over one or more lines.
  package var warnings: Field<[String]> = .missing

  private enum CodingKeys: String, CodingKey {
    case dataRoot = "DockerRootDir"
    case driver = "Driver"
    case securityOptions = "SecurityOptions"
    case swarm = "Swarm"
    case debug = "Debug"
    case experimental = "ExperimentalBuild"
    case liveRestore = "LiveRestoreEnabled"
    case loggingDriver = "LoggingDriver"
    case registries = "RegistryConfig"
    case plugins = "Plugins"
    case warnings = "Warnings"
  }

  package init() {}
}

/// One image of `GET /images/json`.
package struct ImageSummary: Codable, Sendable, Equatable {
  package var id: String
  /// The tags that point at it, e.g. `web:latest`.
  package var tags: Field<[String]> = .missing
  /// What it is called in the registries that it came from or was sent to, e.g. `web@sha256:…`.
  package var digests: Field<[String]> = .missing
  /// When it was built, in seconds since 1970.
  package var created: Field<Int> = .missing
  /// In bytes.
  package var size: Field<Int> = .missing

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case tags = "RepoTags"
    case digests = "RepoDigests"
    case created = "Created"
    case size = "Size"
  }

  package init(
    id: String, tags: [String], digests: [String] = [], created: Int = 1_767_225_600,
    size: Int = 5_000_000
  ) {
    self.id = id
    self.tags = .value(tags)
    self.digests = .value(digests)
    self.created = .value(created)
    self.size = .value(size)
  }
}

/// One volume of `GET /volumes`.
package struct Volume: Codable, Sendable, Equatable {
  package var name: String
  package var driver: Field<String> = .missing
  package var options: Field<Options> = .missing

  private enum CodingKeys: String, CodingKey {
    case name = "Name"
    case driver = "Driver"
    case options = "Options"
  }

  /// The mount options of the local driver. A remote file system's may hold a password: only these
  /// two are kept, and `o` as the words of it that are flags.
  package struct Options: Codable, Sendable, Equatable {
    package var device: Field<String> = .missing
    package var flags: Field<String> = .missing

    private enum CodingKeys: String, CodingKey {
      case device
      case flags = "o"
    }

    package init(device: String, flags: String) {
      self.device = .value(device)
      self.flags = .value(flags)
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      device = try container.decode(Field<String>.self, forKey: .device)
      flags = try container.decode(Field<String>.self, forKey: .flags)
      if let words = flags.value {
        flags = .value(
          words.split(separator: ",").filter { !$0.contains("=") }.joined(separator: ","))
      }
    }
  }

  package init(name: String) { self.name = name }

  /// The host path that this volume is in truth, `nil` when it is none: the local driver binds any
  /// directory when told to. Throws where the Engine did not say with what options it was made.
  package func boundPath() throws(NotReported) -> String? {
    guard let options = try options.known("Volumes.Options"),
      let device = options.device.value, device.hasPrefix("/"),
      let flags = options.flags.value?.split(separator: ","),
      flags.contains("bind") || flags.contains("rbind")
    else { return nil }
    return device
  }
}

/// The part of `GET /exec/{id}/json` that checks judge.
package struct ExecProcess: Codable, Sendable, Equatable {
  package var running: Field<Bool> = .missing
  package var containerID: Field<String> = .missing
  package var configuration = Configuration()

  private enum CodingKeys: String, CodingKey {
    case running = "Running"
    case containerID = "ContainerID"
    case configuration = "ProcessConfig"
  }

  package struct Configuration: LenientObject, Sendable, Equatable {
    package var privileged: Field<Bool> = .missing
    /// As given with `--user`; empty where the container's own user was taken.
    package var user: Field<String> = .missing

    private enum CodingKeys: String, CodingKey {
      case privileged
      case user
    }

    package init() {}
  }

  package init() {}
}
