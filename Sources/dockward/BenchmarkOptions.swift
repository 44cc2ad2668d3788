import ArgumentParser
import Catalog
import HardeningModel

/// Which benchmark is in use.
struct BenchmarkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The benchmark: cis-1.8.0, or short cis-1.8 or 1.8 (default: the newest).", valueName: "name")
  )
  var benchmark: String?

  @Option(
    help: ArgumentHelp(
      "The benchmark that docker-bench takes for this Docker version, e.g. 18.09.",
      valueName: "version"))
  var dockerVersion: String?

  @Option(
    help: ArgumentHelp(
      "Where the benchmark index files are (default: \(BenchmarkLibrary.installedDirectory), else the built-in ones).",
      valueName: "directory"))
  var benchmarks: String?

  func validate() throws {
    if benchmark != nil, dockerVersion != nil {
      throw ValidationError("--benchmark and --docker-version both choose the benchmark; give one")
    }
  }

  /// Whether everything is left at its default.
  var isEmpty: Bool { benchmark == nil && dockerVersion == nil && benchmarks == nil }

  func library() throws -> BenchmarkLibrary {
    if let benchmarks { return try BenchmarkLibrary(directory: benchmarks) }
    return try BenchmarkLibrary()
  }

  func benchmarkInUse(of library: BenchmarkLibrary) throws -> Benchmark {
    let name = try dockerVersion.map { try BenchmarkLibrary.id(forDockerVersion: $0) }
    return try library.benchmark(named: name ?? benchmark)
  }
}
