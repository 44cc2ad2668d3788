import Glibc
import Synchronization
import TestSupport
import Testing

@testable import DockerEngine

/// What a stream tells, in order.
private final class Listener: Sendable {
  private let (news, teller) = AsyncStream.makeStream(of: EngineNews.self)
  private let isRead = Mutex(false)

  func tell(_ news: EngineNews) { teller.yield(news) }

  /// The first `count` of what is told.
  func first(_ count: Int) async -> [EngineNews] {
    var told: [EngineNews] = []
    for await one in news {
      told.append(one)
      if told.count == count { break }
    }
    return told
  }
}

extension EventStream {
  /// The first `count` news; the stream is ended then.
  fileprivate func news(_ count: Int) async -> [EngineNews] {
    let listener = Listener()
    let task = Task { await run(listener.tell) }
    let told = await listener.first(count)
    task.cancel()
    await task.value
    return told
  }
}

private let head =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

private func chunk(_ text: String) -> String {
  "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
}

private func line(_ id: String) -> String {
  #"{"Type":"container","Action":"start","Actor":{"ID":"\#(id)"}}"# + "\n"
}

private func event(_ id: String) -> EngineNews {
  .event(EngineEvent(type: "container", action: "start", id: id))
}

@Suite("The event stream", .timeLimit(.minutes(1)))
struct EventStreamTests {
  /// Impatient, so that no test waits long.
  private static let limits: EventStreamLimits = {
    var limits = EventStreamLimits()
    limits.answerTimeout = .seconds(20)
    limits.shortestPause = .milliseconds(1)
    limits.longestPause = .milliseconds(20)
    limits.lineBytes = 1024
    limits.headerBytes = 1024
    limits.nonsense = 5
    return limits
  }()

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [HostileEngine.Step]
    let expected: [EngineNews]

    /// Whether only the deadline can end it.
    var isSlow: Bool {
      expected == [.disconnected(reason: "GET /events: no answer within the deadline")]
    }

