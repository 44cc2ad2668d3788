import DockerEngine
import Documents
import HardeningModel
import Systemd

/// How the dockerd that serves this host's API is started, word by word, for whoever is about to change
/// that. Words may be passwords, so this is no part of a snapshot.
package struct DaemonCommand: Sendable, Equatable {
  /// One of its flags.
  package struct Flag: Sendable, Equatable {
    /// What the configuration file calls it; a flag that may be given many times is called
    /// differently there.
    package var key: String
    /// What it is called on the command line, e.g. `--icc`.
    package var name: String
    package var value: String
    /// Where it was written; `nil` where only the running process tells.
    package var place: UnitPlace?

    package init(key: String, name: String, value: String, place: UnitPlace?) {
      self.key = key
      self.name = name
      self.value = value
      self.place = place
    }
  }

  /// `nil` on a host that does not run.
  package var process: DaemonProcess?
  /// The service of systemd whose main process it is, e.g. `docker.service`; `nil` where it is none's.
  package var unit: String?
  /// Whether the unit was changed since systemd read it, which would start dockerd by the old one.
  package var isStale: Bool
  /// What follows the name of the program, when it is started the next time.
  package var arguments: [String]
  /// The flags of the next start, then those that only the running process has.
  package var flags: [Flag]

  package init(
    process: DaemonProcess?, unit: String?, isStale: Bool = false, arguments: [String],
    flags: [Flag]
  ) {
    self.process = process
    self.unit = unit
    self.isStale = isStale
    self.arguments = arguments
    self.flags = flags
  }

  /// The same arguments with another configuration file.
  package func arguments(configurationFile path: String) -> [String] {
    var words = arguments
    let named = DaemonFlags.flags(in: words).filter { $0.name == "config-file" }
    for flag in named.reversed() {
      let isOneWord = words[flag.word].contains("=")
      words.removeSubrange(flag.word..<min(words.count, flag.word + (isOneWord ? 1 : 2)))
    }
    // What follows a double dash would be no flag.
    return ["--config-file=\(path)"] + words
  }

  /// The first flag that sets what the configuration file calls `key`.
  package func flag(_ key: String) -> Flag? { flags.first { $0.key == key } }
}

extension DaemonCommand {
  /// Reads how the dockerd behind `endpoint` was started, and how it is started the next time; `nil`
  /// where none was found. `patience` is how long systemd may take for one answer.
  package static func read(
    serving endpoint: EngineEndpoint, patience: Duration
  ) throws(HostReader.Failure) -> DaemonCommand? {
    do {
      let root = try HostRoot("/")
      defer { root.close() }
      guard
        let process = DaemonSearch(
          root: root, socketPath: endpoint.socketPath, readsAllSockets: false
        ).serving()?.process
      else { return nil }
      let words = try root.text(of: "/proc/\(process.pid)/cmdline").split(
        separator: "\0", omittingEmptySubsequences: false)
      // The text ends in a NUL, after which there is no further word.
      let running = words.dropFirst().dropLast().map(String.init)
      let unit = DaemonUnit.running(process.pid, patience: patience)
      let planned = try unit.flatMap { try $0.arguments(root) }
      var command = DaemonCommand(
        process: process, unit: unit?.name, running: running, planned: planned)
      command.isStale = unit?.isStale ?? false
      return command
    } catch {
      throw HostReader.Failure(description: "\(error)")
    }
  }

  /// Reads how dockerd will be started on the host whose file system is mounted at `root`.
  package static func read(root: String) throws(HostReader.Failure) -> DaemonCommand {
    do {
      let root = try HostRoot(root)
      defer { root.close() }
      let name = "docker.service"
      var units = UnitFinder(root: root, patience: .seconds(2))
      defer { units.close() }
      let planned: [PlacedWord]?
      switch units.location(of: name) {
      case .absent: planned = nil
      case .unreadable(let reason): throw ReadFailure(reason)
      case .found(let location):
        planned = try root.arguments(of: name, at: location, HostIdentity(reading: root))
      }
      return DaemonCommand(
        process: nil, unit: planned.map { _ in name }, running: [], planned: planned)
    } catch {
      throw HostReader.Failure(description: "\(error)")
    }
  }

  init(process: DaemonProcess?, unit: String?, running: [String], planned: [PlacedWord]?) {
    let next = planned?.map(\.text) ?? running
    var flags = Self.flags(in: next, places: planned?.map(\.place))
    if planned != nil {
      let known = Set(flags.map(\.key))
      flags += Self.flags(in: running, places: nil).filter { !known.contains($0.key) }
    }
    self.init(process: process, unit: unit, arguments: next, flags: flags)
  }

  private static func flags(in words: [String], places: [UnitPlace]?) -> [Flag] {
    DaemonFlags.flags(in: words).map { flag in
      Flag(
        key: fileKeys[flag.name] ?? flag.name, name: "--\(flag.name)", value: flag.value,
        place: places?[flag.word])
    }
  }

  /// The flags of dockerd that are called differently in the file.
  private static let fileKeys: [String: String] = [
    "add-runtime": "runtimes",
    "authorization-plugin": "authorization-plugins",
    "cdi-spec-dir": "cdi-spec-dirs",
    "cluster-store-opt": "cluster-store-opts",
    "default-address-pool": "default-address-pools",
    "default-network-opt": "default-network-opts",
    "default-ulimit": "default-ulimits",
    "dns-opt": "dns-opts",
    "exec-opt": "exec-opts",
    "feature": "features",
    "graph": "data-root",
    "host": "hosts",
    "insecure-registry": "insecure-registries",
    "label": "labels",
    "log-opt": "log-opts",
    "node-generic-resource": "node-generic-resources",
    "registry-mirror": "registry-mirrors",
    "storage-opt": "storage-opts",
  ]
}

/// The service of systemd that runs dockerd.
struct DaemonUnit {
  let name: String
  let location: UnitLocation
  /// Whether it was changed since systemd read it.
  let isStale: Bool

  /// The service whose main process is `pid`; `nil` where there is none, or nobody who could tell.
  static func running(_ pid: Int, patience: Duration) -> DaemonUnit? {
    guard let bus = SystemBus(patience: patience) else { return nil }
    defer { bus.close() }
    // A dockerd of a user belongs to a unit of that user's systemd, for which ours is one service.
    guard let object = bus.unit(ofProcess: pid), bus.mainProcess(of: object) == pid,
      let name = bus.text("Id", of: object), let location = bus.location(of: name)?.value
    else { return nil }
    return DaemonUnit(
      name: name, location: location, isStale: bus.isStale(object) ?? true)
  }

  func arguments(_ root: HostRoot) throws(ReadFailure) -> [PlacedWord]? {
    try root.arguments(of: name, at: location, HostIdentity(reading: root))
  }
}
