import DockerEngine
import Testing

/// A conversation that is begun before it is wanted. There is one in a program, so that these cannot run
/// side by side.
@Suite("An early conversation", .timeLimit(.minutes(1)), .serialized)
struct EarlyConversationTests {
  struct Info: Decodable, Sendable, Equatable {
    let target: String
  }

  @Test("has asked already what is asked first, and is taken over")
  func taken() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      await EngineClient.prepare(engine.endpoint, asking: ["/info", "/unwanted"]).value
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/v1.41/info"))
      let targets = engine.requests.map(\.target).sorted()
      #expect(targets == ["/_ping", "/v1.41/info", "/v1.41/unwanted"])
      try await engine.allConnectionsClosed()
    }
  }

  @Test("is taken over once: the next pass asks for itself")
  func once() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      await EngineClient.prepare(engine.endpoint, asking: ["/info"]).value
      for _ in 0..<2 {
        _ = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      }
      #expect(
        engine.requests.map(\.target) == ["/_ping", "/v1.41/info", "/_ping", "/v1.41/info"])
    }
  }

  @Test("is asked again what its connection did not answer")
  func unanswered() async throws {
    let script: HostileEngine.Script = { request in
      request.target == "/_ping" || request.connection > 0
        ? ManyRequestsTests.echo(request) : [.close]
    }
    try await HostileEngine.run(script) { engine in
      await EngineClient.prepare(engine.endpoint, asking: ["/info"]).value
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/v1.41/info"))
    }
  }

  @Test("is left alone by a pass that ends sooner than its calls would")
  func soon() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      await EngineClient.prepare(engine.endpoint, asking: ["/info"]).value
      _ = try await EngineClient.withClient(
        endpoint: engine.endpoint, deadline: .now + .seconds(4)
      ) { try await $0.get("/info", as: Info.self) }
      #expect(engine.requests.filter { $0.target == "/v1.41/info" }.count == 2)
    }
  }

  @Test("that failed does not count")
  func failed() async throws {
    try await HostileEngine.run({ _ in [.close] }) { engine in
      await EngineClient.prepare(engine.endpoint, asking: ["/info"]).value
      await #expect(throws: EngineError.self) {
        try await engine.withClient { try await $0.get("/info", as: Info.self) }
      }
      #expect(Set(engine.requests.map(\.target)).isSuperset(of: ["/_ping"]))
    }
  }

  @Test("with another Engine is left alone")
  func other() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { first in
      await EngineClient.prepare(first.endpoint, asking: ["/info"]).value
      try await HostileEngine.run(ManyRequestsTests.echo) { second in
        _ = try await second.withClient { try await $0.get("/info", as: Info.self) }
        #expect(second.requests.map(\.target) == ["/_ping", "/v1.41/info"])
      }
    }
  }
}
