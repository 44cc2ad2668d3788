import Catalog
import FoundationEssentials
import HardeningModel
import Reporting
import Testing

/// The reference pages in `docs/checks`.
///
/// They change only on demand: `make docs` sets `DOCKWARD_UPDATE_GOLDENS=1`, with which the first of
/// these tests writes them anew and removes those of checks that are no more.
@Suite("Reference pages", .serialized)
struct ReferencePagesTests {
  private static let directory = Repository.root.appending(path: "docs/checks")

  private static func pages() throws -> [String: String] {
    let benchmarks = try Repository.benchmarkIDs.reversed().map(Repository.benchmark)
    return CheckPages(checks: Catalog.bySlug, benchmarks: benchmarks).files
  }

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test("say what the catalog says; 'make docs' makes them anew")
  func text() throws {
    let pages = try Self.pages()
    if ProcessInfo.processInfo.environment["DOCKWARD_UPDATE_GOLDENS"] == "1" {
      try FileManager.default.createDirectory(
        at: Self.directory, withIntermediateDirectories: true)
      for (name, text) in pages {
        try Data(text.utf8).write(to: Self.directory.appending(path: name))
      }
      for name in try Self.names() where pages[name] == nil {
        try FileManager.default.removeItem(at: Self.directory.appending(path: name))
      }
    }
    for (name, text) in pages {
      let file = Self.directory.appending(path: name)
      let page = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) }
      #expect(page == text, "docs/checks/\(name) is stale; 'make docs' makes it anew")
    }
  }

  @Test("are there for each check, and for no other; 'make docs' makes them anew")
  func names() throws {
    let expected = Catalog.checks.map { $0.slug + ".md" } + ["README.md"]
    #expect(try Self.names() == expected.sorted())
  }

  @Test("are found from the index, by each benchmark that has the check")
  func index() throws {
    let index = try #require(try Self.pages()["README.md"])
    for id in Repository.benchmarkIDs {
      for entry in try Repository.benchmark(id).entries {
        #expect(index.contains("| \(entry.id) | [\(entry.slug)](\(entry.slug).md) |"), "\(id)")
      }
    }
  }
}
