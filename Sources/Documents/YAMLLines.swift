/// The bytes of a YAML text by its lines, as the parser counts them.
package struct YAMLLines {
  package let bytes: [UInt8]
  /// Where each line begins; the last is where the text ends.
  private let starts: [Int]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte-order mark belongs to no line.
    var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    var offset = starts[0]
    while offset < bytes.count {
      let width = Self.breakWidth(bytes[offset...])
      offset += max(width, 1)
      if width > 0 { starts.append(offset) }
    }
    if starts.last != bytes.count { starts.append(bytes.count) }
    self.starts = starts
  }

  /// How many bytes at the beginning break the line, 0 where they do not: YAML 1.1, 4.2, which has
  /// NEL, LS and PS among the breaks.
  private static func breakWidth(_ bytes: ArraySlice<UInt8>) -> Int {
    for sequence: [UInt8] in [
      [0x0D, 0x0A], [0x0A], [0x0D], [0xC2, 0x85], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9],
    ] where bytes.starts(with: sequence) {
      return sequence.count
    }
    return 0
  }

  /// How many lines there are; one that is empty at the end is none.
  package var count: Int { starts.count - 1 }

  /// Where the line with this number, counted from 1, begins; where the text ends for the one after
  /// the last.
  package func start(ofLine line: Int) -> Int { starts[min(max(line - 1, 0), count)] }

  /// The line with this number, what breaks it included.
  package func line(_ number: Int) -> ArraySlice<UInt8> {
    bytes[start(ofLine: number)..<start(ofLine: number + 1)]
  }

  /// Where a position is, in bytes.
  package func offset(of position: Position) -> Int {
    var offset = start(ofLine: position.line)
    var column = 1
    while column < position.column, offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0b1100_0000 == 0b1000_0000 { offset += 1 }
      column += 1
    }
    return offset
  }

  /// What ends the first line: a line that is added is to end like the others.
  package var ending: String {
    guard let newline = bytes.firstIndex(of: 0x0A), newline > 0, bytes[newline - 1] == 0x0D else {
      return "\n"
    }
    return "\r\n"
  }
}
