import HardeningModel

/// Judging a snapshot by a benchmark: pure, so that the same snapshot always gives the same report. Each
/// check is judged by itself, so that they can be judged side by side.
package enum Assessment {
  /// What is judged, and how.
  package struct Terms: Sendable {
    package var benchmark: Benchmark
    /// The slugs to judge; those of the benchmark that are not among them are left out.
    package var selection: Set<String>
    package var policy: Policy
    package var scope: ContainerScope
    /// What checks of definitions files have said; those of the benchmark that have not are left out.
    package var custom: [String: CustomChecks.Judgement] = [:]

    package init(
      benchmark: Benchmark, selection: Set<String>? = nil, policy: Policy = Policy(),
      scope: ContainerScope = ContainerScope()
    ) {
      self.benchmark = benchmark
      self.selection = selection ?? Set(benchmark.entries.map(\.slug))
      self.policy = policy
      self.scope = scope
    }

    /// Why a pass by these is not about all of the host; `nil` where it is.
    package var narrowing: String? {
      let left = benchmark.entries.count { !selection.contains($0.slug) }
      if left > 0 { return "\(left) checks of \(benchmark.title) were not judged" }
      return scope == ContainerScope() ? nil : "not all containers were judged"
    }
  }

  /// The report of one pass, in benchmark order.
  package static func report(
    of snapshot: HostSnapshot, by terms: Terms, scan: Report.Scan
  ) -> Report {
    let context = context(of: snapshot, by: terms)
    return report(
      of: snapshot, by: terms, scan: scan,
      results: chosen(by: terms).map { judge($0, terms, context) })
  }

  /// The same, made on all processors.
  package static func concurrentReport(
    of snapshot: HostSnapshot, by terms: Terms, scan: Report.Scan
  ) async -> Report {
    let context = context(of: snapshot, by: terms)
    let results = await chosen(by: terms).concurrentMap { judge($0, terms, context) }
    return report(of: snapshot, by: terms, scan: scan, results: results)
  }

  private static func context(of snapshot: HostSnapshot, by terms: Terms) -> Context {
    Context(
      snapshot: snapshot, policy: terms.policy, scope: terms.scope, benchmark: terms.benchmark.id)
  }

  private static func chosen(by terms: Terms) -> [Benchmark.Entry] {
    terms.benchmark.entries.filter { terms.selection.contains($0.slug) }
  }

  private static func judge(
    _ entry: Benchmark.Entry, _ terms: Terms, _ context: Context
  ) -> Report.Result? {
    if let judgement = terms.custom[entry.slug] { return Report.Result(entry: entry, judgement) }
    return Catalog.bySlug[entry.slug].map {
      Report.Result(entry: entry, check: $0, findings: $0.evaluate(context))
    }
  }

  private static func report(
    of snapshot: HostSnapshot, by terms: Terms, scan: Report.Scan, results: [Report.Result?]
  ) -> Report {
    let results = Dictionary(
      results.compactMap(\.self).map { ($0.entry.id, $0) }, uniquingKeysWith: { first, _ in first })
    let sections = terms.benchmark.sections.map { section in
      Report.Section(
        id: section.id, title: section.title, results: section.entries.compactMap { results[$0.id] }
      )
    }
    return Report(
      scan: scan, engine: Report.Engine(snapshot.engine, askedAt: snapshot.endpoint),
      benchmark: terms.benchmark,
      sections: sections.filter { !$0.results.isEmpty })
  }
}
