import Testing

@testable import DockerEngine

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
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info", "/unwanted"]).value
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/info"))
      let targets = engine.requests.map(\.target).sorted()
      #expect(targets == ["/_ping", "/info", "/unwanted"])
      #expect(engine.connectionCount == 3)
      try await engine.allConnectionsClosed()
    }
  }

  @Test("asks before there is anything to read the answer with")
  func early() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      let request = try #require(EarlyRequest("/info", to: engine.endpoint))
      #expect(await engine.request(for: "/info")?.target == "/info")
      EngineSocket.close(request.socket.descriptor)
    }
  }

  @Test("asks again with the version that is agreed on, where that is not the Engine's newest")
  func newer() async throws {
    let script: HostileEngine.Script = { request in
      switch request.target {
      case "/_ping": [answer("OK", header: "Api-Version: 1.99\r\n")]
      case "/version": [answer(#"{"Version":"99.0","ApiVersion":"1.99","MinAPIVersion":"1.24"}"#)]
      default: ManyRequestsTests.echo(request)
      }
    }
    try await HostileEngine.run(script) { engine in
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info"]).value
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/v1.52/info"))
    }
  }

  @Test("asks again with a version where an Engine refuses what names none")
  func refused() async throws {
    let script: HostileEngine.Script = { request in
      request.target == "/info"
        ? [answer(#"{"message":"name a version"}"#, status: "403 Forbidden")]
        : ManyRequestsTests.echo(request)
    }
    try await HostileEngine.run(script) { engine in
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info"]).value
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/v1.41/info"))
    }
  }

  @Test("is taken over once: the next pass asks for itself")
  func once() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info"]).value
      for _ in 0..<2 {
        _ = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      }
      #expect(
        engine.requests.map(\.target).sorted() == ["/_ping", "/_ping", "/info", "/v1.41/info"])
    }
  }

  @Test("is asked again what its connection did not answer")
  func unanswered() async throws {
    let script: HostileEngine.Script = { request in
      request.target == "/info" ? [.close] : ManyRequestsTests.echo(request)
    }
    try await HostileEngine.run(script) { engine in
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info"]).value
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/v1.41/info"))
    }
  }

  @Test("is left alone by a pass that ends sooner than its calls would")
  func soon() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info"]).value
      _ = try await EngineClient.withClient(
        endpoint: engine.endpoint, deadline: .now + .seconds(4)
      ) { try await $0.get("/info", as: Info.self) }
      #expect(engine.requests.filter { $0.target == "/v1.41/info" }.count == 1)
    }
  }

  @Test("that failed does not count")
  func failed() async throws {
    try await HostileEngine.run({ _ in [.close] }) { engine in
      _ = await EarlyConversation.begin(with: engine.endpoint, asking: ["/info"]).value
      await #expect(throws: EngineError.self) {
        try await engine.withClient { try await $0.get("/info", as: Info.self) }
      }
      #expect(Set(engine.requests.map(\.target)).isSuperset(of: ["/_ping"]))
    }
  }

  @Test("is waited for, where it has not come to its end when it is wanted")
  func awaited() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { engine in
      EngineClient.prepare(engine.endpoint, asking: ["/info"])
      let info = try await engine.withClient { try await $0.get("/info", as: Info.self) }
      #expect(info == Info(target: "/info"))
      #expect(engine.requests.map(\.target).sorted() == ["/_ping", "/info"])
    }
  }

  @Test("whose Engine let its time pass is not begun again")
  func silent() async throws {
    try await HostileEngine.run({ _ in [] }) { engine in
      EngineClient.prepare(engine.endpoint, asking: ["/info"])
      let clock = ContinuousClock()
      let duration = await clock.measure {
        await #expect(throws: EngineError.deadlineExceeded(request: "GET /_ping")) {
          try await engine.withClient { try await $0.get("/info", as: Info.self) }
        }
      }
      #expect(duration < .seconds(9))
      #expect(engine.requests.filter { $0.target == "/_ping" }.count == 1)
    }
  }

  @Test("with another Engine is left alone")
  func other() async throws {
    try await HostileEngine.run(ManyRequestsTests.echo) { first in
      _ = await EarlyConversation.begin(with: first.endpoint, asking: ["/info"]).value
      try await HostileEngine.run(ManyRequestsTests.echo) { second in
        _ = try await second.withClient { try await $0.get("/info", as: Info.self) }
        #expect(second.requests.map(\.target) == ["/_ping", "/v1.41/info"])
      }
    }
  }
}
