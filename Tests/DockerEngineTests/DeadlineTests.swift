import DockerEngine
import Testing

@Suite("Deadlines and cancellation", .timeLimit(.minutes(1)))
struct DeadlineTests {
  @Test("a pass that is over before it begins does not connect")
  func alreadyOver() async throws {
    try await HostileEngine.run(afterPing(answer(info))) { engine in
      await #expect(throws: EngineError.deadlineExceeded(request: "GET /_ping")) {
        try await EngineClient.withClient(endpoint: engine.endpoint, deadline: .now) { _ in }
      }
      #expect(engine.connectionCount == 0)
    }
  }

  @Test("an Engine that never says its version")
  func silentFromTheStart() async throws {
    try await HostileEngine.run({ _ in [] }) { engine in
      await #expect(throws: EngineError.deadlineExceeded(request: "GET /_ping")) {
        try await engine.info(limits: EngineLimits(callTimeout: .milliseconds(200)))
      }
      try await engine.allConnectionsClosed()
    }
  }

  @Test("the pass' deadline ends a call early, and later calls do not connect")
  func passDeadline() async throws {
    try await HostileEngine.run(afterPing()) { engine in
      let deadline = ContinuousClock.now + .milliseconds(1500)
      let limits = EngineLimits(callTimeout: .seconds(50))
      let late = EngineError.deadlineExceeded(request: "GET /info")
      try await EngineClient.withClient(
        endpoint: engine.endpoint, limits: limits, deadline: deadline
      ) { client in
        await #expect(throws: late) { try await client.info() }
        #expect(ContinuousClock.now >= deadline)
        await #expect(throws: late) { try await client.info() }
        let results = await client.getAll(Array(repeating: "/info", count: 20), as: Info.self)
        #expect(results == Array(repeating: .failure(late), count: 20))
        // The ping and the first call: on a busy machine the latter may arrive after its deadline.
        #expect(engine.requests.count <= 2)
        #expect(engine.connectionCount == 1)
      }
      #expect(ContinuousClock.now < deadline + .seconds(10))
      try await engine.allConnectionsClosed()
    }
  }

  @Test("a call that is late costs only itself")
  func lateCall() async throws {
    let script: HostileEngine.Script = { request in
      switch request.target {
      case "/_ping": [ping]
      case "/v1.41/slow": []
      default: [answer(info)]
      }
    }
    try await HostileEngine.run(script) { engine in
      try await engine.withClient(limits: EngineLimits(callTimeout: .seconds(1))) { client in
        await #expect(throws: EngineError.deadlineExceeded(request: "GET /slow")) {
          try await client.get("/slow", as: Info.self)
        }
        let answer = try await client.info()
        #expect(answer == .example)
      }
    }
  }

  @Test("cancellation ends a call at once and closes its connection")
  func cancellation() async throws {
    try await HostileEngine.run(afterPing()) { engine in
      let started = ContinuousClock.now
      await withThrowingTaskGroup(of: Info.self) { group in
        group.addTask { try await engine.info(limits: EngineLimits(callTimeout: .seconds(25))) }
        #expect(await engine.request(for: "/v1.41/info") != nil)
        group.cancelAll()
        await #expect(throws: EngineError.cancelled(request: "GET /info")) {
          try await group.next()
        }
      }
      #expect(ContinuousClock.now - started < .seconds(20))
      #expect(engine.connectionCount == 1)
      try await engine.allConnectionsClosed()
    }
  }

  @Test("cancellation ends all calls of a list")
  func cancelledList() async throws {
    try await HostileEngine.run(afterPing()) { engine in
      let results = await withTaskGroup(of: [Result<Info, EngineError>]?.self) { group in
        group.addTask {
          try? await engine.withClient(limits: EngineLimits(callTimeout: .seconds(25))) { client in
            await client.getAll(Array(repeating: "/info", count: 50), as: Info.self)
          }
        }
        #expect(await engine.request(for: "/v1.41/info") != nil)
        group.cancelAll()
        return await group.next() ?? nil
      }
      let cancelled = EngineError.cancelled(request: "GET /info")
      #expect(results == Array(repeating: .failure(cancelled), count: 50))
      try await engine.allConnectionsClosed()
    }
  }

  @Test("a task that is cancelled already does not connect")
  func cancelledBefore() async throws {
    try await HostileEngine.run(afterPing(answer(info))) { engine in
      await withThrowingTaskGroup(of: Info.self) { group in
        group.cancelAll()
        group.addTask { try await engine.info() }
        await #expect(throws: EngineError.cancelled(request: "GET /_ping")) {
          try await group.next()
        }
      }
      #expect(engine.connectionCount == 0)
    }
  }
}
