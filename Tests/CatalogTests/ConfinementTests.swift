import HardeningModel
import Testing

/// The kernel's mandatory access control.
@Suite("Confinement checks")
struct ConfinementTests {
  @Test("say of AppArmor", arguments: ConfinementTables.appArmor.rows)
  func appArmor(_ row: Row) throws { try row.judge() }

  @Test("say of SELinux", arguments: ConfinementTables.seLinux.rows)
  func seLinux(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum ConfinementTables {
  static let all = [appArmor, seLinux]

  static let appArmor = Table.ofContainers(
    "container-apparmor",
    rowsOfProcesses { $0.webProcess.label = $1 } + [
      .passes("the default profile", observed: "docker-default") { _ in },
      .passes("a profile of its own", observed: "web") {
        $0.webProcess.label = .found("web (enforce)")
      },
      .passes("a profile whose name begins with unconfined") {
        $0.webProcess.label = .found("unconfined-web (enforce)")
      },
      .passes("paused") { $0.web.state.status = .value("paused") },
      .passes("stopped, with the profile it had", observed: "docker-default") { $0.web.stop() },
      .fails("unconfined", observed: "unconfined") {
        $0.webProcess.label = .found("unconfined")
      },
      .fails("unconfined, though it asks for a profile") {
        $0.web.hostConfig.securityOptions = .value(["apparmor=web"])
        $0.webProcess.label = .found("unconfined")
      },
      .fails("a profile that only complains", observed: "complain") {
        $0.webProcess.label = .found("docker-default (complain)")
      },
      .fails("a profile that is loaded as unconfined", observed: "unconfined") {
        $0.webProcess.label = .found("rootlesskit (unconfined)")
      },
      .fails("stopped, apparmor=unconfined") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["apparmor=unconfined"])
        $0.web.appArmorProfile = .value("")
      },
      .fails("stopped, apparmor:unconfined") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["apparmor:unconfined"])
        $0.web.appArmorProfile = .value("")
      },
      .fails("stopped, unconfined given last") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["apparmor=web", "apparmor=unconfined"])
        $0.web.appArmorProfile = .value("")
      },
      .fails("stopped and privileged") {
        $0.web.stop()
        $0.web.hostConfig.privileged = .value(true)
        $0.web.appArmorProfile = .value("")
      },
      .fails("stopped, having run unconfined") {
        $0.web.stop()
        $0.web.appArmorProfile = .value("unconfined")
      },
      Row(.standard, "never started", .pass, observed: "default profile") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .null
        $0.web.appArmorProfile = .value("")
      },
      Row(.absent, "a kernel without AppArmor", .notApplicable, reason: "AppArmor") {
        $0.snapshot.kernel.appArmor = .absent
      },
      Row(.absent, "a kernel that has it switched off", .notApplicable, reason: "AppArmor") {
        $0.snapshot.kernel.appArmor = .found(false)
      },
      Row(.absent, "stopped, and an Engine that names no profile", .unknown) {
        $0.web.stop()
        $0.web.appArmorProfile = .missing
      },
      Row(.malformed, "an empty label", .unknown) { $0.webProcess.label = .found("") },
      .wrongType("AppArmorProfile", .natural(3)),
      Row(.unreadable, "a kernel that could not be asked", .unknown, reason: "permission denied") {
        $0.snapshot.kernel.appArmor = .unreadable("permission denied")
      },
    ])

  static let seLinux = Table.ofContainers(
    "container-selinux",
    rowsOfProcesses {
      $0.withSELinux()
      $0.webProcess.label = $1
    } + [
      .passes("the type of containers", observed: "container_t") { $0.withSELinux() },
      .passes("the older name of that type") {
        $0.withSELinux("system_u:system_r:svirt_lxc_net_t:s0:c1,c2")
      },
      .passes("stopped, with a label") {
        $0.withSELinux()
        $0.web.stop()
      },
      .fails("the type of privileged containers", observed: "spc_t") {
        $0.withSELinux("system_u:system_r:spc_t:s0")
      },
      .fails("the type of unconfined users", observed: "unconfined_t") {
        $0.withSELinux("unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023")
      },
      .fails("the type of unconfined services, as dockerd itself has it") {
        $0.withSELinux("system_u:system_r:unconfined_service_t:s0")
        $0.web.processLabel = .value("")
      },
      .fails("the type of unconfined services, asked for", observed: "unconfined_service_t") {
        $0.withSELinux("system_u:system_r:unconfined_service_t:s0")
        $0.web.hostConfig.securityOptions = .value(["label=type:unconfined_service_t"])
      },
      .fails("the type of dockerd itself, which gave it no label") {
        $0.withSELinux("system_u:system_r:container_runtime_t:s0")
        $0.web.processLabel = .value("")
      },
      .fails("stopped, label=disable") {
        $0.withSELinux()
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["label=disable"])
        $0.web.processLabel = .value("")
      },
      .fails("stopped, label:disable") {
        $0.withSELinux()
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["label:disable"])
      },
      .fails("stopped, with a type of its own that is unconfined") {
        $0.withSELinux()
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["label=type:spc_t"])
        $0.web.processLabel = .value("system_u:system_r:spc_t:s0")
      },
      .fails("stopped and privileged") {
        $0.withSELinux()
        $0.web.stop()
        $0.web.hostConfig.privileged = .value(true)
        $0.web.processLabel = .value("")
      },
      Row(.standard, "stopped, under a dockerd without selinux-enabled", .fail) {
        $0.withSELinux()
        $0.web.stop()
        $0.web.processLabel = .value("")
      },
      Row(.absent, "a kernel without SELinux", .notApplicable, reason: "SELinux") { _ in },
      Row(.absent, "stopped, and an Engine that names no label", .unknown) {
        $0.withSELinux()
        $0.web.stop()
        $0.web.processLabel = .missing
      },
      Row(.malformed, "the label of a kernel without a policy", .fail) {
        $0.withSELinux("kernel")
      },
      .wrongType("ProcessLabel", .list([])),
      Row(.unreadable, "a kernel that could not be asked", .unknown, reason: "permission denied") {
        $0.snapshot.kernel.seLinux = .unreadable("permission denied")
      },
    ])
}

