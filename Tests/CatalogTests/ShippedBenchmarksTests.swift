import Catalog
import FoundationEssentials
import HardeningModel
import Testing

/// The benchmark index files that dockward ships.
@Suite("Shipped benchmarks")
struct ShippedBenchmarksTests {
  @Test(
    "have the checks of their time",
    arguments: [("cis-1.2.0", 115), ("cis-1.6.0", 117), ("cis-1.7.0", 117), ("cis-1.8.0", 118)])
  func counts(_ id: String, count: Int) throws {
    let benchmark = try Repository.benchmark(id)
    #expect(benchmark.entries.count == count)
    #expect(benchmark.id == id)
    #expect("cis-" + benchmark.version == id)
    #expect(benchmark.title == "CIS Docker Benchmark \(benchmark.version)")
  }

  @Test("have each number once, in order, and in its section", arguments: Repository.benchmarkIDs)
  func numbers(_ id: String) throws {
    let benchmark = try Repository.benchmark(id)
    for section in benchmark.sections {
      let numbers = section.entries.map { $0.id.split(separator: ".").map { Int($0) ?? -1 } }
      let first = Array(([Int(section.id) ?? -1, 1, 1]).prefix(numbers.first?.count ?? 0))
      #expect(numbers.first == first, "section \(section.id)")
      for (number, next) in zip(numbers, numbers.dropFirst()) {
        #expect(Self.follows(next, number), "\(number), \(next)")
      }
      #expect(!section.title.isEmpty)
    }
    let sections = benchmark.sections.map { Int($0.id) ?? -1 }
    #expect(sections == sections.sorted())
    #expect(Set(sections).count == sections.count)
  }

  /// Whether it is the next number of the same part of a section, or the first one of the next part.
  private static func follows(_ next: [Int], _ number: [Int]) -> Bool {
    var (successor, part) = (number, Array(number.dropLast()))
    successor[successor.count - 1] += 1
    if part.count > 1 { part[part.count - 1] += 1 }
    return next == successor || (number.count > 2 && next == part + [1])
  }

  @Test("name checks that exist, each once", arguments: Repository.benchmarkIDs)
  func slugs(_ id: String) throws {
    let slugs = try Repository.benchmark(id).entries.map(\.slug)
    #expect(slugs.filter { Catalog.bySlug[$0] == nil } == [])
    #expect(Set(slugs).count == slugs.count)
  }

  /// What 1.2.0 does not know.
  private static let after12 = [
    "host-audit-run-containerd", "host-audit-containerd-socket", "host-audit-containerd-config",
    "host-audit-containerd-shim", "host-audit-containerd-shim-runc-v1",
    "host-audit-containerd-shim-runc-v2", "daemon-rootless", "file-containerd-sock-owner",
    "file-containerd-sock-mode", "image-signatures-validated",
  ]

  @Test("name every check, but for those that came later, or left")
  func completeness() throws {
    let all = Set(Catalog.checks.map(\.slug))
    for id in Repository.benchmarkIDs {
      let slugs = Set(try Repository.benchmark(id).entries.map(\.slug))
      var expected: Set<String> = []
      if id != "cis-1.8.0" { expected.insert("daemon-storage-not-devicemapper") }
      if id == "cis-1.2.0" {
        expected.formUnion(Self.after12)
      } else {
        expected.formUnion(EnterpriseTables.all.map(\.slug))
      }
      #expect(all.subtracting(slugs) == expected, "\(id)")
    }
  }

  @Test("1.6.0 and 1.7.0 have the same numbers")
  func sameNumbers() throws {
    let older = try Repository.benchmark("cis-1.6.0").entries
    let newer = try Repository.benchmark("cis-1.7.0").entries
    #expect(older.map(\.id) == newer.map(\.id))
    #expect(older.map(\.slug) == newer.map(\.slug))
  }

  @Test(
    "mark what counts up to 1.2.0, and what a tool can tell after it",
    arguments: Repository.benchmarkIDs)
  func markings(_ id: String) throws {
    let entries = try Repository.benchmark(id).entries
    let possible: Set<Benchmark.Marking> =
      id == "cis-1.2.0" ? [.scored, .notScored] : [.automated, .manual]
    #expect(Set(entries.map(\.marking)) == possible)
    // Those of Docker Enterprise have no level.
    #expect(Set(entries.filter { !$0.slug.hasPrefix("enterprise-") }.map(\.level)) == [1, 2])
    #expect(entries.filter { $0.title.isEmpty } == [])
  }

  /// Numbers that readers of the benchmarks know by heart.
  @Test(
    "have well-known numbers",
    arguments: [
      ("cis-1.2.0", "3.1", "file-docker-service-owner"),
      ("cis-1.2.0", "5.4", "container-privileged"),
      ("cis-1.2.0", "5.31", "container-docker-socket"),
      ("cis-1.2.0", "7.1", "swarm-disabled-if-unused"),
      ("cis-1.6.0", "5.1", "swarm-disabled-if-unused"),
      ("cis-1.6.0", "5.5", "container-privileged"),
      ("cis-1.7.0", "5.32", "container-docker-socket"),
      ("cis-1.8.0", "3.10", "file-tls-ca-mode"), ("cis-1.8.0", "3.24", "file-containerd-sock-mode"),
      ("cis-1.8.0", "5.10", "container-host-network"),
      ("cis-1.8.0", "5.29", "container-pids-limit"),
    ])
  func wellKnown(_ id: String, number: String, slug: String) throws {
    let entry = try Repository.benchmark(id).entries.first { $0.id == number }
    #expect(entry?.slug == slug)
  }

  @Test(
    "are the ones that are built in",
    .enabled(
      if: !FileManager.default.fileExists(atPath: BenchmarkLibrary.installedDirectory),
      "the index files of the dockward installed here go before those that are built in"))
  func builtIn() throws {
    let library = try BenchmarkLibrary()
    #expect(library.ids == Repository.benchmarkIDs)
    for id in Repository.benchmarkIDs {
      #expect(try library.benchmark(named: id) == Repository.benchmark(id))
    }
  }
}
