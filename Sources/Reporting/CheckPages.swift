import HardeningModel

/// The reference pages, in Markdown: one for each check, called by its slug, and their index.
package struct CheckPages: Sendable {
  /// The newest first.
  private let benchmarks: [Benchmark]
  private let checks: [String: Check]

  /// Of all `checks`, with their places in `benchmarks`, which come in the order they are given.
  package init(checks: [String: Check], benchmarks: [Benchmark]) {
    self.checks = checks
    self.benchmarks = benchmarks
  }

  /// The text of each page by the name of its file.
  package var files: [String: String] {
    var files = checks.values.reduce(into: [:]) { $0["\($1.slug).md"] = page(of: $1) }
    files["README.md"] = index
    return files
  }

  private static let notice =
    "<!-- Made from the catalog by `make docs`; changes here are lost. -->\n\n"

  private func page(of check: Check) -> String {
    let reference = CheckReference(check, in: benchmarks)
    let explanation = check.explanation
    let rows = reference.places.map { place in
      [
        place.benchmark.title, place.entry.id, place.entry.levelText,
        place.entry.marking.rawValue, place.entry.title,
      ]
    }
    return Self.notice
      + """
      # \(check.slug)

      \(Self.table(["benchmark", "number", "level", "assessment", "title"], rows))
      ## What is read

      \(Self.escaped(explanation.reads))

      ## When it passes

      \(Self.escaped(explanation.passes))

      ## Why it matters

      \(Self.escaped(explanation.threat))

      - Attack surface: \(check.surface.rawValue)
      - STRIDE: \(check.stride.inWords)

      ## How to mend it

      \(Self.escaped(check.remedy.advice)) \(check.remedy.interruption)

      ## What `--remediate` does

      \(check.remedy.automation)

      """
  }

  private var index: String {
    Self.notice
      + """
      # The checks

      Each check has a page that says what it reads, when it passes, which threat it stands against,
      and how to mend what it finds. `dockward explain NAME` prints the same, `dockward list` a table
      like those below.

      Of every check it holds that

      - it is unknown, and neither passes nor fails, where something that it needs could not be read;
      - containers count in every state, each for itself, unless the
        [configuration](../configuration.md) says otherwise; where there are none, a check of
        containers is not applicable.

      [Choosing](../choosing.md) tells how to judge only some of them.

      The surface is the side that an attack comes from: `client` is whoever talks to the Engine,
      `host` the daemon, its files and its containers, `registry` where images come from. STRIDE
      names the threats: spoofing, tampering, repudiation, information disclosure, denial of service,
      elevation of privilege.

      """ + benchmarks.map { "\n" + section(of: $0) }.joined()
  }

  private func section(of benchmark: Benchmark) -> String {
    let rows = benchmark.entries.compactMap { entry in
      checks[entry.slug].map { check in
        [
          entry.id, "[\(check.slug)](\(check.slug).md)", entry.levelText, entry.marking.rawValue,
          check.surface.rawValue, check.stride.initials, entry.title,
        ]
      }
    }
    let heading = ["number", "check", "level", "assessment", "surface", "STRIDE", "title"]
    return "## \(Self.escaped(benchmark.title))\n\n\(Self.table(heading, rows))"
  }

  private static func table(_ heading: [String], _ rows: [[String]]) -> String {
    let lines =
      [heading, heading.map { _ in "---" }]
      + rows.map { cells in cells.map { $0.hasPrefix("[") ? $0 : escaped($0) } }
    return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  /// The text with what Markdown would take for its own escaped.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if #"\*_<>[]|`"#.contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
