/// Decoding from a JSON text, with errors that say what is wrong and where.
extension JSONText {
  /// The value of `type` that the text stands for.
  ///
  /// Throws a `DocumentError` at the place of what is missing, of the wrong type, or not accepted by
  /// the type; its reason names the place by keys too and does not repeat the value.
  package func decode<Value: Decodable>(_ type: Value.Type) throws(DocumentError) -> Value {
    do {
      return try JSONElementDecoder(element: root).decode(type)
    } catch let mismatch as JSONMismatch {
      throw error(at: mismatch.offset, "\(place(at: mismatch.offset)) \(mismatch.reason)")
    } catch {
      throw self.error(at: root.offset, "\(error)")
    }
  }

  /// What the thing at `offset` is called: the keys that lead to it.
  private func place(at offset: Int) -> String {
    var path = ""
    var element = root
    while element.offset != offset {
      switch element.content {
      case .object(let members):
        guard let member = members.last(where: { $0.value.offset <= offset }) else { return "it" }
        path += (path.isEmpty ? "" : ".") + member.key
        element = member.value
      case .list(let elements):
        guard let index = elements.lastIndex(where: { $0.offset <= offset }) else { return "it" }
        path += "[\(index)]"
        element = elements[index]
      default: return "it"
      }
    }
    return path.isEmpty ? "the text" : "'\(path.prefix(200))'"
  }
}

/// A value that is not what a type asks for.
struct JSONMismatch: Error {
  var offset: Int
  /// What is wrong, to stand after the name of the place.
  var reason: String
}

/// The decoder of one element. Its coding path is empty: places are told by offset.
struct JSONElementDecoder: Decoder {
  let element: JSONText.Element

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do {
      return try Value(from: self)
    } catch DecodingError.dataCorrupted(let context) {
      throw mismatch("is not accepted: \(context.debugDescription)")
    } catch let error as DecodingError {
      throw mismatch("is not accepted: \(error)")
    }
  }

  func mismatch(_ reason: String) -> JSONMismatch {
    JSONMismatch(offset: element.offset, reason: reason)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard element.node.kind == .object else { throw mismatch("is not an object") }
    return KeyedDecodingContainer(JSONObjectContainer(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard element.node.kind == .list else { throw mismatch("is not a list") }
    return JSONListContainer(elements: element.elements, decoder: self)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension JSONElementDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { element.node.kind == .null }

  func decode(_ type: Bool.Type) throws -> Bool {
    switch element.node.kind {
    case .yes: return true
    case .no: return false
    default: throw mismatch("is not true or false")
    }
  }

  func decode(_ type: String.Type) throws -> String {
    switch element.node.kind {
    case .text, .escapedText: return element.document.text(at: element.index)
    default: throw mismatch("is not a text")
    }
  }

  func decode(_ type: Double.Type) throws -> Double { try number() }
  func decode(_ type: Float.Type) throws -> Float { try number() }
  func decode(_ type: Int.Type) throws -> Int { try number() }
  func decode(_ type: Int8.Type) throws -> Int8 { try number() }
  func decode(_ type: Int16.Type) throws -> Int16 { try number() }
  func decode(_ type: Int32.Type) throws -> Int32 { try number() }
  func decode(_ type: Int64.Type) throws -> Int64 { try number() }
  func decode(_ type: UInt.Type) throws -> UInt { try number() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try number() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try number() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try number() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try number() }

  private func number<Number: LosslessStringConvertible>() throws -> Number {
    guard case .number(let text) = element.content else { throw mismatch("is not a number") }
    guard let number = Number(text) else {
      throw mismatch("is a number that does not fit \(Number.self)")
    }
    return number
  }
}

private struct JSONObjectContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONElementDecoder
  /// Where each key is, for an object with many: looking through them all for each would take the
  /// square of their number.
  private let places: [String: JSONText.Element]?

  init(decoder: JSONElementDecoder) {
    self.decoder = decoder
    let members =
      decoder.element.node.next - Int32(decoder.element.index) > 1024
      ? decoder.element.members : []
    places =
      members.count > 64
      ? Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      : nil
  }

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { decoder.element.members.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool { member(key) != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try value(key).decodeNil() }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).decode(type) }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).decode(type) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try value(key).decode(type)
  }

  // By one search for the key, where the ones that the protocol brings make three.
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try present(key)?.decode(type)
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try present(key)?.decode(type)
  }

  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try present(key)?.decode(type)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    try present(key)?.decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try value(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try value(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }

  private func member(_ key: Key) -> JSONText.Element? {
    let name = key.stringValue
    if let places { return places[name] }
    return decoder.element.member(name)
  }

  /// The decoder of the value at `key`, `nil` where there is none and where it is `null`.
  private func present(_ key: Key) -> JSONElementDecoder? {
    guard let element = member(key), element.node.kind != .null else { return nil }
    return JSONElementDecoder(element: element)
  }

  private func value(_ key: Key) throws -> JSONElementDecoder {
    guard let element = member(key) else {
      throw decoder.mismatch("lacks the key '\(key.stringValue)'")
    }
    return JSONElementDecoder(element: element)
  }
}

private struct JSONListContainer: UnkeyedDecodingContainer {
  let elements: [JSONText.Element]
  let decoder: JSONElementDecoder
  private(set) var currentIndex = 0

  init(elements: [JSONText.Element], decoder: JSONElementDecoder) {
    self.elements = elements
    self.decoder = decoder
  }

  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() throws -> Bool {
    let isNull = try peek().decodeNil()
    if isNull { currentIndex += 1 }
    return isNull
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try peek().decode(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> JSONElementDecoder {
    let decoder = try peek()
    currentIndex += 1
    return decoder
  }

  private func peek() throws -> JSONElementDecoder {
    guard !isAtEnd else { throw decoder.mismatch("has too few items") }
    return JSONElementDecoder(element: elements[currentIndex])
  }
}
