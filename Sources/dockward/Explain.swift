import ArgumentParser
import Catalog
import HardeningModel
import Reporting

/// `dockward explain`: checks in full.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain checks: what is read, why it matters, how to mend it.",
    discussion: "Reads nothing of this host.")

  @Argument(
    help: ArgumentHelp(
      "Numbers, sections (5, 5.*) or names, with commas or blanks between.",
      valueName: "selectors"))
  var selectors: [String]

  @OptionGroup(title: "By which benchmark") var benchmark: BenchmarkOptions

  @Option(help: "The form of the explanation.")
  var format: OutputOptions.Format = .text

  func run() throws {
    let (inUse, checks, benchmarks) = try chosen()
    let references = checks.map { CheckReference($0, in: benchmarks) }
    let bytes: [UInt8]
    switch format {
    case .text:
      var text = ExplanationText(benchmarkID: inUse.id)
      if let width = Terminal.width { text.width = width }
      bytes = Array(text.text(of: references).utf8)
    case .json: bytes = JSONCatalog.bytes(of: references)
    }
    do { try Terminal.print(bytes) } catch { throw Failure(.incomplete, error) }
  }

  /// The benchmark in use, the checks that are named, in the order in which they are, each once, and
  /// all benchmarks, the newest first.
  private func chosen() throws -> (inUse: Benchmark, checks: [HardeningModel.Check], [Benchmark]) {
    do {
      let library = try benchmark.library()
      let inUse = try benchmark.benchmarkInUse(of: library)
      let benchmarks = try library.ids.reversed().map { id in
        id == inUse.id ? inUse : try library.benchmark(named: id)
      }
      var slugs: [String] = []
      for list in selectors {
        slugs += try Selector.checks(named: list, in: inUse).filter { !slugs.contains($0) }
      }
      return (inUse, slugs.compactMap { Catalog.bySlug[$0] }, benchmarks)
    } catch {
      throw Failure(.usage, error)
    }
  }
}
