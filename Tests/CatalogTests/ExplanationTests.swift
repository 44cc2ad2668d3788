import Catalog
import HardeningModel
import Testing

/// What the checks say of themselves.
@Suite("Explanations")
struct ExplanationTests {
  @Test("are there for each check, in whole sentences", arguments: Catalog.checks.map(\.slug))
  func parts(_ slug: String) throws {
    let check = try #require(Catalog.bySlug[slug])
    let explanation = check.explanation
    for text in [
      explanation.reads, explanation.passes, explanation.threat, check.remedy.advice,
    ] {
      #expect(text.hasSuffix("."), "\(slug): '\(text)'")
      #expect(text.first?.isLowercase == false, "\(slug): '\(text)'")
      #expect(text.count >= 11, "\(slug): '\(text)'")
      // They are wrapped where they are shown.
      #expect(!text.contains("\n") && !text.contains("  "), "\(slug): '\(text)'")
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }

  @Test("name each category of STRIDE once", arguments: Catalog.checks.map(\.slug))
  func stride(_ slug: String) throws {
    let stride = try #require(Catalog.bySlug[slug]).stride
    #expect(!stride.isEmpty)
    #expect(Set(stride).count == stride.count)
  }
}
