import FoundationEssentials
import HardeningModel

/// Any JSON, to change one place in what an Engine says.
indirect enum JSONValue: Codable, Sendable, Equatable {
  case null
  case bool(Bool)
  case natural(UInt64)
  case integer(Int64)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .natural(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .natural(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// `value` as JSON.
  init(encoding value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
  }

  /// What stands at `path`, e.g. `HostConfig`, `Privileged`; list items go by their index.
  subscript(path: ArraySlice<String>) -> JSONValue? {
    get {
      guard let key = path.first else { return self }
      switch self {
      case .object(let members): return members[key]?[path.dropFirst()]
      case .list(let items):
        return Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }?[path.dropFirst()]
      default: return nil
      }
    }
    set {
      guard let key = path.first else {
        self = newValue ?? .null
        return
      }
      switch self {
      case .object(var members):
        if path.count == 1 {
          members[key] = newValue
        } else {
          members[key, default: .object([:])][path.dropFirst()] = newValue
        }
        self = .object(members)
      case .list(var items):
        guard let index = Int(key), items.indices.contains(index) else { return }
        if path.count == 1, newValue == nil {
          items.remove(at: index)
        } else {
          items[index][path.dropFirst()] = newValue
        }
        self = .list(items)
      default: break
      }
    }
  }

  /// Every path in this value at which `isWanted` holds, those inside such places included.
  func paths(
    where isWanted: ([String], JSONValue) -> Bool, beneath prefix: [String] = []
  ) -> [[String]] {
    let own = isWanted(prefix, self) ? [prefix] : []
    switch self {
    case .object(let members):
      return own
        + members.sorted { $0.key < $1.key }
        .flatMap { $0.value.paths(where: isWanted, beneath: prefix + [$0.key]) }
    case .list(let items):
      return own
        + items.enumerated()
        .flatMap { $0.element.paths(where: isWanted, beneath: prefix + ["\($0.offset)"]) }
    default: return own
    }
  }
}

extension Scene {
  /// Puts `value` at `path` (`HostConfig.Privileged`) into what the Engine says of `web`, and reads
  /// that as an answer of the Engine is read.
  mutating func engineSays(_ path: String, _ value: JSONValue) {
    let path = path.split(separator: ".").map(String.init)
    do {
      var answer = try JSONValue(encoding: web)
      answer[path[...]] = value
      setInspection("web", .found(try answer.decoded(as: Container.self)))
    } catch {
      setInspection("web", .unreadable("\(error)"))
    }
  }
}

extension Row {
  /// An answer of the Engine in which a field has a value that it cannot have.
  static func wrongType(_ path: String, _ value: JSONValue) -> Row {
    Row(.malformed, "\(path) of another type", .unknown) { $0.engineSays(path, value) }
  }
}
