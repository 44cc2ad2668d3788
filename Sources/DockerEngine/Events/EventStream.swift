import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What happens in an Engine, told as it happens, as long as anybody listens: whenever the connection is
/// lost, another is made.
package struct EventStream: Sendable {
  private let endpoint: EngineEndpoint
  private let limits: EventStreamLimits
  private let isServed: @Sendable () -> Bool
  private let rest = Rest()

  /// `isServed` is asked before each attempt whether an Engine serves the socket, where that can be told
  /// otherwise: where systemd listens in its place, a connection would start one that was stopped.
  package init(
    endpoint: EngineEndpoint, limits: EventStreamLimits = .init(),
    isServed: @escaping @Sendable () -> Bool = { true }
  ) {
    self.endpoint = endpoint
    self.limits = limits
    self.isServed = isServed
  }

  /// Says that the Engine may be there again, or be about to come: the next attempts are made soon.
  package func hurry() { rest.cutShort() }

  /// Tells what happens until its task is cancelled. For one caller.
  ///
  /// `tell` is called in the order of what it tells, on the thread that reads: it must not wait.
  /// `.disconnected` is told once each time, however many attempts to connect fail after it.
  package func run(_ tell: @escaping @Sendable (EngineNews) -> Void) async {
    var pauses = Pauses(limits)
    var isDown = false
    while !Task.isCancelled {
      let course = EventStreamHandler.Course()
      let reason = await conversation(course, tell)
      if Task.isCancelled { return }
      if let connected = course.connected {
        isDown = false
        if connected.duration(to: .now) >= limits.steady { pauses.reset() }
      }
      if !isDown { tell(.disconnected(reason: reason)) }
      isDown = true
      // However great the hurry, this much peace is kept.
      let pause = pauses.next(jitter: .random(in: 0...1))
      try? await Task.sleep(for: min(pause, limits.shortestPause))
      if await rest.take(pause - limits.shortestPause) { pauses.reset() }
    }
  }

  /// Tells what comes on one connection, and returns why it ended; everything of it is closed then.
  private func conversation(
    _ course: EventStreamHandler.Course, _ tell: @escaping @Sendable (EngineNews) -> Void
  ) async -> String {
    guard isServed() else { return "no Engine serves \(endpoint)" }
    do throws(EngineError) {
      let socket = try EngineSocket.connect(to: endpoint)
      return await withTaskGroup(of: String?.self) { group in
        group.addTask { await read(socket, course, tell) }
        group.addTask { await listen(for: course) }
        var reason: String?
        for await end in group where reason == nil {
          reason = end
          group.cancelAll()
        }
        return reason ?? ""
      }
    } catch {
      return "\(error)"
    }
  }

  /// Reads a connection to its end, and says why it ended.
  private func read(
    _ socket: EngineSocket, _ course: EventStreamHandler.Course,
    _ tell: @escaping @Sendable (EngineNews) -> Void
  ) async -> String {
    let loop = EngineConnections.group.next()
    let ended = loop.makePromise(of: String.self)
    let path = EventQuery.path(since: Self.now() - Self.overlap)
    let limits = limits
    let bootstrap = ClientBootstrap(group: loop).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let handler = EventStreamHandler(path, limits: limits, course: course, ended: ended, tell)
        try channel.pipeline.syncOperations.addEngineHandlers(
          headerBytes: limits.headerBytes, handler)
      }
    }
    do {
      let channel = try await bootstrap.withConnectedSocket(socket.descriptor).get()
      let reason = try await withTaskCancellationHandler {
        try await ended.futureResult.get()
      } onCancel: {
        channel.close(promise: nil)
      }
      try await channel.closeFuture.get()
      return reason
    } catch {
      ended.fail(error)
      return "the connection to \(endpoint) could not be set up"
    }
  }

  /// Asks the Engine whether it is still there whenever it has said nothing for a while: a Unix socket
  /// does not tell that who is behind it hangs. Returns when it does; `nil` when the task is cancelled.
  private func listen(for course: EventStreamHandler.Course) async -> String? {
    while true {
      do {
        try await Task.sleep(until: course.heard + limits.silence, clock: .continuous)
      } catch {
        return nil
      }
      guard course.heard + limits.silence <= .now else { continue }
      do throws(EngineError) {
        try await ping()
        course.hear()
      } catch {
        return "\(error)"
      }
    }
  }

  private func ping() async throws(EngineError) {
    let connections = EngineConnections(
      endpoint: endpoint, limits: EngineLimits(callTimeout: limits.answerTimeout),
      deadline: .now + limits.answerTimeout)
    do throws(EngineError) {
      // Whatever it answers, it does.
      _ = try await connections.answer(to: .init(target: "/_ping", name: "GET /_ping"))
      await connections.close()
    } catch {
      await connections.close()
      throw error
    }
  }

  /// How far before the question the answer begins.
  private static let overlap: Int64 = 1_000_000_000

  /// Nanoseconds since 1970, by the clock that the Engine has as well.
  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// A pause that others can end.
private final class Rest: Sendable {
  private struct State {
    var isCutShort = false
    var sleep: Task<Void, Never>?
  }
  private let state = Mutex(State())

  /// Ends the pause, or the next one before it begins.
  func cutShort() {
    state.withLock { state in
      state.isCutShort = true
      state.sleep?.cancel()
    }
  }

  /// Returns whether it was cut short.
  func take(_ pause: Duration) async -> Bool {
    let sleep = Task { if pause > .zero { try? await Task.sleep(for: pause) } }
    state.withLock { state in
      if state.isCutShort { sleep.cancel() }
      state.sleep = sleep
    }
    await withTaskCancellationHandler {
      await sleep.value
    } onCancel: {
      sleep.cancel()
    }
    return state.withLock { state in
      defer { state = State() }
      return state.isCutShort
    }
  }
}
