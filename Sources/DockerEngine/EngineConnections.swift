import NIOCore
import NIOHTTP1
import NIOPosix

/// One pass' connections to an Engine.
///
/// Runs on the event loop of its connections, so that a request crosses threads twice only.
actor EngineConnections {
  /// One thread is enough for a local socket, and it is kept: a pass would spend more on starting
  /// and ending a thread of its own than on several requests.
  static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// `written` is what stands in the socket already.
  private static func bootstrap(
    on eventLoop: any EventLoop, _ limits: EngineLimits, written: [UInt8]
  ) -> ClientBootstrap {
    // An inspection fits into one read.
    let buffers = FixedSizeRecvByteBufferAllocator(capacity: 16 << 10)
    return ClientBootstrap(group: eventLoop).channelOption(.recvAllocator, value: buffers)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if !written.isEmpty {
            try channel.pipeline.syncOperations.addHandler(WrittenAlready(written))
          }
          try channel.pipeline.syncOperations.addEngineHandlers(
            headerBytes: limits.headerBytes, ExchangeHandler())
        }
      }
  }

  let endpoint: EngineEndpoint
  let limits: EngineLimits
  /// When the pass ends.
  private var deadline: ContinuousClock.Instant
  /// Who is behind the socket, once there was a connection.
  private(set) var peer: PeerCredentials?

  private let eventLoop: any EventLoop
  /// Where tasks should run that do nothing but wait for this actor.
  nonisolated let taskExecutor: EventLoopTaskExecutor
  private var open: [ObjectIdentifier: any Channel] = [:]
  private var idle: [any Channel] = []
  /// What has been asked for before anyone wanted the answer, by target.
  private var ahead: [String: (channel: any Channel, answer: EventLoopFuture<Exchange.Answer>)] =
    [:]
  private var isClosed = false

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    eventLoop.executor.asUnownedSerialExecutor()
  }

  init(
    endpoint: EngineEndpoint, limits: EngineLimits = .init(),
    deadline: ContinuousClock.Instant? = nil
  ) {
    self.endpoint = endpoint
    self.limits = limits
    self.deadline = deadline ?? .now + limits.callTimeout
    eventLoop = Self.group.next()
    taskExecutor = EventLoopTaskExecutor(eventLoop)
  }

  /// Says when the pass ends, where that was not known at first.
  func end(at deadline: ContinuousClock.Instant) { self.deadline = deadline }

  /// One request: the target as the Engine gets it, and the name that errors give it.
  struct Request: Sendable {
    var target: String
    var name: String
  }

  /// The Engine's answer to `request`, decoded.
  func value<Value: Decodable & Sendable>(
    of request: Request, as type: Value.Type
  ) async throws(EngineError) -> Value {
    try await values(of: [request], as: type, onAnswer: nil)[0].get()
  }

  /// The answers to `requests`, asked for on one connection at a time.
  func values<Value: Decodable & Sendable>(
    of requests: [Request], as type: Value.Type, onAnswer: (@Sendable () -> Void)?
  ) async -> [Result<Value, EngineError>] {
    var results: [Result<Value, EngineError>] = []
    while results.count < requests.count {
      let next = await answers(to: requests[results.count...]) {
        answer, request throws(EngineError) in
        try answer.decoded(as: type, request: request.name)
      }
      if let onAnswer { next.forEach { _ in onAnswer() } }
      results += next
    }
    return results
  }

  /// Asks for `targets`, each on a connection of its own; whoever wants an answer later finds it here.
  func ask(ahead targets: [String]) async {
    for target in targets where ahead[target] == nil {
      var connection = await takeIdle()
      if connection == nil { connection = try? await connect("GET \(target)") }
      guard let channel = connection else { return }
      ahead[target] = (channel, send([(target, nil)], on: channel)[0].promise.futureResult)
    }
  }

  /// Awaits the answers to `requests`, each of which whoever wants it finds here under its target. Only a
  /// success counts: an Engine may refuse what names no version of its API.
  func adopt(_ requests: [EarlyRequest]) async {
    for request in requests {
      guard
        let channel = try? await take(
          request.socket, written: EarlyRequest.bytes(request.target))
      else { continue }
      let exchange = send([(request.target, nil)], on: channel)[0]
      let answer = exchange.promise.futureResult.flatMapThrowing { answer in
        guard answer.status.isSuccess else { throw Exchange.Failure.closedUnanswered }
        return answer
      }
      ahead[request.target] = (channel, answer)
    }
  }

  /// Has what was asked for as one target be the answer to another.
  func readdress(_ target: String, as other: String) {
    ahead[other] = ahead.removeValue(forKey: target)
  }

  /// Closes the connection on which `target` was asked for.
  func forget(_ target: String) async {
    if let (channel, _) = ahead.removeValue(forKey: target) { await discard(channel) }
  }

  /// The Engine's answer to `request`, of any status.
  func answer(to request: Request) async throws(EngineError) -> Exchange.Answer {
    try await answers(to: [request]) { answer, _ in answer }[0].get()
  }

  /// What `transform` makes of the answers to the first of `requests`: one or more of them, as many as
  /// one connection gave. The event loop does this too: a local Engine takes longer to answer than
  /// that takes, and another thread would have to be woken for each answer.
  ///
  /// Several requests are under way at once, so that neither side waits for the other in between. An
  /// Engine may close an idle connection at the moment of a request, and any after an answer; what it
  /// did not answer is asked again, on a new one.
  private func answers<Value: Sendable>(
    to requests: ArraySlice<Request>,
    _ transform: (Exchange.Answer, Request) throws(EngineError) -> Value
  ) async -> [Result<Value, EngineError>] {
    let requests = requests.prefix(limits.requestsPerConnection)
    guard let first = requests.first else { return [] }
    guard deadline > .now else {
      return requests.map { .failure(.deadlineExceeded(request: $0.name)) }
    }
    do throws(EngineError) {
      if requests.count == 1, let early = ahead.removeValue(forKey: first.target) {
        let results = await outcomes(of: [(first, early.answer)], on: early.channel, transform)
        if !results.isEmpty { return results }
      }
      if let used = await takeIdle() {
        let results = await exchange(requests, on: used, transform)
        if !results.isEmpty { return results }
        if Task.isCancelled { throw .cancelled(request: first.name) }
      }
      let results = await exchange(requests, on: try await connect(first.name), transform)
      if !results.isEmpty { return results }
      throw Task.isCancelled
        ? .cancelled(request: first.name)
        : .malformed(
          request: first.name, reason: "the connection was closed without an answer")
    } catch {
      return [.failure(error)]
    }
  }

  /// The Engine's answer to a POST of `content`, which is sent once, on a connection of its own: what
  /// was done on a connection that ended without an answer cannot be told, so nothing is sent again.
  func post(
    _ request: Request, _ content: [UInt8]
  ) async throws(EngineError) -> Exchange.Answer {
    guard deadline > .now else { throw .deadlineExceeded(request: request.name) }
    let channel = try await connect(request.name)
    let exchange = send([(request.target, content)], on: channel)[0]
    let results = await outcomes(
      of: [(request, exchange.promise.futureResult)], on: channel
    ) { answer, _ in answer }
    guard let result = results.first else {
      throw .malformed(
        request: request.name, reason: "the connection was closed without an answer")
    }
    return try result.get()
  }

  /// Closes all connections, and refuses new ones.
  func close() async {
    isClosed = true
    idle = []
    for channel in open.values { await discard(channel) }
  }

  /// What `transform` makes of the answers on `channel`, up to the first request that was not answered.
  private func exchange<Value: Sendable>(
    _ requests: ArraySlice<Request>, on channel: any Channel,
    _ transform: (Exchange.Answer, Request) throws(EngineError) -> Value
  ) async -> [Result<Value, EngineError>] {
    let exchanges = send(requests.map { ($0.target, nil) }, on: channel)
    let answers = exchanges.map(\.promise.futureResult)
    return await outcomes(of: Array(zip(requests, answers)), on: channel, transform)
  }

  /// Sends a request for each of `targets`, with what is to be posted there, without waiting for
  /// anything.
  private func send(
    _ targets: [(target: String, content: [UInt8]?)], on channel: any Channel
  ) -> [Exchange] {
    let passEnd = NIODeadline.now() + TimeAmount(deadline - .now)
    let exchanges = targets.map { target, content in
      Exchange(
        target: target, content: content, timeout: TimeAmount(limits.callTimeout),
        deadline: passEnd,
        bodyLimit: limits.bodyBytes, promise: eventLoop.makePromise())
    }
    for exchange in exchanges {
      // A channel that is closed already does not pass the exchange on to its handler.
      channel.write(exchange).whenFailure { _ in
        exchange.promise.fail(Exchange.Failure.closedUnanswered)
      }
    }
    channel.flush()
    return exchanges
  }

  /// What `transform` makes of the answers that come on `channel`.
  private func outcomes<Value: Sendable>(
    of requests: [(Request, EventLoopFuture<Exchange.Answer>)], on channel: any Channel,
    _ transform: (Exchange.Answer, Request) throws(EngineError) -> Value
  ) async -> [Result<Value, EngineError>] {
    var results: [Result<Value, EngineError>] = []
    var keepsConnection = true
    for (request, answer) in requests where keepsConnection {
      let ended = await withTaskCancellationHandler {
        await outcome(of: answer)
      } onCancel: {
        channel.close(promise: nil)
      }
      switch ended {
      case .success(let answer):
        keepsConnection = answer.keepsConnection
        do throws(EngineError) {
          results.append(.success(try transform(answer, request)))
        } catch {
          results.append(.failure(error))
        }
      case .failure(let error):
        keepsConnection = false
        if let failure = failure(error as? Exchange.Failure ?? .closedUnanswered, request.name) {
          results.append(.failure(failure))
        }
      }
    }
    if keepsConnection { release(channel) } else { await discard(channel) }
    return results
  }

  /// What is told of a failed exchange; `nil` where a new connection may mend it.
  private func failure(_ failure: Exchange.Failure, _ request: String) -> EngineError? {
    if Task.isCancelled { return .cancelled(request: request) }
    switch failure {
    case .closedUnanswered: return nil
    case .deadlineExceeded: return .deadlineExceeded(request: request)
    case .tooLarge: return .tooLarge(request: request, limit: limits.bodyBytes)
    case .malformed(let reason): return .malformed(request: request, reason: reason)
    }
  }

  /// Keeps a connection for the next requests.
  private func release(_ channel: any Channel) {
    guard channel.isActive, idle.count < limits.connections, !isClosed else {
      channel.close(promise: nil)
      open[ObjectIdentifier(channel)] = nil
      return
    }
    idle.append(channel)
  }

  /// The connection that was used last, if any is still open.
  private func takeIdle() async -> (any Channel)? {
    while let channel = idle.popLast() {
      if channel.isActive { return channel }
      await discard(channel)
    }
    return nil
  }

  private func connect(_ request: String) async throws(EngineError) -> any Channel {
    if Task.isCancelled { throw .cancelled(request: request) }
    guard !isClosed else { throw .unreachable(endpoint, reason: "the pass has ended") }
    return try await take(EngineSocket.connect(to: endpoint))
  }

  /// A connection over `socket`, in which `written` stands already.
  private func take(
    _ socket: EngineSocket, written: [UInt8] = []
  ) async throws(EngineError) -> any Channel {
    peer = socket.peer
    let bootstrap = Self.bootstrap(on: eventLoop, limits, written: written)
    do {
      let channel = try await outcome(of: bootstrap.withConnectedSocket(socket.descriptor)).get()
      open[ObjectIdentifier(channel)] = channel
      return channel
    } catch {
      throw .unreachable(endpoint, reason: "the connection could not be set up")
    }
  }

  private func discard(_ channel: any Channel) async {
    channel.close(promise: nil)
    _ = await outcome(of: channel.closeFuture)
    open[ObjectIdentifier(channel)] = nil
  }

  /// What comes of `future`, waited for without leaving the event loop: the future's own `get()` would
  /// go by way of another thread, twice for each request.
  private func outcome<Value: Sendable>(
    of future: EventLoopFuture<Value>
  ) async -> Result<Value, any Error> {
    await withCheckedContinuation { continuation in
      future.whenComplete { continuation.resume(returning: $0) }
    }
  }
}

extension ChannelPipeline.SynchronousOperations {
  /// Handlers that speak HTTP/1.1 as a client, and the one that has something to say.
  func addEngineHandlers(headerBytes: Int, _ speaker: any ChannelInboundHandler) throws {
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderFieldSize = headerBytes
    bounds.maxHeaderListSize = headerBytes
    let decoder = HTTPResponseDecoder(limitConfiguration: bounds)
    try addHandlers([HTTPRequestEncoder(), ByteToMessageHandler(decoder), speaker])
  }
}
