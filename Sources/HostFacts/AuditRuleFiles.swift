import HardeningModel

/// The files that audit rules are loaded from when the host starts, see augenrules(8). What they say is
/// not in force until then: they only explain why the kernel does not have a rule.
struct AuditRuleFiles {
  let root: HostRoot

  private static let directory = "/etc/audit/rules.d"
  private static let generated = "/etc/audit/audit.rules"
  private static let fileLimit = 256
  private static let watchLimit = 10_000

  /// The paths that the files watch for writing or changes of attributes; absent where there are none.
  func watches() -> Reading<[ConfiguredWatch]> {
    var files = [Self.generated]
    do {
      files += try root.entries(of: Self.directory, limit: Self.fileLimit)
        .filter { $0.hasSuffix(".rules") }.map { Self.directory + "/" + $0 }
    } catch {
      if !error.isAbsence { return .unreadable(error.description) }
    }
    var watches: [ConfiguredWatch] = []
    var isAbsent = true
    for file in files {
      do {
        watches += Self.watches(in: try root.text(of: file), file: file)
        isAbsent = false
      } catch {
        if !error.isAbsence { return .unreadable(error.description) }
      }
      if watches.count > Self.watchLimit {
        return .unreadable("cannot read '\(file)': more than \(Self.watchLimit) rules")
      }
    }
    return isAbsent ? .absent : .found(watches)
  }

  /// The watches among the lines of `text`.
  static func watches(in text: String, file: String) -> [ConfiguredWatch] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .compactMap { index, line in
        path(watchedBy: String(line)).map {
          ConfiguredWatch(file: file, line: index + 1, path: $0)
        }
      }
  }

  /// The path in `-w PATH`, `-F path=PATH` or `-F dir=PATH`; `nil` where there is none, where the rule
  /// says never, or where it is about neither writing nor attributes.
  private static func path(watchedBy line: String) -> String? {
    var words = CommandLine.split(line).makeIterator()
    var path: String?
    var permissions = "rwxa"
    while let word = words.next() {
      if word.hasPrefix("#") { break }
      switch word {
      case "-w": path = words.next()
      case "-p": permissions = words.next() ?? ""
      case "-a", "-A":
        if words.next()?.split(separator: ",").contains("never") ?? true { return nil }
      case "-F":
        let pair = (words.next() ?? "").split(separator: "=", maxSplits: 1)
        guard pair.count == 2 else { continue }
        switch pair[0] {
        case "path", "dir": path = String(pair[1])
        case "perm": permissions = String(pair[1])
        default: break
        }
      default: break
      }
    }
    guard let path, path.hasPrefix("/"), permissions.contains(where: { "wa".contains($0) }) else {
      return nil
    }
    return path
  }
}