extension ConfinementTables {
  /// What a check has to say that looks at the kernel's word on a running container.
  static func rowsOfProcesses(
    _ setLabel: @escaping (inout Scene, Reading<String>) -> Void
  ) -> [Row] {
    [
      Row(.absent, "no label", .unknown) { setLabel(&$0, .absent) },
      Row(.unreadable, "a label that could not be read", .unknown, reason: "denied") {
        setLabel(&$0, .unreadable("permission denied"))
      },
      Row(.absent, "its first process has ended", .unknown, reason: "ended") {
        setLabel(&$0, .absent)
        $0.webProcesses.first = .absent
      },
      Row(.unreadable, "its first process could not be read", .unknown, reason: "denied") {
        setLabel(&$0, .absent)
        $0.webProcesses.first = .unreadable("permission denied")
      },
      Row(.unreadable, "its processes were not read", .unknown) {
        setLabel(&$0, .absent)
        $0.snapshot.processes = [:]
      },
      Row(.absent, "an Engine that does not say whether it runs", .unknown) {
        setLabel(&$0, .absent)
        $0.web.state.pid = .missing
      },
    ]
  }
}

extension Scene {
  /// A kernel with SELinux and a dockerd that uses it.
  fileprivate mutating func withSELinux(
    _ label: String = "system_u:system_r:container_t:s0:c1,c2"
  ) {
    snapshot.kernel = KernelFacts(appArmor: .absent, seLinux: .found(true))
    webProcess.label = .found(label)
    web.processLabel = .value(label)
  }
}
