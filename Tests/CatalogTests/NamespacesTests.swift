import HardeningModel
import Testing

/// Namespaces that a container shares with its host.
@Suite("Namespace checks")
struct NamespacesTests {
  @Test(
    "say of the namespaces that can be joined", arguments: NamespacesTables.joinable.flatMap(\.rows)
  )
  func joinable(_ row: Row) throws { try row.judge() }

  @Test("say of the user namespace", arguments: NamespacesTables.userNamespace.rows)
  func userNamespace(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum NamespacesTables {
  static let all = joinable + [userNamespace]

  private typealias Mode =
    any WritableKeyPath<Container.HostConfig, Field<String>> & Sendable

  static let joinable = [
    table("container-host-network", \.networkMode, "NetworkMode", own: ["none", "web-net"]),
    table("container-host-pid", \.pidMode, "PidMode", own: ["private"]),
    table("container-host-ipc", \.ipcMode, "IpcMode", own: ["private", "shareable", "none"]),
    table("container-host-uts", \.utsMode, "UTSMode", own: ["private"]),
  ]

  private static func table(
    _ slug: String, _ mode: Mode, _ field: String, own: [String]
  ) -> Table {
    Table.ofContainers(
      slug,
      own.map { value in
        .passes("\(field) \(value)", observed: value) {
          $0.web.hostConfig[keyPath: mode] = .value(value)
        }
      } + directRows(mode, field) + chainRows(mode) + brokenChainRows(mode))
  }

  private static func directRows(_ mode: Mode, _ field: String) -> [Row] {
    [
      .fails("the host's", observed: "host") { $0.web.hostConfig[keyPath: mode] = .value("host") },
      .fails("the host's, and stopped") {
        $0.web.stop()
        $0.web.hostConfig[keyPath: mode] = .value("host")
      },
      .passes("a network called hostess") {
        $0.web.hostConfig[keyPath: mode] = .value("hostess")
      },
      .passes("a network called my-host") {
        $0.web.hostConfig[keyPath: mode] = .value("my-host")
      },
      Row(.standard, "nothing set", .pass) { $0.web.hostConfig[keyPath: mode] = .value("") },
      Row(.standard, "null", .pass) { $0.web.hostConfig[keyPath: mode] = .null },
      Row(.standard, "default", .pass) { $0.web.hostConfig[keyPath: mode] = .value("default") },
      Row(.absent, "an Engine that does not say", .unknown, reason: field) {
        $0.web.hostConfig[keyPath: mode] = .missing
      },
      .wrongType("HostConfig.\(field)", .bool(true)),
    ]
  }

  private static func chainRows(_ mode: Mode) -> [Row] {
    let own = Field.value("private")
    return [
      .passes("joined to one with its own", observed: "db") {
        $0.chain(mode, ["web": "db"], end: own)
      },
      .fails("joined to one with the host's", observed: "through container db") {
        $0.chain(mode, ["web": "db"], end: .value("host"))
      },
      .fails("joined through two", observed: "through container db through container cache") {
        $0.chain(mode, ["web": "db", "db": "cache"], end: .value("host"))
      },
      .fails("joined by id") {
        $0.chain(mode, ["web": "db"], end: .value("host"))
        $0.web.hostConfig[keyPath: mode] = .value("container:" + Container.sampleID("db"))
      },
      .fails("joined by the beginning of an id") {
        $0.chain(mode, ["web": "db"], end: .value("host"))
        $0.web.hostConfig[keyPath: mode] = .value(
          "container:" + Container.sampleID("db").prefix(12))
      },
      // The Engine looks for a name before it looks for the beginning of an id.
      .fails("joined by a name that is also the beginning of two ids") {
        let id = Container.sampleID("one")
        $0.snapshot.add(
          .sample("abc", id: "abc0" + id) { $0.hostConfig[keyPath: mode] = .value("host") })
        $0.snapshot.add(.sample("db", id: "abc1" + id) { $0.hostConfig[keyPath: mode] = own })
        $0.web.hostConfig[keyPath: mode] = .value("container:abc")
      },
      .fails("joined to one that is stopped") {
        $0.chain(mode, ["web": "db"], end: .value("host"))
        if var database = $0.inspection("db") {
          database.stop()
          $0.setInspection("db", .found(database))
        }
      },
      .fails("joined to one that is not to be judged") {
        $0.chain(mode, ["web": "db"], end: .value("host"))
        $0.scope.names = [Glob("web")]
        $0.policy.containerStates = [.running]
      },
      .passes("another one has the host's") {
        $0.snapshot.add(.sample("db") { $0.hostConfig[keyPath: mode] = .value("host") })
      },
    ]
  }

  private static func brokenChainRows(_ mode: Mode) -> [Row] {
    [
      Row(.absent, "joined to one that is not there", .unknown, reason: "db") {
        $0.web.hostConfig[keyPath: mode] = .value("container:db")
      },
      Row(.absent, "joined to one of which the Engine does not say", .unknown) {
        $0.chain(mode, ["web": "db"], end: .missing)
      },
      Row(.malformed, "joined to itself", .unknown, reason: "circle") {
        $0.web.hostConfig[keyPath: mode] = .value("container:web")
      },
      Row(.malformed, "joined in a circle of two", .unknown, reason: "circle") {
        $0.chain(mode, ["web": "db", "db": "web"], end: .missing)
      },
      Row(.malformed, "joined to a circle of others", .unknown, reason: "circle") {
        $0.chain(mode, ["web": "db", "db": "cache", "cache": "db"], end: .missing)
      },
      Row(.malformed, "joined to a container without a name", .unknown) {
        $0.web.hostConfig[keyPath: mode] = .value("container:")
      },
      // The Engine refuses the beginning of two ids.
      Row(.malformed, "joined to the beginning of two ids", .unknown) {
        $0.snapshot.add(.sample("db1") { $0.hostConfig[keyPath: mode] = .value("private") })
        $0.snapshot.add(.sample("db2") { $0.hostConfig[keyPath: mode] = .value("host") })
        $0.web.hostConfig[keyPath: mode] = .value("container:" + Container.sampleID("db").prefix(4))
      },
      Row(.unreadable, "joined to one that could not be inspected", .unknown, reason: "reset") {
        $0.chain(mode, ["web": "db"], end: .value("private"))
        $0.setInspection("db", .unreadable("connection reset"))
      },
    ]
  }
}

extension NamespacesTables {
  static let userNamespace = Table.ofContainers(
    "container-host-userns",
    [
      .passes("a mapped one") { $0.remapUsers() },
      .passes("a mapped one, said to be private") {
        $0.remapUsers()
        $0.web.hostConfig.usernsMode = .value("private")
      },
      .fails("the host's", observed: "host") {
        $0.remapUsers()
        $0.web.hostConfig.usernsMode = .value("host")
      },
      .fails("the host's, and stopped") {
        $0.remapUsers()
        $0.web.stop()
        $0.web.hostConfig.usernsMode = .value("host")
      },
      .fails("the host's, under an Engine 1.12") {
        $0.snapshot.info.securityOptions = .value(["seccomp", "userns"])
        $0.web.hostConfig.usernsMode = .value("host")
      },
      Row(.standard, "null", .pass) {
        $0.remapUsers()
        $0.web.hostConfig.usernsMode = .null
      },
      Row(.absent, "a daemon that does not remap", .notApplicable, reason: "remap") { _ in },
      Row(.absent, "a daemon that does not remap, and the host's", .notApplicable) {
        $0.web.hostConfig.usernsMode = .value("host")
      },
      Row(.absent, "an option that only sounds like it", .notApplicable) {
        $0.snapshot.info.securityOptions = .value(["name=usernsx", "name=seccomp,profile=userns"])
        $0.web.hostConfig.usernsMode = .value("host")
      },
      Row(.absent, "no security options at all", .notApplicable) {
        $0.snapshot.info.securityOptions = .null
      },
      Row(.absent, "an Engine that does not say how the container is", .unknown) {
        $0.remapUsers()
        $0.web.hostConfig.usernsMode = .missing
      },
      Row(.absent, "an Engine that does not say whether it remaps", .unknown) {
        $0.snapshot.info.securityOptions = .missing
      },
      .wrongType("HostConfig.UsernsMode", .natural(0)),
      Row(.unreadable, "an Engine that does not answer /info", .unknown, reason: "EOF") {
        $0.snapshot.engine = .found(
          EngineFacts(endpoint: "", version: nil, apiVersion: "1.45", info: .unreadable("EOF")))
      },
    ])
}

extension Scene {
  /// Adds the containers that `links` names, each joined to another; the last one has `end`.
  fileprivate mutating func chain(
    _ mode: any WritableKeyPath<Container.HostConfig, Field<String>> & Sendable,
    _ links: KeyValuePairs<String, String>, end: Field<String>
  ) {
    for (_, target) in links where inspection(target) == nil {
      snapshot.add(.sample(target) { $0.hostConfig[keyPath: mode] = end })
    }
    for (name, target) in links {
      guard var container = inspection(name) else { continue }
      container.hostConfig[keyPath: mode] = .value("container:\(target)")
      setInspection(name, .found(container))
    }
  }

  fileprivate mutating func remapUsers() {
    snapshot.info.securityOptions = .value(["name=seccomp,profile=builtin", "name=userns"])
  }
}
