import HardeningModel
import TestSupport

/// One way in which a container may differ from the sample.
struct Variation: Sendable {
  var change: @Sendable (inout Container) -> Void

  init(_ change: @escaping @Sendable (inout Container) -> Void) { self.change = change }

  static let all = mounts + others

  /// Mounts; the Engine lists those of a container in another order each time.
  static let mounts: [Variation] = [
    Variation { $0.mounts.append(.sample(type: "bind", source: "/etc", propagation: "shared")) },
    Variation { $0.mounts.append(.sample(type: "bind", source: "/run", propagation: "rshared")) },
    Variation { $0.mounts.append(.sample(type: "bind", source: "/srv/a")) },
    Variation { $0.mounts.append(.sample(type: "bind", source: "/srv/closed")) },
    Variation { $0.mounts.append(.sample(type: "bind", source: "/srv/locked")) },
    Variation { $0.mounts.append(.sample(type: "volume", source: "/x", name: "host")) },
    Variation { $0.mounts.append(.sample(type: "volume", source: "/x", name: "data")) },
  ]

  private static let others: [Variation] = [
    Variation { $0.stop() },
    Variation { $0.hostConfig.privileged = .value(true) },
    Variation { $0.hostConfig.privileged = .missing },
    Variation { $0.hostConfig.capabilitiesAdded.append("SYS_ADMIN") },
    Variation { $0.hostConfig.capabilitiesAdded.append("cap_net_admin") },
    Variation { $0.hostConfig.capabilitiesAdded.append("CHOWN") },
    Variation { $0.hostConfig.capabilitiesDropped.append("MKNOD") },
    Variation { $0.hostConfig.securityOptions = .value(["seccomp=unconfined"]) },
    Variation { $0.hostConfig.readOnlyRootFilesystem = .null },
    Variation { $0.hostConfig.networkMode = .value("host") },
    Variation { $0.hostConfig.pidMode = .value("container:c0") },
    Variation { $0.hostConfig.ipcMode = .value("container:c1") },
    Variation { $0.hostConfig.pidsLimit = .null },
    Variation { $0.hostConfig.devices.append(.at("/dev/sda")) },
    Variation { $0.hostConfig.devices.append(.at("/dev/fuse")) },
    Variation { $0.hostConfig.deviceCgroupRules.append("c 188:* rwm") },
    Variation { $0.hostConfig.deviceCgroupRules.append("nonsense") },
    Variation { $0.hostConfig.ulimits = .value([]) },
    Variation {
      $0.networkSettings.ports = .value(["80/tcp": [.init("0.0.0.0", "80")], "1/tcp": nil])
    },
    Variation { $0.networkSettings.networks = .value(["bridge": Container.Network()]) },
    Variation { $0.config.healthcheck = .missing },
    Variation { $0.config.image = .value("web:2") },
    Variation { $0.execIDs.append("root") },
    Variation { $0.execIDs.append("plain") },
    Variation { $0.execIDs.append("lost") },
    Variation { $0.execIDs.append("broken") },
  ]
}

extension Container {
  /// A container with some variations, `change` made last.
  static func random(
    _ name: String, _ random: inout SeededRandom, _ change: (inout Container) -> Void = { _ in }
  ) -> Container {
    var container = Container.sample(name)
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      Variation.all.randomElement(using: &random)?.change(&container)
    }
    change(&container)
    return container
  }
}

extension HostSnapshot {
  /// A host with up to eight containers, each different.
  static func random(_ random: inout SeededRandom) -> HostSnapshot {
    var snapshot = HostSnapshot.sample { $0.containers = .found([]) }
    for index in 0..<Int.random(in: 1...8, using: &random) {
      snapshot.add(.random("c\(index)", &random))
    }
    if Bool.random(using: &random) {
      snapshot.containers = snapshot.containers.map {
        $0 + [
          ContainerReading(
            id: Container.sampleID("lost"), name: "lost", inspection: .unreadable("timed out"))
        ]
      }
    }
    for path in ["/srv/a", "/run"] {
      snapshot.files[path] = .found(.sample(path, kind: .directory))
    }
    for path in ["/srv/closed", "/srv/locked"] {
      snapshot.files[path] = .unreadable("cannot look at '\(path)': permission denied")
    }
    snapshot.volumes = .found([.sample("data"), .sample("host", device: "/etc", flags: "bind")])
    snapshot.images = .found([
      ImageSummary(id: Container.sampleImageID, tags: ["web:1.0"]),
      ImageSummary(id: "sha256:0", tags: ["web:2", "web:latest"]),
    ])
    snapshot.imageFacts["sha256:0"] = ImageFacts(
      healthCheck: .absent, secrets: .found([]), history: .unreadable("timed out"),
      layerCount: .found(1),
      privilegedFiles: .found([
        PrivilegedFile(path: "/bin/su", mode: 0o4755, uid: 0, gid: 0)
      ]))
    snapshot.execs = [
      "root": .found(.sample(privileged: true, user: "root")), "plain": .found(.sample()),
      "lost": .absent, "broken": .unreadable("timed out"),
    ]
    return snapshot
  }
}

extension Container.Device {
  fileprivate static func at(_ path: String) -> Self {
    var device = Container.Device()
    device.pathOnHost = .value(path)
    device.permissions = .value("rwm")
    return device
  }
}

extension Field {
  fileprivate mutating func append<Item>(_ item: Item) where Value == [Item] {
    self = .value((value ?? []) + [item])
  }
}
