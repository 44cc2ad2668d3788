import HardeningModel

/// The checks of one benchmark, or some of them.
package struct CatalogListing: Sendable {
  package struct Row: Sendable {
    package var section: String
    package var entry: Benchmark.Entry
    package var check: Check
  }

  package var benchmark: Benchmark
  /// In benchmark order.
  package var rows: [Row]

  /// Those whose slugs are in `selection`, as `catalog` has them.
  package init(_ benchmark: Benchmark, selection: Set<String>, catalog: [String: Check]) {
    self.benchmark = benchmark
    rows = benchmark.sections.flatMap { section in
      section.entries.compactMap { entry in
        guard selection.contains(entry.slug), let check = catalog[entry.slug] else { return nil }
        return Row(section: section.id, entry: entry, check: check)
      }
    }
  }
}

extension CatalogListing {
  /// Narrower than this, the titles get lines of their own.
  private static let leastTitleWidth = 30

  /// The table, ended by a newline: a line for each check, or, where a terminal's `width` is given,
  /// as many as it takes to keep to that.
  package func text(width: Int? = nil) -> String {
    let heading = ["NUMBER", "CHECK", "LVL", "ASSESSED", "SURFACE", "STRIDE"]
    let cells = rows.map { row in
      [
        Printable.text(row.entry.id), row.entry.slug, row.entry.levelText,
        row.entry.marking.rawValue, row.check.surface.rawValue, row.check.stride.initials,
      ]
    }
    let titles = ["TITLE"] + rows.map { Printable.text($0.entry.title) }
    let widths = Columns.widths(of: [heading] + cells)
    let lines = zip([heading] + cells, titles).flatMap { cells, title in
      Self.lines(cells, title, widths, width)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(
    _ cells: [String], _ title: String, _ widths: [Int], _ width: Int?
  ) -> [String] {
    guard let width else { return [Columns.line(cells + [title], widths + [0])] }
    let indentation = widths.reduce(0) { $0 + $1 + 2 }
    if width - indentation >= leastTitleWidth {
      let padding = String(repeating: " ", count: indentation)
      let start = Columns.line(cells, widths)
      return TextWrap.lines(
        title, width: width, first: start + padding.dropFirst(start.count), indentation: padding)
    }
    let padding = String(repeating: " ", count: (widths.first ?? 0) + 2)
    return [Columns.line(cells, widths)]
      + TextWrap.lines(title, width: width, first: padding, indentation: padding)
  }
}