    init(_ name: String, _ steps: HostileEngine.Step..., expected: [EngineNews]) {
      testDescription = name
      self.steps = steps
      self.expected = expected
    }
  }

  private static func gap(_ reason: String) -> EngineNews {
    .gap(reason: "an event that cannot be read: \(reason)")
  }
  private static let tooLong = EngineNews.gap(reason: "an event of more than 1024 bytes")
  private static func gone(_ reason: String) -> EngineNews { .disconnected(reason: reason) }
  private static let closed = gone("the Engine has closed the connection")
  private static let unanswered = gone("the Engine closes the connection without an answer")

  static let cases = [
    Case(
      "an event in each chunk", .send(head + chunk(line("a"))), .send(chunk(line("b"))),
      expected: [.connected, event("a"), event("b")]),
    Case(
      "two events in a chunk", .send(head + chunk(line("a") + line("b"))),
      expected: [.connected, event("a"), event("b")]),
    Case(
      "an event in many pieces", .trickle(head + chunk(line("a")), every: .milliseconds(0)),
      expected: [.connected, event("a")]),
    Case(
      "an event in two chunks",
      .send(head + chunk(String(line("a").prefix(20))) + chunk(String(line("a").dropFirst(20)))),
      expected: [.connected, event("a")]),
    Case(
      "without chunks", .send("HTTP/1.1 200 OK\r\n\r\n" + line("a")),
      expected: [.connected, event("a")]),
    Case(
      "garbage between events", .send(head + chunk(line("a") + "garbage\n" + line("b"))),
      expected: [.connected, event("a"), gap("no JSON value begins with 'g'"), event("b")]),
    Case(
      "another JSON between events", .send(head + chunk("{}\n" + line("b"))),
      expected: [.connected, gap("the text lacks the key 'Actor'"), event("b")]),
    Case(
      "a line that is too long",
      .send(head + chunk(String(repeating: "a", count: 5000) + "\n" + line("b"))),
      expected: [.connected, tooLong, event("b")]),
    Case(
      "a line without end", .send("HTTP/1.1 200 OK\r\n\r\n"),
      .endless(String(repeating: "a", count: 500)),
      expected: [.connected, tooLong]),
    Case(
      "nothing but garbage", .send("HTTP/1.1 200 OK\r\n\r\n"),
      .send(String(repeating: "]\n", count: 100)),
      expected: [.connected] + Array(repeating: gap("no JSON value begins with ']'"), count: 5)),
    Case(
      "the connection's end", .send(head + chunk(line("a"))), .close,
      expected: [.connected, event("a"), closed]),
    Case(
      "the connection's end within an event", .send(head + chunk(String(line("a").prefix(20)))),
      .close, expected: [.connected, closed]),
    Case(
      "the stream's end", .send(head + chunk(line("a")) + "0\r\n\r\n"),
      expected: [.connected, event("a"), gone("the Engine has ended its event stream")]),
    Case("no answer", .close, expected: [unanswered]),
    Case(
      "silence", expected: [gone("GET /events: no answer within the deadline")]),
    Case(
      "half of a head", .send("HTTP/1.1 200 OK\r\n"),
      expected: [gone("GET /events: no answer within the deadline")]),
    Case(
      "another protocol", .send("SSH-2.0\r\n"),
      expected: [gone("the Engine does not answer in HTTP/1")]),
    Case(
      "an endless head", .send("HTTP/1.1 200 OK\r\n"), .endless("X-Pad: aaaaaaaaaaaaaaaa\r\n"),
      expected: [gone("the header of the Engine's answer is too long")]),
    Case(
      "404", answer(#"{"message":"page not found"}"#, status: "404 Not Found"),
      expected: [gone("GET /events: not found: page not found")]),
    Case(
      "500", answer(#"{"message":"a\n\u001b[31mb"}"#, status: "500 Oops"),
      expected: [gone(#"GET /events: the Engine answered 500: a\u{A}\u{1B}[31mb"#)]),
    Case(
      "an error without end", .send("HTTP/1.1 500 Oops\r\n\r\n"),
      .endless(String(repeating: "Oops! ", count: 2000)),
      expected: [gone("GET /events: the Engine answered 500: Internal Server Error")]),
  ]

  @Test("tells what an Engine sends, and what it cannot tell as a gap", arguments: cases)
  func told(_ example: Case) async throws {
    try await HostileEngine.run({ $0.target.hasPrefix("/events?") ? example.steps : [] }) {
      engine in
      var limits = Self.limits
      if example.isSlow { limits.answerTimeout = .milliseconds(100) }
      let news = await EventStream(endpoint: engine.endpoint, limits: limits)
        .news(example.expected.count)
      #expect(news == example.expected)
      try await engine.allConnectionsClosed()
    }
  }

  @Test("is taken up again, and tells once that it was lost")
  func reconnection() async throws {
    let script: HostileEngine.Script = { request in
      switch request.connection {
      case 0: [.send(head + chunk(line("a"))), .close]
      case 1, 2, 3: [.close]
      default: [.send(head + chunk(line("b")))]
      }
    }
    try await HostileEngine.run(script) { engine in
      let news = await EventStream(endpoint: engine.endpoint, limits: Self.limits).news(5)
      #expect(news == [.connected, event("a"), Self.closed, .connected, event("b")])
      #expect(engine.connectionCount == 5)
      try await engine.allConnectionsClosed()
    }
  }

  @Test("tells of an Engine that is not there, and of its coming, when somebody hurries")
  func absence() async throws {
    var limits = Self.limits
    limits.shortestPause = .milliseconds(10)
    limits.longestPause = .seconds(3600)
    try await TemporaryDirectory.with { directory in
      let path = directory + "/engine.sock"
      let stream = EventStream(endpoint: try EngineEndpoint(parsing: path), limits: limits)
      let listener = Listener()
      let task = Task { await stream.run(listener.tell) }
      let absent = await listener.first(1)
      #expect(
        absent == [
          Self.gone("cannot reach the Engine at unix://\(path): no such file or directory")
        ])
      let socket = boundSocket(SOCK_STREAM, at: path)
      defer { close(socket) }
      #expect(listen(socket, 8) == 0)
      stream.hurry()
      // Whoever waited in accept(2) would hold a thread that the stream needs.
      #expect(fcntl(socket, F_SETFL, O_NONBLOCK) == 0)
      var connection: CInt = -1
      while connection < 0, !Task.isCancelled {
        connection = accept(socket, nil, nil)
        if connection < 0 { try await Task.sleep(for: .milliseconds(10)) }
      }
      close(connection)
      task.cancel()
      await task.value
    }
  }

  @Test("does not connect where nobody would answer, which could start an Engine that was stopped")
  func unserved() async throws {
    let isServed = Atomic(false)
    let asked = Atomic(0)
    try await HostileEngine.run({ _ in [.send(head)] }) { engine in
      let stream = EventStream(endpoint: engine.endpoint, limits: Self.limits) {
        if asked.add(1, ordering: .relaxed).newValue > 3 {
          isServed.store(true, ordering: .relaxed)
        }
        return isServed.load(ordering: .relaxed)
      }
      let news = await stream.news(2)
      #expect(news == [Self.gone("no Engine serves \(engine.endpoint)"), .connected])
      #expect(engine.connectionCount == 1)
    }
  }

  @Test("notices an Engine that hangs, by asking one that says nothing")
  func hanging() async throws {
    var limits = Self.limits
    limits.silence = .milliseconds(20)
    limits.answerTimeout = .seconds(3)
    let pings = Atomic(0)
    let script: HostileEngine.Script = { request in
      guard request.target == "/_ping" else { return [.send(head)] }
      return pings.add(1, ordering: .relaxed).newValue > 3 ? [] : [ping]
    }
    try await HostileEngine.run(script) { engine in
      let news = await EventStream(endpoint: engine.endpoint, limits: limits).news(2)
      #expect(news == [.connected, Self.gone("GET /_ping: no answer within the deadline")])
      #expect(pings.load(ordering: .relaxed) > 1)
    }
  }

  @Test("leaves nothing open when it is cancelled, whatever it is doing")
  func cancellation() async throws {
    for steps: [HostileEngine.Step] in [
      [], [.send(head)], [.send(head + chunk(line("a")))],
    ] {
      try await HostileEngine.run({ _ in steps }) { engine in
        let stream = EventStream(endpoint: engine.endpoint)
        let task = Task { await stream.run { _ in } }
        while engine.requests.isEmpty { await Task.yield() }
        let began = ContinuousClock.now
        task.cancel()
        await task.value
        #expect(began.duration(to: .now) < .seconds(2))
        try await engine.allConnectionsClosed()
      }
    }
  }

  @Test("asks for what happened a second before, so that nothing falls between question and answer")
  func question() async throws {
    try await HostileEngine.run({ _ in [.send(head)] }) { engine in
      _ = await EventStream(endpoint: engine.endpoint, limits: Self.limits).news(1)
      let target = try #require(engine.requests.first?.target)
      let since = try #require(
        Double(target.dropFirst("/events?since=".count).prefix { $0 != "&" }))
      let ago = Double(time(nil)) - since
      #expect(ago >= 0 && ago < 30)
    }
  }
}
