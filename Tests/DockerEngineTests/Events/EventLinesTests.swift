import NIOCore
import Testing

@testable import DockerEngine

@Suite("Lines of an event stream")
struct EventLinesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let pieces: [String]
    let expected: [String?]
  }

  /// With a limit of 8 bytes; `nil` is a line that is too long.
  static let cases = [
    Case(testDescription: "one", pieces: ["abc\n"], expected: ["abc"]),
    Case(testDescription: "two in one piece", pieces: ["abc\ndef\n"], expected: ["abc", "def"]),
    Case(testDescription: "split", pieces: ["a", "b", "c\nd", "ef\n"], expected: ["abc", "def"]),
    Case(
      testDescription: "split at the end", pieces: ["abc", "\n", "def\n"], expected: ["abc", "def"]),
    Case(testDescription: "empty", pieces: ["\n\n", "a\n\n"], expected: ["a"]),
    Case(testDescription: "without its end", pieces: ["abc\nde"], expected: ["abc"]),
    Case(
      testDescription: "of the limit", pieces: ["12345678\n", "1234", "5678\n"],
      expected: ["12345678", "12345678"]),
    Case(testDescription: "too long", pieces: ["123456789\nab\n"], expected: [nil, "ab"]),
    Case(
      testDescription: "too long, in pieces", pieces: ["12345", "6789", "0123", "4\nab\n"],
      expected: [nil, "ab"]),
    Case(
      testDescription: "two that are too long", pieces: ["123456789\n123456789\na\n"],
      expected: [nil, nil, "a"]),
    Case(
      testDescription: "endless", pieces: Array(repeating: "123456789", count: 1000),
      expected: [nil]),
  ]

  @Test("are put together and bounded", arguments: cases)
  func lines(_ example: Case) {
    var lines = EventLines(limit: 8)
    var told: [String?] = []
    for piece in example.pieces {
      lines.take(ByteBuffer(string: piece)) { line in
        switch line {
        case .whole(let bytes): told.append(String(decoding: bytes, as: UTF8.self))
        case .tooLong: told.append(nil)
        }
      }
    }
    #expect(told == example.expected)
  }
}
