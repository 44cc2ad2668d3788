import HardeningModel

/// The environment that systemd gives to every service it starts.
struct ServiceEnvironment {
  let root: HostRoot

  /// What `name` is for a service that says nothing of it: in the environment `running` of the systemd
  /// that runs, else as its configuration files have it.
  func variable(_ name: String, running: [String]?) -> Reading<ExportedVariable> {
    if let running {
      let value = running.last { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1)
      return value.map {
        .found(ExportedVariable(value: String($0), source: "systemd's environment"))
      } ?? .absent
    }
    guard !root.isThisHost else { return .unreadable("systemd was not reached") }
    do {
      return try configured(name).map { .found($0) } ?? .absent
    } catch {
      return .unreadable(error.description)
    }
  }

  /// `DefaultEnvironment=` of systemd-system.conf(5): the strongest main file, then all drop-ins in the
  /// order of their names.
  private func configured(_ name: String) throws(ReadFailure) -> ExportedVariable? {
    var files: [String] = []
    let directories = ["/etc", "/run", "/usr/local/lib", "/usr/lib"].map { $0 + "/systemd" }
    var survey = FileSurvey(root)
    let main = directories.map { $0 + "/system.conf" }.first { survey.look(at: $0) != .absent }
    if let main { files.append(main) }
    var dropIns: [String: String] = [:]
    for directory in directories {
      let folder = directory + "/system.conf.d"
      do throws(ReadFailure) {
        for file in try root.entries(of: folder) where file.hasSuffix(".conf") {
          dropIns[file] = dropIns[file] ?? "\(folder)/\(file)"
        }
      } catch {
        if !error.isAbsence { throw error }
      }
    }
    files += dropIns.sorted { $0.key < $1.key }.map(\.value)
    var texts: [UnitFile.Text] = []
    for file in files where (try? root.link(at: file)) != "/dev/null" {
      texts.append(.init(file: file, text: try root.text(of: file)))
    }
    let assignments = UnitFile(texts).values("Manager.DefaultEnvironment")
      .flatMap(CommandLine.split)
    guard let last = assignments.last(where: { $0.hasPrefix(name + "=") }) else { return nil }
    return ExportedVariable(
      value: String(last.dropFirst(name.count + 1)), source: "DefaultEnvironment of systemd")
  }
}
