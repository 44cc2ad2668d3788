import Documents
import HardeningModel
import HostFacts

/// What keeps a setting from being written into dockerd's configuration file, and what of it is in
/// effect already.
struct DaemonConfigurationRules: Sendable {
  let snapshot: HostSnapshot
  let command: DaemonCommand

  private var info: EngineInfo? { snapshot.engine.value?.info.value }

  /// Whether a dockerd that is started with `settings` in its file has it so.
  func isConfigured(
    _ remedy: DaemonRemedy, as wanted: DaemonSettings.Value, in settings: DaemonSettings
  ) -> Bool {
    if let flag = command.flag(remedy.key.rawValue), !isOnlyRunning(flag) {
      return remedy.key.isSame(flag.value, as: wanted)
    }
    if let value = settings[remedy.key] { return remedy.key.isSame(value, wanted) }
    guard let standard = remedy.key.standard, remedy.key.isSame(standard, wanted) else {
      return false
    }
    // A reload does not bring a default back: what is not in the file stays as it is.
    return !remedy.isReloadable || command.process == nil || isInEffect(remedy, as: wanted)
  }

  /// Whether nothing but the file tells what the running dockerd has: of what it has read nothing is known
  /// any more once the file was changed, until it starts anew.
  func isKnownByTheFileAlone(_ remedy: DaemonRemedy) -> Bool {
    remedy.key == .logLevel && command.flag(remedy.key.rawValue) == nil
  }

  /// Whether it is known that the running dockerd has it so.
  func isInEffect(_ remedy: DaemonRemedy, as wanted: DaemonSettings.Value) -> Bool {
    let running: Bool?
    switch remedy.key {
    case .debug: running = info?.debug.value
    case .liveRestore: running = info?.liveRestore.value
    case .experimental: running = info?.experimental.value
    case .logLevel: return snapshot.daemon.configurationIsAsRead == .found(true)
    default: return false
    }
    return running.map { wanted == .bool($0) } ?? false
  }

  /// Refuses a setting that is a flag as well: dockerd does not start with both.
  /// A flag of the next start that has it so already is right where it is.
  func refuseFlag(
    _ key: DaemonSettings.Key, isConfigured: Bool
  ) throws(RemediationError) {
    guard let flag = command.flag(key.rawValue), !isConfigured || isOnlyRunning(flag) else {
      return
    }
    throw .refused(
      "'\(key.rawValue)' is set by the flag '\(flag.name)' \(place(of: flag)), and dockerd does not start with both; change it there"
    )
  }

  /// Refuses a file in which something is set that is a flag as well: it keeps dockerd from starting
  /// already.
  func refuseConflicts(in text: [UInt8], path: String) throws(RemediationError) {
    let keys: [String]
    do {
      keys = try JSONEdit.keys(of: text, file: path)
    } catch {
      throw .refused("\(error)")
    }
    // These alone may be both.
    for key in keys where key != "runtimes" {
      guard let flag = command.flag(key), !isOnlyRunning(flag) else { continue }
      throw .refused(
        "'\(path)' sets '\(Printable.text(key))', which the flag '\(flag.name)' \(place(of: flag)) sets as well: dockerd does not start with both"
      )
    }
  }

  /// Whether the next start will not have the flag.
  private func isOnlyRunning(_ flag: DaemonCommand.Flag) -> Bool {
    flag.place == nil && command.unit != nil
  }

  private func place(of flag: DaemonCommand.Flag) -> String {
    if let place = flag.place { return "in '\(place.file)', line \(place.line)" }
    return "of the running dockerd" + (command.process.map { " (process \($0.pid))" } ?? "")
  }

  /// Refuses settings with which dockerd would not start, though each of them alone is right.
  func refuse(
    _ planned: DaemonSettings, for remedies: [DaemonRemedy]
  ) throws(RemediationError) {
    for remedy in remedies {
      switch remedy.key {
      case .liveRestore:
        guard let info else {
          throw .refused(
            "it is not known whether dockerd is in swarm mode, which does not go with live-restore")
        }
        guard ["", "inactive"].contains(info.swarm.localNodeState.value ?? "") else {
          throw .refused("dockerd is in swarm mode, which does not go with live-restore")
        }
      case .icc where bool(.iptables, planned) == false:
        throw .refused(
          "iptables is false, and dockerd does not start then with icc false; set iptables to true first"
        )
      case .icc where info?.liveRestore.value == true && hasRunningContainer:
        throw .refused(
          "live-restore keeps the containers running while dockerd restarts, and it leaves the default bridge as it is while any runs; stop them first"
        )
      default: break
      }
    }
  }

  private var hasRunningContainer: Bool {
    (snapshot.containers.value ?? []).contains {
      (try? $0.inspection.value?.isRunning()) ?? true
    }
  }

  /// What a dockerd that is started with `planned` in its file has.
  private func bool(_ key: DaemonSettings.Key, _ planned: DaemonSettings) -> Bool? {
    guard let flag = command.flag(key.rawValue) else { return planned.bool(key) }
    return !key.isSame(flag.value, as: .bool(false))
  }

  /// Refuses to restart dockerd with another command than the one that was looked at.
  func refuseStaleUnit(_ effects: Set<Effect>) throws(RemediationError) {
    guard effects.contains(.dockerdRestart), command.isStale, let unit = command.unit else {
      return
    }
    throw .refused(
      "'\(unit)' was changed after systemd read it; run 'systemctl daemon-reload' first")
  }

  func notes(for effects: Set<Effect>) -> [String] {
    guard effects.contains(.dockerdRestart),
      snapshot.daemon.configurationIsAsRead == .found(false)
    else { return [] }
    return [
      "'\(snapshot.daemon.configurationPath)' was changed after dockerd started: what else was changed there takes effect with the restart, too"
    ]
  }
}

extension DaemonSettings.Key {
  /// What dockerd has where nobody said anything, of the settings that are remedied.
  fileprivate var standard: DaemonSettings.Value? {
    switch self {
    case .debug, .experimental, .liveRestore, .noNewPrivileges: .bool(false)
    case .icc, .iptables, .userlandProxy: .bool(true)
    case .logLevel: .text("info")
    case .insecureRegistries: .list([])
    default: nil
    }
  }

  /// Whether dockerd takes both for the same.
  fileprivate func isSame(
    _ value: DaemonSettings.Value, _ other: DaemonSettings.Value
  ) -> Bool {
    if self == .logLevel, case .text(let level) = value, case .text(let wanted) = other {
      return level.lowercased() == wanted
    }
    return value == other
  }

  /// Whether the value of a flag is `wanted`; of lists it is not looked at.
  fileprivate func isSame(_ flag: String, as wanted: DaemonSettings.Value) -> Bool {
    switch wanted {
    // What Go's `strconv.ParseBool` takes for true and false.
    case .bool(true): ["1", "t", "T", "TRUE", "true", "True"].contains(flag)
    case .bool(false): ["0", "f", "F", "FALSE", "false", "False"].contains(flag)
    case .text: isSame(.text(flag), wanted)
    case .list: false
    }
  }
}
