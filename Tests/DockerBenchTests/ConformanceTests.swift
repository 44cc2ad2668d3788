import Documents
import Testing

@testable import DockerBench

/// What docker-bench's definitions mean, a row for each sentence: a check as a file has it, what its audit
/// printed, and the status that follows.
@Suite("A definition")
struct ConformanceTests {
  struct Row: CustomTestStringConvertible {
    var testDescription: String
    /// The members of the check, in YAML.
    var check: String
    var output: String
    var status: BenchReport.Status

    init(_ name: String, _ check: String, _ output: String = "", _ status: BenchReport.Status) {
      testDescription = name
      self.check = check
      self.output = output
      self.status = status
    }

    /// A scored check with this one test.
    static func item(
      _ name: String, _ item: String, _ output: String, _ status: BenchReport.Status
    ) -> Row {
      Row(name, "audit: a, scored: true, tests: {test_items: [{\(item)}]}", output, status)
    }

    /// A scored check by which the value of `--flag` is compared.
    static func compare(
      _ name: String, _ op: String, _ value: String, _ output: String, _ status: BenchReport.Status
    ) -> Row {
      item(name, "flag: --flag, compare: {op: \(op), value: \(value)}", output, status)
    }
  }

  @Test("is judged as it says", arguments: courses + presence + values + operators + paths + lines)
  func row(_ row: Row) throws {
    #expect(try Self.status(of: row.check, output: row.output) == row.status)
  }

  /// The status of a check whose audit printed `output`.
  private static func status(
    of members: String, output: String, swarm: Definitions.SwarmState? = .inactive
  ) throws -> BenchReport.Status {
    let text = "{id: b, groups: [{id: 1, checks: [{id: 1.1, \(members)}]}]}"
    let check = try DefinitionsFile.parse(Array(text.utf8), file: "t").groups[0].checks[0]
    switch check.course(swarm: swarm) {
    case .settled(let status, _): return status
    case .unsettled: return check.unsettledResult.status
    case .run(let procedure, let tests):
      return check.result(of: AuditRunner.Outcome(output: output), by: procedure, tests).status
    }
  }

  private static let test = "tests: {test_items: [{flag: x}]}"

  private static let courses: [Row] = [
    Row("type skip is INFO", "type: skip, audit: a, scored: true, \(test)", "x", .info),
    Row("type manual is WARN", "type: manual, audit: a, scored: true, \(test)", "x", .warn),
    Row("without tests and sub-checks it is WARN", "audit: a, scored: true", "x", .warn),
    Row("with nothing at all it is WARN", "scored: true", "", .warn),
    Row("without an audit it is WARN", "scored: true, \(test)", "", .warn),
    Row("a test that holds is PASS", "audit: a, scored: true, \(test)", "x", .pass),
    Row("a test that does not is FAIL where scored", "audit: a, scored: true, \(test)", "y", .fail),
    Row("and WARN where not", "audit: a, scored: false, \(test)", "y", .warn),
    Row("not saying whether it is scored is not", "audit: a, \(test)", "y", .warn),
    Row("one that holds is PASS scored or not", "audit: a, \(test)", "x", .pass),
    Row(
      "the first sub-check without constraints counts",
      "scored: true, sub_checks: [{check: {audit: a, \(test)}}, {check: {type: skip}}]", "x", .pass),
    Row(
      "a sub-check whose constraint does not hold is passed over",
      "scored: true, sub_checks: [{check: {constraints: {docker-swarm: [active]}, type: skip}}, {check: {audit: a, \(test)}}]",
      "x", .pass),
    Row(
      "one whose constraint holds is taken",
      "scored: true, sub_checks: [{check: {constraints: {docker-swarm: [inactive]}, type: skip}}, {check: {audit: a, \(test)}}]",
      "x", .info),
    Row(
      "with several values each has to hold",
      "sub_checks: [{check: {constraints: {docker-swarm: [active, inactive]}, type: skip}}]", "",
      .warn),
    Row(
      "none whose constraints hold is WARN",
      "scored: true, sub_checks: [{check: {constraints: {docker-swarm: [active]}, type: skip}}]",
      "", .warn),
    Row(
      "a manual sub-check is WARN", "sub_checks: [{check: {type: manual, audit: a, \(test)}}]", "x",
      .warn),
    Row(
      "bin_op defaults to and",
      "audit: a, scored: true, tests: {test_items: [{flag: x}, {flag: y}]}", "x",
      .fail),
    Row(
      "and takes all",
      "audit: a, scored: true, tests: {bin_op: and, test_items: [{flag: x}, {flag: y}]}",
      "x y", .pass),
    Row(
      "or takes one",
      "audit: a, scored: true, tests: {bin_op: or, test_items: [{flag: x}, {flag: y}]}", "y",
      .pass),
    Row(
      "or takes at least one",
      "audit: a, scored: true, tests: {bin_op: or, test_items: [{flag: x}, {flag: y}]}", "z", .fail),
  ]

