import HardeningModel

extension HostSnapshot {
  /// Sets the option of the default bridge that lets its containers talk to each other.
  mutating func bridgeOption(_ value: String?) {
    var bridge = DefaultBridge()
    bridge.options = .value(value.map { ["com.docker.network.bridge.enable_icc": $0] } ?? [:])
    setBridge(.found(bridge))
  }

  mutating func setBridge(_ bridge: Reading<DefaultBridge>) {
    guard case .found(var facts) = engine else { return }
    facts.defaultBridge = bridge
    engine = .found(facts)
  }

  /// Changes the flags of the running dockerd, and so what is planned.
  mutating func flags(_ change: (inout DaemonSettings) -> Void) {
    var settings = DaemonSettings()
    change(&settings)
    daemon.flags = .found(settings)
    plan()
  }

  /// Changes the configuration file that dockerd read, and so what is planned; it has no flags.
  mutating func file(_ change: (inout DaemonSettings) -> Void) {
    var settings = DaemonSettings()
    change(&settings)
    daemon.flags = .found(DaemonSettings())
    daemon.configuration = .found(settings)
    plan()
  }

  private mutating func plan() { daemon.planned = daemon.flags.filled(from: daemon.configuration) }
}

extension Row {
  /// What every check has that needs only the Engine's account of itself.
  static let ofInfo: [Row] = [
    Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
      $0.snapshot.engineIsUnreachable()
    },
    Row(.unreadable, "an answer that could not be read", .unknown, reason: "EOF") {
      $0.snapshot.answers(.unreadable("EOF"))
    },
    Row(.absent, "an Engine that does not answer /info", .unknown, reason: "/info") {
      $0.snapshot.answers(.absent)
    },
    Row(.absent, "no Engine was asked", .unknown) { $0.snapshot.engine = .absent },
    Row(.absent, "an Engine that says nothing of itself", .unknown, reason: "did not report") {
      $0.snapshot.answers(.found(EngineInfo()))
    },
  ]

  /// What every check has that nothing but flags and file can answer; `key` decides it.
  static func ofSettings(_ key: DaemonSettings.Key) -> [Row] {
    [
      Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
        $0.snapshot.engineIsUnreachable()
      },
      Row(.unreadable, "flags that could not be read", .unknown, reason: "denied") {
        $0.snapshot.daemon.flags = .unreadable("permission denied")
      },
      Row(.unreadable, "a daemon that was not found", .unknown, reason: "which process") {
        $0.snapshot.daemon.process = .unreadable("cannot tell which process serves it")
      },
      Row(.unreadable, "a file that could not be read", .unknown, reason: "denied") {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configuration = .unreadable("permission denied")
      },
      Row(.unreadable, "a file of which it is not known when it was changed", .unknown) {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configurationIsAsRead = .unreadable("permission denied")
      },
      Row(.unreadable, "a file that was changed", .unknown, reason: "changed after dockerd started")
      {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configurationIsAsRead = .found(false)
      },
      Row(.absent, "no running dockerd", .unknown, reason: "no running dockerd") {
        $0.snapshot.daemon.process = .absent
      },
      Row(.absent, "flags that were not read", .unknown) { $0.snapshot.daemon.flags = .absent },
      Row(.absent, "no account of when it started", .unknown) {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configurationIsAsRead = .absent
      },
      Row(.malformed, "a file that is invalid", .unknown, reason: "daemon.json:3:1") {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configuration = .unreadable("daemon.json:3:1: expected a key")
      },
      Row(.malformed, "a file that was changed and is invalid", .unknown, reason: "daemon.json:3:1")
      {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configurationIsAsRead = .found(false)
        $0.snapshot.daemon.configuration = .unreadable("daemon.json:3:1: expected a key")
      },
    ]
  }

  /// The Engine answers `GET /info` with something of another type at `path`.
  static func wrongInfo(_ path: String, _ value: JSONValue) -> Row {
    Row(.malformed, "\(path) of another type", .unknown) {
      let path = path.split(separator: ".").map(String.init)
      do {
        var json = try JSONValue(encoding: $0.snapshot.info)
        json[path[...]] = value
        $0.snapshot.answers(.found(try json.decoded(as: EngineInfo.self)))
      } catch {
        $0.snapshot.answers(.unreadable("\(error)"))
      }
    }
  }
}

extension HostSnapshot {
  fileprivate mutating func answers(_ info: Reading<EngineInfo>) {
    guard case .found(var facts) = engine else { return }
    facts.info = info
    engine = .found(facts)
  }
}
