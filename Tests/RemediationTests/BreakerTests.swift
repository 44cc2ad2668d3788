import FoundationEssentials
import HardeningModel
import Remediation
import Store
import Testing

@Suite("The breaker")
struct BreakerTests {
  /// What one transaction did about one thing, so many minutes after the first.
  struct Deed: Sendable {
    var minute: Int
    var by: Person
    var kind = Transaction.Kind.remediate
    var statuses: [Transaction.Step.Status]
    var slug = "file-docker-service-mode"
    var subject = "file:/a"

    static let start = Date(timeIntervalSince1970: 1_767_323_040)

    static func service(_ minute: Int, _ statuses: Transaction.Step.Status...) -> Deed {
      Deed(
        minute: minute, by: Person(uid: 0, name: "root", unit: "dockward-remediate@x.service"),
        statuses: statuses)
    }

    static func person(_ minute: Int, _ statuses: Transaction.Step.Status...) -> Deed {
      Deed(minute: minute, by: Person(uid: 0, name: "anna"), statuses: statuses)
    }

    static func undo(_ minute: Int, _ statuses: Transaction.Step.Status...) -> Deed {
      Deed(
        minute: minute, by: Person(uid: 0, name: "anna"), kind: .undo, statuses: statuses)
    }

    func of(slug: String? = nil, subject: String? = nil) -> Deed {
      var deed = self
      deed.slug = slug ?? deed.slug
      deed.subject = subject ?? deed.subject
      return deed
    }

    func transaction(_ number: Int) -> Transaction {
      let time = Self.start.addingTimeInterval(Double(minute) * 60)
      var transaction = Transaction(
        id: "\(number)", kind: kind, request: slug, by: by, begunAt: time)
      transaction.steps = statuses.enumerated().map { index, status in
        Transaction.Step(
          number: index + 1, slug: slug, subject: subject, action: "", status: status,
          begunAt: time)
      }
      return transaction
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var deeds: [Deed]
    var state: Breaker.State
    var limits = BreakerLimits(repairs: 3, window: 3600)
    /// In minutes.
    var now = 100_000

    init(
      _ name: String, _ deeds: [Deed], _ state: Breaker.State,
      repairs: Int = 3, window: Int = 3600, now: Int = 100_000
    ) {
      (testDescription, self.deeds, self.state, self.now) = (name, deeds, state, now)
      limits = BreakerLimits(repairs: repairs, window: window)
    }
  }

  private static func open(_ minute: Int, _ repairs: Int) -> Breaker.State {
    .open(since: Deed.start.addingTimeInterval(Double(minute) * 60), repairs: repairs)
  }

  private static let takenBack = Breaker.State.takenBack(
    since: Deed.start.addingTimeInterval(600), by: Person(uid: 0, name: "anna"))

