import Catalog
import Documents
import HardeningModel
import Testing

/// Reading a benchmark index file.
@Suite("Benchmark file")
struct BenchmarkFileTests {
  /// A sound one; the line numbers of the expectations count from its first line.
  private static let sound = """
    id: cis-9.0.0
    title: Nine
    version: 9.0.0
    sections:
      - id: "3"
        title: Files
        checks:
          - id: "3.1"
            check: file-a-owner
            level: 1
            assessment: automated
            title: The first
          - id: 3.10
            check: file-a-mode
            scored: false
            title: "The second: last"
            parts: [a, b]

    """

  private static func parse(_ bytes: some Sequence<UInt8>) throws(DocumentError) -> Benchmark {
    try BenchmarkFile.parse(
      Array(bytes), file: "f.yaml", knownSlugs: ["file-a-owner", "file-a-mode"])
  }

  @Test("gives the benchmark")
  func sound() throws {
    let expected = Benchmark(
      id: "cis-9.0.0", title: "Nine", version: "9.0.0",
      sections: [
        Benchmark.Section(
          id: "3", title: "Files",
          entries: [
            Benchmark.Entry(
              id: "3.1", slug: "file-a-owner", title: "The first", level: 1, marking: .automated),
            Benchmark.Entry(
              id: "3.10", slug: "file-a-mode", title: "The second: last", level: nil,
              marking: .notScored, parts: ["a", "b"]),
          ])
      ])
    #expect(try Self.parse(Self.sound.utf8) == expected)
    #expect(try Self.parse(Self.sound.replacing("\n", with: "\r\n").utf8) == expected)
  }

  @Test(
    "gives each marking",
    arguments: [
      ("assessment: automated", Benchmark.Marking.automated), ("assessment: manual", .manual),
      ("scored: true", .scored), ("scored: false", .notScored),
    ])
  func marking(_ line: String, expected: Benchmark.Marking) throws {
    let text = Self.sound.replacing("assessment: automated", with: line)
    #expect(try Self.parse(text.utf8).entries.first?.marking == expected)
  }

  /// What stands in the sound file, what stands there instead, and what is said of it.
  @Test(
    "is refused with line, column and reason",
    arguments: [
      ("version: 9.0.0", "version: 9.0.0\ncolour: red", "4:1: unknown key 'colour'"),
      (
        "    assessment:", "    asessment:",
        "11:9: unknown key 'asessment'; did you mean 'assessment'?"
      ),
      ("    checks:", "    check:", "7:5: unknown key 'check'; did you mean 'checks'?"),
      ("version: 9.0.0\n", "", "1:1: the key 'version' is missing here"),
      ("    title: Files\n", "", "5:5: the key 'title' is missing here"),
      ("        title: The first\n", "", "8:9: the key 'title' is missing here"),
      ("        check: file-a-owner\n", "", "8:9: the key 'check' is missing here"),
      ("id: 3.10", "id: 3.1", "13:9: the number 3.1 stands twice in this benchmark"),
      (
        "file-a-mode", "file-a-owner",
        "13:9: the check 'file-a-owner' stands twice in this benchmark"
      ),
      (
        "file-a-owner", "file-a-ownr",
        "9:16: the catalog has no check 'file-a-ownr'; did you mean 'file-a-owner'?"
      ),
      ("file-a-owner", "something-else", "9:16: the catalog has no check 'something-else'"),
      ("level: 1", "level: 3", "10:16: expected a number from 1 to 2, found '3'"),
      ("level: 1", "level: 0", "10:16: expected a number from 1 to 2, found '0'"),
      ("level: 1", "level: one", "10:16: expected a number from 1 to 2, found 'one'"),
      ("level: 1", "level:", "10:15: expected a number from 1 to 2, found nothing"),
      (
        "assessment: automated", "assessment: automated\n        scored: true",
        "8:9: expected one of 'scored' and 'assessment'"
      ),
      (
        "        assessment: automated\n", "", "8:9: expected one of 'scored' and 'assessment'"
      ),
      (
        "assessment: automated", "assessment: automatic",
        "11:21: 'automatic' is none of automated, manual"
      ),
      ("scored: false", "scored: no", "15:17: expected true or false, found 'no'"),
      ("[a, b]", "[A]", "17:17: 'A' is no small letter"),
      ("[a, b]", "[a, bc]", "17:20: 'bc' is no small letter"),
      ("[a, b]", "['']", "17:17: '' is no small letter"),
      ("[a, b]", "[é]", "17:17: 'é' is no small letter"),
      ("[a, b]", "[a, b, a]", "17:23: 'a' stands here twice"),
      ("[a, b]", "a", "17:16: expected a list, found 'a'"),
      ("title: Nine", "title:", "2:7: expected a text, found nothing"),
      ("title: Nine", "title: [Nine]", "2:8: expected a text, found a list"),
      ("title: Nine", "title: {nine: 9}", "2:8: expected a text, found a mapping"),
      ("title: Nine", "title: Nine\ntitle: Ten", "2:1: 'title' given twice in this mapping"),
      (
        "title: The first", "title: The first\n        title: First",
        "12:9: 'title' given twice in this mapping"
      ),
    ])
  func bad(_ part: String, replacement: String, expected: String) {
    let text = Self.sound.replacing(part, with: replacement, maxReplacements: 1)
    #expect(text != Self.sound)
    expectRefusal(text.utf8, "f.yaml:" + expected)
  }

