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

  /// The settings in `arguments`, which follow the name of the program.
  static func settings(from arguments: some Sequence<String>) -> DaemonSettings {
    var settings = DaemonSettings()
    var words = arguments.makeIterator()
    while let word = words.next(), word != "--" {
      if word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(
          separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        if parts.count == 2 {
          settings.set(name, String(parts[1]))
        } else if switches.contains(name) {
          settings.set(name, "true")
        } else {
          settings.set(name, words.next() ?? "")
        }
      } else if word.hasPrefix("-") {
        setShort(Substring(word.dropFirst()), &settings, next: { words.next() })
      }
    }
    return settings
  }

  /// A group of short flags: `-D`, `-H fd://`, `-Hfd://`, `-H=fd://`, `-DH fd://`.
  private static func setShort(
    _ letters: Substring, _ settings: inout DaemonSettings, next: () -> String?
  ) {
    guard let letter = letters.first else { return }
    let rest = letters.dropFirst()
    guard let name = shortValues[letter] else {
      // A switch; what follows an equals sign is its value.
      let value = rest.first == "=" ? rest.dropFirst() : nil
      if letter == "D" { settings.set("debug", value.map(String.init) ?? "true") }
      return value == nil ? setShort(rest, &settings, next: next) : ()
    }
    if rest.isEmpty {
      settings.set(name, next() ?? "")
    } else {
      settings.set(name, String(rest.first == "=" ? rest.dropFirst() : rest))
    }
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