  private static let rows = [
    Row("nothing was ever done", [], .closed),
    Row("two repairs", [.service(0, .fixed), .service(1, .fixed)], .closed),
    Row(
      "three repairs within the window",
      [.service(0, .fixed), .service(30, .fixed), .service(60, .fixed)], open(60, 3)),
    Row(
      "three repairs in more than the window",
      [.service(0, .fixed), .service(30, .fixed), .service(61, .fixed)], .closed),
    Row(
      "three of many that are within it",
      [
        .service(0, .fixed), .service(60, .fixed), .service(120, .fixed), .service(150, .fixed),
        .service(170, .fixed),
      ], open(170, 3)),
    Row(
      "however long ago",
      [.service(0, .fixed), .service(1, .fixed), .service(2, .fixed)], open(2, 3), now: 500_000),
    Row(
      "in any order",
      [.service(2, .fixed), .service(0, .fixed), .service(1, .fixed)], open(2, 3)),
    Row(
      "another bound", [.service(0, .fixed), .service(1, .fixed)], open(1, 2), repairs: 2),
    Row(
      "a shorter window, by which it would not have opened",
      [.service(0, .fixed), .service(5, .fixed), .service(10, .fixed)], .closed, window: 300),
    Row(
      "no bound",
      [.service(0, .fixed), .service(0, .failed), .service(0, .failed), .service(0, .failed)],
      .closed, repairs: 0),
    Row(
      "what failed counts", [.service(0, .failed), .service(1, .rolledBack), .service(2, .fixed)],
      open(2, 3)),
    Row(
      "what was refused counts",
      [.service(0, .refused), .service(1, .refused), .service(2, .refused)], open(2, 3)),
    Row(
      "what was cut short counts",
      [.service(0, .begun), .service(1, .applied), .service(2, .begun)], open(2, 3)),
    Row(
      "what waits for a restart counts",
      [.service(0, .pendingRestart), .service(1, .pendingRestart), .service(2, .pendingRestart)],
      open(2, 3)),
    Row(
      "what was there already does not",
      [.service(0, .alreadyCompliant), .service(1, .fixed), .service(2, .fixed)], .closed),
    Row(
      "three in a row that did not help, however far apart",
      [.service(0, .failed), .service(600, .refused), .service(1200, .fixed, .failed)],
      open(1200, 3)),
    Row(
      "three that did not help with one between that did",
      [
        .service(0, .failed), .service(600, .failed), .service(1200, .fixed),
        .service(1800, .failed),
      ], .closed),
    Row(
      "a person has mended it since",
      [.service(0, .fixed), .service(1, .fixed), .service(2, .fixed), .person(3, .fixed)], .closed),
    Row(
      "a person has mended it, and what was before counts no more",
      [
        .service(0, .fixed), .service(1, .fixed), .service(2, .fixed), .person(3, .fixed),
        .service(4, .fixed), .service(5, .fixed),
      ], .closed),
    Row(
      "it opens again after that",
      [
        .service(0, .fixed), .service(1, .fixed), .person(3, .pendingRestart), .service(4, .fixed),
        .service(5, .fixed), .service(6, .fixed),
      ], open(6, 3)),
    Row(
      "a person could not mend it",
      [.service(0, .fixed), .service(1, .fixed), .service(2, .fixed), .person(3, .failed)],
      open(2, 3)),
    Row(
      "a person has mended it before",
      [.person(0, .fixed), .service(1, .fixed), .service(2, .fixed), .service(3, .fixed)],
      open(3, 3)),
    Row(
      "of another file",
      [.service(0, .fixed), .service(1, .fixed), .service(2, .fixed).of(subject: "file:/b")],
      .closed),
    Row(
      "of another check",
      [.service(0, .fixed), .service(1, .fixed), .service(2, .fixed).of(slug: "another")],
      .closed),
    Row(
      "a person has mended another file",
      [
        .service(0, .fixed), .service(1, .fixed), .service(2, .fixed),
        .person(3, .fixed).of(subject: "file:/b"),
      ], open(2, 3)),
    Row("a person took it back", [.service(0, .undone), .undo(10, .undone)], takenBack),
    Row(
      "a person took it back, without a bound too", [.service(0, .undone), .undo(10, .undone)],
      takenBack, repairs: 0),
    Row("a person could not take it back", [.service(0, .fixed), .undo(10, .refused)], .closed),
    Row(
      "a person took it back and mended it again",
      [.service(0, .undone), .undo(10, .undone), .person(20, .fixed)], .closed),
    Row(
      "what a clock wrote that was ahead",
      [.service(0, .fixed), .service(1, .fixed), .service(200, .fixed)], .closed, now: 100),
  ]

  @Test("opens and closes by what the ledger tells", arguments: rows)
  func state(_ row: Row) {
    let transactions = row.deeds.enumerated().map { $1.transaction($0) }
    #expect(
      Breaker(row.limits).state(
        of: "file-docker-service-mode", subject: "file:/a", in: transactions,
        at: Deed.start.addingTimeInterval(Double(row.now) * 60)) == row.state)
  }

  @Test("says what a person has to do")
  func reason() {
    #expect(Breaker.State.closed.reason(number: "3.2") == nil)
    #expect(
      Self.open(0, 3).reason(number: "3.2")
        == "the service has tried 3 times, the last time at 2026-01-02T03:04:00Z, and leaves it to a person: find out what undoes it, then 'dockward remediate 3.2'"
    )
    #expect(
      Self.takenBack.reason(number: "3.2")
        == "anna took the remediation back at 2026-01-02T03:14:00Z; once that is no longer wanted: 'dockward remediate 3.2'"
    )
  }
}

@Suite("What the service has mended")
struct OptInChoiceTests {
  private static let modes = "file-docker-service-mode"
  private static let owners = "file-docker-service-owner"
  private static let now = BreakerTests.Deed.start.addingTimeInterval(86_400)

