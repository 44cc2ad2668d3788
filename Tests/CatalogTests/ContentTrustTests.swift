import HardeningModel
import Testing

/// Docker Content Trust.
@Suite("Content trust check")
struct ContentTrustTests {
  @Test("says of a host", arguments: ContentTrustTables.trust.rows)
  func trust(_ row: Row) throws { try row.judge() }
}

/// The rows of that check.
enum ContentTrustTables {
  static let all = [trust]

  static let trust = Table(
    "image-content-trust", subject: "host",
    [
      Row(.pass, "exported to all", .pass, observed: "client 26.1.5+dfsg1, login shells: on") { _ in
      }
    ]
      // What is not false in Go's eyes is true in the client's.
      + ["1", "t", "T", "true", "True", "TRUE", "yes", "on", "2", "fAlse", " "].map { value in
        Row(.pass, "exported as '\(value)'", .pass) { $0.export(value) }
      }
      + ["0", "f", "F", "false", "False", "FALSE", ""].map { value in
        Row(.fail, "exported as '\(value)'", .fail, observed: "off") { $0.export(value) }
      }
      + ["1.13.1", "18.09.1", "20.10.24+dfsg1", "28.5.2", "v28.0.0", "28.0.0-rc.1"].map { version in
        Row(.pass, "exported to a client \(version)", .pass) { $0.client(.found(version)) }
      } + [
        Row(.fail, "not for services", .fail, observed: "services: not exported") {
          $0.clients.services = .absent
        },
        Row(.fail, "not for login shells", .fail, observed: "login shells: not exported") {
          $0.clients.loginShells = .absent
        },
        Row(.fail, "off for services", .fail, observed: "services: off ('0'") {
          $0.clients.services = .found(ExportedVariable(value: "0", source: "x"))
        },
        Row(.fail, "not for services, and not known for login shells", .fail) {
          $0.clients.loginShells = .unreadable("x")
          $0.clients.services = .absent
        },
        Row(.fail, "beside a newer client", .fail) {
          $0.clients.clients = .found([.at("/usr/local/bin/docker", "29.0.1"), .at("28.1.0")])
          $0.clients.services = .absent
        },
        Row(
          .standard, "nothing is set", .fail, observed: "login shells: not exported, services: not"
        ) {
          $0.clients.loginShells = .absent
          $0.clients.services = .absent
        },
        Row(.absent, "no client", .notApplicable, reason: "no Docker client") {
          $0.clients.clients = .found([])
        },
        Row(.absent, "podman in its place", .notApplicable, reason: "stands in") {
          $0.client(.absent)
        },
        Row(.absent, "a client that ignores it", .notApplicable, reason: "29.1.3 ignores") {
          $0.client(.found("29.1.3"))
        },
        Row(.absent, "a client that ignores it and nothing set", .notApplicable) {
          $0.client(.found("30.0.0"))
          $0.clients.loginShells = .absent
        },
        Row(.absent, "nobody looked for a client", .unknown, reason: "not read") {
          $0.snapshot.clients = .absent
        },
        Row(.malformed, "a version that says nothing", .unknown, reason: "'unknown-version'") {
          $0.client(.found("unknown-version"))
        },
        Row(.malformed, "an empty version", .unknown) { $0.client(.found("")) },
        Row(.unreadable, "a version that is not told", .unknown, reason: "no program of Go") {
          $0.client(.unreadable("it is no program of Go"))
        },
        Row(.unreadable, "a client before it of a version that is not told", .unknown) {
          var first = DockerClient.at("/usr/local/bin/docker", "")
          first.version = .unreadable("it is no program of Go")
          $0.clients.clients = .found([first, .at("26.1.5")])
        },
        Row(.unreadable, "directories that cannot be read", .unknown, reason: "denied") {
          $0.clients.clients = .unreadable("permission denied")
        },
        Row(.unreadable, "a profile that is not followed", .unknown, reason: "conditions") {
          $0.clients.loginShells = .unreadable("under conditions")
        },
        Row(.unreadable, "a systemd that does not answer", .unknown, reason: "systemd") {
          $0.clients.services = .unreadable("systemd was not reached")
        },
      ])
}

extension Scene {
  fileprivate var clients: ClientFacts {
    get { snapshot.clients.value ?? .sample }
    set { snapshot.clients = .found(newValue) }
  }

  fileprivate mutating func client(_ version: Reading<String>) {
    var client = DockerClient.at("")
    client.version = version
    clients.clients = .found([client])
  }

  fileprivate mutating func export(_ value: String) {
    let variable = ExportedVariable(value: value, source: "/etc/environment")
    clients.loginShells = .found(variable)
    clients.services = .found(variable)
  }
}

extension DockerClient {
  fileprivate static func at(_ version: String) -> DockerClient { at("/usr/bin/docker", version) }

  fileprivate static func at(_ path: String, _ version: String) -> DockerClient {
    DockerClient(path: path, version: .found(version), source: "build information of \(path)")
  }
}
