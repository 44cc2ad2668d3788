import HardeningModel
import TestSupport
import Testing

/// What waivers make of a report.
@Suite("Waivers")
struct WaiverTests {
  static let today = Day(year: 2026, month: 6, day: 15)

  static func waiver(
    _ slugs: Set<String>, _ subject: String = "*", from: Int = -10, to: Int = 100,
    reason: String = "known"
  ) -> ResolvedWaiver {
    ResolvedWaiver(
      waiver: Waiver(
        selector: slugs.sorted().joined(separator: ","), subject: Glob(subject), reason: reason,
        entered: Day(number: today.number + from), until: Day(number: today.number + to), who: "ada"
      ),
      slugs: slugs)
  }

  /// A report with a check for each of `verdicts`, by its slug, and a subject for each verdict.
  static func report(
    _ verdicts: [String: [(String, Verdict)]], reachable: Bool = true
  ) -> Report {
    let results = verdicts.sorted { $0.key < $1.key }.map { slug, verdicts in
      Report.Result(
        entry: Benchmark.Entry(id: slug, slug: slug, title: slug, level: 1, marking: .automated),
        check: Check(
          slug: slug, surface: .host, stride: [.tampering],
          explanation: Explanation(reads: "It.", passes: "It is.", threat: "It may not be."),
          remedy: .assist(.none, "Do it.")
        ) { _ in [] },
        findings: verdicts.map { name, verdict in
          Finding(subject: .container(name), verdict: verdict, reason: "\(name) is \(verdict)")
        })
    }
    let engine: Reading<EngineFacts> =
      reachable
      ? .found(
        EngineFacts(endpoint: "unix:///s", version: "1", apiVersion: "1", info: .unreadable("x")))
      : .unreadable("nobody answers")
    return Report(
      scan: Report.Scan(
        id: "", startedAt: "", durationMilliseconds: 0, host: "", machineID: "", version: ""),
      engine: Report.Engine(engine),
      benchmark: Benchmark(id: "b", title: "B", version: "1", sections: []),
      sections: [Report.Section(id: "1", title: "One", results: results)])
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let verdicts: [(String, Verdict)]
    var waivers = [WaiverTests.waiver(["a"])]
    let verdict: Verdict
    let subjects: [Verdict]
    var testDescription: String { name }
  }

