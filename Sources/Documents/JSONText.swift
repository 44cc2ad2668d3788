import HardeningModel

/// A JSON text with the place of everything in it, for messages that name line and column.
/// Strict RFC 8259; a key that stands twice in an object, which most readers let pass, is an error
/// unless asked otherwise.
package struct JSONText: Sendable {
  package enum Content: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([Element])
    case object([Member])
  }

  package struct Element: Sendable {
    /// Where it begins, in bytes from the start of the text.
    package var offset: Int
    package var content: Content
  }

  package struct Member: Sendable {
    package var key: String
    /// Where the key begins.
    package var offset: Int
    package var value: Element
  }

  /// What becomes of a key that stands twice in an object.
  package enum RepeatedKeys: Sendable {
    case refused
    /// Each is a member, in the order of the text.
    case kept
  }

  package let file: String
  package let bytes: [UInt8]
  package let root: Element

  /// Parses `bytes`; `file` is what messages call it.
  package init(
    parsing bytes: [UInt8], file: String, repeatedKeys: RepeatedKeys = .refused
  ) throws(DocumentError) {
    self.file = file
    self.bytes = bytes
    var parser = JSONParser(bytes, repeatedKeys: repeatedKeys)
    do {
      root = try parser.document()
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
