import HardeningModel
import Testing

/// What a container may do beyond an ordinary process.
@Suite("Privilege checks")
struct PrivilegesTests {
  @Test("say of --privileged", arguments: PrivilegesTables.privileged.rows)
  func privileged(_ row: Row) throws { try row.judge() }

  @Test("say of capabilities", arguments: PrivilegesTables.capabilities.rows)
  func capabilities(_ row: Row) throws { try row.judge() }

  @Test("say of no-new-privileges", arguments: PrivilegesTables.noNewPrivileges.rows)
  func noNewPrivileges(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum PrivilegesTables {
  static let all = [privileged, capabilities, noNewPrivileges]

  static let privileged = Table.ofContainers(
    "container-privileged",
    [
      .passes("no", observed: "false") { $0.web.hostConfig.privileged = .value(false) },
      .passes("no, but every capability") {
        $0.web.hostConfig.capabilitiesAdded = .value(["ALL"])
      },
      .fails("yes", observed: "true") { $0.web.hostConfig.privileged = .value(true) },
      .fails("yes, and stopped") {
        $0.web.stop()
        $0.web.hostConfig.privileged = .value(true)
      },
      .fails("yes, and paused") {
        $0.web.state.status = .value("paused")
        $0.web.hostConfig.privileged = .value(true)
      },
      Row(.absent, "an Engine that does not say", .unknown, reason: "Privileged") {
        $0.web.hostConfig.privileged = .missing
      },
      Row(.absent, "an Engine that says nothing of the host", .unknown) {
        $0.web.hostConfig = Container.HostConfig()
      },
      Row(.standard, "null", .pass) { $0.web.hostConfig.privileged = .null },
      .wrongType("HostConfig.Privileged", .text("false")),
    ])

  static let capabilities = Table.ofContainers(
    "container-capabilities",
    [
      row(.pass, "all of the default set", add: SampleCapabilities.standard),
      row(.pass, "the default set, with its prefix", add: ["CAP_CHOWN", "CAP_NET_RAW"]),
      row(.pass, "the default set, in lower case", add: ["chown", "cap_net_bind_service"]),
      row(.pass, "less than the default set", drop: ["NET_RAW", "mknod"]),
      row(.pass, "none", drop: ["ALL"]),
      row(.pass, "one of the default set alone", add: ["NET_BIND_SERVICE"], drop: ["all"]),
      row(.pass, "what is not in the default set, dropped", drop: ["SYS_ADMIN"]),
      row(.fail, "one more", add: ["SYS_ADMIN"], observed: "SYS_ADMIN"),
      row(.fail, "one more, with its prefix", add: ["CAP_NET_ADMIN"], observed: "NET_ADMIN"),
      row(.fail, "one more, in lower case", add: ["sys_ptrace"], observed: "SYS_PTRACE"),
      row(.fail, "one more, in mixed case", add: ["Cap_Sys_Module"], observed: "SYS_MODULE"),
      row(.fail, "two more", add: ["SYS_TIME", "BPF"], observed: "BPF, SYS_TIME"),
      row(.fail, "one that is newer than this program", add: ["FLY"], observed: "FLY"),
      row(.fail, "all", add: ["ALL"], observed: "ALL"),
      row(.fail, "all, in lower case", add: ["all"], observed: "ALL"),
      row(.fail, "all but one", add: ["ALL"], drop: ["SYS_ADMIN"], observed: "SYS_ADMIN"),
      row(.fail, "none but one more", add: ["SYS_ADMIN"], drop: ["ALL"], observed: "SYS_ADMIN"),
      row(.fail, "all added and all dropped, which leaves all", add: ["ALL"], drop: ["ALL"]),
      // The Engine takes the dropped ones from the default set, and then adds.
      row(.fail, "one more that is dropped too", add: ["SYS_ADMIN"], drop: ["SYS_ADMIN"]),
      row(
        .fail, "one more that is dropped too, under another name", add: ["CAP_SYS_ADMIN"],
        drop: ["sys_admin"]),
      .fails("privileged", observed: "privileged") {
        $0.web.hostConfig.privileged = .value(true)
        $0.web.hostConfig.capabilitiesDropped = .value(["ALL"])
      },
      .fails("stopped") {
        $0.web.stop()
        $0.web.hostConfig.capabilitiesAdded = .value(["SYS_ADMIN"])
      },
      Row(.absent, "an Engine that does not say what is added", .unknown, reason: "CapAdd") {
        $0.web.hostConfig.capabilitiesAdded = .missing
      },
      Row(.absent, "an Engine that does not say what is dropped", .unknown, reason: "CapDrop") {
        $0.web.hostConfig.capabilitiesDropped = .missing
      },
      Row(.absent, "an Engine that does not say whether it is privileged", .unknown) {
        $0.web.hostConfig.privileged = .missing
      },
      Row(.standard, "neither added nor dropped", .pass, observed: "default") {
        $0.web.hostConfig.capabilitiesAdded = .null
        $0.web.hostConfig.capabilitiesDropped = .null
      },
      Row(.standard, "two empty lists", .pass) {
        $0.web.hostConfig.capabilitiesAdded = .value([])
        $0.web.hostConfig.capabilitiesDropped = .value([])
      },
      .wrongType("HostConfig.CapAdd", .text("NET_ADMIN")),
      .wrongType("HostConfig.CapDrop", .list([.null])),
    ])

  private static func row(
    _ kind: Kind, _ name: String, add: [String] = [], drop: [String] = [], observed: String? = nil
  ) -> Row {
    Row(kind, name, kind == .fail ? .fail : .pass, observed: observed) {
      $0.web.hostConfig.capabilitiesAdded = .value(add)
      $0.web.hostConfig.capabilitiesDropped = .value(drop)
    }
  }
}

enum SampleCapabilities {
  /// What the Engine gives a container that asks for nothing, as its documentation lists it.
  static let standard = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
    "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
  ]
}

extension PrivilegesTables {
  static let noNewPrivileges = Table.ofContainers(
    "container-no-new-privileges",
    [
      row(.pass, "the bare option", "no-new-privileges"),
      row(.pass, "with a colon", "no-new-privileges:true"),
      row(.pass, "with an equals sign", "no-new-privileges=true"),
      row(.pass, "as a number", "no-new-privileges=1"),
      row(.pass, "beside other options", "label=disable", "no-new-privileges", "seccomp={}"),
      row(.pass, "switched on after off", "no-new-privileges=false", "no-new-privileges"),
      .passes("stopped, by option", observed: "option") { $0.web.stop() },
      .passes("the daemon's flag, and the process has it") {
        $0.asks(daemonFlag: true)
      },
      .passes("the daemon's file, and the process has it") {
        $0.asks()
        $0.snapshot.speak("1.41")
        $0.snapshot.daemon.configuration = .found(.noNewPrivileges(true))
      },
      Row(.unreadable, "the daemon's file, which was changed since", .unknown, reason: "changed") {
        $0.asks()
        $0.snapshot.speak("1.41")
        $0.snapshot.daemon.configuration = .found(.noNewPrivileges(true))
        $0.snapshot.daemon.configurationIsAsRead = .found(false)
      },
      .fails("the daemon's file, which the Engine does not know of") {
        $0.asks()
        $0.snapshot.daemon.configuration = .found(.noNewPrivileges(true))
      },
      row(.fail, "switched off with a colon", "no-new-privileges:false"),
      row(.fail, "switched off with an equals sign", "no-new-privileges=false"),
      row(.fail, "switched off as a number", "no-new-privileges=0"),
      // All that Go's strconv.ParseBool takes for false, as the Engine does.
      row(.fail, "switched off in capitals", "no-new-privileges=FALSE"),
      row(.fail, "switched off with a capital", "no-new-privileges=False"),
      row(.fail, "switched off with a letter", "no-new-privileges:f"),
      row(.fail, "switched off with a capital letter", "no-new-privileges=F"),
      row(.fail, "switched off after on", "no-new-privileges", "no-new-privileges=false"),
      .fails("stopped, switched off with a capital") {
        $0.web.stop()
        $0.asks("no-new-privileges=False")
      },
      .fails("switched off, though the daemon has it on") {
        $0.asks("no-new-privileges=false", daemonFlag: true)
      },
      .fails("neither the container nor the daemon") { $0.asks(daemonFlag: false) },
      .fails("only the process for itself") { $0.asks() },
      .fails("by option, but the process lacks it", observed: "NoNewPrivs: 0") {
        $0.webProcess.noNewPrivileges = false
      },
      .fails("made before the daemon had it on", observed: "NoNewPrivs: 0") {
        $0.asks(daemonFlag: true)
        $0.webProcess.noNewPrivileges = false
      },
      .fails("stopped, neither") {
        $0.web.stop()
        $0.asks()
      },
      .fails("an option whose name only begins like it") { $0.asks("no-new-privileges-at-all") },
      Row(.standard, "no options, no settings", .fail) {
        $0.web.hostConfig.securityOptions = .null
        $0.webProcess.noNewPrivileges = false
      },
      Row(.absent, "an Engine that reports no options of it", .unknown, reason: "SecurityOpt") {
        $0.web.hostConfig.securityOptions = .missing
      },
      Row(.absent, "no option, and nothing known of the daemon", .unknown) {
        $0.asks()
        $0.snapshot.speak("1.41")
        $0.snapshot.daemon = DaemonFacts()
      },
      Row(.absent, "a kernel that does not say", .unknown) {
        $0.webProcess.noNewPrivileges = nil
      },
      Row(.absent, "its first process has ended", .unknown) { $0.webProcesses.first = .absent },
      Row(.absent, "an Engine that does not say whether it runs", .unknown) {
        $0.web.state.pid = .missing
      },
      Row(.absent, "stopped, and only the daemon has it on", .unknown, reason: "daemon") {
        $0.web.stop()
        $0.asks(daemonFlag: true)
      },
      Row(.malformed, "neither true nor false", .unknown) {
        $0.asks("no-new-privileges=maybe")
      },
      .wrongType("HostConfig.SecurityOpt", .bool(true)),
      Row(.unreadable, "a process that could not be read", .unknown, reason: "denied") {
        $0.webProcesses.first = .unreadable("permission denied")
      },
      Row(.unreadable, "no option, and settings that could not be read", .unknown) {
        $0.asks()
        $0.snapshot.daemon.flags = .unreadable("permission denied")
        $0.snapshot.speak("1.41")
      },
    ])

  private static func row(_ kind: Kind, _ name: String, _ options: String...) -> Row {
    Row(kind, name, kind == .fail ? .fail : .pass) {
      $0.web.hostConfig.securityOptions = .value(options)
    }
  }
}

extension Scene {
  /// What `web` and dockerd ask for.
  fileprivate mutating func asks(_ options: String..., daemonFlag: Bool? = nil) {
    web.hostConfig.securityOptions = .value(options)
    snapshot.daemon.flags = .found(.noNewPrivileges(daemonFlag))
    snapshot.info.securityOptions = .value(
      ["name=seccomp,profile=builtin"] + (daemonFlag == true ? ["name=no-new-privileges"] : []))
  }
}

extension DaemonSettings {
  fileprivate static func noNewPrivileges(_ value: Bool?) -> DaemonSettings {
    var settings = DaemonSettings()
    settings.noNewPrivileges = value
    return settings
  }
}
