import NIOCore
import NIOHTTP1
import NIOPosix

/// One pass' connections to an Engine.
///
/// Runs on the event loop of its connections, so that a request crosses threads twice only.
actor EngineConnections {
  /// One thread is enough for a local socket, and it is kept: a pass would spend more on starting
  /// and ending a thread of its own than on several requests.
  private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// Starts the event loop and what a first exchange needs, by an exchange with nobody; a program may
  /// do so while it still reads its arguments.
  static func prepare() {
    guard let (own, other) = EngineSocket.pair() else { return }
    let limits = EngineLimits()
    let eventLoop = group.next()
    let connection = bootstrap(on: eventLoop, limits).withConnectedSocket(own)
    connection.whenComplete { result in
      guard case .success(let channel) = result else { return EngineSocket.close(other) }
      let exchange = Exchange(
        target: "/_ping", deadline: .now() + TimeAmount(limits.callTimeout),
        bodyLimit: limits.bodyBytes, promise: eventLoop.makePromise())
      exchange.promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
      channel.writeAndFlush(exchange).whenComplete { _ in
        EngineSocket.answerOK(other)
        EngineSocket.close(other)
      }
    }
  }

  private static func bootstrap(
    on eventLoop: any EventLoop, _ limits: EngineLimits
  ) -> ClientBootstrap {
    // An inspection fits into one read.
    let buffers = FixedSizeRecvByteBufferAllocator(capacity: 16 << 10)
    return ClientBootstrap(group: eventLoop).channelOption(.recvAllocator, value: buffers)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addEngineHandlers(headerBytes: limits.headerBytes)
        }
      }
  }

  let endpoint: EngineEndpoint
  let limits: EngineLimits
  /// When the pass ends.
  let deadline: ContinuousClock.Instant
  /// Who is behind the socket, once there was a connection.
  private(set) var peer: PeerCredentials?

  private let eventLoop: any EventLoop
  /// Where tasks should run that do nothing but wait for this actor.
  nonisolated let taskExecutor: EventLoopTaskExecutor
  private var open: [ObjectIdentifier: any Channel] = [:]
  private var idle: [any Channel] = []
  private var isClosed = false

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    eventLoop.executor.asUnownedSerialExecutor()
  }

  init(endpoint: EngineEndpoint, limits: EngineLimits, deadline: ContinuousClock.Instant) {
    self.endpoint = endpoint
    self.limits = limits
    self.deadline = deadline
    eventLoop = Self.group.next()
    taskExecutor = EventLoopTaskExecutor(eventLoop)
  }

  /// One request: the target as the Engine gets it, and the name that errors give it.
  struct Request: Sendable {
    var target: String
    var name: String
  }

  /// The Engine's answer to `request`, decoded. The event loop decodes too: a local Engine takes
  /// longer to answer than that takes, and another thread would have to be woken for each answer.
  func value<Value: Decodable & Sendable>(
    of request: Request, as type: Value.Type
  ) async throws(EngineError) -> Value {
    let answer = try await answer(to: request.target, request: request.name)
    return try answer.decoded(as: type, request: request.name)
  }

  /// The answers to `requests`, one after the other.
  func values<Value: Decodable & Sendable>(
    of requests: [Request], as type: Value.Type, onAnswer: (@Sendable () -> Void)?
  ) async -> [Result<Value, EngineError>] {
    var results: [Result<Value, EngineError>] = []
    for request in requests {
      do throws(EngineError) {
        results.append(.success(try await value(of: request, as: type)))
      } catch {
        results.append(.failure(error))
      }
      onAnswer?()
    }
    return results
  }

  /// The Engine's answer to `GET target`; `request` names it in errors.
  ///
  /// An Engine may close an idle connection at the moment of the request; that is tried once more,
  /// on a new connection.
  func answer(to target: String, request: String) async throws(EngineError) -> Exchange.Answer {
    let remaining = min(limits.callTimeout, deadline - .now)
    guard remaining > .zero else { throw .deadlineExceeded(request: request) }
    let deadline = NIODeadline.now() + TimeAmount(remaining)
    if let used = await takeIdle() {
      do throws(Exchange.Failure) {
        return try await exchange(target, on: used, deadline: deadline)
      } catch {
        try check(error, request)
      }
    }
    let fresh = try await connect(request)
    do throws(Exchange.Failure) {
      return try await exchange(target, on: fresh, deadline: deadline)
    } catch {
      try check(error, request)
      throw .malformed(request: request, reason: "the connection was closed without an answer")
    }
  }

  /// Closes all connections, and refuses new ones.
  func close() async {
    isClosed = true
    idle = []
    for channel in open.values { await discard(channel) }
  }

  /// Throws `failure` unless it is one that a new connection may mend.
  private func check(_ failure: Exchange.Failure, _ request: String) throws(EngineError) {
    if Task.isCancelled { throw .cancelled(request: request) }
    switch failure {
    case .closedUnanswered: break
    case .deadlineExceeded: throw .deadlineExceeded(request: request)
    case .tooLarge: throw .tooLarge(request: request, limit: limits.bodyBytes)
    case .malformed(let reason): throw .malformed(request: request, reason: reason)
    }
  }

  private func exchange(
    _ target: String, on channel: any Channel, deadline: NIODeadline
  ) async throws(Exchange.Failure) -> Exchange.Answer {
    let exchange = Exchange(
      target: target, deadline: deadline, bodyLimit: limits.bodyBytes,
      promise: eventLoop.makePromise())
    let result = await withTaskCancellationHandler {
      // A channel that is closed already does not pass the exchange on to its handler.
      channel.writeAndFlush(exchange).whenFailure { _ in
        exchange.promise.fail(Exchange.Failure.closedUnanswered)
      }
      return await outcome(of: exchange.promise.futureResult)
    } onCancel: {
      channel.close(promise: nil)
    }
    switch result {
    case .success(let answer):
      if answer.keepsConnection, channel.isActive, idle.count < limits.connections, !isClosed {
        idle.append(channel)
      } else {
        await discard(channel)
      }
      return answer
    case .failure(let error):
      await discard(channel)
      throw error as? Exchange.Failure ?? .closedUnanswered
    }
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
    let socket = try EngineSocket.connect(to: endpoint)
    peer = socket.peer
    let bootstrap = Self.bootstrap(on: eventLoop, limits)
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
  fileprivate func addEngineHandlers(headerBytes: Int) throws {
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderFieldSize = headerBytes
    bounds.maxHeaderListSize = headerBytes
    let decoder = HTTPResponseDecoder(limitConfiguration: bounds)
    try addHandlers([HTTPRequestEncoder(), ByteToMessageHandler(decoder), ExchangeHandler()])
  }
}
