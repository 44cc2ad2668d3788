import ArgumentParser
import Catalog
import Documents
import HardeningModel

/// Which checks of which benchmark, and which containers.
struct ChoiceOptions: ParsableArguments {
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
    name: [.short, .long],
    help: ArgumentHelp(
      "Only these checks: numbers, sections (5, 5.*) or names, with commas.",
      valueName: "selectors"))
  var check: [String] = []

  @Option(help: ArgumentHelp("Not these checks.", valueName: "selectors"))
  var exclude: [String] = []

  @Option(help: ArgumentHelp("Only containers whose name matches.", valueName: "glob"))
  var container: [String] = []

  @Option(help: ArgumentHelp("Not containers whose name matches.", valueName: "glob"))
  var excludeContainer: [String] = []

  @Option(help: ArgumentHelp("Only containers made from an image that matches.", valueName: "glob"))
  var image: [String] = []

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
  var isEmpty: Bool {
    benchmark == nil && dockerVersion == nil && benchmarks == nil && check.isEmpty
      && exclude.isEmpty
  }

  /// What to judge by; throws a usage `Failure` for a name that is unknown.
  func terms(policy: Policy) throws -> Assessment.Terms {
    do {
      let chosen = try benchmarkInUse()
      var selection = try slugs(check, in: chosen) ?? Set(chosen.entries.map(\.slug))
      if let excluded = try slugs(exclude, in: chosen) { selection.subtract(excluded) }
      var scope = ContainerScope()
      scope.names = container.map { Glob($0) }
      scope.excludedNames = excludeContainer.map { Glob($0) }
      scope.images = image.map { Glob($0) }
      return Assessment.Terms(
        benchmark: chosen, selection: selection, policy: policy, scope: scope)
    } catch {
      throw Failure(.usage, error)
    }
  }

  private func benchmarkInUse() throws -> Benchmark {
    let library: BenchmarkLibrary
    if let benchmarks {
      library = try BenchmarkLibrary(directory: benchmarks)
    } else {
      library = try BenchmarkLibrary()
    }
    let name = try dockerVersion.map { try BenchmarkLibrary.id(forDockerVersion: $0) }
    return try library.benchmark(named: name ?? benchmark)
  }

  private func slugs(_ lists: [String], in benchmark: Benchmark) throws -> Set<String>? {
    lists.isEmpty
      ? nil
      : try lists.reduce(into: []) { $0.formUnion(try Selector.slugs(named: $1, in: benchmark)) }
  }
}
