import Catalog
import Drift
import FoundationEssentials
import HardeningModel
import TestSupport
import Testing

/// Something that happens to a host by itself, so that it is no drift.
struct Chance: Sendable, CustomTestStringConvertible {
  var name: String
  var change: @Sendable (inout HostSnapshot, inout SeededRandom) throws -> Void

  var testDescription: String { name }

  init(
    _ name: String,
    _ change: @escaping @Sendable (inout HostSnapshot, inout SeededRandom) throws -> Void
  ) {
    self.name = name
    self.change = change
  }

  static let all = [
    Chance("a year passes") { snapshot, _ in
      if let year = Int(snapshot.startedAt.prefix(4)) {
        snapshot.startedAt = "\(year + 1)" + snapshot.startedAt.dropFirst(4)
      }
    },
    Chance("the host boots: every process and every device has another number") { snapshot, _ in
      snapshot.changeContainers { container in
        if let pid = container.state.pid.value, pid > 0 { container.state.pid = .value(pid + 77) }
      }
      if case .found(var process) = snapshot.daemon.process {
        process.pid += 77
        snapshot.daemon.process = .found(process)
      }
      snapshot.mounts = snapshot.mounts.map { mounts in
        mounts.map { mount in
          MountPoint(
            id: mount.id + 7, parent: mount.parent + 7, device: mount.device + "7",
            root: mount.root, path: mount.path, type: mount.type)
        }
      }
    },
    Chance("every container is made again: other ids, other free ports, other categories") {
      snapshot, _ in
      try snapshot.changeIDs()
      snapshot.changeContainers { container in
        if case .value(let ports) = container.networkSettings.ports {
          container.networkSettings.ports = .value(
            ports.mapValues { bindings in
              bindings.map { $0.map(\.onAnotherFreePort) }
            })
        }
        container.processLabel = container.processLabel.withOtherCategories
      }
      for id in snapshot.processes.keys {
        guard case .found(var first)? = snapshot.processes[id]?.first else { continue }
        if case .found(let label) = first.label { first.label = .found(label.withOtherCategories) }
        snapshot.processes[id]?.first = .found(first)
      }
    },
    Chance("everything is listed in another order") { snapshot, random in
      snapshot.containers = snapshot.containers.map { $0.shuffled(using: &random) }
      snapshot.images = snapshot.images.map { images in
        images.map { image in
          var image = image
          image.tags.shuffle(using: &random)
          image.digests.shuffle(using: &random)
          return image
        }.shuffled(using: &random)
      }
      snapshot.volumes = snapshot.volumes.map { $0.shuffled(using: &random) }
      snapshot.info.securityOptions.shuffle(using: &random)
      snapshot.info.plugins.authorization.shuffle(using: &random)
      snapshot.info.registries.insecureNetworks.shuffle(using: &random)
      snapshot.info.warnings.shuffle(using: &random)
      snapshot.daemon.listeners = snapshot.daemon.listeners.map { $0.shuffled(using: &random) }
      snapshot.swarm.overlayNetworks = snapshot.swarm.overlayNetworks.map {
        $0.shuffled(using: &random)
      }
      snapshot.changeContainers { container in
        container.mounts.shuffle(using: &random)
        container.execIDs.shuffle(using: &random)
        container.hostConfig.capabilitiesAdded.shuffle(using: &random)
        container.hostConfig.capabilitiesDropped.shuffle(using: &random)
        container.hostConfig.ulimits.shuffle(using: &random)
        container.hostConfig.devices.shuffle(using: &random)
        container.hostConfig.deviceRequests.shuffle(using: &random)
        container.hostConfig.deviceCgroupRules.shuffle(using: &random)
      }
    },
    Chance("an image is left without a tag, and nobody uses it") { snapshot, _ in
      snapshot.images = snapshot.images.map {
        $0 + [ImageSummary(id: "sha256:left", tags: [], digests: ["web@sha256:left"])]
      }
    },
    Chance("nodes join the swarm") { snapshot, _ in
      if let nodes = snapshot.info.swarm.nodes.value, nodes >= 3 {
        snapshot.info.swarm.nodes = .value(nodes + 2)
      }
    },
    Chance("the Engine is built anew") { snapshot, _ in
      guard case .found(var engine) = snapshot.engine, case .found = engine.buildTime else {
        return
      }
      engine.buildTime = .found("2027-01-01T00:00:00Z")
      snapshot.engine = .found(engine)
    },
  ]
}

extension HostSnapshot {
  /// The posture that a pass by a benchmark finds.
  func posture(by benchmark: Benchmark, policy: Policy = Policy()) -> Posture {
    let terms = Assessment.Terms(benchmark: benchmark, policy: policy)
    return Posture(of: Assessment.report(of: self, by: terms, scan: .sample), from: self)
  }

  mutating func changeContainers(_ change: (inout Container) -> Void) {
    containers = containers.map { readings in
      readings.map { reading in
        guard case .found(var container) = reading.inspection else { return reading }
        change(&container)
        var reading = reading
        reading.inspection = .found(container)
        return reading
      }
    }
  }

  /// Gives every container and every exec another id, wherever it is named.
  fileprivate mutating func changeIDs() throws {
    var text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    for id in (containers.value ?? []).map(\.id) where id.utf8.count == 64 {
      text = text.replacing(id, with: id.prefix(48) + String(repeating: "7", count: 16))
    }
    self = try JSONDecoder().decode(HostSnapshot.self, from: Array(text.utf8).data)
    changeContainers { container in
      container.execIDs = container.execIDs.mapped { $0 + "7" }
    }
    execs = Dictionary(uniqueKeysWithValues: execs.map { ($0 + "7", $1) })
  }
}

extension [UInt8] {
  fileprivate var data: Data { Data(self) }
}

extension Container.PortBinding {
  /// Ports from 32768 on are those that the kernel picks.
  fileprivate var onAnotherFreePort: Container.PortBinding {
    guard let port = hostPort.value.flatMap({ Int($0) }), port >= 32_768 else { return self }
    var binding = self
    binding.hostPort = .value("\(port + 11)")
    return binding
  }
}

extension String {
  /// The label with other categories, which an Engine draws at random.
  fileprivate var withOtherCategories: String {
    hasPrefix("system_u:") && contains(":c") ? self + "9" : self
  }
}

extension Field<String> {
  fileprivate var withOtherCategories: Field<String> {
    value.map { .value($0.withOtherCategories) } ?? self
  }
}

extension Field {
  fileprivate func mapped<Item>(
    _ transform: (Item) -> Item
  ) -> Field<[Item]> where Value == [Item] {
    if case .value(let items) = self { .value(items.map(transform)) } else { self }
  }

  mutating func shuffle<Item>(using random: inout SeededRandom) where Value == [Item] {
    if case .value(let items) = self { self = .value(items.shuffled(using: &random)) }
  }
}
