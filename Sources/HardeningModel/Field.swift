/// A member of an object that the Engine sent. An older Engine leaves out what it does not know, and
/// that is neither `null` nor `false`.
package enum Field<Value> {
  case missing
  case null
  case value(Value)

  /// The value, where one was sent.
  package var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  /// The value, or `nil` for `null`; throws where the Engine did not say.
  package func known(_ name: String) throws(NotReported) -> Value? {
    switch self {
    case .missing: throw NotReported(field: name)
    case .null: nil
    case .value(let value): value
    }
  }

  /// The value, or `standard` for `null`; throws where the Engine did not say.
  package func known(_ name: String, null standard: Value) throws(NotReported) -> Value {
    try known(name) ?? standard
  }
}

extension Field: Sendable where Value: Sendable {}
extension Field: Equatable where Value: Equatable {}

/// The Engine did not report a field that a verdict rests on.
package struct NotReported: Error, CustomStringConvertible {
  package var field: String
  package init(field: String) { self.field = field }
  package var description: String { "the Engine did not report \(field)" }
}

/// An object whose members may all be missing.
package protocol LenientObject: Codable {
  init()
}

// A synthesised `Codable` conformance in this module picks these overloads, so that a missing key
// decodes as `.missing` and a missing object as one that has nothing.
extension KeyedDecodingContainer {
  func decode<Value: Decodable>(
    _ type: Field<Value>.Type, forKey key: Key
  ) throws -> Field<Value> {
    if let value = try decodeIfPresent(Value.self, forKey: key) { return .value(value) }
    return contains(key) ? .null : .missing
  }

  func decode<Object: LenientObject>(_ type: Object.Type, forKey key: Key) throws -> Object {
    try decodeIfPresent(type, forKey: key) ?? Object()
  }
}

extension KeyedEncodingContainer {
  mutating func encode<Value: Encodable>(_ field: Field<Value>, forKey key: Key) throws {
    switch field {
    case .missing: break
    case .null: try encodeNil(forKey: key)
    case .value(let value): try encode(value, forKey: key)
    }
  }
}

extension Field: Decodable where Value: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self = container.decodeNil() ? .null : .value(try container.decode(Value.self))
  }
}

extension Field: Encodable where Value: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}
