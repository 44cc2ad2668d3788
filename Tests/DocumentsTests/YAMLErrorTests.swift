import Testing

@testable import Documents

@Suite("Errors in YAML")
struct YAMLErrorTests {
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

  @Test(
    "of form have their place",
    arguments: [
      Row(
        "a tab for indentation", "a:\n\tb: 1\n",
        "2:1: invalid YAML: found character that cannot start any token"),
      Row("a list that ends", "a: [1, 2\n", "2:1: invalid YAML: did not find expected ',' or ']'"),
      Row("a quote that ends", "a: \"b\n", "2:1: invalid YAML: found unexpected end of stream"),
      Row("no colon", "a: 1\nb\nc: 3\n", "3:1: invalid YAML: could not find expected ':'"),
      Row(
        "a mapping in a plain value", "é: a: b\n",
        "1:5: invalid YAML: mapping values are not allowed in this context"),
      Row("two documents", "a: 1\n---\nb: 2\n", "2:1: invalid YAML: but found another document"),
      Row("an alias without anchor", "a: 1\nb: *x\n", "2:4: invalid YAML: found undefined alias"),
      Row(
        "an alias inside its own anchor", "a: &x [*x]\n", "1:8: invalid YAML: found undefined alias"
      ),
      Row(
        "a directive that is none", "%YAML 9\n---\na: 1\n",
        "1:8: invalid YAML: did not find expected digit or '.' character"),
      Row("an undeclared tag", "a: !x!y 1\n", "1:4: invalid YAML: found undefined tag handle"),
      Row(
        "a control character", "a: 1\nb: x\u{1}\n",
        "2:5: invalid YAML: control characters are not allowed"),
      Row("a NUL", "a: 1\r\nb: \u{0}\r\n", "2:4: invalid YAML: control characters are not allowed"),
      Row("a key given twice", "a: 1\nb: 2\na: 3\n", "1:1: 'a' given twice in this mapping"),
      Row(
        "two keys given twice, deep", "x:\n  b: 1\n  a: 2\n  b: 3\n  a: 4\n",
        "3:3: 'a', 'b' given twice in this mapping"),
      Row("Latin-1", bytes: [0x61, 0x3A, 0x20, 0xE9, 0x0A], "1:4: the file is not UTF-8"),
      Row("UTF-16", bytes: [0xFF, 0xFE, 0x61, 0, 0x0A, 0], "1:1: the file is not UTF-8"),
    ])
  func form(_ row: Row) {
    let error = #expect(throws: DocumentError.self) {
      try YAMLText.parse(row.bytes, file: "f.yaml")
    }
    #expect(error?.description == "f.yaml:\(row.message)")
  }

  static let keys = ["allowedMounts", "allowedDevices", "swarmExpected"]

  @Test(
    "of keys have their place and the nearest names",
    arguments: [
      Row(
        "a misspelt key", "swarmExpected: true\nallowedMount: []\n",
        "2:1: unknown key 'allowedMount'; did you mean 'allowedMounts'?"),
      Row("a key like no other", "x: 1\n", "1:1: unknown key 'x'"),
      Row(
        "another case", "  SwarmExpected: true\n",
        "1:3: unknown key 'SwarmExpected'; did you mean 'swarmExpected'?"),
      Row("a merge key", "a: &a {}\n<<: *a\n", "1:1: unknown key 'a'"),
      Row("a key that is a list", "? [a]\n: 1\n", "1:3: expected a text, found a list"),
      Row("an empty key", "? \n: 1\n", "1:2: expected a text, found nothing"),
      Row("a list for the mapping", "- a\n", "1:1: expected a mapping, found a list"),
      Row("a scalar for the mapping", "# c\nabc\n", "2:1: expected a mapping, found 'abc'"),
      Row("nothing for the mapping", "---\n~\n", "2:1: expected a mapping, found nothing"),
      Row(
        "a long scalar for the mapping", String(repeating: "a", count: 99),
        "1:1: expected a mapping, found '\(String(repeating: "a", count: 40))'"),
    ])
  func keys(_ row: Row) throws {
    let node = try #require(try YAMLText.parse(row.bytes, file: "f.yaml"))
    let error = #expect(throws: DocumentError.self) { try node.members(Self.keys) }
    #expect(error?.description == "f.yaml:\(row.message)")
  }

  @Test(
    "of values have their place",
    arguments: [
      Row("a mapping for the list", "é: {a: b}\n", "1:4: expected a list, found a mapping"),
      Row("a scalar for the list", "é: a\n", "1:4: expected a list, found 'a'"),
      Row("nothing for the list", "é:\n", "1:3: expected a list, found nothing"),
    ])
  func values(_ row: Row) throws {
    let document = try #require(try YAMLText.parse(row.bytes, file: "f.yaml"))
    let value = try #require(try document.members(["é"])["é"])
    let error = #expect(throws: DocumentError.self) { try value.items() }
    #expect(error?.description == "f.yaml:\(row.message)")
  }

  /// A parser that recurses as deep as the text nests crashes: in a process of its own, so that the
  /// crash would be seen as one.
  @Test(
    "of nesting do not crash",
    arguments: ["[", "{a: ", "- ", "? ", "{? "])
  func nesting(_ opener: String) async {
    await #expect(processExitsWith: .success) { [opener] in
      let bytes = Array(String(repeating: opener, count: 100_000).utf8)
      let error = #expect(throws: DocumentError.self) { try YAMLText.parse(bytes, file: "f") }
      #expect(error?.position != nil)
    }
  }

  /// Aliases of aliases: ten to the ninth values in 300 bytes.
  @Test("of size are not made by aliases")
  func bomb() throws {
    var text = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let node = try #require(try YAMLText.parse(Array(text.utf8), file: "f"))
    let members = try node.members((0...9).map { "a\($0)" })
    #expect(try members["a9"]?.items().count == 10)
  }
}
