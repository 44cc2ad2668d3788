import HardeningModel

/// The command line of dockerd, read as its own flag parser (pflag) reads it.
enum DaemonFlags {
  /// The long flags that stand alone; any other takes the next word when it has no `=`.
  private static let switches: Set<String> = [
    "bridge-accept-fwmark", "cdi", "debug", "experimental", "help", "icc",
    "init", "ip-forward", "ip-forward-no-drop", "ip-masq", "ip6tables", "iptables", "ipv6",
    "live-restore", "no-new-privileges", "no-proxy-tls", "raw-logs", "rootless",
    "selinux-enabled", "tls", "tlsverify", "userland-proxy", "validate", "version",
    "allow-direct-routing", "cri-containerd", "disable-legacy-registry",
  ]
  /// The short flags that take a value, with their long names.
  private static let shortValues: [Character: String] = [
    "H": "host", "G": "group", "g": "graph", "l": "log-level", "p": "pidfile", "b": "bridge",
    "s": "storage-driver",
  ]

  /// One flag of a command line.
  struct Flag: Equatable {
    /// Its long name, where it is known; a short flag that is not known has none.
    var name: String
    var value: String
    /// Which of the words it begins in.
    var word: Int
  }

  /// The settings in `arguments`, which follow the name of the program.
  static func settings(from arguments: [String]) -> DaemonSettings {
    var settings = DaemonSettings()
    for flag in flags(in: arguments) { settings.set(flag.name, flag.value) }
    return settings
  }

  /// The flags in `arguments`, in their order.
  static func flags(in arguments: [String]) -> [Flag] {
    var flags: [Flag] = []
    var words = arguments.enumerated().makeIterator()
    while let (index, word) = words.next(), word != "--" {
      if word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let value =
          parts.count == 2
          ? String(parts[1]) : switches.contains(name) ? "true" : words.next()?.element ?? ""
        flags.append(Flag(name: name, value: value, word: index))
      } else if word.hasPrefix("-") {
        for (name, value) in short(Substring(word.dropFirst()), next: { words.next()?.element }) {
          flags.append(Flag(name: name, value: value, word: index))
        }
      }
    }
    return flags
  }

  /// A group of short flags: `-D`, `-H fd://`, `-Hfd://`, `-H=fd://`, `-DH fd://`.
  private static func short(
    _ letters: Substring, next: () -> String?
  ) -> [(String, String)] {
    guard let letter = letters.first else { return [] }
    let rest = letters.dropFirst()
    guard let name = shortValues[letter] else {
      // A switch; what follows an equals sign is its value.
      let value = rest.first == "=" ? rest.dropFirst() : nil
      let flag = letter == "D" ? [("debug", value.map(String.init) ?? "true")] : []
      return flag + (value == nil ? short(rest, next: next) : [])
    }
    if rest.isEmpty { return [(name, next() ?? "")] }
    return [(name, String(rest.first == "=" ? rest.dropFirst() : rest))]
  }
}

extension DaemonSettings {
  /// Takes one flag; of those that are not lists the last one counts.
  fileprivate mutating func set(_ flag: String, _ value: String) {
    if flag == "config-file" { configurationFile = value }
    guard let key = Key.byFlag[flag] else { return }
    switch key.kind {
    case .bool: self[key] = .bool(Self.truth(value))
    case .text: self[key] = .text(value)
    case .list, .limits: append(value, to: key)
    case .map:
      let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      append(Self.logOption(String(pair[0]), pair.count == 2 ? String(pair[1]) : ""), to: key)
    }
  }

  /// What Go's `strconv.ParseBool` takes for true.
  private static func truth(_ text: String) -> Bool {
    ["1", "t", "T", "TRUE", "true", "True"].contains(text)
  }
}
