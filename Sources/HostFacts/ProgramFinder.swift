import HardeningModel

/// Where the programs are that run containers, and what containerd keeps and reads.
struct ProgramFinder {
  let root: HostRoot
  let daemon: DaemonFacts
  /// The unit of dockerd.
  let service: Reading<UnitLocation>
  /// The unit of containerd.
  let containerd: Reading<UnitLocation>

  /// Where programs are looked for that are started by their names alone.
  private static let searchPath = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]
  private static let standardState = "/run/containerd"
  private static let standardConfiguration = "/etc/containerd/config.toml"

  /// The paths of every role, each looked at in `survey`; `socket` is that of containerd.
  func paths(
    _ survey: inout FileSurvey, socket: Reading<[String]>
  ) -> [FileRole: Reading<[String]>] {
    let dockerd = dockerd(&survey)
    let command = command(of: containerd)
    var directories = Self.searchPath
    for path in (dockerd.value ?? []) + [command.value?.first].compactMap({ $0 })
    where path.hasPrefix("/") {
      directories.insert(Self.directory(of: path), at: 0)
    }
    let containerd: Reading<[String]> =
      switch command {
      case .unreadable(let reason): .unreadable(reason)
      case .found(let words) where words[0].hasPrefix("/"):
        canonical([words[0]], &survey)
      default: programs(["containerd", "docker-containerd"], in: directories, &survey)
      }
    // The second name is that of Docker before 18.09.
    let names: [(FileRole, [String])] = [
      (.containerdShim, ["containerd-shim", "docker-containerd-shim"]),
      (.containerdShimRuncV1, ["containerd-shim-runc-v1"]),
      (.containerdShimRuncV2, ["containerd-shim-runc-v2"]),
      (.runc, ["runc", "docker-runc"]),
    ]
    var paths = Dictionary(
      uniqueKeysWithValues: names.map { role, names in
        (role, programs(names, in: directories, &survey))
      })
    paths[.dockerd] = dockerd
    paths[.containerd] = containerd
    paths[.containerdState] = socket.map { sockets in
      existing(sockets.map(Self.directory) + [Self.standardState], &survey)
    }
    paths[.containerdConfiguration] = command.map { [Self.configuration(in: $0)] }
    if command == .absent { paths[.containerdConfiguration] = .found([Self.standardConfiguration]) }
    for path in paths.values.flatMap({ $0.value ?? [] }) { survey.look(at: path) }
    return paths
  }

  /// The executable of the process that serves the API, else what the unit starts, else what is found
  /// by its name.
  private func dockerd(_ survey: inout FileSurvey) -> Reading<[String]> {
    if let process = daemon.process.value {
      // Until it is restarted, a daemon that was upgraded runs a file that is no longer there.
      let deleted = " (deleted)"
      let path = process.executable
      return canonical(
        [path.hasSuffix(deleted) ? String(path.dropLast(deleted.count)) : path], &survey)
    }
    switch command(of: service) {
    case .found(let words) where words[0].hasPrefix("/"): return canonical([words[0]], &survey)
    case .unreadable(let reason): return .unreadable(reason)
    default: return programs(["dockerd"], in: Self.searchPath, &survey)
    }
  }

  /// The words of the command that a unit starts; absent where it has none.
  private func command(of unit: Reading<UnitLocation>) -> Reading<[String]> {
    switch unit {
    case .absent: return .absent
    case .unreadable(let reason): return .unreadable(reason)
    case .found(let location):
      do {
        let texts = try root.unitTexts(location)
        guard let line = UnitFile(texts).values("Service.ExecStart").last else { return .absent }
        var words = CommandLine.words(of: line, environment: [:])
        guard let program = words.first else { return .absent }
        // What may stand before the path, see systemd.service(5).
        words[0] = String(program.drop { "@-:+!|".contains($0) })
        return .found(words)
      } catch {
        return .unreadable(error.description)
      }
    }
  }

  private static func configuration(in words: [String]) -> String {
    for (index, word) in words.enumerated() {
      for flag in ["--config=", "-c="] where word.hasPrefix(flag) {
        return String(word.dropFirst(flag.count))
      }
      if word == "--config" || word == "-c", index + 1 < words.count { return words[index + 1] }
    }
    return standardConfiguration
  }

  /// The programs of these names in these directories, without symbolic links; absent where there is
  /// none.
  private func programs(
    _ names: [String], in directories: [String], _ survey: inout FileSurvey
  ) -> Reading<[String]> {
    var paths: [String] = []
    for name in names {
      for directory in directories {
        switch survey.look(at: directory == "/" ? "/" + name : directory + "/" + name) {
        case .found(let fact):
          if fact.kind == .regular, !paths.contains(fact.canonical) { paths.append(fact.canonical) }
        case .unreadable(let reason): return .unreadable(reason)
        case .absent: break
        }
      }
    }
    return paths.isEmpty ? .absent : .found(paths.sorted())
  }

  /// The paths without symbolic links; one that leads nowhere stays as it is.
  private func canonical(
    _ paths: [String], _ survey: inout FileSurvey
  ) -> Reading<[String]> {
    .found(paths.map { survey.look(at: $0).value?.canonical ?? $0 })
  }

  /// Those that are there, or may be, each once; the first one where none is. The root directory is
  /// nobody's state.
  private func existing(_ paths: [String], _ survey: inout FileSurvey) -> [String] {
    var seen: Set<String> = []
    let candidates = paths.filter { $0 != "/" }
    let existing = candidates.filter { path in
      let reading = survey.look(at: path)
      return reading != .absent && seen.insert(reading.value?.canonical ?? path).inserted
    }
    return existing.isEmpty ? Array(candidates.prefix(1)) : existing
  }

  static func directory(of path: String) -> String {
    let parent = path.utf8.prefix(
      upTo: path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex)
    return parent.isEmpty ? "/" : String(Substring(parent))
  }
}
