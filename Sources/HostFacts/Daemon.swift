import Documents
import HardeningModel

/// The dockerd that serves one API socket, and how it was told to run.
struct DaemonReader {
  let root: HostRoot
  let service: Reading<UnitLocation>

  /// What is known of the daemon behind the socket at `socketPath`; `peer` is the process that began
  /// to listen there, where that is known.
  func facts(socketPath: String, peer: Int?, isReachable: Bool) -> DaemonFacts {
    var facts = DaemonFacts()
    facts.process = process(socketPath: socketPath, peer: peer, isReachable: isReachable)
    switch facts.process {
    case .found(let process):
      facts.flagsSource = "dockerd argv"
      facts.flags = argumentsOfProcess(process.pid)
    case .absent, .unreadable:
      facts.flagsSource = "ExecStart of docker.service"
      facts.flags = argumentsOfUnit()
    }
    if let path = facts.flags.value?.configurationFile, !path.isEmpty {
      facts.configurationPath = path
    }
    facts.configuration = configuration(at: facts.configurationPath)
    return facts
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
        let unit = try unitFile(location)
        guard let command = unit.values("Service.ExecStart").last else { return .absent }
        let words = CommandLine.words(of: command, environment: try environment(of: unit))
        return .found(DaemonFlags.settings(from: words.dropFirst()))
      } catch {
        return .unreadable("\(error)")
      }
    }
  }

  private func unitFile(_ location: UnitLocation) throws -> UnitFile {
    UnitFile(try root.unitTexts(location))
  }

  /// `Environment=` and then `EnvironmentFile=`, which is stronger, see systemd.exec(5).
  private func environment(of unit: UnitFile) throws -> [String: String] {
    var assignments = unit.values("Service.Environment").flatMap(CommandLine.split)
    for entry in unit.values("Service.EnvironmentFile") {
      let isOptional = entry.hasPrefix("-")
      do throws(ReadFailure) {
        let text = try root.text(of: isOptional ? String(entry.dropFirst()) : entry)
        assignments += text.split(whereSeparator: \.isNewline).map(\.trimmed)
          .filter { !$0.hasPrefix("#") && !$0.hasPrefix(";") }
          .map { CommandLine.split($0).joined(separator: " ") }
      } catch {
        if !(isOptional && error.isAbsence) { throw error }
      }
    }
    var environment: [String: String] = [:]
    for assignment in assignments {
      let pair = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { environment[String(pair[0])] = String(pair[1]) }
    }
    return environment
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

extension DaemonReader {
  private static let pidFile = "/var/run/docker.pid"

  /// The process that serves the socket. Whoever listens there is the daemon, whatever it is called;
  /// with socket activation systemd began to listen, and the daemon is the one that holds the same
  /// socket.
  private func process(socketPath: String, peer: Int?, isReachable: Bool) -> Reading<DaemonProcess>
  {
    guard root.isThisHost else { return .absent }
    if let peer, let executable = executable(of: peer), peer != 1,
      name(of: executable) != "systemd"
    {
      return .found(DaemonProcess(pid: peer, executable: executable))
    }
    let told = [service.value?.mainPID, pidInFile()].compactMap { $0 }
    guard isReachable else { return daemon(among: told) { name(of: $0.executable) == "dockerd" } }
    let serving = daemon(among: told) { listens($0.pid, at: socketPath) }
    if serving.value != nil { return serving }
    let found = daemon(among: processes()) {
      name(of: $0.executable) == "dockerd" && listens($0.pid, at: socketPath)
    }
    if found.value != nil { return found }
    return .unreadable("cannot tell which process serves '\(socketPath)'")
  }

  /// The first process of `pids` that `isIt` accepts.
  private func daemon(
    among pids: [Int], where isIt: (DaemonProcess) -> Bool
  ) -> Reading<DaemonProcess> {
    for pid in pids {
      guard let executable = executable(of: pid) else { continue }
      let process = DaemonProcess(pid: pid, executable: executable)
      if isIt(process) { return .found(process) }
    }
    return .absent
  }

  private func pidInFile() -> Int? {
    (try? root.text(of: Self.pidFile, limit: 64)).flatMap { Int($0.trimmed) }
  }

  private func processes() -> [Int] {
    ((try? root.entries(of: "/proc")) ?? []).compactMap { Int($0) }
  }

  private func executable(of pid: Int) -> String? {
    try? root.link(at: "/proc/\(pid)/exe")
  }

  private func name(of executable: String) -> String { ProcessScan.fileName(of: executable) }

  /// Whether `pid` holds the socket that listens at `path`, see proc(5) on `net/unix`.
  private func listens(_ pid: Int, at path: String) -> Bool {
    guard let table = try? root.text(of: "/proc/\(pid)/net/unix", limit: 16 << 20) else {
      return false
    }
    var survey = FileSurvey(root)
    let socket = survey.look(at: path).value?.canonical ?? path
    let name = socket.split(separator: "/").last
    var inodes: Set<Substring> = []
    for line in table.split(separator: "\n").dropFirst() {
      // Num RefCount Protocol Flags Type St Inode Path; the flag 0x10000 marks a listener.
      let fields = line.split(separator: " ", maxSplits: 7)
      guard fields.count == 8, fields[3] == "00010000", fields[7].hasPrefix("/") else { continue }
      let bound = String(fields[7])
      guard bound.split(separator: "/").last == name else { continue }
      if bound == path || bound == socket || survey.look(at: bound).value?.canonical == socket {
        inodes.insert(fields[6])
      }
    }
    guard !inodes.isEmpty, let descriptors = try? root.entries(of: "/proc/\(pid)/fd") else {
      return false
    }
    return descriptors.contains { number in
      guard let target = try? root.link(at: "/proc/\(pid)/fd/\(number)") else { return false }
      return target.hasPrefix("socket:[") && inodes.contains(target.dropFirst(8).dropLast())
    }
  }
}

extension HostRoot {
  /// The texts of a unit file and its drop-ins.
  func unitTexts(_ location: UnitLocation) throws(ReadFailure) -> [String] {
    var texts: [String] = []
    for path in location.files where path != "/dev/null" { texts.append(try text(of: path)) }
    return texts
  }
}
