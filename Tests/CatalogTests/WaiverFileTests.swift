import Catalog
import Documents
import HardeningModel
import Testing

/// Reading `waivers.yaml`.
@Suite("File of waivers")
struct WaiverFileTests {
  private static func parse(
    _ text: String, maximumDays: Int = 366
  ) throws(DocumentError) -> WaiverFile {
    try WaiverFile.parse(Array(text.utf8), file: "w.yaml", maximumDays: maximumDays)
  }

  @Test(
    "that says nothing has none",
    arguments: [
      "", "\n\n", "# a comment\n", "---\n", "null\n", "[]\n", "# c\n[ ] # d\n", "\u{FEFF}",
    ])
  func empty(_ text: String) throws {
    #expect(try Self.parse(text).entries.isEmpty)
  }

  @Test("that is shipped has none, and shows one that can be uncommented")
  func shipped() throws {
    let bytes = try Repository.bytes(of: "etc/dockward/waivers.yaml")
    #expect(
      try WaiverFile.parse(bytes, file: "w", maximumDays: 366).entries.isEmpty)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let example = lines.filter { $0.hasPrefix("# - ") || $0.hasPrefix("#   ") }
      .map { $0.dropFirst(2) }.joined(separator: "\n")
    let entries = try Self.parse(example).entries
    #expect(entries.map(\.waiver.selector) == ["container-privileged"])
    #expect(entries.map(\.waiver.reason) == ["reads the host's devices, ticket 1234"])
  }

  static let minimal =
    "- {selector: 5.10, reason: r, until: 2026-12-31, who: w, entered: 2026-01-01}\n"

  @Test("has all that stands in it, in its order")
  func whole() throws {
    let text = """
      # of this host
      - selector: 5.10
        benchmark: cis-1.8.0
        subject: container:web
        reason: |
          two
          lines
        until: 2026-12-31
        who: ada
        entered: 2026-01-01
      -
        entered: '2026-01-02'
        who: "b\\u202E"
        until: 2026-01-02
        reason: null and void
        selector: a, b

      """
    let entries = try Self.parse(text).entries
    #expect(
      entries.map(\.waiver) == [
        Waiver(
          selector: "5.10", benchmark: "cis-1.8.0", subject: Glob("container:web"),
          reason: "two\nlines\n", entered: Day(year: 2026, month: 1, day: 1),
          until: Day(year: 2026, month: 12, day: 31), who: "ada"),
        Waiver(
          selector: "a, b", subject: Glob("*"), reason: "null and void",
          entered: Day(year: 2026, month: 1, day: 2), until: Day(year: 2026, month: 1, day: 2),
          who: "b\u{202E}"),
      ])
    #expect(
      entries.map(\.position) == [Position(line: 2, column: 13), Position(line: 16, column: 13)])
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ message: String) {
      self.name = name
      self.text = text
      self.message = message
    }

    /// `minimal` with something else in it.
    init(_ name: String, _ old: String, _ new: String, _ message: String) {
      self.init(name, WaiverFileTests.minimal.replacing(old, with: new), message)
    }
  }

  @Test(
    "is refused with the place",
    arguments: [
      Row("no list", "selector: 5.1\n", "1:1: expected a list, found a mapping"),
      Row("a text", "none\n", "1:1: expected a list, found 'none'"),
      Row("no mapping", "- 5.1\n", "1:3: expected a mapping, found '5.1'"),
      Row("nothing", "-\n", "1:2: expected a mapping, found nothing"),
      Row(
        "an unknown key", "reason: r", "reason: r, untill: x",
        "1:31: unknown key 'untill'; did you mean 'until'?"),
      Row("no selector", "selector: 5.10, ", "", "1:3: the key 'selector' is missing here"),
      Row("no reason", "reason: r, ", "", "1:3: the key 'reason' is missing here"),
      Row("no end", "until: 2026-12-31, ", "", "1:3: the key 'until' is missing here"),
      Row("nobody", "who: w, ", "", "1:3: the key 'who' is missing here"),
      Row("no beginning", ", entered: 2026-01-01", "", "1:3: the key 'entered' is missing here"),
      Row("a reason of nothing", "reason: r", "reason: ", "1:28: expected a text, found nothing"),
      Row("a reason of blanks", "reason: r", "reason: '  '", "1:28: the text is empty"),
      Row("an empty subject", "reason: r", "reason: r, subject: ''", "1:40: the text is empty"),
      Row(
        "a list of subjects", "reason: r", "reason: r, subject: [a]",
        "1:40: expected a text, found a list"),
      Row("an empty name", "who: w", "who: \"\\n\"", "1:55: the text is empty"),
      Row(
        "no day", "2026-12-31", "2026-02-30", "1:38: '2026-02-30' is no day, as 2026-01-31 is one"),
      Row(
        "a word for a day", "2026-12-31", "never", "1:38: 'never' is no day, as 2026-01-31 is one"),
      Row(
        "a time", "2026-12-31", "'2026-12-31T00:00:00Z'",
        "1:38: '2026-12-31T00:00:00Z' is no day, as 2026-01-31 is one"),
      Row(
        "an end before the beginning", "2026-12-31", "2025-12-31",
        "1:38: 2025-12-31 is before the day on which it was entered, 2026-01-01"),
      Row(
        "an end too far away", "2026-12-31", "2027-01-03",
        "1:38: 2027-01-03 is 367 days after it was entered, and a waiver may last 366 (waivers.maximumDays of the configuration)"
      ),
      Row(
        "one that stands twice", minimal + minimal,
        "2:14: 5.10 for every subject is waived in line 1 already"),
      Row(
        "one that stands twice, said otherwise",
        minimal + minimal.replacing("reason", with: "subject: \"*\", reason"),
        "2:14: 5.10 for every subject is waived in line 1 already"),
      Row(
        "a key given twice", "who: w", "who: w, who: x", "1:50: 'who' given twice in this mapping"),
      Row("no YAML", "- {\n\n", "3:1: invalid YAML: did not find expected node content"),
    ])
  func refused(_ row: Row) {
    let error = #expect(throws: DocumentError.self) { try Self.parse(row.text) }
    #expect(error?.description == "w.yaml:\(row.message)")
  }

  @Test("is about the same only where selector, benchmark and subject are")
  func similar() throws {
    let others = [
      "selector: 5.1,", "selector: 5.10, subject: 'a',", "selector: 5.10, benchmark: cis-1.2.0,",
    ].map { Self.minimal.replacing("selector: 5.10,", with: $0) }
    #expect(try Self.parse(Self.minimal + others.joined()).entries.count == 4)
  }

  // MARK: what selectors name

  private static func resolved(
    _ selector: String, benchmark: String? = nil, inUse: String = "cis-1.8.0"
  ) throws -> Set<String> {
    let key = benchmark.map { "benchmark: \($0), " } ?? ""
    let file = try parse(
      minimal.replacing("selector: 5.10,", with: "selector: '\(selector)', \(key)"))
    let library = try BenchmarkLibrary()
    return try file.resolved(by: Repository.benchmark(inUse), library: library)[0].slugs
  }

  @Test(
    "names checks by the benchmark in use, or by that of the waiver",
    arguments: [
      ("5.5", nil, "cis-1.8.0", ["container-privileged"]),
      ("5.4", nil, "cis-1.2.0", ["container-privileged"]),
      ("5.4", "cis-1.2.0", "cis-1.8.0", ["container-privileged"]),
      ("5.5", "cis-1.8.0", "cis-1.2.0", ["container-privileged"]),
      ("container-privileged", nil, "cis-1.2.0", ["container-privileged"]),
      (
        "file-docker-service-*", nil, "cis-1.6.0",
        ["file-docker-service-mode", "file-docker-service-owner"]
      ),
      (
        " 5.5 ,  file-docker-service-owner", nil, "cis-1.8.0",
        ["container-privileged", "file-docker-service-owner"]
      ),
      // Only 1.2.0 has a section 8, so that it is about no check of this pass.
      ("8", nil, "cis-1.8.0", []), ("8.1,5.5", nil, "cis-1.8.0", ["container-privileged"]),
    ] as [(String, String?, String, [String])])
  func selectors(_ selector: String, benchmark: String?, inUse: String, slugs: [String]) throws {
    #expect(try Self.resolved(selector, benchmark: benchmark, inUse: inUse) == Set(slugs))
  }

  /// A check that the benchmark in use does not have is still one.
  @Test("names checks of the catalog, whatever the benchmark")
  func names() throws {
    let (library, inUse) = (try BenchmarkLibrary(), try Repository.benchmark("cis-1.2.0"))
    for slug in Catalog.bySlug.keys {
      let waiver = WaiverEditingTests.waiver(slug)
      #expect(try WaiverFile.slugs(of: waiver, by: inUse, library: library) == [slug])
    }
    #expect(try Self.resolved("*").count == Catalog.checks.count)
  }

  @Test(
    "is refused where a selector names nothing",
    arguments: [
      (
        "container-priviledged", nil,
        "no check of CIS Docker Benchmark 1.8.0 is called 'container-priviledged'; did you mean 'container-privileged'"
      ),
      ("5.5,99.1", nil, "no check of CIS Docker Benchmark 1.8.0 is called '99.1'"),
      ("5.5,", nil, "no check of CIS Docker Benchmark 1.8.0 is called ''"),
      ("x-*", nil, "no check of CIS Docker Benchmark 1.8.0 is called 'x-*'"),
      ("8.1", "cis-1.8.0", "no check of CIS Docker Benchmark 1.8.0 is called '8.1'"),
      ("5.5", "cis-9", "there is no benchmark 'cis-9'"),
    ] as [(String, String?, String)])
  func unknown(_ selector: String, benchmark: String?, message: String) {
    let error = #expect(throws: DocumentError.self) {
      try Self.resolved(selector, benchmark: benchmark)
    }
    #expect(error?.description.hasPrefix("w.yaml:1:14: \(message)") == true, "\(error as Any)")
  }
}
