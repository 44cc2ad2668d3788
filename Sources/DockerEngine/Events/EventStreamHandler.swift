import Documents
import HardeningModel
import NIOCore
import NIOHTTP1
import Synchronization

/// Asks for the events on a connection, and tells them as they come. Nothing here ever waits: an Engine
/// takes events away from who does not read them for 100 ms (moby, `daemon/events`).
final class EventStreamHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// How far a connection has come.
  final class Course: Sendable {
    private struct State {
      var connected: ContinuousClock.Instant?
      var heard = ContinuousClock.now
    }
    private let state = Mutex(State())

    /// When the Engine began to answer; `nil` where it has not.
    var connected: ContinuousClock.Instant? { state.withLock(\.connected) }
    /// When anything came last.
    var heard: ContinuousClock.Instant { state.withLock(\.heard) }

    func connect() { state.withLock { $0.connected = .now } }
    func hear() { state.withLock { $0.heard = .now } }
  }

  static let request = "GET /events"

  private let path: EnginePath
  private let limits: EventStreamLimits
  private let course: Course
  private let tell: @Sendable (EngineNews) -> Void
  /// Why the connection ended.
  private let ended: EventLoopPromise<String>

  private var alarm: Scheduled<Void>?
  private var lines: EventLines
  private var nonsense = 0
  /// An answer that is no success.
  private var refusal: Exchange.Answer?

  init(
    _ path: EnginePath, limits: EventStreamLimits, course: Course, ended: EventLoopPromise<String>,
    _ tell: @escaping @Sendable (EngineNews) -> Void
  ) {
    self.path = path
    self.limits = limits
    self.course = course
    self.ended = ended
    self.tell = tell
    lines = EventLines(limit: limits.lineBytes)
  }

  func channelActive(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    alarm = context.eventLoop.scheduleTask(in: TimeAmount(limits.answerTimeout)) {
      bound.value.handler.end(
        "\(EngineError.deadlineExceeded(request: Self.request))", context: bound.value.context)
    }
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path.text)
    head.headers = ["Host": "docker", "User-Agent": "dockward", "Accept": "application/json"]
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    course.hear()
    switch unwrapInboundIn(data) {
    case .head(let head): receive(head)
    case .body(let piece): receive(piece, context: context)
    case .end:
      if refusal != nil { endRefused(context: context) }
      end("the Engine has ended its event stream", context: context)
    }
  }

  private func receive(_ head: HTTPResponseHead) {
    guard head.status.isSuccess else {
      refusal = Exchange.Answer(
        status: head.status, headers: head.headers, body: ByteBuffer(), keepsConnection: false)
      return
    }
    alarm?.cancel()
    course.connect()
    tell(.connected)
  }

  private func receive(_ piece: ByteBuffer, context: ChannelHandlerContext) {
    if let body = refusal?.body {
      let room = ExchangeHandler.errorBodyLimit - body.readableBytes
      if piece.readableBytes > room { return endRefused(context: context) }
      refusal?.body.writeImmutableBuffer(piece)
      return
    }
    lines.take(piece) { if nonsense < limits.nonsense { tell(news($0)) } }
    if nonsense >= limits.nonsense {
      end("what the Engine sends is no event stream", context: context)
    }
  }

  private func news(_ line: EventLines.Line) -> EngineNews {
    let reason: String
    switch line {
    case .whole(let bytes):
      do {
        let event = try JSONText(parsing: bytes, file: Self.request).decode(EngineEvent.self)
        nonsense = 0
        return .event(event)
      } catch {
        reason = "an event that cannot be read: \(Printable.text(error.reason, limit: 300))"
      }
    case .tooLong: reason = "an event of more than \(limits.lineBytes) bytes"
    }
    nonsense += 1
    return .gap(reason: reason)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      end("the header of the Engine's answer is too long", context: context)
    case HTTPParserError.invalidEOFState: end(closed, context: context)
    case is HTTPParserError: end("the Engine does not answer in HTTP/1", context: context)
    default: end(closed, context: context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(closed, context: context)
    context.fireChannelInactive()
  }

  private var closed: String {
    course.connected == nil
      ? "the Engine closes the connection without an answer"
      : "the Engine has closed the connection"
  }

  /// With the Engine's own words, as far as they were heard.
  private func endRefused(context: ChannelHandlerContext) {
    struct Nothing: Decodable {}
    guard let refusal else { return }
    do throws(EngineError) {
      _ = try refusal.decoded(as: Nothing.self, request: Self.request)
    } catch {
      end("\(error)", context: context)
    }
  }

  private func end(_ reason: String, context: ChannelHandlerContext) {
    alarm?.cancel()
    // The first reason is the one that counts.
    ended.succeed(reason)
    context.close(promise: nil)
  }
}
