import Documents
import HardeningModel

/// What a command of a script means for the packages of an image.
package enum PackageCommand: Sendable, Equatable {
  /// Fetches the package index again: `apt-get update`.
  case refresh(Family, String)
  /// Installs or upgrades packages: `apt-get install`. With the options that switch off the check of
  /// signatures.
  case install(Family, String, unverified: [String])
  /// Runs something that may do either: `./setup.sh`.
  case unseen(String)
  case other

  /// The commands that share a package index.
  package enum Family: Sendable { case apt, apk, rpm, zypper, pacman, opkg }
}

extension PackageCommand {
  /// What the commands of a script mean, those of scripts within it included.
  package static func all(in script: ShellScript, depth: Int = 0) -> [PackageCommand] {
    guard depth < 8 else { return [.unseen("a script")] }
    let commands = script.commands.flatMap { all(in: $0, depth: depth) }
    return script.isWhole ? commands : commands + [.unseen("a script")]
  }

  private static func all(in command: ShellScript.Command, depth: Int) -> [PackageCommand] {
    let words = command.programAndArguments
    guard let first = words.first else { return [] }
    guard first.isLiteral else { return [.unseen("a command that is only known when it runs")] }
    let name = baseName(first.text)
    if wrappers.contains(name) {
      let inner = words.dropFirst().drop { !isKnown(baseName($0.text)) }
      guard !inner.isEmpty else { return [.other] }
      return all(
        in: ShellScript.Command(words: Array(inner), input: command.input), depth: depth + 1)
    }
    if shells.contains(name) {
      return inShell(name, Array(words.dropFirst()), input: command.input, depth: depth)
    }
    if name == "eval" {
      guard words.allSatisfy(\.isLiteral) else { return [.unseen("eval")] }
      let text = words.dropFirst().map(\.text).joined(separator: " ")
      return all(in: ShellScript(text), depth: depth + 1)
    }
    if let manager = managers[name] {
      return [manager.meaning(of: words.dropFirst().map(\.text), as: name)]
    }
    return [isUnseen(first.text, name) ? .unseen(Printable.text(name, limit: 40)) : .other]
  }

  private static func inShell(
    _ name: String, _ arguments: [ShellScript.Word], input: String?, depth: Int
  ) -> [PackageCommand] {
    let isCommandOption = { (word: ShellScript.Word) in
      word.text.hasPrefix("-") && !word.text.hasPrefix("--") && word.text.hasSuffix("c")
    }
    if let option = arguments.firstIndex(where: isCommandOption) {
      guard option + 1 < arguments.count, arguments[option + 1].isLiteral else {
        return [.unseen(name)]
      }
      return all(in: ShellScript(arguments[option + 1].text), depth: depth + 1)
    }
    // Without a file it reads its input: a here-document, or what a pipe brings.
    let hasFile = arguments.contains { !$0.text.hasPrefix("-") }
    if let input, !hasFile { return all(in: ShellScript(input), depth: depth + 1) }
    return [.unseen(name)]
  }

  private static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func isKnown(_ name: String) -> Bool {
    managers[name] != nil || shells.contains(name) || wrappers.contains(name)
  }

  /// Whether a program is a script of somebody's own, or runs one.
  private static func isUnseen(_ path: String, _ name: String) -> Bool {
    if [".", "source", "make", "perl", "ruby", "node"].contains(name) { return true }
    if ["python", "ansible", "puppet", "chef"].contains(where: name.hasPrefix) { return true }
    if name.contains("install"), name != "install" { return true }
    guard path.contains("/") else { return false }
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    return !["/bin", "/sbin", "/usr/bin", "/usr/sbin"].contains(directory)
  }

  private static let shells: Set<String> = ["sh", "bash", "ash", "dash", "zsh", "ksh"]
  private static let wrappers: Set<String> = [
    "sudo", "env", "exec", "command", "nice", "ionice", "nohup", "timeout", "xargs", "stdbuf",
    "eatmydata", "gosu", "su-exec", "chroot", "busybox", "setpriv", "fakeroot", "retry",
  ]
}

/// One package manager's words.
private struct PackageManager {
  var family: PackageCommand.Family
  var refreshing: Set<String>
  var installing: Set<String>
  /// The options before which no word is the command's own.
  var optionsWithValue: Set<String> = []
  /// The options by which signatures are not checked, in lower case.
  var unverified: Set<String> = []

