import Yams

/// What a JSON or YAML text says, where its places are of no interest: what a program printed.
package indirect enum DocumentTree: Sendable, Equatable {
  case null
  /// A number or a boolean, as it is written.
  case plain(String)
  /// Of a text in JSON, what it stands for.
  case text(String)
  case list([DocumentTree])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: DocumentTree
  }

  /// The most values that are read: aliases let a short text stand for a great many.
  private static let limit = 100_000

  /// What `bytes` say, read as JSON, else as YAML; `nil` where they are neither, or say too much.
  package init?(_ bytes: [UInt8]) {
    var remaining = Self.limit
    if let text = try? JSONText(parsing: bytes, file: "", repeatedKeys: .kept) {
      self.init(text.root, &remaining)
    } else if let text = String(validating: bytes, as: UTF8.self),
      let node = try? Yams.compose(yaml: text, .basic)
    {
      self.init(node, &remaining)
    } else {
      return nil
    }
  }

  private init?(_ element: JSONText.Element, _ remaining: inout Int) {
    remaining -= 1
    guard remaining > 0 else { return nil }
    switch element.content {
    case .null: self = .null
    case .bool(let value): self = .plain(value ? "true" : "false")
    case .number(let text): self = .plain(text)
    case .text(let text): self = .text(text)
    case .list(let elements):
      var list: [DocumentTree] = []
      for element in elements {
        guard let tree = DocumentTree(element, &remaining) else { return nil }
        list.append(tree)
      }
      self = .list(list)
    case .object(let members):
      var object: [Member] = []
      for member in members {
        guard let tree = DocumentTree(member.value, &remaining) else { return nil }
        object.append(Member(key: member.key, value: tree))
      }
      self = .object(object)
    }
  }

  private init?(_ node: Node, _ remaining: inout Int) {
    remaining -= 1
    guard remaining > 0 else { return nil }
    if let mapping = node.mapping {
      var object: [Member] = []
      for (key, value) in mapping {
        guard let tree = DocumentTree(value, &remaining) else { return nil }
        object.append(Member(key: key.scalar?.string ?? "", value: tree))
      }
      self = .object(object)
    } else if let sequence = node.sequence {
      var list: [DocumentTree] = []
      for node in sequence {
        guard let tree = DocumentTree(node, &remaining) else { return nil }
        list.append(tree)
      }
      self = .list(list)
    } else {
      let text = YAMLText(file: "", node: node)
      let words = node.scalar?.string ?? ""
      let isPlain =
        node.scalar?.style == .plain && (["true", "false"].contains(words) || Double(words) != nil)
      self = text.isNull ? .null : isPlain ? .plain(words) : .text(words)
    }
  }
}

extension DocumentTree: CustomStringConvertible {
  /// A scalar as it is, `null` as nothing, and all else as JSON in one line.
  package var description: String {
    switch self {
    case .null: ""
    case .plain(let text), .text(let text): text
    case .list, .object: json
    }
  }

  private var json: String {
    switch self {
    case .null: "null"
    case .plain(let text): text
    case .text(let text):
      "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    case .list(let items): "[\(items.map(\.json).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(DocumentTree.text($0.key).json):\($0.value.json)" }.joined(separator: ","))}"
    }
  }
}
