import Documents
import HardeningModel

/// Which checks of a benchmark are wanted: by name, and by what they are. Each part narrows the
/// choice further; one that is empty leaves it as it is.
package struct Selection: Sendable {
  /// Lists of selectors, of which one must name a check.
  package var named: [String] = []
  /// Lists of selectors, of which none may name it.
  package var excluded: [String] = []
  /// The profile of the benchmark. Level 2 extends level 1, so that 2 admits both; a recommendation
  /// without a level is in neither.
  package var level: Int?
  /// Whether only those are wanted that the benchmark has scored: up to 1.2.0 `Scored`, from 1.6.0
  /// on, which has `Automated` in its place, that.
  package var scoredOnly = false
  /// The surfaces of which a check must have one.
  package var surfaces: Set<Surface> = []
  /// The threats of which a check must stand against one.
  package var stride: Set<Stride> = []
  /// The numbers of sections or subsections, of which a check must be in one: `5`, `1.1`.
  package var sections: [String] = []

  package init() {}

  /// Why a selection cannot be made.
  package struct UnknownSection: Error, CustomStringConvertible {
    package var description: String
  }

  /// The slugs of the checks that are wanted, perhaps none; throws for a name or section that the
  /// benchmark does not have.
  package func slugs(in benchmark: Benchmark) throws -> Set<String> {
    let named = try slugs(self.named, in: benchmark)
    let excluded = try slugs(self.excluded, in: benchmark) ?? []
    for section in sections where !benchmark.entries.contains(where: { $0.isIn(section) }) {
      let known = benchmark.sections.map(\.id)
      throw UnknownSection(
        description:
          "\(benchmark.title) has no section '\(section)'; it has \(known.joined(separator: ", "))")
    }
    return Set(
      benchmark.entries.filter { entry in
        named?.contains(entry.slug) ?? true && !excluded.contains(entry.slug) && admits(entry)
      }.map(\.slug))
  }

  private func slugs(_ lists: [String], in benchmark: Benchmark) throws -> Set<String>? {
    lists.isEmpty
      ? nil
      : try lists.reduce(into: []) { $0.formUnion(try Selector.slugs(named: $1, in: benchmark)) }
  }

  private func admits(_ entry: Benchmark.Entry) -> Bool {
    let check = Catalog.bySlug[entry.slug]
    if let level, entry.level.map({ $0 > level }) ?? true { return false }
    if scoredOnly, entry.marking != .scored, entry.marking != .automated { return false }
    // Of a definitions file's check neither is known.
    if !surfaces.isEmpty, check.map({ !surfaces.contains($0.surface) }) ?? true { return false }
    if !stride.isEmpty, stride.isDisjoint(with: check?.stride ?? []) { return false }
    return sections.isEmpty || sections.contains { entry.isIn($0) }
  }
}

extension Benchmark.Entry {
  /// Whether it is in the section or subsection with this number.
  fileprivate func isIn(_ section: String) -> Bool { id.hasPrefix(section + ".") }
}
