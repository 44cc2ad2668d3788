@testable import DockerEngine

/// An HTTP/1.1 answer with the right length.
func answer(_ body: String, status: String = "200 OK", header: String = "") -> HostileEngine.Step {
  .send(
    "HTTP/1.1 \(status)\r\n\(header)Content-Type: application/json\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
}

/// What Engine 20.10.24 (Debian 12) says to `GET /_ping`, without the fields that are not read.
let ping = answer(
  "OK", header: "Api-Version: 1.41\r\nServer: Docker/20.10.24+dfsg1 (linux)\r\n")

/// The body that `Info` is read from.
let info = #"{"ID":"EXAMPLE","Containers":3}"#

struct Info: Decodable, Sendable, Equatable {
  let id: String
  let containers: Int

  enum CodingKeys: String, CodingKey {
    case id = "ID"
    case containers = "Containers"
  }

  static let example = Info(id: "EXAMPLE", containers: 3)
}

/// A script that agrees on the version and then plays `steps` to every request.
func afterPing(_ steps: HostileEngine.Step...) -> HostileEngine.Script {
  { $0.target == "/_ping" ? [ping] : steps }
}

extension HostileEngine {
  /// One pass whose deadline is far off.
  func withClient<Outcome: Sendable>(
    limits: EngineLimits = .init(), _ body: (EngineClient) async throws -> Outcome
  ) async throws -> Outcome {
    try await EngineClient.withClient(
      endpoint: endpoint, limits: limits, deadline: .now + .seconds(30), body)
  }

  /// `GET /info` of one pass.
  func info(limits: EngineLimits = .init()) async throws -> Info {
    try await withClient(limits: limits) { try await $0.info() }
  }
}

extension EngineClient {
  func info() async throws(EngineError) -> Info {
    try await get("/info", as: Info.self)
  }
}
