/// What came of reading one thing: its value, the knowledge that it is not there, or the reason why
/// it could not be read. The three are never mixed up: only the first two can carry a verdict.
package enum Reading<Value> {
  case found(Value)
  case absent
  case unreadable(String)

  /// The value, where there is one.
  package var value: Value? {
    if case .found(let value) = self { value } else { nil }
  }

  /// Why there is none, where it could not be read.
  package var failure: String? {
    if case .unreadable(let reason) = self { reason } else { nil }
  }

  package func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> {
    switch self {
    case .found(let value): .found(transform(value))
    case .absent: .absent
    case .unreadable(let reason): .unreadable(reason)
    }
  }
}

extension Reading: Sendable where Value: Sendable {}
extension Reading: Equatable where Value: Equatable {}

extension Reading: Codable where Value: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case found, absent, unreadable }

  /// Decodes `{"found": …}`, `{"absent": true}` or `{"unreadable": "reason"}`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let keys = CodingKeys.allCases.filter(container.contains)
    guard let key = keys.first, keys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected exactly one of 'found', 'absent' and 'unreadable'"))
    }
    switch key {
    case .found: self = .found(try container.decode(Value.self, forKey: .found))
    case .absent: self = .absent
    case .unreadable: self = .unreadable(try container.decode(String.self, forKey: .unreadable))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .found(let value): try container.encode(value, forKey: .found)
    case .absent: try container.encode(true, forKey: .absent)
    case .unreadable(let reason): try container.encode(reason, forKey: .unreadable)
    }
  }
}
