import HardeningModel

/// Checks in full, as text for a terminal.
package struct ExplanationText: Sendable {
  /// How wide a line may be.
  package var width = 80
  /// The benchmark whose number and title stand first.
  package var benchmarkID: String

  package init(benchmarkID: String) { self.benchmarkID = benchmarkID }

  /// The text, ended by a newline.
  package func text(of references: [CheckReference]) -> String {
    references.map { lines(of: $0).joined(separator: "\n") + "\n" }.joined(separator: "\n\n")
  }

  private func lines(of reference: CheckReference) -> [String] {
    let check = reference.check
    let explanation = check.explanation
    var lines: [String] = []
    if let place = reference.place(preferring: benchmarkID) {
      let number = "\(Printable.text(place.entry.id)) "
      lines += TextWrap.lines(
        Printable.text(place.entry.title), width: width, first: number,
        indentation: String(repeating: " ", count: number.count))
    }
    lines.append(check.slug)
    lines += section("Benchmarks", places(of: reference))
    lines += section("What is read", paragraph(explanation.reads))
    lines += section("When it passes", paragraph(explanation.passes))
    lines += section(
      "Why it matters",
      paragraph(explanation.threat)
        + paragraph(
          "Surface: \(check.surface.rawValue). Threats (STRIDE): \(check.stride.inWords)."))
    lines += section(
      "How to mend it", paragraph(check.remedy.advice) + paragraph(check.remedy.interruption))
    lines += section("What --remediate does", paragraph(check.remedy.automation))
    return lines
  }

  private static let indentation = "  "

  private func section(_ heading: String, _ lines: [String]) -> [String] { ["", heading] + lines }

  private func paragraph(_ text: String) -> [String] {
    TextWrap.lines(
      text, width: width, first: Self.indentation, indentation: Self.indentation)
  }

  private func places(of reference: CheckReference) -> [String] {
    guard !reference.places.isEmpty else { return [Self.indentation + "none of those at hand"] }
    let rows = reference.places.map { place in
      [
        Printable.text(place.benchmark.title), Printable.text(place.entry.id),
        place.entry.level.map { "level \($0)" } ?? "no level", place.entry.marking.rawValue,
      ]
    }
    return Columns.aligned(rows).map { Self.indentation + $0 }
  }
}

/// Rows of cells as lines of text.
enum Columns {
  /// Each row as one line, its cells padded to the widest of their column, two blanks between.
  static func aligned(_ rows: [[String]]) -> [String] {
    let widths = widths(of: rows)
    return rows.map { line($0, widths) }
  }

  static func widths(of rows: [[String]]) -> [Int] {
    let count = rows.map(\.count).max() ?? 0
    return (0..<count).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
  }

  /// The cells, padded to `widths` but for the last.
  static func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (cell, width) in zip(cells, widths) {
      line += cell + String(repeating: " ", count: max(0, width - cell.count) + 2)
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
