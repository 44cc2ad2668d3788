import Documents
import HardeningModel

/// The dockerd that serves one API socket, and how it was told to run.
struct DaemonReader {
  let root: HostRoot
  let service: Reading<UnitLocation>

  /// What is known of the daemon; `process` is the one that serves the socket.
  func facts(of process: Reading<DaemonProcess>) -> DaemonFacts {
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
        // The lines are those of a unit file, a backslash at the end joining two.
        assignments += UnitFile.logicalLines(of: text).map {
          CommandLine.split($0).joined(separator: " ")
        }
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

extension HostRoot {
  /// The texts of a unit file and its drop-ins; none where the unit is masked, and none of a drop-in
  /// that is.
  func unitTexts(_ location: UnitLocation) throws(ReadFailure) -> [String] {
    var texts: [String] = []
    for (index, path) in location.files.enumerated() {
      if path == "/dev/null" || (try? link(at: path)) == "/dev/null" {
        if index == 0 { return [] }
        continue
      }
      texts.append(try text(of: path))
    }
    return texts
  }
}