  private static let presence: [Row] = [
    .item("a flag is there at the end", "flag: --icc", "dockerd --icc", .pass),
    .item("before a blank", "flag: --icc", "dockerd --icc -H fd://", .pass),
    .item("before a sign", "flag: --icc", "--icc=false", .pass),
    .item("before a line break", "flag: --icc", "--icc\nmore", .pass),
    .item("inside of a word that ends with it", "flag: icc", "--icc", .pass),
    .item("not where a letter follows", "flag: --tls", "--tlsverify", .fail),
    .item("not where a digit follows", "flag: --tls", "--tls2", .fail),
    .item("not where a dash follows", "flag: --tls", "--tls-verify", .fail),
    .item("not where an underscore follows", "flag: --tls", "--tls_verify", .fail),
    .item("a later place counts too", "flag: --tls", "--tlsverify --tls", .pass),
    .item("a flag is no pattern", "flag: a.c", "abc", .fail),
    .item("set defaults to true", "flag: x, set: true", "x", .pass),
    .item("set false negates", "flag: x, set: false", "y", .pass),
    .item("set false with the flag there", "flag: x, set: false", "x", .fail),
    .item(
      "set false ignores what is compared", "flag: x, set: false, compare: {op: eq, value: y}",
      "x=y", .fail),
    .item("set false with another flag there", "flag: --tls, set: false", "--tlsverify", .pass),
    .item(
      "an empty flag is everywhere, so never unset",
      "flag: '', set: false, compare: {op: eq, value: ''}", "",
      .fail),
    .item("nothing has no flag", "flag: x", "", .fail),
  ]

