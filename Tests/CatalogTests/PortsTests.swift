import HardeningModel
import Testing

/// What of a container can be reached through the host.
@Suite("Port checks")
struct PortsTests {
  @Test("say of privileged ports", arguments: PortsTables.privileged.rows)
  func privileged(_ row: Row) throws { try row.judge() }

  @Test("say of needed ports", arguments: PortsTables.needed.rows)
  func needed(_ row: Row) throws { try row.judge() }

  @Test("say of interfaces", arguments: PortsTables.interfaces.rows)
  func interface(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum PortsTables {
  static let all = [privileged, needed, interfaces]

  static let privileged = Table.ofContainers(
    "container-privileged-ports",
    [
      binding(.pass, "just beyond", "10.0.0.5", "1024"),
      binding(.pass, "the highest", "10.0.0.5", "65535"),
      binding(.pass, "any free one", "10.0.0.5", ""),
      binding(.pass, "any free one, as a number", "10.0.0.5", "0"),
      binding(.pass, "a range beyond", "10.0.0.5", "8000-8010"),
      binding(.fail, "the highest that is privileged", "10.0.0.5", "1023", observed: "1023"),
      binding(.fail, "the lowest", "10.0.0.5", "1"),
      binding(.fail, "a range that begins below", "10.0.0.5", "1020-1030"),
      binding(.fail, "a range below", "10.0.0.5", "80-90"),
      binding(.fail, "on an address of IPv6", "2001:db8::5", "443", observed: "[2001:db8::5]:443"),
      binding(.fail, "on this host only", "127.0.0.1", "80"),
      binding(.fail, "of UDP", "10.0.0.5", "53", port: "53/udp"),
      binding(.fail, "of SCTP", "10.0.0.5", "999", port: "9999/sctp"),
      .passes("only a privileged port in the container") {
        $0.publishes("80/tcp", "10.0.0.5", "8080")
      },
      .fails("the second of two") {
        $0.publishes("80/tcp", "10.0.0.5", "8080")
        $0.publishes("443/tcp", "10.0.0.5", "443")
      },
      .fails("the second address of one port") {
        $0.web.networkSettings.ports = .value([
          "80/tcp": [.init("10.0.0.5", "8080"), .init("::1", "80")]
        ])
      },
      .fails("stopped, and to be bound when it starts") {
        $0.web.stop()
        $0.web.hostConfig.portBindings = .value(["80/tcp": [.init("", "80")]])
      },
      .passes("running, and asked for before an update") {
        $0.web.hostConfig.portBindings = .value(["80/tcp": [.init("", "80")]])
        $0.publishes("80/tcp", "10.0.0.5", "8080")
      },
      Row(.malformed, "no number", .unknown, reason: "http") {
        $0.publishes("80/tcp", "10.0.0.5", "http")
      },
      Row(.malformed, "a number and more", .unknown) {
        $0.publishes("80/tcp", "10.0.0.5", "80x")
      },
    ] + rowsOfBindings(none: .pass))

  static let needed = Table.ofContainers(
    "container-needed-ports",
    [
      .passes("none", observed: "no published port") { _ in },
      Row(.standard, "one", .manual, observed: "10.0.0.5:8080->80/tcp") {
        $0.publishes("80/tcp", "10.0.0.5", "8080")
      },
      Row(.standard, "on every address of both families", .manual, observed: "*:any->80/tcp") {
        $0.publishes("80/tcp", "", "")
      },
      Row(
        .standard, "two, in the order of their addresses", .manual,
        observed: "10.0.0.5:9090->443/tcp, 10.0.0.6:8080->80/tcp"
      ) {
        $0.publishes("80/tcp", "10.0.0.6", "8080")
        $0.publishes("443/tcp", "10.0.0.5", "9090")
      },
      Row(.standard, "stopped, and to be bound when it starts", .manual, observed: "8080") {
        $0.web.stop()
        $0.web.hostConfig.portBindings = .value(["80/tcp": [.init("10.0.0.5", "8080")]])
      },
      Row(
        .standard, "stopped, and all to be bound when it starts (-P)", .manual,
        observed: "*:any->80/tcp"
      ) { $0.web.publishesAll("80/tcp") },
    ] + rowsOfBindings(none: .pass))

  static let interfaces = Table.ofContainers(
    "container-port-interface",
    [
      binding(.pass, "one address", "10.0.0.5", "8080"),
      binding(.pass, "one address that has zeros", "10.0.0.0", "8080"),
      binding(.pass, "this host only", "127.0.0.1", "8080"),
      binding(.pass, "one address of IPv6", "2001:db8::5", "8080"),
      binding(.pass, "this host only, by IPv6", "::1", "8080"),
      binding(.pass, "an address of IPv4 in IPv6", "::ffff:10.0.0.5", "8080"),
      binding(.fail, "every address", "0.0.0.0", "8080", observed: "0.0.0.0:8080"),
      binding(.fail, "every address of IPv6", "::", "8080", observed: "[::]:8080"),
      binding(.fail, "every address of IPv6, in brackets", "[::]", "8080"),
      binding(.fail, "every address of IPv6, in full", "0:0:0:0:0:0:0:0", "8080"),
      binding(.fail, "every address of IPv6, in four digits each", "0000::0000", "8080"),
      binding(.fail, "every address of IPv4 in IPv6", "::ffff:0.0.0.0", "8080"),
      binding(.fail, "every address of IPv4 in IPv6, in capitals", "::FFFF:0.0.0.0", "8080"),
      binding(.fail, "no address", "", "8080", observed: "*:8080"),
      binding(.fail, "a zero", "0", "8080"),
      .fails("the second of two", observed: "0.0.0.0:9090") {
        $0.publishes("80/tcp", "10.0.0.5", "8080")
        $0.publishes("90/udp", "0.0.0.0", "9090")
      },
      .fails("stopped, and to be bound when it starts") {
        $0.web.stop()
        $0.web.hostConfig.portBindings = .value(["80/tcp": [.init("", "8080")]])
      },
      .fails("stopped, and all to be bound when it starts (-P)", observed: "*:any->80/tcp") {
        $0.web.publishesAll("80/tcp")
      },
      .fails("stopped, and one asked for and the others to be bound too", observed: "90/tcp") {
        $0.web.publishesAll("80/tcp", "90/tcp")
        $0.web.hostConfig.portBindings = .value(["80/tcp": [.init("10.0.0.5", "8080")]])
      },
      .passes("stopped, and nothing exposed that could be bound") { $0.web.publishesAll() },
    ] + rowsOfBindings(none: .pass))

  private static func binding(
    _ kind: Kind, _ name: String, _ address: String, _ hostPort: String,
    port: String = "80/tcp", observed: String? = nil
  ) -> Row {
    Row(kind, name, kind == .fail ? .fail : .pass, observed: observed) {
      $0.publishes(port, address, hostPort)
    }
  }

  /// What every check of bindings has to say, with `none` for no bindings at all.
  private static func rowsOfBindings(none: Verdict) -> [Row] {
    [
      Row(.standard, "a port that is not published", none) {
        $0.web.networkSettings.ports = .value(["80/tcp": nil])
      },
      Row(.standard, "no ports", none) { $0.web.networkSettings.ports = .value([:]) },
      Row(.standard, "null", none) { $0.web.networkSettings.ports = .null },
      Row(.absent, "running, and an Engine that does not say what is bound", .unknown) {
        $0.web.networkSettings.ports = .missing
      },
      Row(.absent, "stopped, and an Engine that does not say what was asked for", .unknown) {
        $0.web.stop()
        $0.web.hostConfig.portBindings = .missing
      },
      Row(.absent, "stopped, and an Engine that does not say whether all are", .unknown) {
        $0.web.stop()
        $0.web.hostConfig.publishAllPorts = .missing
      },
      Row(.standard, "stopped, and exposed but not published", none) {
        $0.web.publishesAll("80/tcp")
        $0.web.hostConfig.publishAllPorts = .value(false)
      },
      Row(.absent, "an Engine that does not say whether it runs", .unknown) {
        $0.web.state.pid = .missing
      },
      Row(.absent, "an Engine that does not say on which address", .unknown, reason: "HostIp") {
        var binding = Container.PortBinding("", "8080")
        binding.hostIP = .missing
        $0.web.networkSettings.ports = .value(["80/tcp": [binding]])
      },
      Row(.absent, "an Engine that does not say on which port", .unknown, reason: "HostPort") {
        var binding = Container.PortBinding("10.0.0.5", "")
        binding.hostPort = .missing
        $0.web.networkSettings.ports = .value(["80/tcp": [binding]])
      },
      .wrongType("NetworkSettings.Ports", .list([])),
    ]
  }
}

extension Container {
  /// Stops it; when it starts, all that it exposes will be bound.
  fileprivate mutating func publishesAll(_ ports: String...) {
    stop()
    hostConfig.publishAllPorts = .value(true)
    config.exposedPorts =
      ports.isEmpty
      ? .missing : .value(Dictionary(uniqueKeysWithValues: ports.map { ($0, Empty()) }))
  }
}

extension Scene {
  /// Binds one port more of `web`, which runs.
  fileprivate mutating func publishes(_ port: String, _ address: String, _ hostPort: String) {
    var ports = web.networkSettings.ports.value ?? [:]
    ports[port] = [Container.PortBinding(address, hostPort)]
    web.networkSettings.ports = .value(ports)
  }
}
