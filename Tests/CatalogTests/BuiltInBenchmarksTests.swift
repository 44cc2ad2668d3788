import Catalog
import FoundationEssentials
import HardeningModel
import Testing

/// The benchmarks in `Sources/Catalog/BuiltIn`: the shipped index files as the compiler reads them.
///
/// They change only on demand: `make docs` sets `DOCKWARD_UPDATE_GOLDENS=1`, with which they are written
/// anew.
@Suite("Built-in benchmarks")
struct BuiltInBenchmarksTests {
  @Test(
    "are the shipped index files; 'make docs' makes them anew", arguments: Repository.benchmarkIDs)
  func source(_ id: String) throws {
    let source = BenchmarkSource(benchmark: try Repository.benchmark(id))
    let file = Repository.root.appending(path: "Sources/Catalog/BuiltIn/\(source.fileName)")
    if ProcessInfo.processInfo.environment["DOCKWARD_UPDATE_GOLDENS"] == "1" {
      try Data(source.text.utf8).write(to: file)
    }
    let text = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) }
    #expect(text == source.text, "\(source.fileName) is stale; 'make docs' makes it anew")
  }
}

/// A benchmark as Swift source.
private struct BenchmarkSource {
  let benchmark: Benchmark

  private var name: String { "cis_" + benchmark.version.replacing(".", with: "_") }

  var fileName: String { "Benchmark+\(name).swift" }

  var text: String {
    """
    // swift-format-ignore-file
    // Made by 'make docs' from etc/dockward/benchmarks/\(benchmark.id).yaml; change it there.
    import HardeningModel

    extension Benchmark {
      static let \(name) = Benchmark(
        id: \(quoted(benchmark.id)), title: \(quoted(benchmark.title)), version: \(quoted(benchmark.version)),
        sections: [
    \(benchmark.sections.map(section).joined(separator: "\n"))
        ])
    }

    """
  }

  private func section(_ section: Benchmark.Section) -> String {
    """
          Section(id: \(quoted(section.id)), title: \(quoted(section.title)), entries: [
    \(section.entries.map(entry).joined(separator: "\n"))
          ]),
    """
  }

  private func entry(_ entry: Benchmark.Entry) -> String {
    let level = entry.level.map(String.init) ?? "nil"
    let parts = entry.parts.isEmpty ? "" : ", parts: \(entry.parts)"
    return "        Entry(id: \(quoted(entry.id)), slug: \(quoted(entry.slug)), "
      + "title: \(quoted(entry.title)), level: \(level), marking: .\(entry.marking)\(parts)),"
  }

  private func quoted(_ text: String) -> String { text.debugDescription }
}
