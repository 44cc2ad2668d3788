import NIOCore
import Testing

@testable import DockerEngine

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
  struct Good: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let step: HostileEngine.Step
    /// Whether the next request may come on the same connection.
    var isReused = true
  }

  private static func raw(_ text: String) -> HostileEngine.Step { .send(text) }

  static let good: [Good] = [
    Good(testDescription: "a length", step: answer(info)),
    Good(
      testDescription: "chunks",
      step: raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "6\r\n{\"ID\":\r\n19\r\n\"EXAMPLE\",\"Containers\":3}\r\n0\r\n\r\n")),
    Good(
      testDescription: "chunks with extensions and a trailer",
      step: raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "6;a=b\r\n{\"ID\":\r\n19\r\n\"EXAMPLE\",\"Containers\":3}\r\n0\r\nX-Empty:\r\n\r\n")),
    Good(
      testDescription: "interim answers first",
      step: raw(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: \(info.utf8.count)\r\n\r\n\(info)")),
    Good(testDescription: "another success", step: answer(info, status: "203 Transformed")),
    Good(
      testDescription: "Connection: close", step: answer(info, header: "Connection: close\r\n"),
      isReused: false),
    Good(
      testDescription: "HTTP/1.0",
      step: raw("HTTP/1.0 200 OK\r\nContent-Length: \(info.utf8.count)\r\n\r\n\(info)"),
      isReused: false),
    Good(
      testDescription: "a second answer that nobody asked for",
      step: raw(
        String(
          repeating: "HTTP/1.1 200 OK\r\nContent-Length: \(info.utf8.count)\r\n\r\n\(info)",
          count: 2)),
      isReused: false),
  ]

  @Test("are reused after a good answer, where the answer allows it", arguments: good)
  func reuse(_ good: Good) async throws {
    try await HostileEngine.run(afterPing(good.step)) { engine in
      try await engine.withClient { client in
        for _ in 0..<3 {
          let answer = try await client.info()
          #expect(answer == .example)
        }
      }
      #expect(
        engine.requests.map(\.target) == ["/_ping"] + Array(repeating: "/v1.41/info", count: 3))
      #expect(engine.connectionCount == (good.isReused ? 1 : 3))
      try await engine.allConnectionsClosed()
    }
  }

  @Test("take a body of exactly the limit, and no byte more", arguments: good)
  func bodyLimit(_ good: Good) async throws {
    try await HostileEngine.run(afterPing(good.step)) { engine in
      let length = info.utf8.count
      let exact = try await engine.info(limits: EngineLimits(bodyBytes: length))
      #expect(exact == .example)
      await #expect(throws: EngineError.tooLarge(request: "GET /info", limit: length - 1)) {
        try await engine.info(limits: EngineLimits(bodyBytes: length - 1))
      }
      try await engine.allConnectionsClosed()
    }
  }

  @Test("may end where the body ends")
  func bodyUntilClose() async throws {
    let script = afterPing(.send("HTTP/1.1 200 OK\r\n\r\n\(info)"), .close)
    try await HostileEngine.run(script) { engine in
      try await engine.withClient { client in
        let answers = [try await client.info(), try await client.info()]
        #expect(answers == [.example, .example])
      }
    }
  }

  @Test("that are closed while idle are replaced")
  func closedWhileIdle() async throws {
    try await HostileEngine.run({ [$0.target == "/_ping" ? ping : answer(info), .close] }) {
      engine in
      try await engine.withClient { client in
        for _ in 0..<5 {
          let answer = try await client.info()
          #expect(answer == .example)
        }
      }
      #expect(engine.connectionCount == 6)
    }
  }

  @Test("that are closed instead of an answer are replaced once")
  func closedOnRequest() async throws {
    let script: HostileEngine.Script = { request in
      if request.target == "/_ping" { return [ping] }
      return request.index == 0 ? [answer(info)] : [.close]
    }
    try await HostileEngine.run(script) { engine in
      try await engine.withClient { client in
        for _ in 0..<3 {
          let answer = try await client.info()
          #expect(answer == .example)
        }
      }
      #expect(engine.connectionCount == 4)
      #expect(engine.requests.count { $0.target == "/v1.41/info" } == 6)
    }
  }

  @Test("are not opened for a third attempt")
  func alwaysClosed() async throws {
    try await HostileEngine.run(afterPing(.close)) { engine in
      await #expect(
        throws: EngineError.malformed(
          request: "GET /info", reason: "the connection was closed without an answer")
      ) { try await engine.info() }
      #expect(engine.requests.map(\.connection) == [0, 0, 1])
    }
  }

  @Test("are not replaced once an answer has begun")
  func cutOff() async throws {
    try await HostileEngine.run(afterPing(.send("HTTP/1.1 200 OK\r\n"), .close)) { engine in
      await #expect(throws: EngineError.malformed(request: "GET /info", reason: "it is cut off")) {
        try await engine.info()
      }
      #expect(engine.requests.map(\.connection) == [0, 0])
    }
  }

  @Test("do not follow a redirection")
  func redirection() async throws {
    let elsewhere = "Location: /v1.41/elsewhere\r\n"
    try await HostileEngine.run(afterPing(answer("", status: "307 There", header: elsewhere))) {
      engine in
      await #expect(
        throws: EngineError.status(
          request: "GET /info", code: 307, message: "Temporary Redirect")
      ) { try await engine.info() }
      #expect(engine.requests.map(\.target) == ["/_ping", "/v1.41/info"])
    }
  }

  @Test("carry a plain request")
  func requestHeader() async throws {
    try await HostileEngine.run(afterPing(answer(info))) { engine in
      _ = try await engine.info()
      #expect(
        engine.requests.last?.header
          == "GET /v1.41/info HTTP/1.1\r\nHost: docker\r\nUser-Agent: dockward\r\n"
          + "Accept: application/json\r\n\r\n")
    }
  }

  @Test("are closed when the body throws")
  func throwing() async throws {
    struct Thrown: Error {}
    try await HostileEngine.run(afterPing()) { engine in
      await #expect(throws: Thrown.self) { try await engine.withClient { _ in throw Thrown() } }
      #expect(engine.connectionCount == 1)
      try await engine.allConnectionsClosed()
    }
  }

  @Test("are not opened when the pass has ended")
  func afterPass() async throws {
    try await HostileEngine.run(afterPing(answer(info))) { engine in
      let client = try await engine.withClient { $0 }
      await #expect(
        throws: EngineError.unreachable(engine.endpoint, reason: "the pass has ended")
      ) { try await client.info() }
      #expect(engine.connectionCount == 1)
    }
  }
}
