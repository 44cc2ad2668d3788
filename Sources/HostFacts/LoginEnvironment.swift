import HardeningModel

/// The environment that whoever logs in on a host gets from it: from PAM, see pam_env(8), and from the
/// files that login shells of the Bourne family read, see "INVOCATION" in bash(1).
struct LoginEnvironment {
  let root: HostRoot

  private static let profile = "/etc/profile"
  private static let fragments = "/etc/profile.d"

  /// What `name` is for a login shell before the user's own files are read; absent where it is not
  /// exported, unreadable where that cannot be told for certain.
  func variable(_ name: String) -> Reading<ExportedVariable> {
    do {
      var scripts: [(path: String, effects: [ShellScript.Effect])] = []
      if let text = try text(of: Self.profile) {
        scripts.append((Self.profile, ShellScript.effects(on: name, in: text)))
        if text.contains(Self.fragments) { scripts += try fragmentEffects(on: name) }
      }
      scripts.removeAll { $0.effects.isEmpty }
      return try result(scripts, name, before: PAMEnvironment(root: root).variable(name))
    } catch {
      return .unreadable(error.description)
    }
  }

  /// What a script does to the variable, after PAM has set it or not.
  private func result(
    _ scripts: [(path: String, effects: [ShellScript.Effect])], _ name: String,
    before: ExportedVariable?
  ) throws(ReadFailure) -> Reading<ExportedVariable> {
    var outcomes: [ExportedVariable?] = []
    for script in scripts {
      guard !script.effects.contains(.unclear) else {
        throw ReadFailure("'\(script.path)' sets \(name) under conditions that are not followed")
      }
      var survey = FileSurvey(root)
      if let mode = survey.look(at: script.path).value?.mode, mode & 0o004 == 0 {
        throw ReadFailure("'\(script.path)' sets \(name) for those alone who may read it")
      }
      outcomes.append(Self.outcome(of: script.effects, source: script.path, before: before))
    }
    // In which order scripts are read depends on the shell's language.
    if let first = outcomes.first, outcomes.contains(where: { $0?.value != first?.value }) {
      let paths = scripts.map { "'\($0.path)'" }.joined(separator: " and ")
      throw ReadFailure("\(paths) set \(name) differently")
    }
    let last = outcomes.isEmpty ? before : outcomes[0]
    return last.map { .found($0) } ?? .absent
  }

  private static func outcome(
    of effects: [ShellScript.Effect], source: String, before: ExportedVariable?
  ) -> ExportedVariable? {
    var value = before?.value
    // What was exported once stays so, whatever is assigned to it.
    var isExported = before != nil
    for effect in effects {
      switch effect {
      case .set(let text, let exported):
        value = text
        isExported = isExported || exported
      case .export: isExported = true
      case .unset:
        value = nil
        isExported = false
      case .unclear: break
      }
    }
    guard isExported, let value else { return nil }
    return ExportedVariable(value: value, source: source)
  }

  private func fragmentEffects(
    on name: String
  ) throws(ReadFailure) -> [(path: String, effects: [ShellScript.Effect])] {
    let names: [String]
    do throws(ReadFailure) {
      names = try root.entries(of: Self.fragments, limit: 1024)
    } catch {
      if error.isAbsence { return [] }
      throw error
    }
    var scripts: [(path: String, effects: [ShellScript.Effect])] = []
    for file in names where file.hasSuffix(".sh") && !file.hasPrefix(".") {
      let path = "\(Self.fragments)/\(file)"
      guard let text = try text(of: path), text.contains(name) else { continue }
      let effects = ShellScript.effects(on: name, in: text)
      // Some distributions read any name, others only these.
      let isPlain = file.utf8.allSatisfy { byte in
        byte < 0x80
          && (Character(Unicode.Scalar(byte)).isLetter
            || Character(Unicode.Scalar(byte)).isNumber || "._-".utf8.contains(byte))
      }
      scripts.append((path, isPlain ? effects : effects.map { _ in .unclear }))
    }
    return scripts
  }

  private func text(of path: String) throws(ReadFailure) -> String? {
    do throws(ReadFailure) {
      return try root.text(of: path)
    } catch {
      if error.isAbsence { return nil }
      throw error
    }
  }
}

/// What PAM puts into the environment of whoever logs in.
struct PAMEnvironment {
  let root: HostRoot

  private static let file = "/etc/environment"
  private static let configuration = "/etc/security/pam_env.conf"
  /// The ways to log in that count where they are there.
  private static let services = ["login", "sshd"]

  func variable(_ name: String) throws(ReadFailure) -> ExportedVariable? {
    for line in lines(of: try text(of: Self.configuration)) where line.hasPrefix(name) {
      // Its values may refer to others.
      throw ReadFailure("'\(Self.configuration)' sets \(name) in a way that is not followed")
    }
    guard let value = Self.value(of: name, in: try text(of: Self.file)), try isRead() else {
      return nil
    }
    return ExportedVariable(value: value, source: Self.file)
  }

  /// The value that a file like `/etc/environment` gives, as pam_env reads it: `NAME=VALUE` with or
  /// without `export`, quotes around the value, `#` before a comment. A name alone takes it away.
  static func value(of name: String, in text: String) -> String? {
    var value: String?
    for line in text.split(separator: "\n") {
      var line = Substring(line.trimmed)
      if line.hasPrefix("export ") { line = line.dropFirst("export ".count) }
      line = Substring(line.prefix { $0 != "#" }.trimmed)
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let key = parts.first, key == name else { continue }
      guard parts.count == 2 else {
        value = nil
        continue
      }
      var text = parts[1]
      if let quote = text.first, quote == "\"" || quote == "'" {
        text = text.dropFirst()
        if let last = text.last, last == "\"" || last == "'" { text = text.dropLast() }
      }
      value = String(text)
    }
    return value
  }

  /// Whether each way to log in reads `/etc/environment`.
  private func isRead() throws(ReadFailure) -> Bool {
    var isRead = false
    for service in Self.services {
      let path = "/etc/pam.d/\(service)"
      var survey = FileSurvey(root)
      guard survey.look(at: path) != .absent else { continue }
      guard try loads(path, depth: 0) else { return false }
      isRead = true
    }
    return isRead
  }

  /// Whether a service's file, or one that it includes, has pam_env read the file, see pam.conf(5).
  private func loads(_ path: String, depth: Int) throws(ReadFailure) -> Bool {
    guard depth < 8 else { throw ReadFailure("cannot read '\(path)': included too deep") }
    for line in lines(of: try text(of: path)) {
      let words = line.split(whereSeparator: \.isWhitespace)
      let module = words.firstIndex { $0.split(separator: "/").last == "pam_env.so" }
      if let module {
        let options = words[module...].dropFirst()
        if !options.contains("readenv=0"), !options.contains(where: { $0.hasPrefix("envfile=") }) {
          return true
        }
      }
      let isInclusion =
        words.first == "@include"
        || (words.count > 2 && ["include", "substack"].contains(words[1]))
      if isInclusion, let file = words.last, words.count > 1 {
        let included = file.hasPrefix("/") ? String(file) : "/etc/pam.d/\(file)"
        if try loads(included, depth: depth + 1) { return true }
      }
    }
    return false
  }

  /// The lines that say something.
  private func lines(of text: String) -> [String] {
    text.split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }

  private func text(of path: String) throws(ReadFailure) -> String {
    do throws(ReadFailure) {
      return try root.text(of: path)
    } catch {
      if error.isAbsence { return "" }
      throw error
    }
  }
}
