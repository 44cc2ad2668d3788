import HardeningModel
import HostFacts

/// Which paths of this host are judged, or say what is judged, and what a change there touches.
package struct WatchList: Sendable, Equatable {
  /// Files and directories by themselves: what they hold, whose they are, whether they are there.
  package private(set) var paths: [String: HostParts] = [:]
  /// Directories in which every name counts.
  package private(set) var folders: [String: HostParts] = [:]
  /// Directories in which every name counts, on every level below.
  package private(set) var trees: [String: HostParts] = [:]

  package init() {}

  package mutating func add(path: String, _ parts: HostParts) {
    Self.add(path, parts, to: &paths)
  }

  package mutating func add(folder: String, _ parts: HostParts) {
    Self.add(folder, parts, to: &folders)
  }

  package mutating func add(tree: String, _ parts: HostParts) {
    Self.add(tree, parts, to: &trees)
  }

  private static func add(_ path: String, _ parts: HostParts, to all: inout [String: HostParts]) {
    guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else { return }
    all[path, default: HostParts()].formUnion(parts)
  }
}

extension WatchList {
  /// What the checks judge on the host that `snapshot` is of; `environment` are the files that the unit
  /// of dockerd takes its environment from, as it names them, and `others` are dockward's own.
  package init(_ snapshot: HostSnapshot, environment: [String] = [], others: [String] = []) {
    self.init()
    addStandard()
    for path in others { add(path: path, .files) }
    for (role, reading) in snapshot.paths {
      for path in reading.value ?? [] {
        let parts: HostParts = role == .apiSocket ? .daemon : .files
        add(path: path, parts)
        if let canonical = snapshot.files[path]?.value?.canonical { add(path: canonical, parts) }
      }
    }
    let daemon = snapshot.daemon
    add(path: daemon.configurationPath, .files)
    add(path: daemon.settings.value?.pidFile ?? "/var/run/docker.pid", .daemon)
    if let dataRoot = snapshot.engine.value?.info.value?.dataRoot.value {
      add(path: dataRoot + "/swarm/docker-state.json", .daemon)
    }
    for pattern in environment { add(pattern: pattern) }
  }

  /// A file, or the directory in which a pattern of glob(7) begins.
  private mutating func add(pattern: String) {
    guard let wildcard = pattern.firstIndex(where: { "*?[".contains($0) }) else {
      return add(path: pattern, .files)
    }
    let folder = pattern[..<wildcard]
    add(folder: String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]), .files)
  }

  /// What is read of every host.
  private mutating func addStandard() {
    for path in Self.files { add(path: path, .files) }
    for folder in Self.folders { add(folder: folder, .files) }
    add(tree: "/etc/docker", .files)
    for directory in UnitSearch.directories {
      for unit in ["docker.service", "docker.socket", "containerd.service"] {
        add(path: "\(directory)/\(unit)", .files)
        add(folder: "\(directory)/\(unit).d", .files)
      }
      for type in ["service", "socket"] { add(folder: "\(directory)/\(type).d", .files) }
    }
    for directory in [
      "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ] {
      for program in Self.programs { add(path: "\(directory)/\(program)", .files) }
    }
    add(path: "/snap/bin/docker", .files)
  }

  private static let files = [
    "/etc/audit/audit.rules", "/etc/containerd/config.toml", "/etc/default/docker",
    "/etc/docker/daemon.json", "/etc/environment", "/etc/group", "/etc/nsswitch.conf",
    "/etc/os-release", "/etc/passwd", "/etc/profile", "/etc/security/pam_env.conf",
    "/etc/sysconfig/docker",
  ]

  private static let folders = [
    "/etc/audit/rules.d", "/etc/pam.d", "/etc/profile.d", "/etc/userdb", "/run/userdb",
    "/usr/lib/userdb", "/var/lib/systemd/home",
  ]

  private static let programs = [
    "docker", "dockerd", "containerd", "docker-containerd", "containerd-shim",
    "docker-containerd-shim", "containerd-shim-runc-v1", "containerd-shim-runc-v2", "runc",
    "docker-runc",
  ]
}

extension HostParts {
  /// What is read without the Engine.
  fileprivate static let files: HostParts = {
    var parts = HostParts()
    parts.ownSide = true
    return parts
  }()

  /// That, and what the Engine says of itself: there may be another Engine.
  fileprivate static let daemon: HostParts = {
    var parts = HostParts()
    parts.ownSide = true
    parts.engine = true
    return parts
  }()
}
