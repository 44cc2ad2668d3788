/// What is wrong with a document that a person wrote, and where.
package struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
  package var file: String
  /// Where in the file; `nil` when it could not be read at all.
  package var position: Position?
  package var reason: String

  package init(file: String, position: Position? = nil, reason: String) {
    self.file = file
    self.position = position
    self.reason = reason
  }

  /// `FILE:LINE:COLUMN: reason`, or the reason alone, which then names the file.
  package var description: String {
    guard let position else { return reason }
    return "\(file):\(position.line):\(position.column): \(reason)"
  }
}

/// A place in a text: both count from 1, columns in Unicode scalars.
package struct Position: Sendable, Equatable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The position of the byte at `offset` in UTF-8 `bytes`.
  package init(offset: Int, in bytes: [UInt8]) {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0b1100_0000 != 0b1000_0000 {
        column += 1
      }
    }
    self.init(line: line, column: column)
  }
}
