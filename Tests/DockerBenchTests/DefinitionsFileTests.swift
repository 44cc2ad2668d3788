import Documents
import Testing

@testable import DockerBench

@Suite("A definitions file")
struct DefinitionsFileTests {
  struct Wrong: CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var error: String

    init(_ name: String, _ text: String, _ error: String) {
      testDescription = name
      self.text = text
      self.error = error
    }

    /// A check with these lines, of which the first is line 7 of the file.
    static func check(_ name: String, _ lines: String, _ error: String) -> Wrong {
      let lines = lines.split(separator: "\n").map { "    \($0)\n" }.joined()
      return Wrong(name, "id: b\ngroups:\n- id: 1\n  checks:\n  -\n    id: 1.1\n\(lines)", error)
    }

    static func item(_ name: String, _ item: String, _ error: String) -> Wrong {
      .check(name, "audit: a\ntests:\n  test_items:\n  - \(item)", error)
    }
  }

  @Test("says where it is wrong, and why", arguments: wrongs)
  func wrong(_ wrong: Wrong) {
    #expect {
      try DefinitionsFile.parse(Array(wrong.text.utf8), file: "f.yaml")
    } throws: { error in
      "\(error)" == "f.yaml:\(wrong.error)"
    }
  }

  private static let wrongs: [Wrong] = [
    Wrong("nothing", "", "1:1: the file is empty"),
    Wrong("no YAML", "id: [", "2:1: invalid YAML: did not find expected node content"),
    Wrong("no groups", "id: b", "1:1: the key 'groups' is missing here"),
    Wrong(
      "a key that is none", "id: b\ngruops:\n", "2:1: unknown key 'gruops'; did you mean 'groups'?"),
    Wrong(
      "something below controls", "controls:\n  id: b\ngroups:\n",
      "2:3: 'controls' is to be empty; what belongs to it stands beside it"),
    Wrong("groups that are none", "groups: 5", "1:9: expected a list, found '5'"),
    Wrong("a group without an id", "groups:\n- checks:\n", "2:3: the key 'id' is missing here"),
    Wrong(
      "a key of a group that is none", "groups:\n- {id: 1, cheks: []}",
      "2:11: unknown key 'cheks'; did you mean 'checks'?"),
    Wrong(
      "another constraint", "groups:\n- {id: 1, constraints: {platform: [x]}}",
      "2:25: unknown key 'platform'"),
    Wrong(
      "a state that is none", "groups:\n- {id: 1, constraints: {docker-swarm: [on]}}",
      "2:40: 'on' is none of active, inactive"),
    .check(
      "a key of a check that is none", "audti: a", "7:5: unknown key 'audti'; did you mean 'audit'?"
    ),
    .check("a type that is none", "type: maunal", "7:11: 'maunal' is none of manual, skip"),
    .check(
      "a type of audit that is none", "audit_type: file",
      "7:17: 'file' is no type of audit; there is 'audit', a shell's script"),
    .check("scored that is no boolean", "scored: yes", "7:13: expected true or false, found 'yes'"),
    .check("an audit that is no text", "audit: [a]", "7:12: expected a text, found a list"),
    .check(
      "tests without items", "tests: {bin_op: and}", "7:12: the key 'test_items' is missing here"),
    .check("no items", "tests: {test_items: []}", "7:25: there is nothing in it to test by"),
    .check(
      "an operator between items that is none", "tests: {bin_op: xor, test_items: [{flag: x}]}",
      "7:21: 'xor' is none of and, or"),
    .check("a sub-check that is none", "sub_checks:\n- audit: a", "8:7: unknown key 'audit'"),
    .check(
      "a key of a sub-check that is none", "sub_checks:\n- check: {id: 5}", "8:15: unknown key 'id'"
    ),
    .item(
      "nothing to look for", "set: true",
      "10:9: one of 'flag', 'path' and 'compare' is missing here"),
    .item(
      "two places of the value", "{flag: x, path: '{.a}'}",
      "10:9: it has both 'flag' and 'path'; only one says where the value is"),
    .item(
      "an operator that is none", "{flag: x, compare: {op: equals, value: 1}}",
      "10:33: 'equals' is none of eq, noteq, gt, gte, lt, lte, has, nothave, regex, valid_elements, bitmask"
    ),
    .item("no operator", "{flag: x, compare: {value: 1}}", "10:28: the key 'op' is missing here"),
    .item(
      "no number", "{flag: x, compare: {op: gt, value: many}}",
      "10:44: 'many' is no integer, which gt compares with"),
    .item(
      "no mode", "{flag: x, compare: {op: bitmask, value: rw}}",
      "10:49: 'rw' is no octal number, as 644 is one"),
    .item(
      "two paths", "{path: '{.a}{.b}', compare: {op: eq, value: 1}}",
      "10:16: '{.a}{.b}' is no path: '}' is not expected in it"),
    .item(
      "a path that is none", "{path: '{.a[}', compare: {op: eq, value: 1}}",
      "10:16: '{.a[}' is no path: a ']' is missing"),
  ]

  @Test("lets the type of a group count for all that is in it")
  func groupTypes() throws {
    let text = """
      groups:
      - {id: 1, type: manual, checks: [{id: 1.1}, {id: 1.2, type: skip}], groups: [{id: 2, checks: [{id: 2.1}]}]}
      - {id: 3, type: skip, checks: [{id: 3.1, type: manual}], groups: [{id: 4, type: manual, checks: [{id: 4.1}]}]}
      """
    let definitions = try DefinitionsFile.parse(Array(text.utf8), file: "f")
    #expect(definitions.checks.map(\.procedure.type) == [.manual, .skip, .manual, .skip, .skip])
  }

  @Test("gives each check a name of its own among dockward's")
  func names() throws {
    let text = "groups: [{id: 1, checks: [{id: 1}, {id: 1}, {id: 1-2}, {id: 'a, *b'}]}]"
    let definitions = try DefinitionsFile.parse(Array(text.utf8), file: "f")
    #expect(
      definitions.slugs(called: "f") == [
        "custom/f/1", "custom/f/1-2", "custom/f/1-2-2", "custom/f/a---b",
      ])
    #expect(Definitions.name(of: "/x/site.yaml") == "site")
    #expect(Definitions.name(of: "/x/a b.yaml") == nil)
  }

  @Test("may have what such files have")
  func lenient() throws {
    let text = """
      ---
      controls:
      id: 18.10
      description: a file
      groups:
      - id: 1.10
        text: a group
        checks:
      - id: 2
        checks: null
        groups:
        - id: 2.1
          checks:
          - {id: 2.1, text: "over\\n  lines", audit: a, tests: {test_items: [{flag: 5, compare: {op: eq, value: true}}]}}
          - {id: 2.1, type: manual, audit_type: audit, remediation: "  do\\nthis \\n"}
      """
    let definitions = try DefinitionsFile.parse(Array(text.utf8), file: "f")
    #expect(definitions.id == "18.10")
    #expect(definitions.groups.map(\.id) == ["1.10", "2"])
    #expect(definitions.groups[0].title == "a group")
    let checks = definitions.groups[1].groups[0].checks
    #expect(checks.map(\.id) == ["2.1", "2.1"])
    #expect(checks[0].title == "over   lines")
    #expect(checks[0].procedure.tests?.items.first?.flag == "5")
    #expect(checks[0].procedure.tests?.items.first?.comparison?.value == "true")
    #expect(checks[1].procedure.remediation == "do\nthis")
  }

  @Test("that nests groups without end is refused")
  func deep() {
    let text =
      String(repeating: "{id: 1, groups: [", count: 40) + String(repeating: "]}", count: 40)
    #expect(throws: DocumentError.self) {
      try DefinitionsFile.parse(Array("groups: [\(text)]".utf8), file: "f")
    }
  }
}

