import ArgumentParser
import Catalog
import Documents
import HardeningModel

/// Which checks of a benchmark.
struct ChoiceOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Only these checks: numbers, sections (5, 5.*) or names, with commas.",
      valueName: "selectors"))
  var check: [String] = []

  @Option(help: ArgumentHelp("Not these checks.", valueName: "selectors"))
  var exclude: [String] = []

  // All of these are texts, which are looked at below, see `NamedValue`.

  @Option(help: "Only checks of this level; 2 extends 1, and means both. (values: 1, 2)")
  var level: String?

  @Flag(help: "Only checks that the benchmark calls Scored, or, from 1.6.0 on, Automated.")
  var scored = false

  @Option(
    help: ArgumentHelp(
      "Only checks of these surfaces: client, host, registry.", valueName: "surfaces"))
  var surface: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only checks against these threats: S, T, R, I, D, E, or in words.", valueName: "threats"))
  var stride: [String] = []

  @Option(help: ArgumentHelp("Only these sections: 5, or 1.1.", valueName: "numbers"))
  var section: [String] = []

  func validate() throws { _ = try selection() }

  /// Whether everything is left at its default.
  var isEmpty: Bool { given.isEmpty }

  /// The benchmark in use and the slugs of the checks that are wanted of it; throws a usage `Failure`
  /// for a name that is unknown, and where nothing is left.
  func chosen(
    of benchmarks: BenchmarkOptions, and sections: [Benchmark.Section] = []
  ) throws -> (benchmark: Benchmark, slugs: Set<String>) {
    do {
      var benchmark = try benchmarks.benchmarkInUse(of: benchmarks.library())
      benchmark.sections += sections
      let slugs = try selection().slugs(in: benchmark)
      if slugs.isEmpty, !given.isEmpty {
        throw Failure(
          .usage, "no check of \(benchmark.title) is left by \(given.joined(separator: " "))")
      }
      return (benchmark, slugs)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.usage, error)
    }
  }

  /// What to judge by.
  func terms(
    of benchmarks: BenchmarkOptions, and sections: [Benchmark.Section], policy: Policy,
    scope: ScopeOptions
  ) throws -> Assessment.Terms {
    let (benchmark, slugs) = try chosen(of: benchmarks, and: sections)
    return Assessment.Terms(
      benchmark: benchmark, selection: slugs, policy: policy, scope: scope.scope)
  }

  /// Throws a `ValidationError` for what is no level, surface or threat.
  private func selection() throws -> Selection {
    var selection = Selection()
    selection.named = check
    selection.excluded = exclude
    selection.level = try level.map {
      try Self.item($0, of: "level", ["1", "2"]) { ["1": 1, "2": 2][$0] }
    }
    selection.scoredOnly = scored
    selection.surfaces = Set(
      try Self.words(surface).map {
        try Self.item($0, of: "surface", Surface.allCases.map(\.rawValue)) {
          Surface(rawValue: $0.lowercased())
        }
      })
    selection.stride = Set(
      try Self.words(stride).map {
        try Self.item($0, of: "stride", Stride.allCases.map(\.rawValue)) { Stride(named: $0) }
      })
    selection.sections = Self.words(section)
    return selection
  }

  /// What `parse`, which takes the `known`, makes of a word that was given to `option`.
  private static func item<Item>(
    _ word: String, of option: String, _ known: [String], _ parse: (String) -> Item?
  ) throws -> Item {
    guard let item = parse(word) else {
      throw ValidationError(option: option, word, isNoneOf: known)
    }
    return item
  }

  /// The words of lists with commas, white space allowed.
  private static func words(_ lists: [String]) -> [String] {
    lists.flatMap { list in
      list.split(separator: ",", omittingEmptySubsequences: false).map {
        String($0.trimmingSpace())
      }
    }
  }

  /// The options that choose checks, as they were given.
  private var given: [String] {
    func options(_ name: String, _ values: [String]) -> [String] {
      values.map { "--\(name) \($0)" }
    }
    return options("check", check) + options("exclude", exclude)
      + options("level", level.map { [$0] } ?? []) + (scored ? ["--scored"] : [])
      + options("surface", surface) + options("stride", stride) + options("section", section)
  }
}

/// Which containers are judged.
struct ScopeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only containers whose name matches.", valueName: "glob"))
  var container: [String] = []

  @Option(help: ArgumentHelp("Not containers whose name matches.", valueName: "glob"))
  var excludeContainer: [String] = []

  @Option(help: ArgumentHelp("Only containers made from an image that matches.", valueName: "glob"))
  var image: [String] = []

  /// Whether everything is left at its default.
  var isEmpty: Bool { container.isEmpty && excludeContainer.isEmpty && image.isEmpty }

  var scope: ContainerScope {
    var scope = ContainerScope()
    scope.names = container.map { Glob($0) }
    scope.excludedNames = excludeContainer.map { Glob($0) }
    scope.images = image.map { Glob($0) }
    return scope
  }
}