  private static func report(_ checks: [(slug: String, findings: [Finding])]) -> Report {
    Report(
      scan: Report.Scan(
        id: "", startedAt: "", durationMilliseconds: 0, host: "", machineID: "", version: ""),
      engine: Report.Engine(.absent),
      benchmark: Benchmark(id: "x", title: "", version: "", sections: []),
      sections: [
        Report.Section(
          id: "1", title: "",
          results: checks.enumerated().map { index, check in
            Report.Result(
              entry: Benchmark.Entry(
                id: "1.\(index + 1)", slug: check.slug, title: "", level: 1, marking: .automated),
              check: Check(
                slug: check.slug, surface: .host, stride: [.tampering],
                explanation: Explanation(reads: "", passes: "", threat: ""),
                remedy: .assist(.none, "")
              ) { _ in [] },
              findings: check.findings)
          })
      ])
  }

  private static func choice(
    _ checks: [(slug: String, findings: [Finding])], enabled: [String] = [modes],
    _ deeds: [BreakerTests.Deed] = [], mayRestart: Bool = false,
    hasReadConfiguration: Reading<Bool> = .found(false)
  ) -> OptInChoice {
    OptInChoice(
      for: report(checks), enabled: enabled, breaker: Breaker(.standard),
      past: deeds.enumerated().map { $1.transaction($0) }, mayRestart: mayRestart,
      hasReadConfiguration: hasReadConfiguration, at: now)
  }

  private static func finding(_ verdict: Verdict, _ path: String = "/a") -> Finding {
    Finding(subject: .file(path), verdict: verdict)
  }

  @Test(
    "is what fails", arguments: [Verdict.pass, .fail, .manual, .notApplicable, .unknown, .waived])
  func verdicts(_ verdict: Verdict) {
    let choice = Self.choice([(Self.modes, [Self.finding(verdict)])])
    #expect(choice.checks == (verdict == .fail ? [Self.modes] : []))
    #expect(choice.heldBack == [])
  }

  @Test("is what was opted into, in the order of the report, each check once")
  func enabled() {
    let checks = [
      (Self.owners, [Self.finding(.fail), Self.finding(.fail, "/b")]),
      (Self.modes, [Self.finding(.pass), Self.finding(.fail, "/b")]),
      ("another", [Self.finding(.fail)]),
    ]
    #expect(Self.choice(checks, enabled: []).checks == [])
    #expect(Self.choice(checks, enabled: [Self.modes]).checks == [Self.modes])
    #expect(
      Self.choice(checks, enabled: [Self.modes, Self.owners]).checks == [Self.owners, Self.modes])
  }

  @Test("is not what the breaker holds back")
  func held() {
    let fight = (0..<3).map { BreakerTests.Deed.service($0, .fixed) }
    let alone = Self.choice([(Self.modes, [Self.finding(.fail)])], fight)
    #expect(alone.checks == [])
    #expect(alone.heldBack.map(\.notice) == ["\(Self.modes) open file:/a"])
    #expect(alone.heldBack.map(\.number) == ["1.1"])
    #expect(alone.heldBack[0].text.contains("'dockward remediate 1.1'"))
    // Another file of the check is mended all the same.
    let both = Self.choice([(Self.modes, [Self.finding(.fail), Self.finding(.fail, "/b")])], fight)
    #expect(both.checks == [Self.modes])
    #expect(both.heldBack == alone.heldBack)
    // What passes is not told.
    #expect(Self.choice([(Self.modes, [Self.finding(.pass)])], fight) == Self.choice([]))
    let undone = Self.choice(
      [(Self.modes, [Self.finding(.fail)])], [.service(0, .undone), .undo(1, .undone)])
    #expect(undone.heldBack.map(\.notice) == ["\(Self.modes) takenBack file:/a"])
  }

  @Test("waits for a time in which dockerd may be restarted", arguments: [Verdict.fail, .unknown])
  func restart(_ verdict: Verdict) {
    let checks = [(Self.modes, [Self.finding(verdict)])]
    let pending = [BreakerTests.Deed.service(0, .pendingRestart)]
    let waiting = Self.choice(checks, pending)
    #expect(waiting.checks == [])
    #expect(waiting.heldBack.map(\.notice) == ["\(Self.modes) awaitsRestart file:/a"])
    let open = Self.choice(checks, pending, mayRestart: true)
    #expect(open.checks == [Self.modes] && open.heldBack == [])
    // dockerd has read it, so that it does not wait for that any more.
    let read = Self.choice(checks, pending, hasReadConfiguration: .found(true))
    #expect(read.checks == (verdict == .fail ? [Self.modes] : []) && read.heldBack == [])
  }
}
