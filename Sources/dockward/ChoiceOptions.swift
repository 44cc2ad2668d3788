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

  @Option(help: "Only checks of this level; 2 extends 1, and means both.")
  var level: Level?

  @Flag(help: "Only checks that the benchmark calls Scored, or, from 1.6.0 on, Automated.")
  var scored = false

  @Option(
    help: ArgumentHelp(
      "Only checks of these surfaces: client, host, registry.", valueName: "surfaces"),
    transform: {
      try List($0, of: Surface.allCases.map(\.rawValue)) { Surface(rawValue: $0.lowercased()) }
    })
  var surface: [List<Surface>] = []

  @Option(
    help: ArgumentHelp(
      "Only checks against these threats: S, T, R, I, D, E, or in words.", valueName: "threats"),
    transform: { try List($0, of: Stride.allCases.map(\.rawValue)) { Stride(named: $0) } })
  var stride: [List<Stride>] = []

  @Option(
    help: ArgumentHelp("Only these sections: 5, or 1.1.", valueName: "numbers"),
    transform: { List($0) })
  var section: [List<String>] = []

  enum Level: Int, ExpressibleByArgument, CaseIterable {
    case one = 1
    case two = 2
  }

  /// Whether everything is left at its default.
  var isEmpty: Bool { given.isEmpty }

  /// The benchmark in use and the slugs of the checks that are wanted of it; throws a usage `Failure`
  /// for a name that is unknown, and where nothing is left.
  func chosen(
    of benchmarks: BenchmarkOptions
  ) throws -> (benchmark: Benchmark, slugs: Set<String>) {
    do {
      let benchmark = try benchmarks.benchmarkInUse(of: benchmarks.library())
      var selection = Selection()
      selection.named = check
      selection.excluded = exclude
      selection.level = level?.rawValue
      selection.scoredOnly = scored
      selection.surfaces = Set(surface.flatMap(\.items))
      selection.stride = Set(stride.flatMap(\.items))
      selection.sections = section.flatMap(\.items)
      let slugs = try selection.slugs(in: benchmark)
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
    of benchmarks: BenchmarkOptions, policy: Policy, scope: ScopeOptions
  ) throws -> Assessment.Terms {
    let (benchmark, slugs) = try chosen(of: benchmarks)
    return Assessment.Terms(
      benchmark: benchmark, selection: slugs, policy: policy, scope: scope.scope)
  }

  /// The options that choose checks, as they were given.
  private var given: [String] {
    check.map { "--check \($0)" } + exclude.map { "--exclude \($0)" }
      + (level.map { ["--level \($0.rawValue)"] } ?? []) + (scored ? ["--scored"] : [])
      + surface.map { "--surface \($0.text)" } + stride.map { "--stride \($0.text)" }
      + section.map { "--section \($0.text)" }
  }
}

/// What an option is given with commas, white space allowed.
struct List<Item: Sendable>: Sendable {
  var text: String
  var items: [Item]

  /// Throws for the first of them that `parse`, which takes those of `names`, knows nothing of.
  init(_ text: String, of names: [String], _ parse: (String) -> Item?) throws {
    self.text = text
    items = try Self.words(text).map { word in
      guard let item = parse(word) else {
        throw ValidationError("'\(word)' is none of \(names.joined(separator: ", "))")
      }
      return item
    }
  }

  private static func words(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingSpace()) }
  }
}

extension List<String> {
  init(_ text: String) {
    self.text = text
    items = Self.words(text)
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

  var scope: ContainerScope {
    var scope = ContainerScope()
    scope.names = container.map { Glob($0) }
    scope.excludedNames = excludeContainer.map { Glob($0) }
    scope.images = image.map { Glob($0) }
    return scope
  }
}
