import Testing

@testable import Documents

/// What RFC 8259 calls JSON, and what it says.
@Suite("Valid JSON")
struct JSONValidTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let rendered: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ rendered: String) {
      self.name = name
      self.text = text
      self.rendered = rendered
    }
  }

  static let rows: [Row] = [
    Row("null", "null", "null"),
    Row("true", "true", "true"),
    Row("false", " false\n", "false"),
    Row("a text alone", #""a""#, "'a'"),
    Row("the empty text", #""""#, "''"),
    Row("a number alone", "7", "7"),
    Row("the empty list", "[ \t\r\n]", "[]"),
    Row("the empty object", "{ }", "{}"),
    Row("all four kinds of space", "\t\r\n [ 1\t,\r2\n]\r\n", "[1,2]"),
    Row("a list of lists", "[[],[[1]],2]", "[[],[[1]],2]"),
    Row("an object in its order", #"{"b":1,"a":{"c":[]}}"#, "{'b':1,'a':{'c':[]}}"),
    Row("the empty key", #"{"":1}"#, "{'':1}"),
    Row("the same key in two objects", #"[{"a":1},{"a":{"a":2}}]"#, "[{'a':1},{'a':{'a':2}}]"),
    Row("zero", "[0,-0,0.0,0e0]", "[0,-0,0.0,0e0]"),
    Row("exponents", "[1e5,1E5,1e+5,1e-5,12.5E-007]", "[1e5,1E5,1e+5,1e-5,12.5E-007]"),
    Row(
      "a number beyond all types", "123456789012345678901234567890e999",
      "123456789012345678901234567890e999"),
    Row("the short escapes", #""\"\\\/\b\f\n\r\t""#, "'\"\\/<8><C><A><D><9>'"),
    Row("an escaped letter", #""\u0041\u00e9\u00E9""#, "'A<E9><E9>'"),
    Row("an escaped NUL", #""a\u0000b""#, "'a<0>b'"),
    Row("escaped controls", #""\u001b\u009b\u007f""#, "'<1B><9B><7F>'"),
    Row("a surrogate pair", #""\uD83D\uDE00""#, "'<1F600>'"),
    Row("the first and the last pair", #""\ud800\udc00\uDBFF\uDFFF""#, "'<10000><10FFFF>'"),
    Row("the neighbours of the surrogates", #""\uD7FF\uE000""#, "'<D7FF><E000>'"),
    Row("noncharacters", #""\uFFFE\uFFFF""#, "'<FFFE><FFFF>'"),
    Row("text of two, three and four bytes", "\"é€😀\"", "'<E9><20AC><1F600>'"),
    Row("DEL and C1 as they are", "\"\u{7F}\u{9B}\"", "'<7F><9B>'"),
    Row("a byte-order mark inside a text", "\"\u{FEFF}\"", "'<FEFF>'"),
    Row("line separators inside a text", "\"\u{2028}\u{2029}\"", "'<2028><2029>'"),
    Row("CR LF around values", "{\r\n\"a\":\r\n1\r\n}\r\n", "{'a':1}"),
    // To Unicode the same letter, to JSON (and to Linux, as names of files) two texts.
    Row("keys that only look alike", "{\"\u{E9}\":1,\"e\u{301}\":2}", "{'<E9>':1,'e<301>':2}"),
    Row("a combining mark first", "{\"\u{301}\":[\"\u{301}\"]}", "{'<301>':['<301>']}"),
  ]

  @Test("is read", arguments: rows)
  func read(_ row: Row) throws {
    let text = try JSONText(parsing: Array(row.text.utf8), file: "f")
    #expect(text.root.rendered == row.rendered)
  }

  @Test("may be nested up to the limit", arguments: [1, 100, 256])
  func nested(depth: Int) throws {
    let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let objects =
      String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
    #expect(try JSONText(parsing: Array(lists.utf8), file: "f").root.rendered == lists)
    #expect(
      try JSONText(parsing: Array(objects.utf8), file: "f").root.rendered
        == objects.replacing("\"", with: "'"))
  }

  /// The depth is of what is open at a time, not of all that was ever opened.
  @Test("may have many neighbours")
  func neighbours() throws {
    let lists = "[" + String(repeating: "[],", count: 10_000) + "{}]"
    #expect(try JSONText(parsing: Array(lists.utf8), file: "f").root.rendered == lists)
  }

  /// Eight bytes are looked at at once: each byte in each place among them, before and after others.
  @Test("may have each character in each place", arguments: [0, 1, 7, 8, 9, 15, 16, 23])
  func places(place: Int) throws {
    for byte in UInt8.min...UInt8.max {
      var content = [UInt8](repeating: UInt8(ascii: "x"), count: 24)
      content[place] = byte
      let text = try? JSONText(parsing: [0x22] + content + [0x22], file: "f")
      let isPlain = (0x20..<0x80).contains(byte) && byte != 0x22 && byte != 0x5C
      #expect((text != nil) == isPlain, "byte \(byte)")
      if let text {
        #expect(try text.decode(String.self) == String(decoding: content, as: UTF8.self))
      }
    }
  }

  /// All of one length, with the same beginning and end.
  @Test("may have keys that differ in one letter", arguments: [2, 127, 128, 129, 400])
  func similarKeys(count: Int) throws {
    let keys = (0..<count).map { "a beginning \(1000 + $0) and an end" }
    func object(_ keys: [String]) -> [UInt8] {
      Array("{\(keys.map { "\"\($0)\":1" }.joined(separator: ","))}".utf8)
    }
    let text = try JSONText(parsing: object(keys), file: "f")
    #expect(text.root.members.map(\.key) == keys)
    for again in [keys[0], keys[count - 1], #"a\u0020beginning 1000 and an end"#] {
      #expect(throws: DocumentError.self) {
        try JSONText(parsing: object(keys + [again]), file: "f")
      }
    }
  }
}
