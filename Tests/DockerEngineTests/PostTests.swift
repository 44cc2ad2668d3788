import HardeningModel
import Testing

@testable import DockerEngine

@Suite("A request that changes something", .timeLimit(.minutes(1)))
struct PostTests {
  private static let body = Array(#"{"Memory":67108864}"#.utf8)

  private static func post(_ engine: HostileEngine, limits: EngineLimits = .init()) async throws
    -> Info
  {
    try await engine.withClient(limits: limits) { client in
      // An open connection is there, which might be closing.
      _ = try await client.info()
      return try await client.post("/containers/\("we b")/update", Self.body, as: Info.self)
    }
  }

  @Test("is sent with its body, on a connection of its own")
  func sent() async throws {
    try await HostileEngine.run(afterPing(answer(info))) { engine in
      #expect(try await Self.post(engine) == .example)
      let request = try #require(engine.requests.last)
      #expect(request.target == "/v1.41/containers/we%20b/update")
      #expect(request.header.hasPrefix("POST "))
      #expect(request.header.contains("Content-Type: application/json\r\n"))
      #expect(request.header.contains("Content-Length: \(Self.body.count)\r\n"))
      #expect(request.index == 0)
    }
  }

  @Test(
    "is never sent again, whatever becomes of it",
    arguments: [
      ("closed", [.close]),
      ("cut off", [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .close]),
      ("silent", []), ("garbage", [.send("garbage\r\n\r\n")]),
    ] as [(String, [HostileEngine.Step])])
  func once(_ name: String, _ steps: [HostileEngine.Step]) async throws {
    try await HostileEngine.run({ request in
      if request.target == "/_ping" { return [ping] }
      return request.header.hasPrefix("POST ") ? steps : [answer(info)]
    }) { engine in
      let limits = EngineLimits(callTimeout: .seconds(2))
      await #expect(throws: EngineError.self) { try await Self.post(engine, limits: limits) }
      #expect(engine.requests.count { $0.header.hasPrefix("POST ") } == 1)
    }
  }

  @Test("that the Engine refuses tells what it says")
  func refused() async throws {
    let refusal = answer(#"{"message":"Minimum memory limit allowed is 6MB"}"#, status: "400 Bad")
    _ = try await HostileEngine.run({ request in
      if request.target == "/_ping" { return [ping] }
      return request.header.hasPrefix("POST ") ? [refusal] : [answer(info)]
    }) { engine in
      _ = await #expect(
        throws: EngineError.status(
          request: "POST /containers/we%20b/update", code: 400,
          message: "Minimum memory limit allowed is 6MB")
      ) { try await Self.post(engine) }
    }
  }
}