  func meaning(of arguments: [String], as name: String) -> PackageCommand {
    if family == .pacman { return meaningForPacman(arguments) }
    var verb: String?
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
      } else if argument.hasPrefix("-") {
        isValue = optionsWithValue.contains(argument)
      } else {
        verb = argument
        break
      }
    }
    guard let verb else { return .other }
    if installing.contains(verb) {
      return .install(family, "\(name) \(verb)", unverified: loose(arguments))
    }
    return refreshing.contains(verb) ? .refresh(family, "\(name) \(verb)") : .other
  }

  /// Of its fixed words only, since an argument may be anything.
  private func loose(_ arguments: [String]) -> [String] {
    arguments.compactMap { argument in
      let option = argument.lowercased()
      return unverified.first { option == $0 || option.hasPrefix($0 + "=") }
    }
  }

  /// `pacman -Sy` refreshes, with a `u` or a package it installs.
  private func meaningForPacman(_ arguments: [String]) -> PackageCommand {
    let options = arguments.filter { $0.hasPrefix("-") && !$0.hasPrefix("--") }.joined()
    let long = Set(arguments.filter { $0.hasPrefix("--") })
    guard options.contains("S") || long.contains("--sync") else { return .other }
    let hasPackage = arguments.contains { !$0.hasPrefix("-") }
    if hasPackage || options.contains("u") || long.contains("--sysupgrade") {
      return .install(.pacman, "pacman -S", unverified: [])
    }
    let refreshes = options.contains("y") || long.contains("--refresh")
    return refreshes ? .refresh(.pacman, "pacman -Sy") : .other
  }
}

private let managers: [String: PackageManager] = {
  let apt = PackageManager(
    family: .apt, refreshing: ["update"],
    installing: [
      "install", "reinstall", "upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade",
      "dselect-upgrade", "build-dep", "satisfy",
    ],
    optionsWithValue: [
      "-o", "--option", "-c", "--config-file", "-t", "--target-release", "--default-release", "-a",
      "--host-architecture",
    ],
    unverified: [
      "--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories",
      "apt::get::allowunauthenticated",
    ])
  let rpm = PackageManager(
    family: .rpm, refreshing: ["makecache", "check-update"],
    installing: [
      "install", "reinstall", "update", "upgrade", "localinstall", "groupinstall", "distro-sync",
      "swap", "builddep", "in", "up", "update-minimal", "upgrade-minimal",
    ],
    optionsWithValue: [
      "-c", "--config", "--enablerepo", "--disablerepo", "--repo", "--repoid", "--installroot",
      "-x",
      "--exclude", "--releasever", "--setopt", "-d", "-e", "-R",
    ],
    unverified: ["--nogpgcheck", "--no-gpgchecks", "--setopt=gpgcheck=0", "--setopt=*.gpgcheck=0"])
  let zypper = PackageManager(
    family: .zypper, refreshing: ["refresh", "ref"],
    installing: [
      "install", "in", "update", "up", "patch", "dist-upgrade", "dup", "source-install", "si",
    ],
    optionsWithValue: ["-R", "--root", "-c", "--config", "-D", "--reposd-dir", "--releasever"],
    unverified: ["--no-gpg-checks", "--allow-unsigned-rpm"])
  let apk = PackageManager(
    family: .apk, refreshing: ["update"], installing: ["add", "upgrade", "fix"],
    optionsWithValue: [
      "-X", "--repository", "-p", "--root", "--keys-dir", "--repositories-file", "--arch",
      "--cache-dir", "--wait",
    ],
    unverified: ["--allow-untrusted"])
  let opkg = PackageManager(
    family: .opkg, refreshing: ["update"], installing: ["install", "upgrade"],
    optionsWithValue: ["-f", "-o", "-d"])
  let pacman = PackageManager(family: .pacman, refreshing: [], installing: [])
  return [
    "apt": apt, "apt-get": apt, "aptitude": apt, "yum": rpm, "dnf": rpm, "dnf5": rpm,
    "microdnf": rpm, "tdnf": rpm, "zypper": zypper, "apk": apk, "opkg": opkg, "pacman": pacman,
  ]
}()
