import NIOCore
import NIOHTTP1

/// Runs exchanges on a connection, and closes the connection on the first irregularity.
///
/// A request may be sent while others are still to be answered; answers come in the order of their
/// requests (RFC 9112, 9.3.2), and the time of one begins when the one before it has ended.
final class ExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Exchange
  typealias OutboundOut = HTTPClientRequestPart

  /// An error's body is worth reading for its message only.
  static let errorBodyLimit = 64 << 10

  private struct Running {
    let exchange: Exchange
    let alarm: Scheduled<Void>
    var answer: Exchange.Answer?

    var bodyLimit: Int {
      guard let answer, !answer.status.isSuccess else { return exchange.bodyLimit }
      return min(exchange.bodyLimit, ExchangeHandler.errorBodyLimit)
    }
  }

  private var running: Running?
  private var waiting = CircularBuffer<Exchange>()

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    if running == nil { begin(exchange, context: context) } else { waiting.append(exchange) }
    var head = HTTPRequestHead(
      version: .http1_1, method: exchange.content == nil ? .GET : .POST, uri: exchange.target)
    head.headers = HTTPHeaders(Exchange.headers)
    if let content = exchange.content {
      head.headers.add(name: "Content-Type", value: "application/json")
      head.headers.add(name: "Content-Length", value: "\(content.count)")
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      let body = context.channel.allocator.buffer(bytes: content)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    } else {
      context.write(wrapOutboundOut(.head(head)), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  private func begin(_ exchange: Exchange, context: ChannelHandlerContext) {
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    let deadline = min(exchange.deadline, .now() + exchange.timeout)
    let alarm = context.eventLoop.scheduleTask(deadline: deadline) {
      bound.value.handler.fail(.deadlineExceeded, context: bound.value.context)
    }
    running = Running(exchange: exchange, alarm: alarm)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard running != nil else { return context.close(promise: nil) }
    switch unwrapInboundIn(data) {
    case .head(let head): receive(head, context: context)
    case .body(let part): receive(part, context: context)
    case .end: finish(context: context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      fail(.malformed("the header is too long"), context: context)
    case HTTPParserError.invalidEOFState:
      fail(.malformed("it is cut off"), context: context)
    case is HTTPParserError:
      fail(.malformed("not HTTP/1"), context: context)
    default:
      failClosed(context: context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    failClosed(context: context)
    context.fireChannelInactive()
  }

  private func receive(_ head: HTTPResponseHead, context: ChannelHandlerContext) {
    // After 101 the connection no longer speaks HTTP.
    let keepsConnection = head.isKeepAlive && head.status != .switchingProtocols
    running?.answer = Exchange.Answer(
      status: head.status, headers: head.headers, body: ByteBuffer(),
      keepsConnection: keepsConnection)
    guard let length = head.headers.first(name: "content-length").flatMap({ Int($0) }),
      let limit = running?.bodyLimit
    else { return }
    if length > limit {
      overflow(context: context)
    } else {
      running?.answer?.body.reserveCapacity(length)
    }
  }

  private func receive(_ part: ByteBuffer, context: ChannelHandlerContext) {
    guard let limit = running?.bodyLimit, let length = running?.answer?.body.readableBytes else {
      return
    }
    if part.readableBytes > limit - length {
      overflow(context: context)
    } else {
      running?.answer?.body.writeImmutableBuffer(part)
    }
  }

  /// A success without its whole body is nothing; of an error, the status is enough.
  private func overflow(context: ChannelHandlerContext) {
    guard var answer = running?.answer, !answer.status.isSuccess else {
      return fail(.tooLarge, context: context)
    }
    answer.body.clear()
    answer.keepsConnection = false
    running?.answer = answer
    finish(context: context)
  }

  private func finish(context: ChannelHandlerContext) {
    guard let answer = running?.answer, let ended = end() else { return }
    if !answer.keepsConnection {
      close(context: context)
    } else if let next = waiting.popFirst() {
      begin(next, context: context)
    }
    ended.exchange.promise.succeed(answer)
  }

  private func failClosed(context: ChannelHandlerContext) {
    let isUnanswered = running?.answer == nil
    fail(isUnanswered ? .closedUnanswered : .malformed("it is cut off"), context: context)
  }

  private func fail(_ failure: Exchange.Failure, context: ChannelHandlerContext) {
    let ended = end()
    close(context: context)
    ended?.exchange.promise.fail(failure)
  }

  /// Closes the connection; what still waits for its answer gets none.
  private func close(context: ChannelHandlerContext) {
    let unanswered = waiting
    waiting.removeAll()
    context.close(promise: nil)
    for exchange in unanswered { exchange.promise.fail(Exchange.Failure.closedUnanswered) }
  }

  private func end() -> Running? {
    defer { running = nil }
    running?.alarm.cancel()
    return running
  }
}

extension HTTPResponseStatus {
  var isSuccess: Bool { (200..<300).contains(code) }
}
