import NIOCore
import NIOHTTP1

/// One request on one connection, and where its answer goes.
struct Exchange: Sendable {
  /// What the head of each request says.
  static let headers = [
    ("Host", "docker"), ("User-Agent", "dockward"), ("Accept", "application/json"),
  ]

  /// With the version prefix, as it stands in the request line.
  let target: String
  /// What is sent with it: then it is a POST, else a GET.
  var content: [UInt8]?
  /// How long it may take, from the end of the answer before it on the same connection.
  let timeout: TimeAmount
  /// When it must have ended, whatever came before it.
  let deadline: NIODeadline
  let bodyLimit: Int
  let promise: EventLoopPromise<Answer>

  /// A whole answer, of any status.
  struct Answer: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: ByteBuffer
    /// Whether another request may follow on the same connection.
    var keepsConnection: Bool
  }

  /// Why there is no whole answer. The connection is closed in each case.
  enum Failure: Error, Equatable {
    case deadlineExceeded
    case tooLarge
    /// It ended before a byte of the answer had come.
    case closedUnanswered
    case malformed(String)
  }
}
