import Catalog
import HardeningModel
import Testing

/// What a person writes to name checks.
@Suite("Selector")
struct SelectorTests {
  private static func entry(
    _ id: String, _ slug: String, parts: [String] = []
  ) -> Benchmark.Entry {
    Benchmark.Entry(id: id, slug: slug, title: slug, level: 1, marking: .scored, parts: parts)
  }

  /// A benchmark with the numbers that are easily mixed up.
  private static let benchmark = Benchmark(
    id: "cis-9.0.0", title: "Benchmark Nine", version: "9.0.0",
    sections: [
      Benchmark.Section(
        id: "2", title: "Daemon",
        entries: [
          entry("2.2", "daemon-log-level", parts: ["a", "b"]),
          entry("2.20", "daemon-tls", parts: ["b"]),
        ]),
      Benchmark.Section(
        id: "5", title: "Containers",
        entries: [
          entry("5.1", "container-apparmor"), entry("5.10", "container-memory"),
          entry("5.11", "container-cpu"), entry("5.2.1", "container-pids"),
          entry("5.2.2", "container-health"),
        ]),
    ])

  private static let containers: Set = [
    "container-apparmor", "container-memory", "container-cpu", "container-pids",
    "container-health",
  ]

  @Test(
    "names checks",
    arguments: [
      ("5.1", ["container-apparmor"]),
      ("5.10", ["container-memory"]),
      ("5.2", ["container-pids", "container-health"]),
      ("5.2.*", ["container-pids", "container-health"]),
      ("5.2.1", ["container-pids"]),
      ("2.2", ["daemon-log-level"]),
      ("2.2.a", ["daemon-log-level"]),
      ("2.2.b", ["daemon-log-level"]),
      ("2.20.b", ["daemon-tls"]),
      ("5", containers),
      ("5.*", containers),
      ("2,5.1", ["daemon-log-level", "daemon-tls", "container-apparmor"]),
      ("5.1,5.10", ["container-apparmor", "container-memory"]),
      (" 5.1 ,\t5.10\n", ["container-apparmor", "container-memory"]),
      ("5.1,5.1", ["container-apparmor"]),
      ("5.1,container-apparmor,5.*", containers),
      ("daemon-tls", ["daemon-tls"]),
      ("daemon-*", ["daemon-log-level", "daemon-tls"]),
      ("*-level", ["daemon-log-level"]),
      ("*", containers.union(["daemon-log-level", "daemon-tls"])),
    ] as [(String, Set<String>)])
  func known(_ list: String, expected: Set<String>) throws {
    #expect(try Selector.slugs(named: list, in: Self.benchmark) == expected)
  }

  @Test(
    "is refused where it names nothing",
    arguments: [
      ("container-aparmor", "container-aparmor", "container-apparmor"),
      ("Daemon-TLS", "Daemon-TLS", "daemon-tls"),
      ("5.3.1", "5.3.1", "5.2.1"),
      ("container", "container", nil),
      ("5.3", "5.3", nil),
      ("5.1.*", "5.1.*", nil),
      ("2.2.c", "2.2.c", nil),
      ("2.2.A", "2.2.A", nil),
      ("2.20.a", "2.20.a", nil),
      ("5.1.a", "5.1.a", nil),
      ("5.1*", "5.1*", nil),
      ("5.", "5.", nil),
      ("05.1", "05.1", nil),
      ("5.01", "5.01", nil),
      ("1", "1", nil),
      ("images-*", "images-*", nil),
      ("", "", nil),
      (" ", "", nil),
      (",", "", nil),
      ("5.1,", "", nil),
      ("5.1,,5.10", "", nil),
      ("5.1,5.99,5.98", "5.99", nil),
      ("5.1 5.10", "5.1 5.10", nil),
      ("5,1", "1", nil),
    ] as [(String, String, String?)])
  func unknown(_ list: String, selector: String, nearest: String?) throws {
    let error = #expect(throws: Selector.Unknown.self) {
      try Selector.slugs(named: list, in: Self.benchmark)
    }
    let refusal = try #require(error)
    #expect(refusal.selector == selector)
    #expect(refusal.description.hasPrefix("no check of Benchmark Nine is called '\(selector)'"))
    if let nearest { #expect(refusal.hint.hasPrefix("; did you mean '\(nearest)'")) }
  }

  @Test("names the nearest numbers")
  func nearestNumbers() throws {
    let error = #expect(throws: Selector.Unknown.self) {
      try Selector.slugs(named: "5.12", in: Self.benchmark)
    }
    #expect(error?.hint == "; did you mean '5.1' or '5.10' or '5.11'?")
  }

  @Test("names nothing where nothing is near")
  func nothingNear() {
    let error = #expect(throws: Selector.Unknown.self) {
      try Selector.slugs(named: "something-else-altogether", in: Self.benchmark)
    }
    #expect(error?.hint == "")
  }

  @Test("of ten thousand letters is refused quickly")
  func long() {
    let list = String(repeating: "*a", count: 5_000)
    let began = ContinuousClock.now
    #expect(throws: Selector.Unknown.self) { try Selector.slugs(named: list, in: Self.benchmark) }
    #expect(ContinuousClock.now - began < .seconds(10))
  }

  @Test(
    "names every check of every benchmark by number and by name", arguments: Repository.benchmarkIDs
  )
  func everything(_ id: String) throws {
    let benchmark = try Repository.benchmark(id)
    for entry in benchmark.entries {
      #expect(try Selector.slugs(named: entry.id, in: benchmark) == [entry.slug])
      #expect(try Selector.slugs(named: entry.slug, in: benchmark) == [entry.slug])
    }
    for section in benchmark.sections {
      let slugs = Set(section.entries.map(\.slug))
      #expect(try Selector.slugs(named: section.id, in: benchmark) == slugs)
      #expect(try Selector.slugs(named: section.id + ".*", in: benchmark) == slugs)
    }
  }
}
