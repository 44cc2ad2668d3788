import Catalog
import FoundationEssentials
import HardeningModel
import Testing

/// The benchmark index files that dockward ships. Whether they are whole: `WholeCatalogTests`.
@Suite("Shipped benchmarks")
struct ShippedBenchmarksTests {
  @Test("are called by their version", arguments: Repository.benchmarkIDs)
  func titles(_ id: String) throws {
    let benchmark = try Repository.benchmark(id)
    #expect(benchmark.id == id)
    #expect("cis-" + benchmark.version == id)
    #expect(benchmark.title == "CIS Docker Benchmark \(benchmark.version)")
    #expect(benchmark.sections.allSatisfy { !$0.title.isEmpty })
  }

  @Test("name checks that exist, each once", arguments: Repository.benchmarkIDs)
  func slugs(_ id: String) throws {
    let slugs = try Repository.benchmark(id).entries.map(\.slug)
    #expect(slugs.filter { Catalog.bySlug[$0] == nil } == [])
    #expect(Set(slugs).count == slugs.count)
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
    #expect(Set(entries.compactMap(\.level)) == [1, 2])
    #expect(entries.allSatisfy { $0.level != nil || $0.slug.hasPrefix("enterprise-") })
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
