import HardeningModel
import Testing

@testable import Reporting

/// The catalog as a person reads it. The texts of the real one are in `CommandTests`.
@Suite("Catalog as text")
struct CatalogTextTests {
  private static func check(_ slug: String, advice: String = "Do it.") -> Check {
    Check(
      slug: slug, surface: .host, stride: [.elevationOfPrivilege, .tampering],
      explanation: Explanation(
        reads: "The value.", passes: "It is * or _b_ or <c>.", threat: "An attacker gains."),
      remedy: .assist(.restart, advice)
    ) { _ in [] }
  }

  private static func benchmark(
    _ id: String, title: String = "Ensure that it is so", level: Int? = nil
  ) -> Benchmark {
    Benchmark(
      id: id, title: "Benchmark \(id)", version: "1",
      sections: [
        Benchmark.Section(
          id: "1", title: "One",
          entries: [
            Benchmark.Entry(
              id: "1.10", slug: "a-check", title: title, level: level, marking: .manual)
          ])
      ])
  }

  private static func listing(title: String) -> CatalogListing {
    CatalogListing(
      benchmark("b", title: title), selection: ["a-check", "other"],
      catalog: ["a-check": check("a-check")])
  }

  @Test("has a dash where there is no level, and the threats in the order of the word")
  func cells() {
    #expect(
      Self.listing(title: "T").text() == """
        NUMBER  CHECK    LVL  ASSESSED  SURFACE  STRIDE  TITLE
        1.10    a-check  -    Manual    host     TE      T

        """)
  }

  @Test("gives the title lines of its own where the terminal is narrow")
  func narrow() {
    #expect(
      Self.listing(title: "Ensure that all of the things are as they should be").text(width: 50)
        == """
        NUMBER  CHECK    LVL  ASSESSED  SURFACE  STRIDE
                TITLE
        1.10    a-check  -    Manual    host     TE
                Ensure that all of the things are as they
                should be

        """)
  }

  @Test("gives the title a column where the terminal is wide")
  func wide() {
    #expect(
      Self.listing(title: "Ensure that all of the things are as they should be").text(width: 84)
        == """
        NUMBER  CHECK    LVL  ASSESSED  SURFACE  STRIDE  TITLE
        1.10    a-check  -    Manual    host     TE      Ensure that all of the things are
                                                         as they should be

        """)
  }

  @Test("keeps a hostile title in its place", arguments: [nil, 60, 120] as [Int?])
  func hostile(_ width: Int?) {
    let text = Self.listing(title: Report.hostile).text(width: width)
    #expect(!text.contains("\n[PASS]"))
    #expect(
      text.unicodeScalars.allSatisfy {
        $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
      })
    let reference = CheckReference(
      Self.check("a-check"), in: [Self.benchmark("b", title: Report.hostile)])
    let explanation = ExplanationText(benchmarkID: "b").text(of: [reference])
    #expect(
      explanation.unicodeScalars.allSatisfy {
        $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
      })
  }

  @Test("says what mending interrupts, and that a person does it")
  func mending() {
    let reference = CheckReference(Self.check("a-check"), in: [Self.benchmark("b")])
    let text = ExplanationText(benchmarkID: "b").text(of: [reference])
    #expect(
      text.hasSuffix(
        """
        How to mend it
          Do it.
          dockerd has to restart; containers go on running only where live-restore is
          on.

        What --remediate does
          Nothing: dockward does not mend this by itself. A person does, by the steps
          above.

        """))
  }

  @Test("explains a check that no benchmark has")
  func nowhere() {
    let reference = CheckReference(Self.check("b-check"), in: [Self.benchmark("b")])
    let text = ExplanationText(benchmarkID: "b").text(of: [reference])
    #expect(text.hasPrefix("b-check\n\nBenchmarks\n  none of those at hand\n"))
  }

  @Test("has pages in which Markdown takes nothing for its own")
  func pages() throws {
    let files = CheckPages(
      checks: ["a-check": Self.check("a-check")],
      benchmarks: [Self.benchmark("b", title: "a|b `c` [d](e)", level: 2)]
    ).files
    #expect(files.keys.sorted() == ["README.md", "a-check.md"])
    let page = try #require(files["a-check.md"])
    #expect(page.contains("\nIt is \\* or \\_b\\_ or \\<c\\>.\n"))
    #expect(page.contains("| Benchmark b | 1.10 | 2 | Manual | a\\|b \\`c\\` \\[d\\](e) |\n"))
    #expect(
      try #require(files["README.md"]).contains("| 1.10 | [a-check](a-check.md) | 2 | Manual |"))
  }
}

@Suite("Wrapping text")
struct TextWrapTests {
  @Test(
    "breaks between words",
    arguments: [
      ("", 10, [""]), ("one", 10, ["one"]), ("one two", 7, ["one two"]),
      ("one two", 6, ["one", "two"]), ("one two three", 8, ["one two", "three"]),
      ("unbreakable", 4, ["unbreakable"]), ("a unbreakable b", 4, ["a", "unbreakable", "b"]),
      ("  many   blanks ", 20, ["many blanks"]),
    ])
  func lines(_ text: String, width: Int, lines: [String]) {
    #expect(TextWrap.lines(text, width: width) == lines)
  }

  @Test("indents")
  func indentation() {
    #expect(
      TextWrap.lines("one two three", width: 9, first: "1 ", indentation: "  ")
        == ["1 one two", "  three"])
  }
}
