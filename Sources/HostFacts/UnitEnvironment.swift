import Documents

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The environment that a unit gives its processes, as far as its own settings tell, see
/// systemd.exec(5).
struct UnitEnvironment {
  let root: HostRoot
  let specifiers: UnitSpecifiers

  private static let fileLimit = 1000

  /// `Environment=`, then the files of `EnvironmentFile=`, which are stronger, without what
  /// `UnsetEnvironment=` takes away.
  func variables(of unit: UnitFile) throws(ReadFailure) -> [String: UnitFile.Entry] {
    var assignments: [UnitFile.Entry] = []
    for entry in unit.entries("Service.Environment") {
      for word in CommandLine.split(entry.value) {
        assignments.append(.init(value: try specifiers.expand(word), place: entry.place))
      }
    }
    for entry in unit.values("Service.EnvironmentFile") {
      let isOptional = entry.hasPrefix("-")
      let path = try specifiers.expand(isOptional ? String(entry.dropFirst()) : entry)
      for file in try files(path, isOptional: isOptional) {
        do throws(ReadFailure) {
          // The lines are those of a unit file, a backslash at the end joining two.
          assignments += UnitFile.numberedLines(of: try root.text(of: file)).map { line in
            UnitFile.Entry(
              value: CommandLine.split(line.text).joined(separator: " "),
              place: UnitPlace(file: file, line: line.number))
          }
        } catch {
          if !(isOptional && error.isAbsence) { throw error }
        }
      }
    }
    var variables: [String: UnitFile.Entry] = [:]
    for assignment in assignments {
      let pair = assignment.value.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 {
        variables[String(pair[0])] = .init(value: String(pair[1]), place: assignment.place)
      }
    }
    for word in unit.values("Service.UnsetEnvironment").flatMap(CommandLine.split) {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(pair[0])
      if pair.count == 1 || variables[name]?.value == String(pair[1]) { variables[name] = nil }
    }
    return variables
  }

  /// The files that `pattern` stands for, in the order of their names, see glob(7).
  private func files(_ pattern: String, isOptional: Bool) throws(ReadFailure) -> [String] {
    func isPattern(_ text: some StringProtocol) -> Bool {
      text.contains { $0 == "*" || $0 == "?" || $0 == "[" }
    }
    guard isPattern(pattern) else { return [pattern] }
    var paths = [""]
    for component in pattern.split(separator: "/").map(String.init) {
      guard isPattern(component) else {
        paths = paths.map { $0 + "/" + component }
        continue
      }
      var matches: [String] = []
      for directory in paths {
        do throws(ReadFailure) {
          for name in try root.entries(of: directory.isEmpty ? "/" : directory)
          where fnmatch(component, name, FNM_PERIOD) == 0 {
            matches.append(directory + "/" + name)
          }
        } catch {
          if !error.isAbsence { throw error }
        }
      }
      paths = matches
      guard paths.count <= Self.fileLimit else {
        throw ReadFailure("cannot read '\(pattern)': more than \(Self.fileLimit) files")
      }
    }
    var survey = FileSurvey(root)
    paths.removeAll { survey.look(at: $0) == .absent }
    guard isOptional || !paths.isEmpty else {
      throw ReadFailure("cannot read '\(pattern)': no such file or directory")
    }
    return paths
  }
}
