import Documents
import HardeningModel
import NIOCore

extension Exchange.Answer {
  /// The body of a success, decoded.
  ///
  /// - Throws: `EngineError.notFound` or `.status` with the Engine's message, `.malformed` where
  ///   the body is not what was asked for.
  func decoded<Value: Decodable>(
    as type: Value.Type, request: String
  ) throws(EngineError) -> Value {
    guard status.isSuccess else {
      if status == .notFound { throw .notFound(request: request, message: message) }
      throw .status(request: request, code: Int(status.code), message: message)
    }
    guard body.readableBytes > 0 else {
      throw .malformed(request: request, reason: "it has no body")
    }
    do {
      return try JSONText(parsing: Array(body.readableBytesView), file: request).decode(type)
    } catch {
      // Line and column of a body that nobody sees tell less than the keys in the reason.
      throw .malformed(request: request, reason: Printable.text(error.reason, limit: 300))
    }
  }

  /// What the Engine says about an error (Engine API, "ErrorResponse"), else what the status means.
  private var message: String {
    struct ErrorResponse: Decodable { let message: String }
    let said = try? JSONText(parsing: Array(body.readableBytesView), file: "").decode(
      ErrorResponse.self)
    return Printable.text(said?.message ?? status.reasonPhrase, limit: 300)
  }
}
