import HardeningModel

/// Judging a snapshot by a benchmark: pure, so that the same snapshot always gives the same report.
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
  ) -> Report {
    let context = Context(
      snapshot: snapshot, policy: terms.policy, scope: terms.scope, benchmark: terms.benchmark.id)
    let sections = terms.benchmark.sections.map { section in
      Report.Section(
        id: section.id, title: section.title,
        results: section.entries.compactMap { entry in
          guard terms.selection.contains(entry.slug), let check = Catalog.bySlug[entry.slug] else {
            return nil
          }
          return Report.Result(entry: entry, check: check, findings: check.evaluate(context))
        })
    }
    return Report(
      scan: scan, engine: Report.Engine(snapshot.engine, askedAt: snapshot.endpoint),
      benchmark: terms.benchmark,
      sections: sections.filter { !$0.results.isEmpty })
  }
}
