import Documents
import Testing

@Suite("Positions")
struct PositionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let offset: Int
    let position: Position
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ offset: Int, _ line: Int, _ column: Int) {
      self.init(name, bytes: Array(text.utf8), offset, line, column)
    }

    init(_ name: String, bytes: [UInt8], _ offset: Int, _ line: Int, _ column: Int) {
      self.name = name
      self.bytes = bytes
      self.offset = offset
      position = Position(line: line, column: column)
    }
  }

  @Test(
    "count lines and scalars from 1",
    arguments: [
      Row("the start of nothing", "", 0, 1, 1),
      Row("the first byte", "abc", 0, 1, 1),
      Row("the last byte", "abc", 2, 1, 3),
      Row("the end", "abc", 3, 1, 4),
      Row("beyond the end", "abc", 99, 1, 4),
      Row("a newline itself", "ab\ncd", 2, 1, 3),
      Row("after a newline", "ab\ncd", 3, 2, 1),
      Row("after two newlines", "\n\nx", 2, 3, 1),
      Row("after CR LF", "ab\r\ncd", 4, 2, 1),
      Row("after CR alone", "ab\rcd", 3, 1, 4),
      Row("after two bytes", "éx", 2, 1, 2),
      Row("after three bytes", "€x", 3, 1, 2),
      Row("after four bytes", "😀x", 4, 1, 2),
      Row("after a combining mark", "e\u{301}x", 3, 1, 3),
      Row("multi-byte text on the second line", "ß\nгд x", 8, 2, 4),
      Row("after bytes that are not UTF-8", bytes: [0xFF, 0xC3, 0x28, 0x78], 3, 1, 4),
    ])
  func count(_ row: Row) {
    #expect(Position(offset: row.offset, in: row.bytes) == row.position)
  }

  @Test("stand in a message between file and reason")
  func message() {
    let place = Position(line: 12, column: 3)
    #expect(
      DocumentError(file: "a b.json", position: place, reason: "no").description
        == "a b.json:12:3: no")
    #expect(
      DocumentError(file: "f", reason: "cannot read 'f': x").description == "cannot read 'f': x")
  }
}