  @Test(
    "waive failures, and those only",
    arguments: [
      Row(name: "the only one", verdicts: [("x", .fail)], verdict: .waived, subjects: [.waived]),
      Row(
        name: "beside what passes", verdicts: [("x", .fail), ("y", .pass)], verdict: .waived,
        subjects: [.waived, .pass]),
      Row(
        name: "beside what is not there", verdicts: [("x", .fail), ("y", .notApplicable)],
        verdict: .waived, subjects: [.waived, .notApplicable]),
      Row(
        name: "beside what is unknown", verdicts: [("x", .fail), ("y", .unknown)],
        verdict: .unknown, subjects: [.waived, .unknown]),
      Row(
        name: "beside what a person judges", verdicts: [("x", .fail), ("y", .manual)],
        verdict: .manual, subjects: [.waived, .manual]),
      Row(
        name: "beside another failure", verdicts: [("x", .fail), ("y", .fail)],
        waivers: [waiver(["a"], "container:x")], verdict: .fail, subjects: [.waived, .fail]),
      Row(
        name: "by two waivers", verdicts: [("x", .fail), ("y", .fail)],
        waivers: [waiver(["a"], "container:x"), waiver(["a"], "*:y")], verdict: .waived,
        subjects: [.waived, .waived]),
      Row(
        name: "what is unknown", verdicts: [("x", .unknown)], verdict: .unknown,
        subjects: [.unknown]),
      Row(
        name: "what is manual", verdicts: [("x", .manual)], verdict: .manual, subjects: [.manual]),
      Row(name: "what passes", verdicts: [("x", .pass)], verdict: .pass, subjects: [.pass]),
      Row(name: "nothing", verdicts: [], verdict: .notApplicable, subjects: []),
      Row(
        name: "of another check", verdicts: [("x", .fail)], waivers: [waiver(["b"])],
        verdict: .fail, subjects: [.fail]),
      Row(
        name: "of a longer name", verdicts: [("web-2", .fail)],
        waivers: [waiver(["a"], "container:web")], verdict: .fail, subjects: [.fail]),
      Row(
        name: "of a glob", verdicts: [("web-2", .fail)],
        waivers: [waiver(["a"], "container:web*")], verdict: .waived, subjects: [.waived]),
      Row(
        name: "of another kind of subject", verdicts: [("x", .fail)],
        waivers: [waiver(["a"], "image:x")], verdict: .fail, subjects: [.fail]),
      Row(
        name: "of another case", verdicts: [("x", .fail)],
        waivers: [waiver(["a"], "container:X")], verdict: .fail, subjects: [.fail]),
      Row(
        name: "that end today", verdicts: [("x", .fail)], waivers: [waiver(["a"], to: 0)],
        verdict: .waived, subjects: [.waived]),
      Row(
        name: "that ended yesterday", verdicts: [("x", .fail)], waivers: [waiver(["a"], to: -1)],
        verdict: .fail, subjects: [.fail]),
      Row(
        name: "that were entered today", verdicts: [("x", .fail)],
        waivers: [waiver(["a"], from: 0)], verdict: .waived, subjects: [.waived]),
      Row(
        name: "that are entered tomorrow", verdicts: [("x", .fail)],
        waivers: [waiver(["a"], from: 1)], verdict: .fail, subjects: [.fail]),
    ])
  func verdicts(_ row: Row) throws {
    let report = Self.report(["a": row.verdicts]).waived(by: row.waivers, on: Self.today)
    let result = try #require(report.results.first)
    #expect(result.verdict == row.verdict)
    #expect(result.findings.map(\.verdict) == row.subjects)
    #expect(report.count(row.verdict) == 1)
    #expect((result.waiver != nil) == (row.verdict == .waived))
    #expect(result.waivers.count == row.subjects.count { $0 == .waived })
    // The reason is that of the verdict which is left.
    let reason = result.findings.first { $0.verdict == row.verdict }?.reason
    #expect(result.reason == reason ?? "")
  }

  @Test("that overlap leave the longest, and the check the one that ends first")
  func overlap() throws {
    let waivers = [
      Self.waiver(["a"], to: 5, reason: "short"), Self.waiver(["a"], "*:x", to: 50, reason: "long"),
      Self.waiver(["a"], to: 4, reason: "shorter"),
    ]
    let report = Self.report(["a": [("x", .fail), ("y", .fail)]])
    let result = try #require(report.waived(by: waivers, on: Self.today).results.first)
    #expect(result.waivers[.container("x")]?.reason == "long")
    #expect(result.waivers[.container("y")]?.reason == "short")
    #expect(result.waiver?.reason == "short")
  }

  @Test("whose days are over change nothing at all")
  func without() {
    let report = Self.report(["a": [("x", .fail), ("y", .unknown)], "b": [("x", .fail)]])
    #expect(report.waived(by: [], on: Self.today) == report)
    #expect(report.waived(by: [Self.waiver(["a", "b"], to: -1)], on: Self.today) == report)
  }

