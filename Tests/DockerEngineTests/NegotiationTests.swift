import HardeningModel
import Testing

@testable import DockerEngine

@Suite("Version negotiation", .timeLimit(.minutes(1)))
struct NegotiationTests {
  static let v141 = APIVersion(major: 1, minor: 41)
  static let v152 = APIVersion(major: 1, minor: 52)
  static let server = "Server: Docker/20.10.24+dfsg1 (linux)\r\n"

  struct Ping: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let header: String
    let version: String?
    let apiVersion: APIVersion
  }

  static let pings: [Ping] = [
    Ping(
      testDescription: "an older Engine", header: "Api-Version: 1.41\r\n" + server,
      version: "20.10.24+dfsg1", apiVersion: v141),
    Ping(
      testDescription: "the newest that is known", header: "API-VERSION: 1.52\r\n" + server,
      version: "20.10.24+dfsg1", apiVersion: v152),
    Ping(
      testDescription: "1.9 is older than 1.52", header: "Api-Version: 1.9\r\n", version: nil,
      apiVersion: APIVersion(major: 1, minor: 9)),
    Ping(
      testDescription: "another product", header: "Api-Version: 1.41\r\nServer: Libpod/5.4.2\r\n",
      version: nil, apiVersion: v141),
    Ping(
      testDescription: "a product without a version",
      header: "Api-Version: 1.41\r\nServer: Docker/ (linux)\r\n", version: nil, apiVersion: v141),
  ]

  @Test("takes a ping", arguments: pings)
  func settle(_ expected: Ping) async throws {
    let script: HostileEngine.Script = { request in
      [request.target == "/_ping" ? answer("OK", header: expected.header) : answer(info)]
    }
    try await HostileEngine.run(script) { engine in
      let version = try await engine.withClient { client in
        _ = try await client.info()
        return client.version
      }
      #expect(
        version
          == EngineVersion(
            version: expected.version, apiVersion: expected.apiVersion, minimumAPIVersion: nil,
            negotiatedAPIVersion: expected.apiVersion))
      #expect(engine.requests.map(\.target) == ["/_ping", "/v\(expected.apiVersion)/info"])
    }
  }

  struct Unsettled: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ping: HostileEngine.Step
  }

  static let unsettled: [Unsettled] = [
    Unsettled(testDescription: "no version", ping: answer("OK", header: server)),
    Unsettled(
      testDescription: "none that is a number", ping: answer("OK", header: "Api-Version: old\r\n")),
    Unsettled(
      testDescription: "a newer one than all we know",
      ping: answer("OK", header: "Api-Version: 1.53\r\n")),
    Unsettled(
      testDescription: "not found",
      ping: answer("page not found", status: "404 Not Found", header: "Api-Version: 1.41\r\n")),
    Unsettled(
      testDescription: "forbidden", ping: answer(#"{"message":"no"}"#, status: "403 Forbidden")),
  ]

  @Test("asks on where a ping does not settle it", arguments: unsettled)
  func askOn(_ unsettled: Unsettled) async throws {
    let body = #"{"Version":"31.0.0","ApiVersion":"1.60","MinAPIVersion":"1.44"}"#
    try await HostileEngine.run(Self.script(ping: unsettled.ping, version: body)) { engine in
      let version = try await engine.withClient { client in
        _ = try await client.info()
        return client.version
      }
      #expect(
        version
          == EngineVersion(
            version: "31.0.0", apiVersion: APIVersion(major: 1, minor: 60),
            minimumAPIVersion: APIVersion(major: 1, minor: 44), negotiatedAPIVersion: Self.v152))
      #expect(engine.requests.map(\.target) == ["/_ping", "/version", "/v1.52/info"])
    }
  }

  struct Agreed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: String
    let version: EngineVersion
  }

  static let agreed: [Agreed] = [
    Agreed(
      testDescription: "an older Engine",
      body: #"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#,
      version: EngineVersion(
        version: "20.10.24", apiVersion: v141, minimumAPIVersion: APIVersion(major: 1, minor: 12),
        negotiatedAPIVersion: v141)),
    Agreed(
      testDescription: "one that still speaks the newest that is known",
      body: #"{"Version":"31.0.0","ApiVersion":"1.60","MinAPIVersion":"1.52"}"#,
      version: EngineVersion(
        version: "31.0.0", apiVersion: APIVersion(major: 1, minor: 60), minimumAPIVersion: v152,
        negotiatedAPIVersion: v152)),
    Agreed(
      testDescription: "a new major version", body: #"{"ApiVersion":"2.0","MinAPIVersion":"1.44"}"#,
      version: EngineVersion(
        version: nil, apiVersion: APIVersion(major: 2, minor: 0),
        minimumAPIVersion: APIVersion(major: 1, minor: 44), negotiatedAPIVersion: v152)),
    Agreed(
      testDescription: "1.9 is older than 1.52", body: #"{"ApiVersion":"1.9"}"#,
      version: EngineVersion(
        version: nil, apiVersion: APIVersion(major: 1, minor: 9), minimumAPIVersion: nil,
        negotiatedAPIVersion: APIVersion(major: 1, minor: 9))),
    Agreed(
      testDescription: "1.100 is newer than 1.52",
      body: #"{"ApiVersion":"1.100","MinAPIVersion":""}"#,
      version: EngineVersion(
        version: nil, apiVersion: APIVersion(major: 1, minor: 100), minimumAPIVersion: nil,
        negotiatedAPIVersion: v152)),
    Agreed(
      testDescription: "a version that forges lines",
      body: #"{"Version":"1\n2","ApiVersion":"1.41","Components":[{"Name":"Engine"}]}"#,
      version: EngineVersion(
        version: #"1\u{A}2"#, apiVersion: v141, minimumAPIVersion: nil, negotiatedAPIVersion: v141)
    ),
  ]

  @Test("agrees on the newest that both know, and uses it", arguments: agreed)
  func agree(_ agreed: Agreed) async throws {
    try await HostileEngine.run(Self.script(version: agreed.body)) { engine in
      let version = try await engine.withClient { client in
        _ = try await client.info()
        return client.version
      }
      #expect(version == agreed.version)
      #expect(engine.requests.last?.target == "/v\(agreed.version.negotiatedAPIVersion)/info")
    }
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: String
    let error: EngineError
  }

  private static func malformed(_ reason: String) -> EngineError {
    .malformed(request: "GET /version", reason: reason)
  }

  static let refused: [Refused] =
    [
      Refused(
        testDescription: "an Engine that has left us behind",
        body: #"{"ApiVersion":"1.60","MinAPIVersion":"1.53"}"#,
        error: .unsupportedVersion(engineMinimum: "1.53", ours: "1.52")),
      Refused(
        testDescription: "1.100 compared as a number",
        body: #"{"ApiVersion":"1.100","MinAPIVersion":"1.100"}"#,
        error: .unsupportedVersion(engineMinimum: "1.100", ours: "1.52")),
      Refused(
        testDescription: "a new major version only",
        body: #"{"ApiVersion":"2.1","MinAPIVersion":"2.0"}"#,
        error: .unsupportedVersion(engineMinimum: "2.0", ours: "1.52")),
      Refused(
        testDescription: "no ApiVersion", body: #"{"Version":"20.10.24"}"#,
        error: malformed("the text lacks the key 'ApiVersion'")),
      Refused(
        testDescription: "a number", body: #"{"ApiVersion":1.41}"#,
        error: malformed("'ApiVersion' is not a text")),
      Refused(
        testDescription: "a minimum that is none",
        body: #"{"ApiVersion":"1.41","MinAPIVersion":"old"}"#,
        error: malformed("MinAPIVersion is not a version number")),
    ]
    + ["", "1", "1.", ".41", "1.41.2", "v1.41", "1.-1", "+1.41", "1.4１", "1.99999999999999999999"]
    .map {
      Refused(
        testDescription: "'\($0)'", body: #"{"ApiVersion":"\#($0)"}"#,
        error: malformed("ApiVersion is not a version number"))
    }

  @Test("refuses", arguments: refused)
  func refuse(_ refused: Refused) async throws {
    try await HostileEngine.run(Self.script(version: refused.body)) { engine in
      await #expect(throws: refused.error) { try await engine.info() }
      #expect(engine.requests.map(\.target) == ["/_ping", "/version"])
      try await engine.allConnectionsClosed()
    }
  }

  /// By default the ping settles nothing.
  private static func script(
    ping: HostileEngine.Step = answer("OK"), version: String
  ) -> HostileEngine.Script {
    { request in
      switch request.target {
      case "/_ping": [ping]
      case "/version": [answer(version)]
      default: [answer(info)]
      }
    }
  }
}
