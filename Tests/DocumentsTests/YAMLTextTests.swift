import Documents
import Testing

@Suite("YAML")
struct YAMLTextTests {
  private func parse(_ text: String) throws -> YAMLText {
    try #require(try YAMLText.parse(Array(text.utf8), file: "f.yaml"))
  }

  @Test(
    "keeps scalars as they are written",
    arguments: [
      ("3.10", "3.10"), ("010", "010"), ("1_000", "1_000"), ("1e3", "1e3"), ("yes", "yes"),
      ("true", "true"), ("2024-01-01", "2024-01-01"), ("'3.10'", "3.10"), ("\"3.10\"", "3.10"),
      ("''", ""), ("'null'", "null"), ("\"~\"", "~"), ("a: b", nil), ("[a]", nil),
      ("\"\\u00e9\\x41\"", "éA"), ("|-\n  two\n  lines", "two\nlines"),
      (">-\n  two\n  lines", "two lines"),
      ("a  # comment", "a"), ("a#b", "a#b"), ("!!int 3", "3"), ("/etc/ü", "/etc/ü"),
    ] as [(String, String?)])
  func scalars(_ text: String, value: String?) throws {
    let node = try parse(text)
    if let value {
      #expect(try node.text() == value)
    } else {
      #expect(throws: DocumentError.self) { try node.text() }
    }
  }

  @Test(
    "has texts that say nothing",
    arguments: ["~", "null", "Null", "NULL", "# only a comment\n~"])
  func nothing(_ text: String) throws {
    let node = try parse(text)
    #expect(node.isNull)
    let error = #expect(throws: DocumentError.self) { try node.text() }
    #expect(error?.reason == "expected a text, found nothing")
  }

  @Test("has no node in an empty file", arguments: ["", "\n\n", "# comment\n", "\u{FEFF}", " "])
  func empty(_ text: String) throws {
    #expect(try YAMLText.parse(Array(text.utf8), file: "f.yaml") == nil)
  }

  @Test(
    "takes only true and false for truth values",
    arguments: [
      ("true", true), ("false", false), ("True", nil), ("yes", nil), ("on", nil), ("1", nil),
      ("~", nil), ("[true]", nil),
    ] as [(String, Bool?)])
  func bool(_ text: String, value: Bool?) throws {
    let node = try parse(text)
    if let value {
      #expect(try node.bool() == value)
    } else {
      let error = #expect(throws: DocumentError.self) { try node.bool() }
      #expect(error?.reason.hasPrefix("expected true or false, found ") == true)
    }
  }

  @Test(
    "takes integers within their range",
    arguments: [
      ("1", 1), ("2", 2), ("0", nil), ("3", nil), ("-1", nil), ("1.0", nil), ("0x1", nil),
      ("99999999999999999999", nil), ("one", nil), ("{}", nil),
    ] as [(String, Int?)])
  func integer(_ text: String, value: Int?) throws {
    let node = try parse(text)
    if let value {
      #expect(try node.integer(in: 1...2) == value)
    } else {
      let error = #expect(throws: DocumentError.self) { try node.integer(in: 1...2) }
      #expect(error?.reason.hasPrefix("expected a number from 1 to 2, found ") == true)
    }
  }

  enum Choice: String, CaseIterable { case automated, manual }

  @Test("takes one of several names")
  func choice() throws {
    #expect(try parse("manual").choice(Choice.self) == .manual)
    let error = #expect(throws: DocumentError.self) { try parse("Manual").choice(Choice.self) }
    #expect(error?.description == "f.yaml:1:1: 'Manual' is none of automated, manual")
  }

  @Test("gives lists in their order, whatever their style", arguments: ["[b, a]", "- b\n- a\n"])
  func list(_ text: String) throws {
    #expect(try parse(text).items().map { try $0.text() } == ["b", "a"])
  }

  @Test(
    "gives mappings by key, whatever their style",
    arguments: ["{a: 1, b: 2}", "a: 1\nb: 2\n", "a: 1\r\nb: 2\r\n", "\u{FEFF}a: 1\nb: 2"])
  func mapping(_ text: String) throws {
    let members = try parse(text).members(["a", "b", "c"])
    #expect(members.keys.sorted() == ["a", "b"])
    #expect(try members["b"]?.text() == "2")
  }

  @Test("follows aliases")
  func aliases() throws {
    let members = try parse("a: &x [1, 2]\nb: *x\n").members(["a", "b"])
    #expect(try members["b"]?.items().map { try $0.text() } == ["1", "2"])
  }
}
