import HardeningModel
import Testing

/// The kernel's filter of system calls.
@Suite("Seccomp check")
struct SeccompTests {
  @Test("says of a container", arguments: SeccompTables.seccomp.rows)
  func seccomp(_ row: Row) throws { try row.judge() }
}

/// The rows of that check.
enum SeccompTables {
  static let all = [seccomp]

  static let seccomp = Table.ofContainers(
    "container-seccomp",
    ConfinementTables.rowsOfProcesses { $0.webProcess.label = $1 }.filter {
      $0.name.hasPrefix("its")
    } + [
      .passes("a filter", observed: "Seccomp: 2") { _ in },
      .passes("strict mode") { $0.webProcess.seccomp = 1 },
      .passes("a profile of its own") {
        $0.web.hostConfig.securityOptions = .value([#"seccomp={"defaultAction":"SCMP_ACT_ERRNO"}"#])
      },
      .passes("stopped, a profile of its own") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value([#"seccomp={"defaultAction":"SCMP_ACT_ERRNO"}"#])
        $0.snapshot.info.securityOptions = .value(["name=seccomp,profile=unconfined"])
      },
      .fails("no filter in force", observed: "Seccomp: 0") { $0.webProcess.seccomp = 0 },
      .fails("seccomp=unconfined", observed: "unconfined") {
        $0.web.hostConfig.securityOptions = .value(["seccomp=unconfined"])
      },
      .fails("seccomp:unconfined") {
        $0.web.hostConfig.securityOptions = .value(["seccomp:unconfined"])
      },
      .fails("stopped, seccomp=unconfined") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["no-new-privileges", "seccomp=unconfined"])
      },
      .fails("stopped, unconfined given last") {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .value(["seccomp={}", "seccomp=unconfined"])
      },
      .fails("privileged", observed: "privileged") { $0.web.hostConfig.privileged = .value(true) },
      .fails("privileged and stopped") {
        $0.web.stop()
        $0.web.hostConfig.privileged = .value(true)
      },
      .fails("a profile of its own that is not in force") {
        $0.web.hostConfig.securityOptions = .value(["seccomp={}"])
        $0.webProcess.seccomp = 0
      },
      .fails("stopped, under a dockerd whose profile is unconfined", observed: "unconfined") {
        $0.web.stop()
        $0.snapshot.info.securityOptions = .value(["name=seccomp,profile=unconfined"])
      },
      .fails("stopped, under a dockerd without seccomp", observed: "without seccomp") {
        $0.web.stop()
        $0.snapshot.info.securityOptions = .value(["name=apparmor"])
      },
      Row(.standard, "stopped, without options", .pass) {
        $0.web.stop()
        $0.web.hostConfig.securityOptions = .null
      },
      Row(.standard, "stopped, under an Engine 1.12, which names no profile", .pass) {
        $0.web.stop()
        $0.snapshot.info.securityOptions = .value(["apparmor", "seccomp"])
      },
      Row(.absent, "an Engine that reports no options of it", .unknown) {
        $0.web.hostConfig.securityOptions = .missing
      },
      Row(.absent, "an Engine that does not say whether it is privileged", .unknown) {
        $0.web.hostConfig.privileged = .missing
      },
      Row(.absent, "an Engine that does not say whether it runs", .unknown) {
        $0.web.state.pid = .missing
      },
      Row(.absent, "a kernel that says nothing of filters", .unknown) {
        $0.webProcess.seccomp = nil
      },
      Row(.absent, "stopped, and an Engine that reports no options of its own", .unknown) {
        $0.web.stop()
        $0.snapshot.info.securityOptions = .missing
      },
      .wrongType("HostConfig.SecurityOpt", .text("seccomp=unconfined")),
      Row(.unreadable, "stopped, and an Engine that does not answer /info", .unknown) {
        $0.web.stop()
        $0.snapshot.engine = .found(
          EngineFacts(endpoint: "", version: nil, apiVersion: "1.45", info: .unreadable("EOF")))
      },
    ])
}
