import HardeningModel
import Testing

/// How much of the host a container may take.
@Suite("Resource checks")
struct ResourcesTests {
  @Test("say of limits", arguments: ResourcesTables.all.flatMap(\.rows))
  func limits(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum ResourcesTables {
  static let all = [memory, cpu, pids, ulimits, cgroupParent]

  static let memory = Table.ofContainers(
    "container-memory-limit",
    [
      .passes("a limit", observed: "536870912") { _ in },
      .passes("a byte") { $0.web.hostConfig.memory = .value(1) },
      .passes("more than 32 bits") { $0.web.hostConfig.memory = .value(1 << 40) },
      .fails("none", observed: "0") { $0.web.hostConfig.memory = .value(0) },
      .fails("less than nothing") { $0.web.hostConfig.memory = .value(-1) },
      .fails("none, and stopped") {
        $0.web.stop()
        $0.web.hostConfig.memory = .value(0)
      },
      Row(.standard, "null", .fail) { $0.web.hostConfig.memory = .null },
      Row(.fail, "so much that it limits nothing", .fail, observed: "limits nothing") {
        $0.web.hostConfig.memory = .value(1 << 62)
      },
      Row(.pass, "just less", .pass) { $0.web.hostConfig.memory = .value(1 << 60 - 1) },
      Row(.absent, "an Engine that does not say", .unknown, reason: "Memory") {
        $0.web.hostConfig.memory = .missing
      },
      .wrongType("HostConfig.Memory", .text("512m")),
    ])

  static let cpu = Table.ofContainers(
    "container-cpu-shares",
    [
      cpu(.pass, "fewer shares", shares: 512),
      cpu(.pass, "more shares", shares: 2048),
      cpu(.pass, "the fewest shares", shares: 2),
      cpu(.pass, "a quota", quota: 50_000),
      cpu(.pass, "a number of processors", nano: 1_500_000_000),
      cpu(.pass, "a quota beside the usual shares", shares: 1024, quota: 50_000),
      cpu(.fail, "the usual shares", shares: 1024),
      cpu(.fail, "the usual shares, and no quota by -1", shares: 1024, quota: -1),
      cpu(.fail, "no quota by -1", quota: -1),
      .fails("none, and stopped") {
        $0.web.stop()
        $0.web.hostConfig.cpuShares = .value(0)
      },
      Row(.standard, "nothing set", .fail) { $0.web.hostConfig.cpuShares = .value(0) },
      Row(.standard, "null", .fail) {
        $0.web.hostConfig.cpuShares = .null
        $0.web.hostConfig.cpuQuota = .null
        $0.web.hostConfig.nanoCPUs = .null
      },
      Row(.absent, "an Engine that says nothing of shares", .unknown, reason: "CpuShares") {
        $0.web.hostConfig.cpuShares = .missing
      },
      Row(.absent, "no shares, and an Engine that says nothing of a quota", .unknown) {
        $0.web.hostConfig.cpuShares = .value(0)
        $0.web.hostConfig.cpuQuota = .missing
      },
      Row(.absent, "no shares, and an Engine that says nothing of processors", .unknown) {
        $0.web.hostConfig.cpuShares = .value(0)
        $0.web.hostConfig.nanoCPUs = .missing
      },
      .wrongType("HostConfig.CpuShares", .text("512")),
      .wrongType("HostConfig.NanoCpus", .list([])),
    ])

  private static func cpu(
    _ kind: Kind, _ name: String, shares: Int64 = 0, quota: Int64 = 0, nano: Int64 = 0
  ) -> Row {
    Row(kind, name, kind == .fail ? .fail : .pass, observed: "\(shares)") {
      $0.web.hostConfig.cpuShares = .value(shares)
      $0.web.hostConfig.cpuQuota = .value(quota)
      $0.web.hostConfig.nanoCPUs = .value(nano)
    }
  }

  static let pids = Table.ofContainers(
    "container-pids-limit",
    [
      .passes("a limit", observed: "100") { _ in },
      .passes("one process") { $0.web.hostConfig.pidsLimit = .value(1) },
      .fails("none by 0") { $0.web.hostConfig.pidsLimit = .value(0) },
      .fails("none by -1", observed: "-1") { $0.web.hostConfig.pidsLimit = .value(-1) },
      .fails("none, and stopped") {
        $0.web.stop()
        $0.web.hostConfig.pidsLimit = .null
      },
      Row(.standard, "null", .fail, observed: "null") { $0.web.hostConfig.pidsLimit = .null },
      Row(.absent, "an Engine that does not say", .unknown, reason: "PidsLimit") {
        $0.web.hostConfig.pidsLimit = .missing
      },
      .wrongType("HostConfig.PidsLimit", .bool(true)),
    ])

  static let ulimits = Table.ofContainers(
    "container-ulimits",
    [
      Row(.standard, "null", .manual, observed: "default") { $0.web.hostConfig.ulimits = .null },
      Row(.standard, "an empty list", .manual, observed: "default") {
        $0.web.hostConfig.ulimits = .value([])
      },
      Row(
        .standard, "two, in the order of their names", .manual,
        observed: "core=0:0, nofile=1024:2048"
      ) {
        $0.web.hostConfig.ulimits = .value([
          .sample("nofile", 1024, 2048), .sample("core", 0, 0),
        ])
      },
      Row(.absent, "an Engine that does not say", .unknown, reason: "Ulimits") {
        $0.web.hostConfig.ulimits = .missing
      },
      Row(.absent, "an Engine that does not say how high", .unknown, reason: "Hard") {
        var limit = Container.Ulimit.sample("nofile", 1024, 0)
        limit.hard = .missing
        $0.web.hostConfig.ulimits = .value([limit])
      },
      .wrongType("HostConfig.Ulimits", .object([:])),
    ])

  static let cgroupParent = Table.ofContainers(
    "container-cgroup-parent",
    [
      .passes("none") { $0.web.hostConfig.cgroupParent = .value("") },
      .passes("an allowed one", observed: "/web") {
        $0.policy.allowedCgroupParents = ["/db", "/web"]
        $0.web.hostConfig.cgroupParent = .value("/web")
      },
      .passes("an allowed slice") {
        $0.policy.allowedCgroupParents = ["web.slice"]
        $0.web.hostConfig.cgroupParent = .value("web.slice")
      },
      .fails("one that nobody allowed", observed: "/web") {
        $0.web.hostConfig.cgroupParent = .value("/web")
      },
      .fails("one whose name begins like an allowed one") {
        $0.policy.allowedCgroupParents = ["/web"]
        $0.web.hostConfig.cgroupParent = .value("/web2")
      },
      .fails("one that another one is the beginning of") {
        $0.policy.allowedCgroupParents = ["/web2"]
        $0.web.hostConfig.cgroupParent = .value("/web")
      },
      .fails("above all") { $0.web.hostConfig.cgroupParent = .value("/") },
      Row(.standard, "null", .pass) { $0.web.hostConfig.cgroupParent = .null },
      Row(.absent, "an Engine that does not say", .unknown, reason: "CgroupParent") {
        $0.web.hostConfig.cgroupParent = .missing
      },
      .wrongType("HostConfig.CgroupParent", .natural(7)),
    ])
}

extension Container.Ulimit {
  fileprivate static func sample(_ name: String, _ soft: Int64, _ hard: Int64) -> Self {
    var limit = Container.Ulimit()
    limit.name = .value(name)
    limit.soft = .value(soft)
    limit.hard = .value(hard)
    return limit
  }
}
