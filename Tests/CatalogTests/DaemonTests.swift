import HardeningModel
import Testing

/// The daemon as a whole.
@Suite("Daemon checks")
struct DaemonTests {
  @Test("say of what is in effect", arguments: DaemonTables.all.flatMap(\.rows))
  func verdicts(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum DaemonTables {
  static let all =
    [
      rootless, userns, noNewPrivileges, seccomp, traffic, iptables, proxy, registries, plugins,
      aufs,
      deviceMapper, baseSize, ulimits, parent, level, shipping, liveRestore, experimental,
    ] + TLSTables.all

  private static func table(_ slug: String, _ rows: [Row]) -> Table {
    Table(slug, subject: "daemon", rows)
  }

  private static func options(
    _ kind: Kind, _ name: String, _ options: [String], _ verdict: Verdict, observed: String? = nil
  ) -> Row {
    Row(kind, name, verdict, observed: observed) {
      $0.snapshot.info.securityOptions = .value(options)
    }
  }

  static let rootless = table(
    "daemon-rootless",
    [
      options(.pass, "rootless", ["name=seccomp,profile=builtin", "name=rootless"], .pass),
      options(.standard, "root", ["name=seccomp,profile=builtin"], .manual, observed: "root"),
      options(.standard, "a name that begins so", ["name=rootlessx"], .manual),
      .wrongInfo("SecurityOptions", .text("name=rootless")),
    ] + Row.ofInfo)

  static let userns = table(
    "daemon-userns-remap",
    [
      options(.pass, "remapped", ["name=userns"], .pass),
      options(.pass, "rootless", ["name=rootless"], .pass),
      options(.fail, "another option", ["name=usernsx", "name=seccomp,profile=userns"], .fail),
      options(.standard, "none", [], .fail),
      Row(.fail, "in the file alone", .fail, reason: "not in effect until dockerd restarts") {
        $0.snapshot.info.securityOptions = .null
        $0.snapshot.file { $0[.usernsRemap] = .text("default") }
      },
      .wrongInfo("SecurityOptions", .bool(true)),
    ] + Row.ofInfo)

  static let noNewPrivileges = table(
    "daemon-no-new-privileges",
    [
      options(.pass, "reported", ["name=no-new-privileges"], .pass),
      options(.standard, "not reported", ["name=seccomp,profile=builtin"], .fail),
      Row(.fail, "not reported, though in the file", .fail, reason: "until dockerd restarts") {
        $0.snapshot.info.securityOptions = .null
        $0.snapshot.file { $0.noNewPrivileges = true }
      },
      old(.pass, "a flag of an old Engine", .pass) { $0.flags { $0.noNewPrivileges = true } },
      old(.pass, "the file of an old Engine", .pass) { $0.file { $0.noNewPrivileges = true } },
      old(.fail, "switched off for an old Engine", .fail) {
        $0.flags { $0.noNewPrivileges = false }
      },
      old(.standard, "not said to an old Engine", .fail) { $0.flags { _ in } },
      old(.unreadable, "the changed file of an old Engine", .unknown) {
        $0.file { $0.noNewPrivileges = true }
        $0.daemon.configurationIsAsRead = .found(false)
      },
      .wrongInfo("SecurityOptions", .bool(true)),
    ] + Row.ofInfo)

  private static func old(
    _ kind: Kind, _ name: String, _ verdict: Verdict,
    _ change: @escaping (inout HostSnapshot) -> Void
  ) -> Row {
    Row(kind, name, verdict) {
      $0.snapshot.speak("1.41")
      $0.snapshot.info.securityOptions = .value(["name=seccomp,profile=default"])
      change(&$0.snapshot)
    }
  }

  static let seccomp = table(
    "daemon-seccomp-profile",
    [
      options(.pass, "a profile of one's own", ["name=seccomp,profile=/etc/p.json"], .pass),
      options(.fail, "unconfined", ["name=seccomp,profile=unconfined"], .fail),
      options(.fail, "no seccomp", ["name=apparmor"], .fail, observed: "without seccomp"),
      options(.standard, "the built-in one", ["name=seccomp,profile=builtin"], .manual),
      options(.standard, "that of Engine 20.10", ["name=seccomp,profile=default"], .manual),
      options(.absent, "an Engine that does not say which", ["name=seccomp"], .unknown),
      Row(.fail, "taken back in the file alone", .fail, reason: "until dockerd restarts") {
        $0.snapshot.info.securityOptions = .value(["name=seccomp,profile=unconfined"])
        $0.snapshot.file { _ in }
      },
      .wrongInfo("SecurityOptions", .bool(true)),
    ] + Row.ofInfo)

  static let traffic = table(
    "daemon-inter-container-traffic",
    [
      .passes("off", observed: "false") { $0.snapshot.file { $0[.icc] = .bool(false) } },
      Row(.pass, "off, but no longer in the file", .pass, reason: "lost when dockerd restarts") {
        $0.snapshot.file { _ in }
      },
      Row(.pass, "off, and the file is invalid", .pass, reason: "daemon.json:3:1") {
        $0.snapshot.daemon.planned = .unreadable("daemon.json:3:1: expected a key")
      },
      .fails("on", observed: "true") { $0.snapshot.bridgeOption("true") },
      Row(.fail, "on, but off in the file", .fail, reason: "until dockerd restarts") {
        $0.snapshot.bridgeOption("true")
        $0.snapshot.file { $0[.icc] = .bool(false) }
      },
      Row(.standard, "nothing configured", .fail) { $0.snapshot.bridgeOption("true") },
      Row(.absent, "no default bridge", .notApplicable) { $0.snapshot.setBridge(.absent) },
      Row(.absent, "an Engine that does not say", .unknown) { $0.snapshot.bridgeOption(nil) },
      Row(.absent, "an Engine that says nothing of options", .unknown, reason: "Options") {
        $0.snapshot.setBridge(.found(DefaultBridge()))
      },
      Row(.malformed, "neither true nor false", .unknown) { $0.snapshot.bridgeOption("maybe") },
      Row(.malformed, "empty", .unknown) { $0.snapshot.bridgeOption("") },
      Row(.unreadable, "networks that could not be read", .unknown, reason: "EOF") {
        $0.snapshot.setBridge(.unreadable("EOF"))
      },
      Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
        $0.snapshot.engineIsUnreachable()
      },
    ])

  static let iptables = table(
    "daemon-iptables",
    [
      .passes("a flag") { $0.snapshot.flags { $0[.iptables] = .bool(true) } },
      .passes("the file") { $0.snapshot.file { $0[.iptables] = .bool(true) } },
      .fails("off by a flag") { $0.snapshot.flags { $0[.iptables] = .bool(false) } },
      .fails("off by the file") { $0.snapshot.file { $0[.iptables] = .bool(false) } },
      .fails("off by a flag, whatever became of the file") {
        $0.snapshot.flags { $0[.iptables] = .bool(false) }
        $0.snapshot.daemon.configurationIsAsRead = .found(false)
      },
      Row(.standard, "not set", .pass, observed: "not set") { $0.snapshot.flags { _ in } },
      Row(.standard, "no file", .pass) {
        $0.snapshot.flags { _ in }
        $0.snapshot.daemon.configuration = .absent
      },
    ] + Row.ofSettings(.iptables))

  static let proxy = table(
    "daemon-userland-proxy",
    [
      .passes("off by a flag") { $0.snapshot.flags { $0[.userlandProxy] = .bool(false) } },
      .passes("off by the file") { $0.snapshot.file { $0[.userlandProxy] = .bool(false) } },
      .fails("on by a flag") { $0.snapshot.flags { $0[.userlandProxy] = .bool(true) } },
      .fails("on by the file") { $0.snapshot.file { $0[.userlandProxy] = .bool(true) } },
      Row(.pass, "off, and planned to be on", .pass, reason: "lost when dockerd restarts") {
        $0.snapshot.daemon.planned = .found(DaemonSettings())
      },
      Row(.standard, "not set", .fail, observed: "not set") { $0.snapshot.flags { _ in } },
    ] + Row.ofSettings(.userlandProxy))

  static let registries = table(
    "daemon-insecure-registries",
    [
      .passes("none") { $0.snapshot.info.registries.insecureNetworks = .value([]) },
      registry(.pass, "loopback of both families", ["127.0.0.0/8", "::1/128"], [:], .pass),
      registry(.pass, "a part of loopback", ["127.0.0.1/32"], [:], .pass),
      registry(
        .pass, "loopback by name", [], ["localhost:5000": false, "127.0.0.1:5000": false], .pass),
      registry(.pass, "loopback by its newer address", [], ["[::1]:5000": false], .pass),
      registry(.pass, "a secure one", [], ["registry.example": true], .pass),
      registry(.fail, "one by name", [], ["registry.example:5000": false], .fail),
      registry(.fail, "a network", ["10.0.0.0/8"], [:], .fail),
      registry(.fail, "more than loopback", ["127.0.0.0/7"], [:], .fail),
      registry(.fail, "all addresses", ["0.0.0.0/0"], [:], .fail),
      registry(.fail, "all newer addresses", ["::/0"], [:], .fail),
      registry(.fail, "more than loopback of the newer family", ["::1/64"], [:], .fail),
      registry(
        .fail, "a name that begins like loopback", [], ["127.0.0.1.evil.example": false], .fail),
      registry(.fail, "a name that ends like loopback", [], ["a.localhost:5000": false], .fail),
      registry(.malformed, "no network", ["127.0.0.0/x"], [:], .fail),
      registry(.malformed, "nothing", [""], [:], .fail),
      Row(.fail, "taken back by a file that was not reloaded", .fail, reason: "is reloaded") {
        $0.snapshot.info.registries.insecureNetworks = .value(["10.0.0.0/8"])
        $0.snapshot.file { $0[.insecureRegistries] = .list([]) }
      },
      Row(.standard, "null", .pass) {
        $0.snapshot.info.registries.insecureNetworks = .null
        $0.snapshot.info.registries.indexes = .null
      },
      Row(.absent, "an index without a word on it", .unknown, reason: "Secure") {
        $0.snapshot.info.registries.indexes = .value(["registry.example": EngineInfo.Index()])
      },
      .wrongInfo("RegistryConfig.InsecureRegistryCIDRs", .text("10.0.0.0/8")),
    ] + Row.ofInfo)

  private static func registry(
    _ kind: Kind, _ name: String, _ networks: [String], _ indexes: [String: Bool],
    _ verdict: Verdict
  ) -> Row {
    Row(kind, name, verdict) {
      $0.snapshot.info.registries.insecureNetworks = .value(networks)
      $0.snapshot.info.registries.indexes = .value(
        indexes.mapValues { isSecure in
          var index = EngineInfo.Index()
          index.secure = .value(isSecure)
          return index
        })
    }
  }

  static let plugins = table(
    "daemon-authorization-plugin",
    [
      .passes("one", observed: "authz") { _ in },
      Row(.standard, "null", .fail) { $0.snapshot.info.plugins.authorization = .null },
      .fails("an empty list") { $0.snapshot.info.plugins.authorization = .value([]) },
      .wrongInfo("Plugins.Authorization", .bool(true)),
    ] + Row.ofInfo)

  private static func drivers(_ slug: String, _ bad: String, _ good: [String]) -> Table {
    table(
      slug,
      good.map { driver in
        .passes(driver, observed: driver) { $0.snapshot.info.driver = .value(driver) }
      } + [
        .fails(bad) { $0.snapshot.info.driver = .value(bad) },
        Row(.standard, "overlay2", .pass) { $0.snapshot.info.driver = .value("overlay2") },
        Row(.absent, "null", .unknown, reason: "Driver") { $0.snapshot.info.driver = .null },
        Row(.malformed, "nothing", .unknown) { $0.snapshot.info.driver = .value("") },
        .wrongInfo("Driver", .natural(1)),
      ] + Row.ofInfo)
  }

  // overlayfs is what Engine 29 calls the snapshotter of containerd.
  static let aufs = drivers(
    "daemon-storage-not-aufs", "aufs", ["overlayfs", "fuse-overlayfs", "btrfs", "devicemapper"])
  static let deviceMapper = drivers(
    "daemon-storage-not-devicemapper", "devicemapper", ["overlayfs", "vfs", "zfs", "aufs"])

  static let baseSize = table(
    "daemon-base-device-size",
    [
      mapper(.pass, "other options", ["dm.thinpooldev=/dev/mapper/pool"], .pass),
      mapper(.fail, "a size", ["dm.thinpooldev=/x", "dm.basesize=50G"], .fail),
      mapper(.standard, "no options", nil, .pass),
      Row(.absent, "another driver", .notApplicable, reason: "overlay2") {
        $0.snapshot.flags { $0[.storageOptions] = .list(["dm.basesize=50G"]) }
      },
      Row(.malformed, "a file that is invalid", .unknown, reason: "daemon.json:3:1") {
        $0.snapshot.info.driver = .value("devicemapper")
        $0.snapshot.daemon.configuration = .unreadable("daemon.json:3:1: expected a key")
      },
      Row(.unreadable, "a file that was changed", .unknown, reason: "changed") {
        $0.snapshot.info.driver = .value("devicemapper")
        $0.snapshot.daemon.configurationIsAsRead = .found(false)
      },
    ] + Row.ofInfo)

  private static func mapper(
    _ kind: Kind, _ name: String, _ options: [String]?, _ verdict: Verdict
  ) -> Row {
    Row(kind, name, verdict) {
      $0.snapshot.info.driver = .value("devicemapper")
      $0.snapshot.file { $0[.storageOptions] = options.map { .list($0) } }
    }
  }

  static let ulimits = table(
    "daemon-default-ulimits",
    [
      Row(.standard, "none", .manual, observed: "none set") { _ in },
      Row(.standard, "some", .manual, observed: "nofile=1:2, nproc=3:4") {
        $0.snapshot.flags { $0[.defaultUlimits] = .list(["nproc=3:4", "nofile=1:2"]) }
      },
    ] + Row.ofSettings(.defaultUlimits))

  static let parent = table(
    "daemon-cgroup-parent",
    [
      Row(.pass, "an allowed one", .pass, observed: "/docker.slice") {
        $0.policy.allowedCgroupParents = ["/docker.slice"]
        $0.snapshot.file { $0[.cgroupParent] = .text("/docker.slice") }
      },
      .passes("an empty one") { $0.snapshot.flags { $0[.cgroupParent] = .text("") } },
      .fails("another", observed: "/elsewhere") {
        $0.policy.allowedCgroupParents = ["/docker.slice", "/else"]
        $0.snapshot.flags { $0[.cgroupParent] = .text("/elsewhere") }
      },
      Row(.standard, "none", .pass, observed: "not set") { _ in },
    ] + Row.ofSettings(.cgroupParent))

  static let level = table(
    "daemon-log-level",
    [
      .passes("info") { $0.snapshot.flags { $0[.logLevel] = .text("info") } },
      .passes("info in capitals") { $0.snapshot.file { $0[.logLevel] = .text("INFO") } },
      .fails("warn") { $0.snapshot.flags { $0[.logLevel] = .text("warn") } },
      .fails("debug as a level") { $0.snapshot.file { $0[.logLevel] = .text("debug") } },
      .fails("debugging, whatever the settings say", observed: "debugging") {
        $0.snapshot.info.debug = .value(true)
        $0.snapshot.flags { $0[.logLevel] = .text("info") }
      },
      Row(.fail, "debugging, but no longer in the file", .fail, reason: "until dockerd restarts") {
        $0.snapshot.info.debug = .value(true)
        $0.snapshot.daemon.configurationIsAsRead = .found(false)
      },
      Row(.standard, "nothing set", .pass, observed: "not set") { $0.snapshot.flags { _ in } },
      Row(.absent, "an Engine that does not say", .unknown, reason: "Debug") {
        $0.snapshot.info.debug = .missing
      },
      .wrongInfo("Debug", .text("false")),
    ] + Row.ofSettings(.logLevel))

  static let shipping = table(
    "daemon-remote-logging",
    ["gelf", "fluentd", "splunk", "awslogs", "gcplogs"].map { driver in
      .passes(driver, observed: driver) { $0.snapshot.info.loggingDriver = .value(driver) }
    } + [
      Row(.pass, "syslog to an address", .pass, observed: "udp://10.0.0.1:514") {
        $0.snapshot.info.loggingDriver = .value("syslog")
        $0.snapshot.file { $0[.logOptions] = .list(["syslog-address=udp://10.0.0.1:514"]) }
      },
      Row(.pass, "syslog", .pass, reason: "syslog of this host") {
        $0.snapshot.info.loggingDriver = .value("syslog")
      },
      .fails("local") { $0.snapshot.info.loggingDriver = .value("local") },
      .fails("none") { $0.snapshot.info.loggingDriver = .value("none") },
      Row(.standard, "json-file", .fail) { $0.snapshot.info.loggingDriver = .value("json-file") },
      journal("an uploader", .found(true), "is active"),
      journal("no uploader", .found(false), "is not active"),
      journal("an uploader of which nothing is known", .absent, "not read"),
      journal("a systemd that does not answer", .unreadable("timed out"), "timed out"),
      Row(.standard, "a plugin", .manual, reason: "plugin") {
        $0.snapshot.info.loggingDriver = .value("loki:latest")
      },
      Row(.absent, "null", .unknown) { $0.snapshot.info.loggingDriver = .null },
      Row(.malformed, "nothing", .unknown) { $0.snapshot.info.loggingDriver = .value("") },
      .wrongInfo("LoggingDriver", .list([])),
    ] + Row.ofInfo)

  private static func journal(_ name: String, _ upload: Reading<Bool>, _ observed: String) -> Row {
    Row(.standard, "the journal, and \(name)", .manual, observed: observed) {
      $0.snapshot.info.loggingDriver = .value("journald")
      $0.snapshot.daemon.journalIsUploaded = upload
    }
  }

  static let liveRestore = table(
    "daemon-live-restore",
    [
      .passes("on") { $0.snapshot.file { $0[.liveRestore] = .bool(true) } },
      Row(.pass, "on, but not in the file", .pass, reason: "lost when dockerd restarts") { _ in },
      Row(.fail, "off, but on in the file", .fail, reason: "is reloaded") {
        $0.snapshot.info.liveRestore = .value(false)
        $0.snapshot.file { $0[.liveRestore] = .bool(true) }
      },
      Row(.standard, "off", .fail) { $0.snapshot.info.liveRestore = .value(false) },
      Row(.absent, "a swarm", .notApplicable, reason: "swarm") {
        $0.snapshot.info.liveRestore = .value(false)
        $0.snapshot.info.swarm.localNodeState = .value("active")
      },
      Row(.absent, "off, and nothing is known of a swarm", .unknown, reason: "LocalNodeState") {
        $0.snapshot.info.liveRestore = .value(false)
        $0.snapshot.info.swarm.localNodeState = .missing
      },
      Row(.absent, "null", .unknown) { $0.snapshot.info.liveRestore = .null },
      .wrongInfo("LiveRestoreEnabled", .text("true")),
    ] + Row.ofInfo)

  static let experimental = table(
    "daemon-experimental",
    [
      .passes("off") { $0.snapshot.info.experimental = .value(false) },
      .fails("on") { $0.snapshot.info.experimental = .value(true) },
      Row(.fail, "on, but no longer in the file", .fail, reason: "until dockerd restarts") {
        $0.snapshot.info.experimental = .value(true)
        $0.snapshot.file { $0[.experimental] = .bool(false) }
      },
      Row(.standard, "nothing configured", .pass) { _ in },
      Row(.absent, "null", .unknown) { $0.snapshot.info.experimental = .null },
      .wrongInfo("ExperimentalBuild", .text("false")),
    ] + Row.ofInfo)
}