@Suite("Variables")
struct VariablesTests {
  private static let config = """
    storage: {value: /var/lib/docker}
    storage-driver: {value: overlay2}
    words: {value: two  words}
    empty: {value: ""}
    nothing:
      value:
    """

  @Test(
    "are put in",
    arguments: [
      ("at $storage.", "at /var/lib/docker."), ("$storage-driver", "overlay2"),
      ("$storages", "/var/lib/dockers"),
      ("$words", "'two  words'"), ("$empty", "$empty"), ("$nothing", "$nothing"),
      ("$HOME", "$HOME"), ("$", "$"),
      ("$storage$storage", "/var/lib/docker/var/lib/docker"), ("", ""),
    ])
  func applied(_ text: String, _ result: String) throws {
    #expect(try Variables(Array(Self.config.utf8), file: "c").applied(to: text).text == result)
  }

  @Test("do not move errors")
  func positions() throws {
    let variables = try Variables(Array(Self.config.utf8), file: "c")
    let text = "id: $storage\ngroups:\n- {id: $storage$words, ché: $storage, cheks: []}\n"
    #expect {
      try DefinitionsFile.parse(Array(text.utf8), file: "f", variables: variables)
    } throws: {
      "\($0)".hasPrefix("f:3:24: unknown key 'ché'")
    }
  }

  @Test(
    "say where they are wrong",
    arguments: [
      ("a: 5", "c:1:4: expected a mapping, found '5'"),
      ("a: {valeu: 5}", "c:1:5: unknown key 'valeu'; did you mean 'value'?"),
      ("a b: {value: 5}", "c:1:1: 'a b' is no name of a variable"),
      ("a: {value: \"x\\ny\"}", "c:1:12: the value of 'a' has several lines"),
    ])
  func wrong(_ text: String, _ error: String) {
    #expect { try Variables(Array(text.utf8), file: "c") } throws: { "\($0)" == error }
  }
}
