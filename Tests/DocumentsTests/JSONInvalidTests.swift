import Testing

@testable import Documents

/// What RFC 8259 does not call JSON, with the place and the reason.
@Suite("Invalid JSON")
struct JSONInvalidTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ message: String) {
      self.init(name, bytes: Array(text.utf8), message)
    }

    init(_ name: String, bytes: [UInt8], _ message: String) {
      self.name = name
      self.bytes = bytes
      self.message = message
    }
  }

  private static let noValue = "the text ends where a value should stand"
  private static let noKey = "expected a key in double quotes"
  private static let noWord = "expected true, false or null"
  private static let noDigit = "expected a digit"
  private static let trailing = "more text after the end of the value"
  private static let control = "a control character inside a text"
  private static let half = "half of a surrogate pair"
  private static let noHex = "expected four hexadecimal digits"
  private static let notUTF8 = "a text that is not UTF-8"

  static let structure: [Row] = [
    Row("nothing", "", "1:1: \(noValue)"),
    Row("only space", " \n\t", "2:2: \(noValue)"),
    Row("a list that ends", "[", "1:2: \(noValue)"),
    Row("a list that ends after a value", "[1", "1:3: expected ',' or ']'"),
    Row("a list that ends after a comma", "[1,\n", "2:1: \(noValue)"),
    Row("an object that ends", "{", "1:2: \(noKey)"),
    Row("an object that ends after a key", #"{"a""#, "1:5: expected ':' after the key 'a'"),
    Row("an object that ends after a colon", #"{"a":"#, "1:6: \(noValue)"),
    Row("an object that ends after a value", #"{"a":1"#, "1:7: expected ',' or '}'"),
    Row("a comma before the end of a list", "[1,]", "1:4: no JSON value begins with ']'"),
    Row("a comma before the end of an object", #"{"a":1,}"#, "1:8: \(noKey)"),
    Row("a comma first", "[,1]", "1:2: no JSON value begins with ','"),
    Row("no comma in a list", "[1 2]", "1:4: expected ',' or ']'"),
    Row("no comma in an object", #"{"a":1 "b":2}"#, "1:8: expected ',' or '}'"),
    Row("no colon", #"{"a" 1}"#, "1:6: expected ':' after the key 'a'"),
    Row("the wrong bracket", "[1}", "1:3: expected ',' or ']'"),
    Row("a bracket too many", "[1]]", "1:4: \(trailing)"),
    Row("two values", "1 2", "1:3: \(trailing)"),
    Row("two documents", "{}\n{}", "2:1: \(trailing)"),
    Row("a comment after", "{} // x", "1:4: \(trailing)"),
    Row("a comment before", "/* x */ {}", "1:1: no JSON value begins with '/'"),
    Row("a key without quotes", "{a:1}", "1:2: \(noKey)"),
    Row("a key in single quotes", "{'a':1}", "1:2: \(noKey)"),
    Row("a number for a key", "{1:2}", "1:2: \(noKey)"),
    Row("a text in single quotes", "['a']", "1:2: no JSON value begins with '''"),
    Row("a form feed for space", "[\u{C}1]", "1:2: no JSON value begins with byte 0xc"),
    Row("a no-break space", "[\u{A0}1]", "1:2: no JSON value begins with byte 0xc2"),
    Row("a NUL", "\u{0}", "1:1: no JSON value begins with byte 0x0"),
    Row("a NUL at the end", "{}\u{0}", "1:3: \(trailing)"),
    Row("a byte-order mark", "\u{FEFF}{}", "1:1: a byte-order mark, which JSON does not allow"),
    Row("UTF-16", bytes: [0xFF, 0xFE, 0x7B, 0], "1:1: no JSON value begins with byte 0xff"),
    Row(
      "a key given twice", #"{"a":1,"b":2,"a":3}"#, "1:14: the key 'a' stands twice in this object"),
    Row(
      "a key given twice, escaped", #"{"a":1,"\u0061":2}"#,
      "1:8: the key 'a' stands twice in this object"),
    Row(
      "a key given twice, deep", "[{},\n {\"x\":{\"a\":1,\n  \"a\":2}}]",
      "3:3: the key 'a' stands twice in this object"),
    Row(
      "nesting beyond the limit", String(repeating: "[", count: 257),
      "1:257: nested deeper than 256 levels"),
    Row(
      "objects beyond the limit", String(repeating: "{\"a\":\n", count: 257),
      "257:1: nested deeper than 256 levels"),
    Row(
      "very deep nesting", String(repeating: "[", count: 1_000_000),
      "1:257: nested deeper than 256 levels"),
  ]

  static let words: [Row] = [
    Row("half of true", "[tru]", "1:2: \(noWord)"),
    Row("half of null at the end", "nul", "1:1: \(noWord)"),
    Row("more than true", "truer", "1:5: \(trailing)"),
    Row("another case", "True", "1:1: no JSON value begins with 'T'"),
    Row("NaN", "NaN", "1:1: no JSON value begins with 'N'"),
    Row("minus infinity", "-Infinity", "1:2: \(noDigit)"),
    Row("a sign alone", "-", "1:2: \(noDigit)"),
    Row("a plus sign", "+1", "1:1: no JSON value begins with '+'"),
    Row("a leading zero", "[01]", "1:3: a number with a leading zero"),
    Row("a leading zero after the sign", "-01", "1:3: a number with a leading zero"),
    Row("no digit before the point", ".5", "1:1: no JSON value begins with '.'"),
    Row("no digit after the point", "[1.]", "1:4: \(noDigit)"),
    Row("no digit between point and exponent", "1.e5", "1:3: \(noDigit)"),
    Row("no exponent", "1e", "1:3: \(noDigit)"),
    Row("no exponent after its sign", "1e+", "1:4: \(noDigit)"),
    Row("two signs", "--1", "1:2: \(noDigit)"),
    Row("hexadecimal", "0x10", "1:2: \(trailing)"),
    Row("underscores", "1_000", "1:2: \(trailing)"),
    Row("another script's digit", "\u{661}", "1:1: no JSON value begins with byte 0xd9"),
  ]

  static let texts: [Row] = [
    Row("no closing quote", "[\"abc", "1:2: a text without its closing quote"),
    Row("no closing quote after an escape", #"["a\""#, "1:2: a text without its closing quote"),
    Row("a tab", "[\"a\tb\"]", "1:4: \(control)"),
    Row("a newline", "[\"a\nb\"]", "1:4: \(control)"),
    Row("a NUL", "\"\u{0}\"", "1:2: \(control)"),
    Row("ESC", "\"\u{1B}[31m\"", "1:2: \(control)"),
    Row("the last of the controls", "\"\u{1F}\"", "1:2: \(control)"),
    Row("an unknown escape", #""a\x41""#, "1:3: an escape that JSON does not have"),
    Row("an escaped newline", "\"\\\n\"", "1:2: an escape that JSON does not have"),
    Row("an escape that ends", #""\"#, "1:3: the text ends inside an escape"),
    Row("no hexadecimal digit", #""\u12G4""#, "1:6: \(noHex)"),
    Row("too few hexadecimal digits", #""\u123""#, "1:7: \(noHex)"),
    Row("hexadecimal digits that end", #""\u12"#, "1:6: \(noHex)"),
    Row("a sign among the digits", #""\u+041""#, "1:4: \(noHex)"),
    Row("a high surrogate alone", #"["\uD800"]"#, "1:3: \(half)"),
    Row("a high surrogate before a letter", #""\uD800A""#, "1:2: \(half)"),
    Row("a high surrogate before an escape", #""\uD800\n""#, "1:2: \(half)"),
    Row("two high surrogates", #""\uD800\uD800""#, "1:2: \(half)"),
    Row("a low surrogate alone", #""a\uDC00""#, "1:3: \(half)"),
    Row("a high surrogate at the end", #""\uD800"#, "1:2: \(half)"),
    Row("a high surrogate, then too few digits", #""\uD800\uDC""#, "1:12: \(noHex)"),
    Row("a lone continuation byte", bytes: [0x22, 0x80, 0x22], "1:1: \(notUTF8)"),
    Row("an overlong slash", bytes: [0x22, 0xC0, 0xAF, 0x22], "1:1: \(notUTF8)"),
    Row("a surrogate in UTF-8", bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], "1:1: \(notUTF8)"),
    Row("beyond Unicode", bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "1:1: \(notUTF8)"),
    Row("a letter cut off", bytes: [0x5B, 0x22, 0xE2, 0x82, 0x22, 0x5D], "1:2: \(notUTF8)"),
    Row("Latin-1 in a key", bytes: [0x7B, 0x22, 0xE9, 0x22, 0x3A, 0x31, 0x7D], "1:2: \(notUTF8)"),
  ]

  @Test("is refused", arguments: structure + words + texts)
  func refuse(_ row: Row) {
    let error = #expect(throws: DocumentError.self) {
      try JSONText(parsing: row.bytes, file: "f.json")
    }
    #expect(error?.description == "f.json:\(row.message)")
  }

  /// Columns count what a person sees as letters (more exactly Unicode scalars), not bytes.
  @Test(
    "is placed in scalars",
    arguments: [
      Row(
        "after letters of two, three and four bytes", #"["é€😀", x]"#,
        "1:9: no JSON value begins with 'x'"),
      Row("on the second line", "{\n  \"ключ\": tru\n}", "2:11: expected true, false or null"),
      Row(
        "after CR LF", "{\r\n  \"a\": 1,\r\n  \"b\": tru\r\n}", "3:8: expected true, false or null"),
      Row(
        "after a line separator, which is no new line", "[\"\u{2028}\", x]",
        "1:7: no JSON value begins with 'x'"),
    ])
  func place(_ row: Row) {
    let error = #expect(throws: DocumentError.self) {
      try JSONText(parsing: row.bytes, file: "f")
    }
    #expect(error?.description == "f:\(row.message)")
  }
}
