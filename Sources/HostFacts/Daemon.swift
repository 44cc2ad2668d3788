import Documents
import HardeningModel

/// The dockerd that serves one API socket, and how it was told to run.
struct DaemonReader {
  let root: HostRoot
  let service: Reading<UnitLocation>
  let socket: Reading<UnitLocation>
  let host: HostIdentity

  private static let unit = "docker.service"
  private static let standardPidFile = "/var/run/docker.pid"

  /// What is known of the daemon that serves the socket.
  func facts(of daemon: ServingDaemon) -> DaemonFacts {
    facts(of: .found(daemon.process), holding: daemon.sockets.map(Reading.found) ?? .absent)
  }

  /// What is known of the daemon; `process` is the one that serves the socket. `sockets` are those that it
  /// holds: absent where nobody asks where it listens, and `nil` where they are yet to be read.
  func facts(
    of process: Reading<DaemonProcess>, holding sockets: Reading<HeldSockets>? = nil
  ) -> DaemonFacts {
    var facts = DaemonFacts()
    facts.process = process
    switch process {
    case .found(let process):
      facts.flagsSource = "dockerd argv"
      facts.flags = argumentsOfProcess(process.pid)
    case .absent:
      facts.flagsSource = "ExecStart of docker.service"
      facts.flags = argumentsOfUnit()
    case .unreadable(let reason):
      // An Engine answers, and it need not be the one that the unit would start.
      facts.flagsSource = "dockerd argv"
      facts.flags = .unreadable(reason)
    }
    facts.configurationPath = Self.configurationPath(facts.flags)
    facts.configuration = configuration(at: facts.configurationPath)
    facts.planned = planned(facts)
    let activated = activated()
    facts.activatedStreams = activated.map(\.addresses)
    facts.activatedSocket = activated.map(\.activated)
    if case .found(let process) = process {
      facts.listeners =
        sockets == .absent
        ? .unreadable("it was not read where dockerd listens")
        : TCPListeners(root: root).held(by: process.pid, sockets?.value)
      facts.configurationIsAsRead = ConfigurationAge(root: root).isAsRead(
        facts.configurationPath, by: process.pid,
        pidFile: facts.settings.value?.pidFile ?? Self.standardPidFile)
    } else if case .unreadable(let reason) = process {
      facts.listeners = .unreadable(reason)
      facts.configurationIsAsRead = .unreadable(reason)
    }
    return facts
  }

  private static func configurationPath(_ flags: Reading<DaemonSettings>) -> String {
    if let path = flags.value?.configurationFile, !path.isEmpty { return path }
    return DaemonFacts.standardConfigurationPath
  }

  /// What the unit would start now, when the daemon belongs to it; else what would be started by the
  /// same command.
  private func planned(_ facts: DaemonFacts) -> Reading<DaemonSettings> {
    var flags = facts.flags
    if case .found(let process) = facts.process, belongsToUnit(process.pid) {
      flags = argumentsOfUnit()
    }
    let path = Self.configurationPath(flags)
    let file = path == facts.configurationPath ? facts.configuration : configuration(at: path)
    if let (flags, file) = flags.value.flatMap({ flags in file.value.map { (flags, $0) } }),
      let key = flags.values.keys.filter({ file[$0] != nil }).map(\.rawValue).min()
    {
      return .unreadable(
        "'\(key)' is set both by a flag and in '\(path)', and dockerd does not start with both")
    }
    return flags.filled(from: file)
  }

  /// Whether a process is in the unit's cgroup, see cgroups(7).
  private func belongsToUnit(_ pid: Int) -> Bool {
    let text = (try? root.text(of: "/proc/\(pid)/cgroup")) ?? ""
    return text.split(separator: "\n").contains { $0.hasSuffix("/" + Self.unit) }
  }

  private func activated() -> Reading<SocketUnit> {
    switch socket {
    case .absent: return .absent
    case .unreadable(let reason): return .unreadable(reason)
    case .found(let location):
      do {
        return .found(try root.socketUnit(location, host))
      } catch {
        return .unreadable(error.description)
      }
    }
  }

  private func argumentsOfProcess(_ pid: Int) -> Reading<DaemonSettings> {
    do {
      let words = try root.text(of: "/proc/\(pid)/cmdline").split(
        separator: "\0", omittingEmptySubsequences: false)
      // The text ends in a NUL, after which there is no further word.
      return .found(DaemonFlags.settings(from: words.dropFirst().dropLast().map(String.init)))
    } catch {
      return .unreadable(error.description)
    }
  }

  private func argumentsOfUnit() -> Reading<DaemonSettings> {
    switch service {
    case .absent: return .absent
    case .unreadable(let reason): return .unreadable(reason)
    case .found(let location):
      do {
        let words = try root.arguments(of: Self.unit, at: location, host)
        return words.map { .found(DaemonFlags.settings(from: $0.map(\.text))) } ?? .absent
      } catch {
        return .unreadable("\(error)")
      }
    }
  }

  private func configuration(at path: String) -> Reading<DaemonSettings> {
    let bytes: [UInt8]
    do {
      bytes = try root.contents(of: path)
    } catch {
      return error.isAbsence ? .absent : .unreadable(error.description)
    }
    do {
      return .found(try DaemonConfigurationFile.settings(from: bytes, file: path))
    } catch {
      return .unreadable("\(error)")
    }
  }
}

extension HostRoot {
  /// The texts of a unit file and its drop-ins; none where the unit is masked, and none of a drop-in
  /// that is.
  func unitTexts(_ location: UnitLocation) throws(ReadFailure) -> [UnitFile.Text] {
    var texts: [UnitFile.Text] = []
    for (index, path) in location.files.enumerated() {
      if path == "/dev/null" || (try? link(at: path)) == "/dev/null" {
        if index == 0 { return [] }
        continue
      }
      texts.append(.init(file: path, text: try text(of: path)))
    }
    return texts
  }

  /// What the service called `unit` gives to its program; `nil` where it starts none.
  func arguments(
    of unit: String, at location: UnitLocation, _ host: HostIdentity
  ) throws(ReadFailure) -> [PlacedWord]? {
    let file = UnitFile(try unitTexts(location))
    guard let command = file.entries("Service.ExecStart").last else { return nil }
    let specifiers = UnitSpecifiers(unit: unit, host: host)
    let environment = UnitEnvironment(root: self, specifiers: specifiers)
    return try CommandLine.arguments(
      of: command, environment: environment.variables(of: file), specifiers: specifiers)
  }

  /// What `docker.socket` says.
  func socketUnit(
    _ location: UnitLocation, _ host: HostIdentity
  ) throws(ReadFailure) -> SocketUnit {
    try SocketUnit(
      UnitFile(try unitTexts(location)),
      specifiers: UnitSpecifiers(unit: "docker.socket", host: host))
  }
}