  /// Whatever is waived, nothing but failures changes, and nothing ever passes by it.
  @Test("hide nothing but what they cover", arguments: 0..<200 as Range<UInt64>)
  func random(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let verdicts: [Verdict] = [.pass, .fail, .manual, .notApplicable, .unknown]
    func subjects() -> [(String, Verdict)] {
      (0..<Int.random(in: 0...4, using: &random)).map {
        ("c\($0)", verdicts.randomElement(using: &random) ?? .fail)
      }
    }
    let before = Self.report(["a": subjects(), "b": subjects(), "c": subjects()])
    let waivers = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      Self.waiver(
        Set(["a", "b", "c"].filter { _ in Bool.random(using: &random) }),
        ["*", "container:c?", "container:c1", "image:*", "*2"].randomElement(using: &random) ?? "",
        from: Int.random(in: -3...1, using: &random), to: Int.random(in: 1...3, using: &random) - 2)
    }
    let after = before.waived(by: waivers, on: Self.today)
    for (before, after) in zip(before.results, after.results) {
      for (old, new) in zip(before.findings, after.findings) {
        let isCovered = waivers.contains {
          $0.waiver.holds(on: Self.today) && $0.covers(before.entry.slug, old.subject)
        }
        #expect(new.verdict == (old.verdict == .fail && isCovered ? .waived : old.verdict))
        #expect(new.subject == old.subject && new.reason == old.reason)
      }
      #expect(after.verdict == Verdict.worst(of: after.findings.map(\.verdict)))
      if after.verdict == .pass { #expect(before.verdict == .pass) }
    }
  }

  @Test("have a state on each day")
  func states() {
    let waiver = Self.waiver(["a"], from: 0, to: 30).waiver
    let states = [-1, 0, 15, 16, 30, 31].map {
      waiver.state(on: Day(number: Self.today.number + $0))
    }
    #expect(states == [.upcoming, .active, .active, .endsSoon, .endsSoon, .expired])
  }

  @Test("that expire between two days are told once, whenever one looks")
  func expiry() {
    let waivers = (-3...3).map { Self.waiver(["a"], to: $0, reason: "\($0)").waiver }
    func expired(_ earlier: Int, _ later: Int) -> [String] {
      waivers.expired(
        between: Day(number: Self.today.number + earlier),
        and: Day(number: Self.today.number + later)
      ).map(\.reason)
    }
    #expect(expired(0, 0) == [])
    #expect(expired(0, 1) == ["0"])
    #expect(expired(-2, 1) == ["-2", "-1", "0"])
    #expect(expired(-9, 9) == ["-3", "-2", "-1", "0", "1", "2", "3"])
    #expect(expired(1, 0) == [])
    // Looking each day, or only now and then, tells of each once.
    #expect((-9..<9).flatMap { expired($0, $0 + 1) } == expired(-9, 9))
  }

  @Test(
    "say what they are good for",
    arguments: [
      ([("x", .fail), ("y", .fail)], "*", true, .failures(2)),
      ([("x", .fail), ("y", .fail)], "*:x", true, .failures(1)),
      ([("x", .fail), ("y", .fail)], "*:z", true, .none),
      ([("x", .pass)], "*", true, .none), ([], "*", true, .none),
      ([("x", .manual)], "*", true, .none),
      ([("x", .unknown)], "*", true, .unknown),
      ([("x", .pass), ("y", .unknown)], "*:x", true, .unknown),
      ([("x", .fail), ("y", .unknown)], "*:x", true, .failures(1)),
      ([("x", .pass)], "*", false, .unknown), ([("x", .fail)], "*", false, .failures(1)),
    ] as [([(String, Verdict)], String, Bool, WaiverUse)])
  func use(_ verdicts: [(String, Verdict)], subject: String, reachable: Bool, use: WaiverUse) {
    let report = Self.report(["a": verdicts], reachable: reachable)
    let waiver = Self.waiver(["a"], subject)
    #expect(report.use(of: waiver) == use)
    #expect(report.waived(by: [waiver], on: Self.today).use(of: waiver) == use)
    // One that does not hold would be good for the same.
    #expect(report.use(of: Self.waiver(["a"], subject, to: -1)) == use)
  }

  @Test("of a check that was not judged may be good for something")
  func useElsewhere() {
    #expect(Self.report(["a": []]).use(of: Self.waiver(["b"])) == .unknown)
  }
}
