/// What only a host in swarm mode has. On any other, nothing of it is read and all is absent.
package struct SwarmFacts: Codable, Sendable, Equatable {
  /// The overlay networks that this node knows: a manager knows them all, a worker those that its own
  /// tasks use.
  package var overlayNetworks: Reading<[OverlayNetwork]> = .absent
  /// Managers only.
  package var secrets: Reading<[SwarmSecret]> = .absent
  /// Managers only.
  package var services: Reading<[SwarmService]> = .absent
  /// How this node was told to take part.
  package var node: Reading<SwarmNode> = .absent

  package init() {}
}

extension EngineInfo {
  /// The part of `GET /info` on swarm mode, under the Engine's own names.
  package struct Swarm: LenientObject, Sendable, Equatable {
    /// `inactive`, `pending`, `active`, `error` or `locked`.
    package var localNodeState: Field<String> = .missing
    /// Whether this node is a manager that can be asked about the swarm.
    package var controlAvailable: Field<Bool> = .missing
    /// The address that this node is known by in the swarm.
    package var nodeAddress: Field<String> = .missing
    /// Why the state is not a good one.
    package var error: Field<String> = .missing
    /// Managers only, like those that follow; left out for 0.
    package var nodes: Field<Int> = .missing
    package var managers: Field<Int> = .missing
    package var cluster = Cluster()

    private enum CodingKeys: String, CodingKey {
      case localNodeState = "LocalNodeState"
      case controlAvailable = "ControlAvailable"
      case nodeAddress = "NodeAddr"
      case error = "Error"
      case nodes = "Nodes"
      case managers = "Managers"
      case cluster = "Cluster"
    }

    package init() {}
  }

  /// The swarm that this manager belongs to.
  package struct Cluster: LenientObject, Sendable, Equatable {
    /// RFC 3339.
    package var createdAt: Field<String> = .missing
    package var rootRotationInProgress: Field<Bool> = .missing
    package var dataPathPort: Field<Int> = .missing
    package var spec = Spec()

    private enum CodingKeys: String, CodingKey {
      case createdAt = "CreatedAt"
      case rootRotationInProgress = "RootRotationInProgress"
      case dataPathPort = "DataPathPort"
      case spec = "Spec"
    }

    package init() {}

    package struct Spec: LenientObject, Sendable, Equatable {
      package var certificates = Certificates()
      package var encryption = Encryption()

      private enum CodingKeys: String, CodingKey {
        case certificates = "CAConfig"
        case encryption = "EncryptionConfig"
      }

      package init() {}
    }

    package struct Certificates: LenientObject, Sendable, Equatable {
      /// How long a node's certificate is good for, in nanoseconds.
      package var nodeCertificateExpiry: Field<Int> = .missing
      /// How often the root certificate was changed by hand; left out for never.
      package var forcedRotations: Field<Int> = .missing

      private enum CodingKeys: String, CodingKey {
        case nodeCertificateExpiry = "NodeCertExpiry"
        case forcedRotations = "ForceRotate"
      }

      package init() {}
    }

    package struct Encryption: LenientObject, Sendable, Equatable {
      package var autoLockManagers: Field<Bool> = .missing

      private enum CodingKeys: String, CodingKey { case autoLockManagers = "AutoLockManagers" }

      package init() {}
    }
  }
}

/// One overlay network of `GET /networks`.
package struct OverlayNetwork: Codable, Sendable, Equatable {
  package var id: String
  package var name: Field<String> = .missing
  package var options: Field<Options> = .missing

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case name = "Name"
    case options = "Options"
  }

  /// Of the driver's options only this one is kept.
  package struct Options: Codable, Sendable, Equatable {
    /// The driver encrypts when this is there at all, whatever it says.
    package var encrypted: Field<String> = .missing

    private enum CodingKeys: String, CodingKey { case encrypted }

    package init() {}
  }

  package init(id: String) { self.id = id }
}

/// One secret of `GET /secrets`, of which only its name is known to anyone but its services.
package struct SwarmSecret: Codable, Sendable, Equatable {
  package var spec = Spec()

  private enum CodingKeys: String, CodingKey { case spec = "Spec" }

  package struct Spec: LenientObject, Sendable, Equatable {
    package var name: Field<String> = .missing

    private enum CodingKeys: String, CodingKey { case name = "Name" }

    package init() {}
  }

  package init() {}
}

/// One service of `GET /services`: its name and its secrets. The rest, which has its environment, is
/// left out on purpose.
package struct SwarmService: Codable, Sendable, Equatable {
  package var spec = Spec()

  private enum CodingKeys: String, CodingKey { case spec = "Spec" }

  package struct Spec: LenientObject, Sendable, Equatable {
    package var name: Field<String> = .missing
    package var task = Task()

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case task = "TaskTemplate"
    }

    package init() {}
  }

  package struct Task: LenientObject, Sendable, Equatable {
    package var container = Container()

    private enum CodingKeys: String, CodingKey { case container = "ContainerSpec" }

    package init() {}
  }

  package struct Container: LenientObject, Sendable, Equatable {
    /// Left out where the service has none.
    package var secrets: Field<[Secret]> = .missing

    private enum CodingKeys: String, CodingKey { case secrets = "Secrets" }

    package init() {}
  }

  /// One secret that a service was given.
  package struct Secret: LenientObject, Sendable, Equatable {
    package var name: Field<String> = .missing

    private enum CodingKeys: String, CodingKey { case name = "SecretName" }

    package init() {}
  }

  package init() {}
}

/// How a node was told to take part in its swarm: what dockerd keeps in `swarm/docker-state.json`
/// below its data root, which no answer of the Engine has.
package struct SwarmNode: LenientObject, Sendable, Equatable {
  /// `ADDRESS:PORT` that a manager was told to listen at.
  package var listenAddress: Field<String> = .missing
  /// `ADDRESS:PORT` that the other nodes are told.
  package var advertiseAddress: Field<String> = .missing
  /// The address for the traffic of containers; empty where it is the advertised one.
  package var dataPathAddress: Field<String> = .missing

  private enum CodingKeys: String, CodingKey {
    case listenAddress = "ListenAddr"
    case advertiseAddress = "AdvertiseAddr"
    case dataPathAddress = "DataPathAddr"
  }

  package init() {}
}
