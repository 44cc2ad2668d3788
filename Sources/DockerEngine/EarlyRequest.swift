import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A GET that was written to a socket of its own before there is anything to read its answer with.
///
/// An event loop and a pipeline of handlers take milliseconds to begin, in which the Engine can be at work.
struct EarlyRequest: Sendable {
  /// As it stands in the request line.
  let target: String
  let socket: EngineSocket

  /// `nil` where it could not be sent at once and whole, which is no error yet.
  init?(_ target: String, to endpoint: EngineEndpoint) {
    guard let socket = try? EngineSocket.connect(to: endpoint) else { return nil }
    let bytes = Self.bytes(target)
    let written = bytes.withUnsafeBytes {
      send(socket.descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    guard written == bytes.count else {
      EngineSocket.close(socket.descriptor)
      return nil
    }
    self.target = target
    self.socket = socket
  }

  /// What a pipeline writes for a GET of `target`.
  static func bytes(_ target: String) -> [UInt8] {
    var text = "GET \(target) HTTP/1.1\r\n"
    for (name, value) in Exchange.headers { text += "\(name): \(value)\r\n" }
    return Array("\(text)\r\n".utf8)
  }
}

/// Keeps from a socket what stands in it already.
///
/// So the request goes through all other handlers as each does, which the decoder needs to know what is
/// answered. What differs from what was written closes the connection, and is asked again on another.
final class WrittenAlready: ChannelOutboundHandler {
  typealias OutboundIn = IOData

  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !rest.isEmpty, case .byteBuffer(let buffer) = unwrapOutboundIn(data) else {
      return context.write(data, promise: promise)
    }
    guard rest.starts(with: buffer.readableBytesView) else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return context.close(promise: nil)
    }
    rest.removeFirst(buffer.readableBytes)
    promise?.succeed()
  }
}