  /// Files that have little in common with a sound one.
  @Test(
    "is refused when it is something else",
    arguments: [
      ("", "1:1: the file is empty"),
      ("# nothing but this\n", "1:1: the file is empty"),
      ("null\n", "1:1: expected a mapping, found nothing"),
      ("hello\n", "1:1: expected a mapping, found 'hello'"),
      ("\n\n- a\n", "3:1: expected a mapping, found a list"),
      ("id: a\ntitle: b\nversion: c\nsections:\n", "4:10: expected a list, found nothing"),
      ("id: a\ntitle: b\nversion: c\nsections: {}\n", "4:11: expected a list, found a mapping"),
      ("id: a\ntitle: b\nversion: c\nsections: [x]\n", "4:12: expected a mapping, found 'x'"),
      ("id: a\n\ttitle: b\n", "2:1: invalid YAML: found a tab character that violates indentation"),
      ("id: a\ntitle: b: c\n", "2:9: invalid YAML: mapping values are not allowed in this context"),
      ("id: a\ntitle: *b\n", "2:8: invalid YAML: found undefined alias"),
      ("id: a\n---\nid: b\n", "2:1: invalid YAML: but found another document"),
      ("id: a\ntitle: \u{7}\n", "2:8: invalid YAML: control characters are not allowed"),
    ])
  func other(_ text: String, expected: String) {
    expectRefusal(text.utf8, "f.yaml:" + expected)
  }

  @Test(
    "is refused when it is not UTF-8",
    arguments: [
      ([0xFF, 0x0A] as [UInt8], "1:1"), ([0xFF, 0xFE, 0x69, 0x00], "1:1"),
      (Array("id: a\ntitle: ".utf8) + [0xC3, 0x28], "2:8"),
    ])
  func notUTF8(_ bytes: [UInt8], place: String) {
    expectRefusal(bytes, "f.yaml:\(place): the file is not UTF-8")
  }

  /// A hundred thousand levels would not fit on the stack.
  @Test(
    "is refused when it is nested too deep", arguments: ["[", "{a: ", "- ", "? "], [1500, 100_000])
  func depth(_ opening: String, count: Int) throws {
    let error = #expect(throws: DocumentError.self) {
      try Self.parse(String(repeating: opening, count: count).utf8)
    }
    let reason = try #require(error).description
    #expect(reason.hasPrefix("f.yaml:1:"))
    #expect(reason.lowercased().contains("nest"))
  }

  /// Each level names the one before nine times: ten levels would be 3486784401 texts.
  @Test("is refused quickly when its aliases multiply")
  func aliases() {
    var text = "a0: &a0 x\n"
    for level in 1...10 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    let began = ContinuousClock.now
    #expect(throws: DocumentError.self) { try Self.parse(text.utf8) }
    #expect(ContinuousClock.now - began < .seconds(10))
  }

  private func expectRefusal(
    _ bytes: some Sequence<UInt8>, _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: DocumentError.self, sourceLocation: sourceLocation) {
      try Self.parse(bytes)
    }
    #expect(error?.description == expected, sourceLocation: sourceLocation)
  }
}
