/// One version of a benchmark: which checks it has, under which numbers, in its order.
package struct Benchmark: Sendable, Equatable {
  /// e.g. `cis-1.8.0`.
  package var id: String
  package var title: String
  /// e.g. `1.8.0`.
  package var version: String
  package var sections: [Section]

  package init(id: String, title: String, version: String, sections: [Section]) {
    self.id = id
    self.title = title
    self.version = version
    self.sections = sections
  }

  package struct Section: Sendable, Equatable {
    package var id: String
    package var title: String
    package var entries: [Entry]

    package init(id: String, title: String, entries: [Entry]) {
      self.id = id
      self.title = title
      self.entries = entries
    }
  }

  /// One recommendation.
  package struct Entry: Sendable, Equatable {
    /// Its number, e.g. `3.10`; a text, never a decimal.
    package var id: String
    package var slug: String
    package var title: String
    /// The profile: 1 or 2; `nil` where the benchmark has none.
    package var level: Int?
    package var marking: Marking
    /// The letters of the parts into which docker-bench splits it, which together are this one.
    package var parts: [String]

    package init(
      id: String, slug: String, title: String, level: Int?, marking: Marking, parts: [String] = []
    ) {
      self.id = id
      self.slug = slug
      self.title = title
      self.level = level
      self.marking = marking
      self.parts = parts
    }
  }

  /// What the benchmark says of how a recommendation is assessed: up to 1.2.0 whether it counts, from
  /// 1.6.0 on whether a tool can tell.
  package enum Marking: String, Sendable, Equatable {
    case scored = "Scored"
    case notScored = "Not Scored"
    case automated = "Automated"
    case manual = "Manual"
  }

  package var entries: [Entry] { sections.flatMap(\.entries) }
}
