import Catalog
import HardeningModel
import Testing

/// Choosing checks by what they are.
@Suite("Selection")
struct SelectionTests {
  private static func entry(
    _ id: String, _ slug: String, level: Int? = 1, _ marking: Benchmark.Marking
  ) -> Benchmark.Entry {
    Benchmark.Entry(id: id, slug: slug, title: slug, level: level, marking: marking)
  }

  /// Checks of each surface, in two sections, the second of which has subsections.
  private static let benchmark = Benchmark(
    id: "cis-9.0.0", title: "Benchmark Nine", version: "9.0.0",
    sections: [
      Benchmark.Section(
        id: "1", title: "One",
        entries: [
          entry("1.1", "container-exec-root", level: 2, .manual),
          entry("1.2", "container-memory-limit", .automated),
          entry("1.3", "container-host-network", level: nil, .automated),
        ]),
      Benchmark.Section(
        id: "2", title: "Two",
        entries: [
          entry("2.1.1", "file-registry-certs-mode", .scored),
          entry("2.2.1", "container-privileged", level: 2, .notScored),
        ]),
    ])

  private static func ids(_ change: (inout Selection) -> Void) throws -> [String] {
    var selection = Selection()
    change(&selection)
    let slugs = try selection.slugs(in: benchmark)
    return benchmark.entries.filter { slugs.contains($0.slug) }.map(\.id)
  }

  @Test("of less than everything is no pass over all of the host")
  func narrowing() {
    func narrowing(_ change: (inout Assessment.Terms) -> Void) -> String? {
      var terms = Assessment.Terms(benchmark: Self.benchmark)
      change(&terms)
      return terms.narrowing
    }
    #expect(narrowing { _ in } == nil)
    #expect(
      narrowing { $0.selection = ["container-privileged"] }
        == "4 checks of Benchmark Nine were not judged")
    #expect(narrowing { $0.scope.names = [Glob("web*")] } == "not all containers were judged")
  }

  @Test("of nothing in particular is everything")
  func everything() throws {
    #expect(try Self.ids { _ in } == ["1.1", "1.2", "1.3", "2.1.1", "2.2.1"])
  }

  @Test("takes level 2 for both levels, as the benchmark's profiles extend each other")
  func level() throws {
    #expect(try Self.ids { $0.level = 1 } == ["1.2", "2.1.1"])
    #expect(try Self.ids { $0.level = 2 } == ["1.1", "1.2", "2.1.1", "2.2.1"])
  }

  @Test("takes what is scored, or automated")
  func scored() throws {
    #expect(try Self.ids { $0.scoredOnly = true } == ["1.2", "1.3", "2.1.1"])
  }

  @Test("takes surfaces")
  func surfaces() throws {
    #expect(try Self.ids { $0.surfaces = [.client] } == ["1.1"])
    #expect(try Self.ids { $0.surfaces = [.registry] } == ["2.1.1"])
    #expect(try Self.ids { $0.surfaces = [.client, .registry] } == ["1.1", "2.1.1"])
  }

  @Test("takes checks that stand against one of the threats")
  func stride() throws {
    #expect(try Self.ids { $0.stride = [.denialOfService] } == ["1.2"])
    #expect(try Self.ids { $0.stride = [.repudiation, .denialOfService] } == ["1.1", "1.2"])
    #expect(try Self.ids { $0.stride = Set(Stride.allCases) }.count == 5)
  }

  @Test(
    "takes sections and subsections, whole",
    arguments: [
      (["1"], ["1.1", "1.2", "1.3"]), (["2"], ["2.1.1", "2.2.1"]), (["2.1"], ["2.1.1"]),
      (["1", "2.2"], ["1.1", "1.2", "1.3", "2.2.1"]),
    ])
  func sections(_ sections: [String], ids: [String]) throws {
    #expect(try Self.ids { $0.sections = sections } == ids)
  }

  @Test("refuses a section that is none", arguments: ["3", "", "1.1", "2.", "01", "1.*", "2.1.1"])
  func unknownSection(_ section: String) {
    let error = #expect(throws: Selection.UnknownSection.self) {
      try Self.ids { $0.sections = ["1", section] }
    }
    #expect(error?.description == "Benchmark Nine has no section '\(section)'; it has 1, 2")
  }

  @Test("is what all of its parts leave")
  func together() throws {
    #expect(
      try Self.ids {
        $0.named = ["container-*,2"]
        $0.excluded = ["1.2"]
        $0.level = 2
        $0.sections = ["1"]
      } == ["1.1"])
    #expect(
      try Self.ids {
        $0.named = ["1.1"]
        $0.excluded = ["1"]
      } == [])
  }

  @Test("refuses a selector that names nothing, of whichever kind")
  func unknownSelector() {
    #expect(throws: Selector.Unknown.self) { try Self.ids { $0.named = ["1.1", "1.9"] } }
    #expect(throws: Selector.Unknown.self) { try Self.ids { $0.excluded = ["nothing-*"] } }
  }
}

/// The categories of STRIDE as a person writes them.
@Suite("STRIDE")
struct StrideTests {
  @Test(
    "knows its categories by letter and by name",
    arguments: [
      ("S", .spoofing), ("s", .spoofing), ("tampering", .tampering), ("Repudiation", .repudiation),
      ("I", .informationDisclosure), ("information-disclosure", .informationDisclosure),
      ("DenialOfService", .denialOfService), ("denial of service", .denialOfService),
      ("ELEVATION_OF_PRIVILEGE", .elevationOfPrivilege),
    ] as [(String, Stride)])
  func named(_ text: String, stride: Stride) { #expect(Stride(named: text) == stride) }

  @Test("knows no others", arguments: ["", "X", "ST", "spoof", "elevation", "-", "tampering!x"])
  func unknown(_ text: String) { #expect(Stride(named: text) == nil) }

  @Test("writes the initials in the order of the word")
  func initials() {
    #expect([Stride.elevationOfPrivilege, .tampering, .spoofing].initials == "STE")
    #expect(Stride.allCases.initials == "STRIDE")
  }
}