  private static let values: [Row] = [
    .compare("in quotes after =", "eq", "a b", #"--flag="a b""#, .pass),
    .compare("in quotes after :", "eq", "a b", #"--flag: "a b""#, .pass),
    .compare(
      "in quotes up to the last of the line", "eq", #"'a" "b'"#, #"--flag="a" "b" c"#, .pass),
    .compare("not beyond the line", "eq", "a", "--flag=\"a\"\n\"b\"", .pass),
    .compare("the flag in quotes, as in JSON", "eq", "a", #"  "--flag": "a","#, .pass),
    .compare("blanks before and after the sign", "eq", "a", #"--flag  =  "a""#, .pass),
    .compare("after a blank", "eq", "a", #"x --flag="a""#, .pass),
    .compare("without quotes, up to a blank", "eq", "a", "--flag=a b", .pass),
    .compare("without quotes after :", "eq", "'a,'", "--flag: a, b", .pass),
    .compare("without quotes up to a line break", "eq", "a", "--flag=a\nb", .pass),
    .compare("quotes come before bare words", "eq", "b", "--flag=a\n--flag=\"b\"", .pass),
    .compare("an empty value in quotes is looked for on", "eq", #"'""'"#, #"--flag="""#, .pass),
    .compare("as the next word", "eq", "a", "--flag a", .pass),
    .compare("the next word up to a dash", "eq", "a", "--flag a-b", .pass),
    .compare("the next word is no option", "eq", "--flag", "--flag --other", .pass),
    .compare("= comes before the next word", "eq", "b", "--flag a --flag=b", .pass),
    .compare("the flag standing alone is its value", "eq", "--flag", "x --flag", .pass),
    .compare("inside of a word, with =", "eq", "a", "x--flag=a", .pass),
    .compare("inside of a word, with :", "eq", "a", "id:--flag:a", .pass),
    .compare("absent is empty", "eq", "''", "other", .pass),
    .compare("where it is not empty, absent fails", "eq", "a", "other", .fail),
    .compare("absent is not equal to something", "noteq", "a", "other", .pass),
    .compare("absent does not have something", "nothave", "a", "other", .pass),
    .compare("the first place counts", "eq", "a", "--flag=a --flag=b", .pass),
    .item(
      "without a flag the whole output is the value", "compare: {op: eq, value: a b}", "a b", .pass),
    .item("white space at the end does not count", "compare: {op: eq, value: a}", "a", .pass),
  ]

  private static let operators: [Row] = [
    .compare("eq", "eq", "a", "--flag=a", .pass),
    .compare("eq, other", "eq", "a", "--flag=b", .fail),
    .compare("eq with letters of another size", "eq", "a", "--flag=A", .fail),
    .compare("eq, a boolean in any letters", "eq", "true", "--flag=TRUE", .pass),
    .compare("eq, as it is given", "eq", "True", "--flag=true", .fail),
    .compare("eq, a number stays a text", "eq", "1.0", "--flag=1", .fail),
    .compare("noteq", "noteq", "a", "--flag=b", .pass),
    .compare("noteq, same", "noteq", "a", "--flag=a", .fail),
    .compare("noteq, a boolean in any letters", "noteq", "false", "--flag=False", .fail),
    .compare("gt", "gt", "1", "--flag=2", .pass),
    .compare("gt, same", "gt", "2", "--flag=2", .fail),
    .compare("gt, by number and not by letter", "gt", "9", "--flag=10", .pass),
    .compare("gt, no number", "gt", "1", "--flag=many", .fail),
    .compare("gt, absent", "gt", "1", "", .fail),
    .compare("gte", "gte", "2", "--flag=2", .pass),
    .compare("gte, less", "gte", "2", "--flag=1", .fail),
    .compare("lt", "lt", "2", "--flag=1", .pass),
    .compare("lt, same", "lt", "2", "--flag=2", .fail),
    .compare("lt, no number", "lt", "2", "--flag=few", .fail),
    .compare("lte", "lte", "2", "--flag=2", .pass),
    .compare("lte, more", "lte", "2", "--flag=3", .fail),
    .item("lt, negative", "compare: {op: lt, value: 0}", "-5", .pass),
    .item("numbers with blanks around them", "compare: {op: eq, value: 5}", "5", .pass),
    .item(
      "no number beyond what a machine has", "compare: {op: gt, value: 1}", "99999999999999999999",
      .fail),
    .compare("has", "has", "b", "--flag=abc", .pass),
    .compare("has, not", "has", "x", "--flag=abc", .fail),
    .compare("nothave", "nothave", "x", "--flag=abc", .pass),
    .compare("nothave, does", "nothave", "b", "--flag=abc", .fail),
    .compare("regex", "regex", "'^a.c$'", "--flag=abc", .pass),
    .compare("regex, not", "regex", "'^b'", "--flag=abc", .fail),
    .compare("regex, anywhere", "regex", "b", "--flag=abc", .pass),
    .compare("valid_elements", "valid_elements", "'a,b,c'", "--flag=c,a", .pass),
    .compare("valid_elements, one too many", "valid_elements", "'a,b'", "--flag=a,x", .fail),
    .compare(
      "valid_elements, blanks and a comma at the end", "valid_elements", "'a, b'", "--flag=a,b,",
      .pass),
    .compare("valid_elements, none of some", "valid_elements", "'a,b'", "", .fail),
    .compare("bitmask", "bitmask", "644", "--flag=600", .pass),
    .compare("bitmask, same", "bitmask", "644", "--flag=644", .pass),
    .compare("bitmask, one bit more", "bitmask", "644", "--flag=664", .fail),
    .compare("bitmask, another bit", "bitmask", "644", "--flag=100", .fail),
    .compare("bitmask, no octal number", "bitmask", "644", "--flag=rw", .fail),
    .compare("bitmask, absent", "bitmask", "644", "", .fail),
  ]

  private static let paths: [Row] = [
    .item(
      "a list is JSON", "path: '{.a}', compare: {op: eq, value: '[1,\"x\"]'}", #"{"a": [1, "x"]}"#,
      .pass),
    .item("in JSON", "path: '{.a.b}', compare: {op: eq, value: 1}", #"{"a": {"b": 1}}"#, .pass),
    .item("in YAML", "path: '{.a.b}', compare: {op: eq, value: x}", "a:\n  b: x", .pass),
    .item(
      "an element", "path: '{.a[1]}', compare: {op: eq, value: y}", #"{"a": ["x", "y"]}"#, .pass),
    .item(
      "several, with blanks between", "path: '{.a[*]}', compare: {op: eq, value: x y}",
      #"{"a": ["x", "y"]}"#, .pass),
    .item(
      "at any depth", "path: '{..k}', compare: {op: eq, value: v}", #"{"a": [{"k": "v"}]}"#, .pass),
    .item(
      "by a filter", #"path: '{.a[?(@.n=="x")].v}', compare: {op: eq, value: 2}"#,
      #"{"a": [{"n": "y", "v": 1}, {"n": "x", "v": 2}]}"#, .pass),
    .item("without braces", "path: '.a', compare: {op: eq, value: x}", #"{"a": "x"}"#, .pass),
    .item("a boolean", "path: '{.a}', compare: {op: eq, value: 'false'}", #"{"a": false}"#, .pass),
    .item(
      "nothing there falls back to the whole output", "path: '{.b}', compare: {op: has, value: a}",
      #"{"a": 1}"#, .pass),
    .item(
      "neither JSON nor YAML does, too", "path: '{.b}', compare: {op: has, value: oops}", "{oops",
      .pass),
    .item("being there", "path: '{.a}'", #"{"a": 1}"#, .pass),
    .item("not being there", "path: '{.b}'", #"{"a": 1}"#, .fail),
    .item("asked not to be there", "path: '{.b}', set: false", #"{"a": 1}"#, .pass),
    .item("a flag comes before a path's emptiness", "flag: a, path: ''", "a", .pass),
  ]

  private static let lines: [Row] = [
    Row(
      "each line has to pass",
      "audit: a, scored: true, use_multiple_values: true, tests: {test_items: [{flag: P=false}]}",
      "1:P=false\n2:P=true", .fail),
    Row(
      "all lines pass",
      "audit: a, scored: true, use_multiple_values: true, tests: {test_items: [{flag: P=false}]}",
      "1:P=false\n2:P=false", .pass),
    Row(
      "without it one line is enough",
      "audit: a, scored: true, tests: {test_items: [{flag: P=false}]}",
      "1:P=false\n2:P=true", .pass),
    Row(
      "each line by its own value",
      "audit: a, scored: true, use_multiple_values: true, tests: {test_items: [{flag: M, compare: {op: gt, value: 0}}]}",
      "1 M=5\n2 M=0", .fail),
    Row(
      "an empty line counts",
      "audit: a, scored: true, use_multiple_values: true, tests: {test_items: [{flag: x}]}",
      "x\n\nx", .fail),
    Row(
      "with or, one item has to hold for all lines",
      "audit: a, scored: true, use_multiple_values: true, tests: {bin_op: or, test_items: [{flag: x}, {flag: y}]}",
      "x\ny", .fail),
  ]

  @Test(
    "is not judged where its constraints cannot be",
    arguments: [nil, .active, .inactive] as [Definitions.SwarmState?])
  func constraints(_ swarm: Definitions.SwarmState?) throws {
    let check =
      "scored: true, sub_checks: [{check: {constraints: {docker-swarm: [active]}, audit: a, \(Self.test)}}]"
    #expect(
      try Self.status(of: check, output: "x", swarm: swarm) == (swarm == .active ? .pass : .warn))
  }

  @Test("that names each operator is understood", arguments: Comparison.Operator.allCases)
  func each(_ op: Comparison.Operator) {
    #expect(Self.operators.contains { $0.check.contains("op: \(op.rawValue),") })
  }
}
