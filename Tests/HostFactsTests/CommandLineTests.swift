import Testing

@testable import HostFacts

/// systemd.service(5), "COMMAND LINES", and systemd.syntax(7), "QUOTING".
@Suite("Command lines of units")
struct CommandLineTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let words: [String]
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ words: [String]) {
      self.name = name
      self.text = text
      self.words = words
    }
  }

  static let environment = [
    "ONE": "-D", "TWO": "-H unix:///a  -D", "QUOTED": #"--label "a b" 'c'"#, "EMPTY": "",
    "PATH_TO": "/run", "NAME-1": "x",
  ]

  static let quoting: [Row] = [
    Row("nothing", "", []),
    Row("only space", " \t ", []),
    Row("words", "dockerd  -H\tfd://", ["dockerd", "-H", "fd://"]),
    Row("double quotes", #"a "b c" d"#, ["a", "b c", "d"]),
    Row("single quotes", "a 'b c' d", ["a", "b c", "d"]),
    Row("a quote inside the other kind", #"'a "b"' "c 'd'""#, [#"a "b""#, "c 'd'"]),
    Row("quotes within a word", #"--label="a b"c"#, ["--label=a bc"]),
    Row("empty quotes", #"a "" '' b"#, ["a", "", "", "b"]),
    Row("an escaped quote", #"a\"b "c\"d""#, [#"a"b"#, #"c"d"#]),
    Row("an escaped space", #"a\ b"#, ["a b"]),
    Row("an escaped backslash", #"a\\b"#, [#"a\b"#]),
    Row("an escaped space by its name", #"a\sb"#, ["a b"]),
    Row("an escaped tab", #"a\tb"#, ["a\tb"]),
    Row("an escape in hexadecimal", #"a\x20b\x2fc"#, ["a b/c"]),
    Row("an escape in octal", #"a\057b"#, ["a/b"]),
  ]

  static let variables: [Row] = [
    Row("a variable that is one word", "a $ONE b", ["a", "-D", "b"]),
    Row("a variable that is several words", "a $TWO b", ["a", "-H", "unix:///a", "-D", "b"]),
    Row("quotes in a variable of its own", "$QUOTED", ["--label", "a b", "c"]),
    Row("an empty variable", "a $EMPTY b", ["a", "b"]),
    Row("an unknown variable", "a $UNKNOWN b", ["a", "b"]),
    Row("braces keep one word", "a ${TWO} b", ["a", "-H unix:///a  -D", "b"]),
    Row(
      "braces within a word", "--host=unix://${PATH_TO}/docker.sock",
      ["--host=unix:///run/docker.sock"]),
    Row("two in a word", "${PATH_TO}:${ONE}", ["/run:-D"]),
    Row("braces of an empty variable", "a ${EMPTY} b", ["a", "", "b"]),
    Row("braces of an unknown variable", "a ${UNKNOWN} b", ["a", "", "b"]),
    Row("no braces within a word", "--host=$ONE", ["--host=$ONE"]),
    Row("braces without an end", "a${ONE b", ["a${ONE", "b"]),
    Row("what is put in is not put in again", "${BRACES}", [""]),
    Row("an escaped dollar", "a$$b $$ONE", ["a$b", "$ONE"]),
    Row("an escaped dollar before braces", "$${ONE}", ["${ONE}"]),
  ]

  @Test("become words", arguments: quoting + variables)
  func words(_ row: Row) {
    #expect(CommandLine.words(of: row.text, environment: Self.environment) == row.words)
  }

  @Test("take variables as they are, whatever they hold")
  func once() {
    let environment = ["A": "${B}", "B": "b"]
    #expect(CommandLine.words(of: "${A} x${A}", environment: environment) == ["${B}", "x${B}"])
  }
}
