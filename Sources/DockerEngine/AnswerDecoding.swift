internal import FoundationEssentials
internal import NIOCore

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
      return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    } catch let error as DecodingError {
      throw .malformed(request: request, reason: explain(error, in: body))
    } catch {
      throw .malformed(request: request, reason: "it cannot be decoded")
    }
  }

  /// What the Engine says about an error (Engine API, "ErrorResponse"), else what the status means.
  private var message: String {
    struct ErrorResponse: Decodable { let message: String }
    let said = try? JSONDecoder().decode(ErrorResponse.self, from: Data(body.readableBytesView))
    return printable(said?.message ?? status.reasonPhrase, limit: 300)
  }
}

/// What is wrong and where, without the value that is wrong.
private func explain(_ error: DecodingError, in body: ByteBuffer) -> String {
  switch error {
  case .typeMismatch(let type, let context):
    return "\(place(context.codingPath)) is not \(plainName(of: type))"
  case .valueNotFound(_, let context):
    return "\(place(context.codingPath)) is null"
  case .keyNotFound(let key, let context):
    return "\(place(context.codingPath + [key])) is missing"
  case .dataCorrupted(let context):
    guard context.codingPath.isEmpty else {
      return "\(place(context.codingPath)) has a value that cannot be represented"
    }
    return JSONFault.first(in: Array(body.readableBytesView))?.description
      ?? "a number does not fit its type, or text is not UTF-8"
  @unknown default:
    return "it cannot be decoded"
  }
}

private func place(_ path: [any CodingKey]) -> String {
  guard !path.isEmpty else { return "it" }
  var text = ""
  for key in path {
    if let index = key.intValue {
      text += "[\(index)]"
    } else {
      text += (text.isEmpty ? "" : ".") + key.stringValue
    }
  }
  return "'\(printable(text, limit: 200))'"
}

/// The JSON kind that a Swift type stands for.
private func plainName(of type: any Any.Type) -> String {
  switch type {
  case is String.Type: "a string"
  case is Bool.Type: "true or false"
  case is any Numeric.Type: "a number"
  case is [String: Any].Type: "an object"
  case is [Any].Type: "a list"
  default: "of the expected kind"
  }
}
