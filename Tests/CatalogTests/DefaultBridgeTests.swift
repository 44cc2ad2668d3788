import HardeningModel
import Testing

/// The network that containers share that ask for none.
@Suite("Default bridge check")
struct DefaultBridgeTests {
  @Test("says of a container", arguments: DefaultBridgeTables.bridge.rows)
  func bridge(_ row: Row) throws { try row.judge() }
}

/// The rows of that check.
enum DefaultBridgeTables {
  static let all = [bridge]

  static let bridge = Table.ofContainers(
    "container-default-bridge",
    [
      .passes("a network of its own", observed: "web-net") { _ in },
      .passes("a network whose name begins like it") {
        $0.web.networkSettings.networks = .value(["bridge2": Container.Network()])
      },
      .passes("no network", observed: "no network") {
        $0.web.networkSettings.networks = .value([:])
        $0.web.hostConfig.networkMode = .value("none")
      },
      .passes("the host's network") {
        $0.web.networkSettings.networks = .value(["host": Container.Network()])
        $0.web.hostConfig.networkMode = .value("host")
      },
      .fails("the default bridge", observed: "bridge") {
        $0.web.networkSettings.networks = .value(["bridge": Container.Network()])
      },
      .fails("the default bridge beside another network", observed: "bridge, web-net") {
        $0.web.networkSettings.networks = .value([
          "web-net": Container.Network(), "bridge": Container.Network(),
        ])
      },
      .fails("never started, and asked for it") {
        $0.web.stop()
        $0.web.networkSettings.networks = .value([:])
        $0.web.hostConfig.networkMode = .value("bridge")
      },
      .fails("joined to one on the default bridge", observed: "through container db") {
        $0.snapshot.add(
          .sample("db") { $0.networkSettings.networks = .value(["bridge": Container.Network()]) })
        $0.web.networkSettings.networks = .value([:])
        $0.web.hostConfig.networkMode = .value("container:db")
      },
      .passes("joined to one on another network") {
        $0.snapshot.add(.sample("db"))
        $0.web.networkSettings.networks = .value([:])
        $0.web.hostConfig.networkMode = .value("container:db")
      },
      Row(.standard, "never started, and asked for nothing", .fail) {
        $0.web.stop()
        $0.web.networkSettings.networks = .value([:])
        $0.web.hostConfig.networkMode = .value("default")
      },
      Row(.standard, "null", .fail) {
        $0.web.networkSettings.networks = .null
        $0.web.hostConfig.networkMode = .value("")
      },
      Row(.absent, "an Engine that does not say", .unknown, reason: "Networks") {
        $0.web.networkSettings.networks = .missing
      },
      Row(.absent, "joined to one that is not there", .unknown) {
        $0.web.hostConfig.networkMode = .value("container:db")
      },
      Row(.malformed, "joined to itself", .unknown) {
        $0.web.hostConfig.networkMode = .value("container:web")
      },
      .wrongType("NetworkSettings.Networks", .text("bridge")),
      Row(.unreadable, "joined to one that could not be inspected", .unknown, reason: "reset") {
        $0.snapshot.add(.sample("db"))
        $0.setInspection("db", .unreadable("connection reset"))
        $0.web.hostConfig.networkMode = .value("container:db")
      },
    ])
}
