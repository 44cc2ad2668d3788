/// All that one pass read of a host: what, from where, and what could not be read and why.
/// Judging needs nothing else, so a saved snapshot can be judged anywhere.
package struct HostSnapshot: Codable, Sendable, Equatable {
  package static let currentSchema = "dockward.snapshot.v1"

  package var schema = HostSnapshot.currentSchema
  package var host: HostIdentity
  /// When the reading began, RFC 3339.
  package var startedAt: String
  /// What the kernel offers.
  package var kernel: KernelFacts
  package var system = SystemFacts()
  package var audit = AuditFacts()
  package var accounts = AccountFacts()
  /// The mounts, as dockerd sees them, that hold a path which a check is about or lie above one.
  package var mounts: Reading<[MountPoint]> = .unreadable("the mounts were not read")
  /// The groups that own an API socket, by name, with their numbers.
  package var groups: [String: Reading<UInt32>]
  package var daemon: DaemonFacts
  /// Where the things of the file checks are on this host.
  package var paths: [FileRole: Reading<[String]>]
  /// Every path that was looked at, by the name it was looked at under.
  package var files: [String: Reading<FileFact>]
  /// Where the Engine was asked, whether it answered or not; `nil` when none was asked.
  package var endpoint: String?
  package var engine: Reading<EngineFacts>
  /// The containers in every state, in the Engine's order.
  package var containers: Reading<[ContainerReading]>
  package var images: Reading<[ImageSummary]>
  /// By image id, for those of `images` and those that containers were made from.
  package var imageFacts: [String: ImageFacts]
  package var volumes: Reading<[Volume]>
  /// By container id, for those that run.
  package var processes: [String: ProcessFacts]
  /// By exec id: those that the containers name.
  package var execs: [String: Reading<ExecProcess>]
  /// Commands in containers that may be over; `nil` where nobody has watched.
  package var pastExecs: [PastExec]?
  package var swarm = SwarmFacts()
  /// The Docker clients of this host, and what is exported to them; absent when nobody looked.
  package var clients: Reading<ClientFacts> = .absent

  package init(host: HostIdentity, startedAt: String) {
    self.host = host
    self.startedAt = startedAt
    kernel = KernelFacts(appArmor: .absent, seLinux: .absent)
    groups = [:]
    daemon = DaemonFacts()
    paths = [:]
    files = [:]
    engine = .absent
    containers = .absent
    images = .absent
    imageFacts = [:]
    volumes = .absent
    processes = [:]
    execs = [:]
  }
}

/// Which host it is.
package struct HostIdentity: Codable, Sendable, Equatable {
  package var name: String
  /// `/etc/machine-id`; empty where there is none.
  package var machineID: String
  /// Where its file system was mounted when it was read; `/` for the host itself.
  package var root: String

  package init(name: String, machineID: String, root: String = "/") {
    self.name = name
    self.machineID = machineID
    self.root = root
  }
}

/// The kernel's security modules: found with whether they are on, absent where the kernel has none.
package struct KernelFacts: Codable, Sendable, Equatable {
  package var appArmor: Reading<Bool>
  package var seLinux: Reading<Bool>

  package init(appArmor: Reading<Bool>, seLinux: Reading<Bool>) {
    self.appArmor = appArmor
    self.seLinux = seLinux
  }
}

/// One container of the list, with what its inspection gave.
package struct ContainerReading: Codable, Sendable, Equatable {
  package var id: String
  /// As the list has it, so that a container that cannot be inspected still has a name.
  package var name: String
  package var inspection: Reading<Container>
  /// As the list has them; `nil` where it has none of them.
  package var labels: OrchestratorLabels?

  package init(
    id: String, name: String, inspection: Reading<Container>, labels: OrchestratorLabels? = nil
  ) {
    self.id = id
    self.name = name
    self.inspection = inspection
    self.labels = labels
  }
}

/// The things that the file and audit checks are about; each may be several files on a host, or none.
package enum FileRole: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
  /// `docker.service` and its drop-ins.
  case dockerService
  /// `docker.socket` and its drop-ins.
  case dockerSocketUnit
  case etcDocker
  /// Files below `certs.d` other than keys.
  case registryCertificates
  /// Private keys below `certs.d`.
  case registryKeys
  case tlsCA
  case tlsCertificate
  case tlsKey
  /// The Unix sockets that the Engine's API is served on.
  case apiSocket
  case daemonConfiguration
  case defaultDocker
  case sysconfigDocker
  case containerdSocket
  /// Where containerd keeps its state, its socket included.
  case containerdState
  case containerdConfiguration
  /// The programs, by the names that they have without symbolic links.
  case dockerd
  case containerd
  case containerdShim
  case containerdShimRuncV1
  case containerdShimRuncV2
  case runc
}
