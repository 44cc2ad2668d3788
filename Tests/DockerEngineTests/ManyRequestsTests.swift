import DockerEngine
import NIOCore
import Synchronization
import Testing

@Suite("Many requests", .timeLimit(.minutes(1)))
struct ManyRequestsTests {
  struct Echo: Decodable, Sendable, Equatable {
    let target: String
  }

  /// Answers every request with its own target.
  static let echo: HostileEngine.Script = { request in
    request.target == "/_ping" ? [ping] : [answer(#"{"target":"\#(request.target)"}"#)]
  }

  static let paths = (0..<100).map { EnginePath.container("c\($0)") }

  @Test("are answered in their order, over few connections")
  func order() async throws {
    try await HostileEngine.run(Self.echo) { engine in
      let results = try await engine.withClient { await $0.getAll(Self.paths, as: Echo.self) }
      let targets = try results.map { try $0.get().target }
      #expect(targets == Self.paths.map { "/v1.41\($0)" })
      #expect((1...4).contains(engine.connectionCount))
      #expect(engine.requests.count == 101)
    }
  }

  @Test("fail one by one")
  func failures() async throws {
    let script: HostileEngine.Script = { request in
      switch request.target {
      case "/v1.41/containers/c3/json": [answer(#"{"message":"gone"}"#, status: "404 Not Found")]
      case "/v1.41/containers/c5/json": [.send("garbage\r\n\r\n")]
      case "/v1.41/containers/c7/json": [.close]
      default: Self.echo(request)
      }
    }
    try await HostileEngine.run(script) { engine in
      let results = try await engine.withClient { await $0.getAll(Self.paths, as: Echo.self) }
      for (index, result) in results.enumerated() {
        let request = "GET /containers/c\(index)/json"
        switch index {
        case 3: #expect(result == .failure(.notFound(request: request, message: "gone")))
        case 5: #expect(result == .failure(.malformed(request: request, reason: "not HTTP/1")))
        case 7:
          #expect(
            result
              == .failure(
                .malformed(
                  request: request, reason: "the connection was closed without an answer")))
        default: #expect(result == .success(Echo(target: "/v1.41/containers/c\(index)/json")))
        }
      }
    }
  }

  @Test("are under way together, up to the limit", arguments: [1, 3])
  func concurrency(_ limit: Int) async throws {
    let body = #"{"target":"x"}"#
    let slow: HostileEngine.Script = afterPing(
      .send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n"),
      .trickle(body, every: .milliseconds(10)))
    try await HostileEngine.run(slow) { engine in
      let results = try await engine.withClient(limits: EngineLimits(connections: limit)) {
        await $0.getAll(Array(Self.paths.prefix(6)), as: Echo.self)
      }
      #expect(results == Array(repeating: .success(Echo(target: "x")), count: 6))
      #expect(engine.connectionCount == limit)
    }
  }

  @Test("are sent before the answers to those before them have come, and have their own time each")
  func pipelined() async throws {
    let body = #"{"target":"x"}"#
    let slow: HostileEngine.Script = afterPing(
      .send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n"),
      .trickle(body, every: .milliseconds(80)))
    try await HostileEngine.run(slow) { engine in
      // Each takes more than a second, and three more than one call may.
      let limits = EngineLimits(
        connections: 1, requestsPerConnection: 3, callTimeout: .milliseconds(3000))
      let results = try await engine.withClient(limits: limits) { client in
        async let all = client.getAll(Array(Self.paths.prefix(5)), as: Echo.self)
        _ = await engine.request(for: "/v1.41\(Self.paths[2])")
        #expect(engine.requests.map(\.target).contains("/v1.41\(Self.paths[0])"))
        #expect(!engine.requests.map(\.target).contains("/v1.41\(Self.paths[3])"))
        return await all
      }
      #expect(results == Array(repeating: .success(Echo(target: "x")), count: 5))
    }
  }

  @Test(
    "are asked again on another connection where one was closed before it had answered them all")
  func closed() async throws {
    let script: HostileEngine.Script = { request in
      request.target.hasSuffix("c2/json") && request.connection == 0
        ? [
          .send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 14\r\n\r\n"),
          .send(#"{"target":"x"}"#), .close,
        ] : Self.echo(request)
    }
    try await HostileEngine.run(script) { engine in
      let paths = Array(Self.paths.prefix(6))
      let results = try await engine.withClient(limits: EngineLimits(connections: 1)) {
        await $0.getAll(paths, as: Echo.self)
      }
      let targets = try results.map { try $0.get().target }
      let expected = paths.map { "/v1.41\($0)" }
      #expect(targets == expected.prefix(2) + ["x"] + expected.dropFirst(3))
      #expect(engine.connectionCount == 2)
    }
  }

  @Test("tell when each is answered, well or badly")
  func progress() async throws {
    let script: HostileEngine.Script = { request in
      request.target.hasSuffix("c3/json") ? [.close] : Self.echo(request)
    }
    try await HostileEngine.run(script) { engine in
      let answered = Atomic(0)
      _ = try await engine.withClient { client in
        await client.getAll(Self.paths, as: Echo.self) { answered.add(1, ordering: .relaxed) }
      }
      #expect(answered.load(ordering: .relaxed) == 100)
    }
  }

  @Test("may be none")
  func none() async throws {
    try await HostileEngine.run(Self.echo) { engine in
      let results = try await engine.withClient { await $0.getAll([], as: Echo.self) }
      #expect(results.isEmpty)
      #expect(engine.requests.map(\.target) == ["/_ping"])
    }
  }
}
