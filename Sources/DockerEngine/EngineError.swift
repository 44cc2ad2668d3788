/// Why an Engine, or one answer of it, could not be had.
///
/// `request` is the method and the path as the caller gave it, without the version prefix. Text
/// that came from the Engine is bounded in length and fit to be printed; bodies are never quoted.
package enum EngineError: Error, Sendable, Equatable {
  /// The text does not name a Unix socket.
  case badEndpoint(String, reason: String)
  /// Nothing answers there, or we may not speak to it.
  case unreachable(EngineEndpoint, reason: String)
  /// The call's or the pass' deadline went by.
  case deadlineExceeded(request: String)
  /// The task that asked was cancelled.
  case cancelled(request: String)
  /// 404: the object is gone, or this Engine does not know the path.
  case notFound(request: String, message: String)
  /// Any other answer than a success.
  case status(request: String, code: Int, message: String)
  /// The answer is longer than `limit` bytes.
  case tooLarge(request: String, limit: Int)
  /// Not HTTP, cut off, not JSON, or a field is of the wrong type.
  case malformed(request: String, reason: String)
  /// The Engine no longer speaks any API version that we know.
  case unsupportedVersion(engineMinimum: String, ours: String)
}

extension EngineError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .badEndpoint(let text, let reason):
      "cannot use '\(text)' as the Engine's endpoint: \(reason)"
    case .unreachable(let endpoint, let reason):
      "cannot reach the Engine at \(endpoint): \(reason)"
    case .deadlineExceeded(let request):
      "\(request): no answer within the deadline"
    case .cancelled(let request):
      "\(request): cancelled"
    case .notFound(let request, let message):
      "\(request): not found: \(message)"
    case .status(let request, let code, let message):
      "\(request): the Engine answered \(code): \(message)"
    case .tooLarge(let request, let limit):
      "\(request): the answer is larger than \(limit) bytes"
    case .malformed(let request, let reason):
      "\(request): malformed answer: \(reason)"
    case .unsupportedVersion(let engineMinimum, let ours):
      "cannot speak to the Engine: it requires API \(engineMinimum), the newest known is \(ours)"
    }
  }
}
