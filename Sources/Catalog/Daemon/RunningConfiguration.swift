import HardeningModel

/// What is known of the configuration of the dockerd that runs.
struct RunningConfiguration {
  let daemon: DaemonFacts

  /// One setting of the running dockerd; no value is its default.
  struct Setting {
    var value: DaemonSettings.Value?
    /// Where it was read.
    var source: String

    var bool: Bool? { if case .bool(let value)? = value { value } else { nil } }
    var list: [String] { if case .list(let value)? = value { value } else { [] } }
    /// An empty text is the default, too.
    var text: String? {
      if case .text(let value)? = value, !value.isEmpty { value } else { nil }
    }
  }

  /// The setting in effect; throws where that is not known.
  ///
  /// A flag is in effect for as long as the process runs. The file is what the process read when it
  /// started, and of that nothing is known once it was changed.
  func setting(_ key: DaemonSettings.Key) throws -> Setting {
    let flags = try flags()
    if let value = flags[key] { return Setting(value: value, source: daemon.flagsSource) }
    let file = try file()
    let path = daemon.configurationPath
    guard let value = file?[key] else {
      return Setting(source: file == nil ? daemon.flagsSource : "\(daemon.flagsSource), \(path)")
    }
    return Setting(value: value, source: path)
  }

  /// The flags of the running process.
  func flags() throws -> DaemonSettings {
    switch daemon.process {
    case .found: break
    case .absent: throw CannotTell("no running dockerd was found")
    case .unreadable(let reason): throw CannotTell(reason)
    }
    switch daemon.flags {
    case .found(let flags): return flags
    case .absent: throw CannotTell("the flags of dockerd were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }

  /// What the running process read from its configuration file; `nil` where there was none.
  private func file() throws -> DaemonSettings? {
    switch daemon.configurationIsAsRead {
    case .found(true): break
    case .found(false):
      throw CannotTell(
        "'\(daemon.configurationPath)' was changed after dockerd started, which may have read something else"
          + problem.map { "; now: \($0)" }.joined())
    case .absent: throw CannotTell("when dockerd started was not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
    switch daemon.configuration {
    case .found(let file): return file
    case .absent: return nil
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }

  /// Why the configuration file cannot be read now.
  private var problem: [String] {
    if case .unreadable(let reason) = daemon.configuration { [reason] } else { [] }
  }
}
