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
  ) async -> Report {
    let context = Context(
      snapshot: snapshot, policy: terms.policy, scope: terms.scope, benchmark: terms.benchmark.id)
    let chosen = terms.benchmark.entries.filter { terms.selection.contains($0.slug) }
    let results = await chosen.concurrentMap { entry in
      Catalog.bySlug[entry.slug].map {
        Report.Result(entry: entry, check: $0, findings: $0.evaluate(context))
      }
    }
    var rest = results.compactMap(\.self)[...]
    let sections = terms.benchmark.sections.map { section in
      let ids = Set(section.entries.map(\.id))
      let own = rest.prefix { ids.contains($0.entry.id) }
      rest = rest.dropFirst(own.count)
      return Report.Section(id: section.id, title: section.title, results: Array(own))
    }
    return Report(
      scan: scan, engine: Report.Engine(snapshot.engine, askedAt: snapshot.endpoint),
      benchmark: terms.benchmark,
      sections: sections.filter { !$0.results.isEmpty })
  }
}
