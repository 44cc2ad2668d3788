import HardeningModel

/// A JSON text with the place of everything in it, for messages that name line and column.
/// Strict RFC 8259; a key that stands twice in an object, which most readers let pass, is an error
/// unless asked otherwise.
///
/// Its values are a list of places in the bytes, in the order of the text: texts and numbers are made of
/// them when they are asked for, since of most documents only a part is used.
package struct JSONText: Sendable {
  /// What becomes of a key that stands twice in an object.
  package enum RepeatedKeys: Sendable {
    case refused
    /// Each is a member, in the order of the text.
    case kept
  }

  package let file: String
  let document: Document

  package var bytes: [UInt8] { document.bytes }
  package var root: Element { Element(document: document, index: 0) }

  /// Parses `bytes`; `file` is what messages call it.
  package init(
    parsing bytes: [UInt8], file: String, repeatedKeys: RepeatedKeys = .refused
  ) throws(DocumentError) {
    self.file = file
    do {
      document = Document(
        bytes: bytes, nodes: try JSONParser.nodes(of: bytes, repeatedKeys: repeatedKeys))
    } catch {
      throw DocumentError(
        file: file, position: Position(offset: error.offset, in: bytes), reason: error.reason)
    }
  }

  /// An error about the thing at `offset`.
  package func error(at offset: Int, _ reason: String) -> DocumentError {
    DocumentError(file: file, position: Position(offset: offset, in: bytes), reason: reason)
  }
}

extension JSONText {
  /// The bytes and what stands where in them; shared by all elements.
  final class Document: Sendable {
    let bytes: [UInt8]
    /// In the order of the text: a list before its elements, an object before its members, of each of
    /// which the key comes before the value.
    let nodes: [Node]

    init(bytes: [UInt8], nodes: [Node]) {
      self.bytes = bytes
      self.nodes = nodes
    }
  }

  /// One value, or one key.
  struct Node: Sendable {
    enum Kind: UInt8, Sendable {
      case null, no, yes, number
      /// What stands between the quotes is the text, in UTF-8.
      case text
      /// There are escapes between the quotes.
      case escapedText
      case list, object
    }

    var kind: Kind
    /// Where it begins, and where it has ended.
    var start: Int32
    var end: Int32 = 0
    /// The node after it and all that it holds.
    var next: Int32 = 0
  }

  /// A value in the text.
  package struct Element: Sendable {
    let document: Document
    let index: Int

    var node: Node { document.nodes[index] }

    /// Where it begins, in bytes from the start of the text.
    package var offset: Int { Int(node.start) }

    package var content: Content {
      switch node.kind {
      case .null: .null
      case .no: .bool(false)
      case .yes: .bool(true)
      case .number: .number(document.text(of: node, leavingOut: 0))
      case .text, .escapedText: .text(document.text(at: index))
      case .list: .list(elements)
      case .object: .object(members)
      }
    }

    /// What a list holds.
    var elements: [Element] {
      var elements: [Element] = []
      var place = index + 1
      while place < node.next {
        elements.append(Element(document: document, index: place))
        place = Int(document.nodes[place].next)
      }
      return elements
    }

    /// What an object holds.
    var members: [Member] {
      var members: [Member] = []
      var place = index + 1
      while place < node.next {
        let value = Element(document: document, index: place + 1)
        members.append(
          Member(
            key: document.text(at: place), offset: Int(document.nodes[place].start), value: value))
        place = Int(value.node.next)
      }
      return members
    }

    /// The value of the first member of an object that is called so.
    func member(_ name: String) -> Element? {
      var name = name
      return name.withUTF8 { name in
        var place = index + 1
        let end = Int(node.next)
        while place < end {
          if document.isText(at: place, name) {
            return Element(document: document, index: place + 1)
          }
          place = Int(document.nodes[place + 1].next)
        }
        return nil
      }
    }
  }

  package struct Member: Sendable {
    package var key: String
    /// Where the key begins.
    package var offset: Int
    package var value: Element
  }

  package enum Content: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([Element])
    case object([Member])
  }
}

extension JSONText.Document {
  /// The text, or the key, at `index`.
  func text(at index: Int) -> String {
    let node = nodes[index]
    guard node.kind == .escapedText else { return text(of: node, leavingOut: 1) }
    return JSONParser.unescaped(bytes[Int(node.start) + 1..<Int(node.end) - 1])
  }

  /// What stands there, but for so many bytes at both ends.
  fileprivate func text(of node: JSONText.Node, leavingOut edge: Int) -> String {
    String(decoding: bytes[Int(node.start) + edge..<Int(node.end) - edge], as: UTF8.self)
  }

  /// Whether the text at `index` has just these bytes.
  fileprivate func isText(at index: Int, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
    let node = nodes[index]
    guard node.kind == .text else { return text(at: index).utf8.elementsEqual(other) }
    let start = Int(node.start) + 1
    guard Int(node.end) - 1 - start == other.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<other.count where bytes[start + offset] != other[offset] { return false }
      return true
    }
  }
}
