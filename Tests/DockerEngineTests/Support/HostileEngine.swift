import DockerEngine
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// Stands for an Engine that misbehaves, which a real one cannot be made to do: it listens on a
/// Unix socket in a directory of its own and plays a script, byte for byte.
struct HostileEngine: Sendable {
  /// A request as it came in. Both numbers count from 0.
  struct Request: Sendable, Equatable {
    let connection: Int
    /// Its number on its connection.
    let index: Int
    /// As in the request line, `/v1.41/info`.
    let target: String
    let header: String
  }

  /// What it does, in order, when a request has come in. Doing nothing is silence.
  enum Step: Sendable {
    case send(String)
    case sendBytes([UInt8])
    /// Ends the connection.
    case close
    /// Sends a byte of the text at a time, as long as it lasts.
    case trickle(String, every: TimeAmount)
    /// Sends the text again and again, as fast as it is read.
    case endless(String)
  }

  typealias Script = @Sendable (Request) -> [Step]

  let endpoint: EngineEndpoint
  fileprivate let state = State()

  /// All requests so far, in the order in which they came.
  var requests: [Request] { state.requests.withLock { $0 } }
  /// Returns when a request for `target` has come, and nil if none will.
  func request(for target: String) async -> Request? {
    await state.arrivals.stream.first { $0.target == target }
  }
  /// How many connections there were.
  var connectionCount: Int { state.connections.withLock { $0.count } }

  /// Returns when every connection that was accepted is closed.
  func allConnectionsClosed() async throws {
    for connection in state.connections.withLock({ $0 }) { try await connection.closeFuture.get() }
  }

  /// What `body` returns, given an Engine that plays `script`.
  static func run<Outcome: Sendable>(
    _ script: @escaping Script, _ body: (HostileEngine) async throws -> Outcome
  ) async throws -> Outcome {
    try await TemporaryDirectory.with { directory in
      let path = directory + "/engine.sock"
      let engine = HostileEngine(endpoint: try EngineEndpoint(parsing: path))
      let state = engine.state
      // On one loop, or a connection might be accepted and not yet known when the server has closed.
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
        .childChannelInitializer { channel in
          let number = state.connections.withLock { connections in
            connections.append(channel)
            return connections.count - 1
          }
          return channel.eventLoop.makeCompletedFuture {
            let player = ScriptPlayer(connection: number, script: script, state: state)
            try channel.pipeline.syncOperations.addHandler(player)
          }
        }
        .bind(unixDomainSocketPath: path).get()
      let outcome: Result<Outcome, any Error>
      do { outcome = .success(try await body(engine)) } catch { outcome = .failure(error) }
      try await server.close()
      for connection in state.connections.withLock({ $0 }) {
        connection.close(promise: nil)
        try await connection.closeFuture.get()
      }
      return try outcome.get()
    }
  }
}

private final class State: Sendable {
  let requests = Mutex<[HostileEngine.Request]>([])
  let connections = Mutex<[any Channel]>([])
  let arrivals = AsyncStream.makeStream(of: HostileEngine.Request.self)
}

private final class ScriptPlayer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  let connection: Int
  let script: HostileEngine.Script
  let state: State
  var received = ""
  var requestCount = 0
  /// Requests that came while an earlier one was being answered.
  var waiting: [HostileEngine.Request] = []
  var isPlaying = false

  init(connection: Int, script: @escaping HostileEngine.Script, state: State) {
    self.connection = connection
    self.script = script
    self.state = state
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += String(buffer: unwrapInboundIn(data))
    while let end = received.firstRange(of: "\r\n\r\n") {
      let header = String(received[..<end.upperBound])
      received.removeSubrange(..<end.upperBound)
      let line = header.prefix { $0 != "\r\n" }.split(separator: " ")
      let request = HostileEngine.Request(
        connection: connection, index: requestCount, target: line.count > 1 ? String(line[1]) : "",
        header: header)
      requestCount += 1
      state.requests.withLock { $0.append(request) }
      state.arrivals.continuation.yield(request)
      waiting.append(request)
    }
    if !isPlaying { playNext(on: context.channel) }
  }

  /// Answers the next request, once the one before it has been; where that got silence, it waits.
  private func playNext(on channel: any Channel) {
    guard !waiting.isEmpty else {
      isPlaying = false
      return
    }
    isPlaying = true
    let steps = script(waiting.removeFirst())
    if !steps.isEmpty { play(steps[...], on: channel) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func play(_ steps: ArraySlice<HostileEngine.Step>, on channel: any Channel) {
    guard let step = steps.first else { return playNext(on: channel) }
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    let then = { @Sendable in bound.value.play(steps.dropFirst(), on: channel) }
    switch step {
    case .send(let text):
      channel.writeAndFlush(ByteBuffer(string: text)).whenSuccess(then)
    case .sendBytes(let bytes):
      channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenSuccess(then)
    case .close:
      channel.close(promise: nil)
    case .endless(let text):
      let again = { @Sendable in bound.value.play(steps, on: channel) }
      channel.writeAndFlush(ByteBuffer(string: text)).whenSuccess {
        channel.eventLoop.execute(again)
      }
    case .trickle(let text, let pause):
      guard let first = text.first else { return then() }
      let rest = HostileEngine.Step.trickle(String(text.dropFirst()), every: pause)
      let next = { @Sendable in bound.value.play([rest] + steps.dropFirst(), on: channel) }
      channel.writeAndFlush(ByteBuffer(string: String(first))).whenSuccess {
        channel.eventLoop.scheduleTask(in: pause, next)
      }
    }
  }
}
