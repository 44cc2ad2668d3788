import HardeningModel
import Reporting
import Testing

@Suite("The text report")
struct TextReportTests {
  struct Form: Sendable, CustomTestStringConvertible {
    let name: String
    var isColoured = false
    var includesPassing = false
    var includesRemediations = true
    var testDescription: String { name }

    func text(of report: Report) -> String {
      var form = TextReport()
      form.isColoured = isColoured
      form.includesPassing = includesPassing
      form.includesRemediations = includesRemediations
      return form.text(of: report)
    }

    static let all = [
      Form(name: "report"),
      Form(name: "report-evidence", includesPassing: true),
      Form(name: "report-bare", includesRemediations: false),
    ]
  }

  @Test("is as it was", arguments: Form.all + [Form(name: "report-colour", isColoured: true)])
  func golden(_ form: Form) throws {
    try expectGolden(form.text(of: .sample()), form.name + ".txt")
  }

  @Test("keeps hostile text on its line", arguments: Form.all)
  func goldenHostile(_ form: Form) throws {
    try expectGolden(form.text(of: .sample(text: Report.hostile)), form.name + "-hostile.txt")
  }

  @Test("has nothing in it that a terminal would obey or hide", arguments: Form.all)
  func printable(_ form: Form) {
    for scalar in form.text(of: .sample(text: Report.hostile)).unicodeScalars where scalar != "\n" {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        Issue.record("U+\(String(scalar.value, radix: 16)) is in the text")
      default: break
      }
    }
  }

  @Test("has only lines that begin as they may", arguments: Form.all, ["plain", Report.hostile])
  func lines(_ form: Form, text: String) throws {
    let report = form.text(of: .sample(text: text))
    #expect(report.hasSuffix("\n") && !report.hasSuffix("\n\n"))
    let heading = /\[(PASS|FAIL|WARN|INFO|WAIVED)\] \d+(\.\d+)* .+/
    let evidence = /\ {7}[^ ].*/
    let summary = /== (Remediations|Summary) ==|\d+ checks (PASS|FAIL|WARN|INFO|WAIVED)/
    let remediation = /\d+\.\d+ .+/
    for line in report.split(separator: "\n", omittingEmptySubsequences: false) {
      let isKnown =
        try line.isEmpty || heading.wholeMatch(in: line) != nil
        || evidence.wholeMatch(in: line) != nil || summary.wholeMatch(in: line) != nil
        || remediation.wholeMatch(in: line) != nil
      #expect(isKnown, "\(line)")
    }
  }

  @Test("has as many lines with hostile text as without", arguments: Form.all)
  func lineCount(_ form: Form) {
    func count(_ text: String) -> Int {
      form.text(of: .sample(text: text)).utf8.count { $0 == UInt8(ascii: "\n") }
    }
    #expect(count(Report.hostile) == count("plain"))
  }

  @Test(
    "lists the checks of a verdict to whoever greps for it", arguments: ["plain", Report.hostile])
  func grep(_ text: String) {
    let lines = TextReport().text(of: .sample(text: text)).split(separator: "\n")
    func ids(_ word: String) -> [Substring] {
      lines.filter { $0.hasPrefix("[\(word)] ") }.map { $0.split(separator: " ")[1] }
    }
    #expect(ids("PASS") == ["5.11"])
    #expect(ids("FAIL") == ["3.1"])
    #expect(ids("WARN") == ["5.1", "5.10"])
    #expect(ids("INFO") == ["3", "3.2", "5"])
  }

  @Test("counts the checks of each verdict")
  func summary() {
    let lines = TextReport().text(of: .sample()).split(separator: "\n")
    #expect(
      lines.suffix(6) == [
        "== Summary ==", "1 checks PASS", "1 checks FAIL", "2 checks WARN", "1 checks INFO",
        "0 checks WAIVED",
      ])
  }

  @Test("counts nothing where nothing was judged")
  func empty() {
    var report = Report.sample()
    report.sections = []
    let text = TextReport().text(of: report)
    #expect(
      text == """

        == Remediations ==

        == Summary ==
        0 checks PASS
        0 checks FAIL
        0 checks WARN
        0 checks INFO
        0 checks WAIVED

        """)
  }

  @Test(
    "cuts what a container makes long, and says by how much", arguments: ["a", "é", "\u{1B}", "👨‍👩‍👧"])
  func long(_ letter: String) {
    let text = String(repeating: letter, count: 10_000)
    let lines = TextReport().text(of: .sample(text: text)).split(separator: "\n")
    let evidence = lines.filter { $0.hasPrefix("       ") }
    #expect(evidence.contains { $0.contains(/… \(\d+ more\)/) })
    // Three texts of 240 scalars, each written as eight letters at most.
    for line in evidence { #expect(line.unicodeScalars.count < 6_000) }
  }

  @Test("does not depend on the order of the evidence")
  func order() {
    let report = Report.sample()
    var reversed = report
    reversed.sections = report.sections.map { section in
      var section = section
      section.results = section.results.map { result in
        Report.Result(
          entry: result.entry,
          check: Check(
            slug: result.entry.slug, surface: result.surface, stride: result.stride,
            explanation: Explanation(reads: "It.", passes: "It is.", threat: "It may not be."),
            remedy: result.remedy, evaluate: { _ in [] }),
          findings: result.findings.reversed())
      }
      return section
    }
    #expect(reversed == report)
    #expect(TextReport().text(of: reversed) == TextReport().text(of: report))
  }
}
