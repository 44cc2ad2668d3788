import Drift
import HardeningModel
import Reporting
import Testing

@testable import Journal

@Suite("Events in the journal")
struct JournalEventsTests {
  private static let benchmark = Benchmark(
    id: "cis-1.8.0", title: "CIS", version: "1.8.0",
    sections: [
      Benchmark.Section(
        id: "5", title: "Containers",
        entries: [
          Benchmark.Entry(
            id: "5.5", slug: "container-privileged", title: "", level: 1, marking: .manual),
          Benchmark.Entry(
            id: "5.23", slug: "container-seccomp", title: "", level: 2, marking: .manual),
        ])
    ])
  private static let events = JournalEvents(benchmark)

  private static func state(_ verdict: Verdict, _ observed: String = "") -> Posture.State {
    Posture.State(verdict: verdict, observed: observed)
  }

  private static func report(_ findings: [Finding]) -> Report {
    let scan = Report.Scan(
      id: "3c9d", startedAt: "2026-01-02T03:04:05Z", durationMilliseconds: 48, host: "web-1",
      machineID: "m", version: "0.1.0")
    let check = Check(
      slug: "container-privileged", surface: .host, stride: [.elevationOfPrivilege],
      explanation: Explanation(reads: "", passes: "", threat: ""), remedy: .assist(.none, "")
    ) { _ in [] }
    let result = Report.Result(
      entry: benchmark.sections[0].entries[0], check: check, findings: findings)
    return Report(
      scan: scan, engine: Report.Engine(.absent), benchmark: benchmark,
      sections: [Report.Section(id: "5", title: "", results: [result])])
  }

  private static func drift(
    _ change: DriftEvent.Change, _ slug: String?, _ before: Verdict, _ after: Verdict,
    failing: [String] = []
  ) -> DriftEvent {
    DriftEvent(
      change: change, slug: slug, subject: "container:web", before: state(before),
      after: state(after), failing: failing)
  }

  /// With whether the report is still at hand.
  @Test("tell of drift what the contract names", arguments: [true, false])
  func drift(hasReport: Bool) {
    let event = DriftEvent(
      change: .regressed, slug: "container-privileged", subject: "container:web",
      before: Self.state(.pass, "Privileged: false"), after: Self.state(.fail, "Privileged: true"),
      failing: ["container-privileged", "own-check"])
    let report = Self.report([
      Finding(
        subject: .container("web"), verdict: .fail, observed: "Privileged: true, of 2",
        expected: "not privileged"),
      Finding(subject: .container("db"), verdict: .pass, observed: "x", expected: "not privileged"),
    ])
    let entry = Self.events.drift(event, scan: "3c9d", report: hasReport ? report : nil)
    #expect(entry.priority == .error)
    #expect(entry.kind == .drift)
    #expect(
      entry.message
        == "regressed  5.5 container-privileged  container:web  pass -> fail: Privileged: true; also fails own-check"
    )
    #expect(entry[.event] == "drift")
    #expect(entry[.scan] == "3c9d")
    #expect(entry[.benchmark] == "cis-1.8.0")
    #expect(entry[.check] == "5.5")
    #expect(entry[.slug] == "container-privileged")
    #expect(entry[.subject] == "container:web")
    #expect(entry[.change] == "regressed")
    #expect(entry[.before] == "pass")
    #expect(entry[.after] == "fail")
    #expect(entry[.observedBefore] == "Privileged: false")
    #expect(entry[.observed] == (hasReport ? "Privileged: true, of 2" : "Privileged: true"))
    #expect(entry[.expected] == (hasReport ? "not privileged" : nil))
    #expect(entry[.failing] == "5.5,own-check")
    #expect(entry[.asAccepted] == nil)
  }

  @Test("tell what is asked of a subject that findings call otherwise")
  func identity() {
    var event = Self.drift(.regressed, "container-privileged", .pass, .fail)
    event.subject = "container:compose/shop/web/1"
    let report = Self.report([
      Finding(
        subject: .container("shop-web-1"), verdict: .fail, observed: "true",
        expected: "not privileged")
    ])
    let entry = Self.events.drift(event, scan: "1", report: report)
    #expect(entry[.expected] == "not privileged")
    #expect(entry[.observed] == nil)
  }

  static let priorities: [(DriftEvent, Priority)] = [
    (drift(.regressed, "container-privileged", .pass, .fail), .error),
    (drift(.regressed, "container-seccomp", .pass, .fail), .warning),
    (
      drift(
        .regressed, "container-seccomp", .pass, .fail, failing: ["container-privileged"]), .error
    ),
    (drift(.regressed, "own-check", .pass, .fail), .warning),
    (drift(.improved, "container-privileged", .fail, .pass), .notice),
    (
      drift(.appeared, nil, .notApplicable, .fail, failing: ["container-privileged"]), .warning
    ),
    (drift(.appeared, nil, .notApplicable, .pass), .notice),
    (drift(.disappeared, nil, .fail, .notApplicable), .notice),
    (drift(.changed, "container-privileged", .fail, .fail), .warning),
    (drift(.changed, "container-privileged", .manual, .manual), .notice),
    (drift(.changed, nil, .pass, .pass, failing: ["container-seccomp"]), .warning),
    (drift(.lostSight, "container-privileged", .pass, .unknown), .warning),
    (drift(.regainedSight, "container-privileged", .unknown, .pass), .notice),
    (drift(.regainedSight, "container-privileged", .unknown, .fail), .warning),
    (drift(.flapping, "container-privileged", .pass, .fail), .warning),
    (drift(.rested, "container-privileged", .fail, .pass), .notice),
    (drift(.rested, "container-privileged", .pass, .fail), .warning),
  ]

  @Test("have a priority by what they mean", arguments: priorities)
  func priority(_ event: DriftEvent, _ priority: Priority) {
    #expect(Self.events.drift(event, scan: "1").priority == priority)
  }

  @Test("tell of a pass how many checks have which verdict")
  func scan() {
    let report = Self.report([Finding(subject: .container("web"), verdict: .fail)])
    let entry = Self.events.scan(report, partiality: "the Engine did not answer")
    #expect(entry.priority == .info)
    #expect(
      entry.message
        == "0 pass, 1 fail, 0 manual, 0 not applicable, 0 unknown, 0 waived; by cis-1.8.0; not all was seen: the Engine did not answer"
    )
    let fields: [JournalField] = [
      .event, .scan, .pass, .fail, .manual, .notApplicable, .unknown, .waived, .duration, .version,
    ]
    #expect(
      fields.map { entry[$0] } == [
        "scan", "3c9d", "0", "1", "0", "0", "0", "0", "48", "0.1.0",
      ])
  }

  static let outcomes: [(RemediationReport.Status, Priority)] = [
    (.fixed, .notice), (.alreadyCompliant, .notice), (.pendingRestart, .notice),
    (.planned, .notice), (.undone, .notice), (.refused, .error), (.failed, .error),
    (.rolledBack, .error),
  ]

  @Test("tell of remediations what became of each", arguments: outcomes)
  func remediation(_ status: RemediationReport.Status, _ priority: Priority) {
    let result = RemediationReport.Result(
      id: "5.5", slug: "container-privileged", title: "", subject: "container:web", status: status,
      before: "mode 0666", after: "mode 0644", reason: "because")
    var report = RemediationReport(transaction: "7f3a", results: [result])
    let entries = Self.events.remediation(report, by: "root")
    #expect(entries.count == 1)
    #expect(entries.first?.priority == priority)
    #expect(entries.first?.kind == .remediation)
    let fields: [JournalField] = [
      .event, .transaction, .check, .subject, .status, .observedBefore, .observed, .reason, .by,
    ]
    #expect(
      fields.map { entries.first?[$0] } == [
        "remediation", "7f3a", "5.5", "container:web", status.rawValue, "mode 0666", "mode 0644",
        "because", "root",
      ])
    #expect(
      entries.first?[.after] == (status == .fixed || status == .alreadyCompliant ? "pass" : nil))
    report.undoes = "6e29"
    let undone = Self.events.remediation(report, by: "root").first
    #expect(undone?.kind == .undo && undone?[.event] == "undo" && undone?[.undoes] == "6e29")
    #expect(undone?[.after] == nil)
  }

  @Test("tell of a remediation in one line")
  func line() {
    let result = RemediationReport.Result(
      id: "5.5", slug: "container-privileged", title: "", subject: "file:/a", status: .fixed,
      before: "mode 0666", after: "mode 0644")
    #expect(
      Self.events.remediation(RemediationReport(results: [result]), by: "root").map(\.message) == [
        "fixed  5.5 container-privileged  file:/a  mode 0666 -> mode 0644"
      ])
  }

  @Test("tell who fights a repair, or that nobody knows")
  func contest() {
    let entry = Self.events.contest(
      slug: "container-privileged", subject: "file:/a", repairs: 3, window: .seconds(3600),
      opponent: "puppet (pid 7, uid 0)")
    #expect(entry.priority == .error)
    #expect(entry[.event] == "remediation" && entry.kind == .contest)
    #expect(entry[.repairs] == "3" && entry[.window] == "3600")
    #expect(entry[.opponent] == "puppet (pid 7, uid 0)")
    #expect(
      entry.message
        == "given up  5.5 container-privileged  file:/a  repaired 3 times within 3600 s and undone by puppet (pid 7, uid 0); a person has to look"
    )
    let unknown = Self.events.contest(
      slug: "container-privileged", subject: "file:/a", repairs: 3, window: .seconds(3600),
      opponent: nil)
    #expect(unknown[.opponent] == nil)
    #expect(unknown.message.contains("undone by somebody; no audit record says who"))
  }

  @Test("tell of what people accept")
  func acceptance() {
    let baseline = BaselineSummary(
      generation: 2, acceptedAt: 0, by: "root, logged in as anna", reason: "new host",
      benchmark: "cis-1.8.0", importedFrom: nil, scan: Self.report([]).scan)
    let accepted = Self.events.baseline(baseline)
    #expect(accepted.message == "baseline 2 accepted by root, logged in as anna: new host")
    #expect(accepted[.generation] == "2" && accepted[.action] == "accepted")
    #expect(accepted[.by] == "root, logged in as anna")
    let waiver = Waiver(
      selector: "5.5", subject: Glob("container:w*"), reason: "legacy",
      entered: Day(year: 2026, month: 1, day: 1), until: Day(year: 2026, month: 2, day: 1),
      who: "anna")
    let added = Self.events.waiver(waiver, .added, by: "anna")
    #expect(added.priority == .notice)
    #expect(
      added.message == "waiver of 5.5 for container:w* until 2026-02-01 added by anna: legacy")
    let fields: [JournalField] = [.action, .selector, .subject, .until, .reason, .by]
    #expect(
      fields.map { added[$0] } == ["added", "5.5", "container:w*", "2026-02-01", "legacy", "anna"])
    let expired = Self.events.waiver(waiver, .expired, by: nil)
    #expect(expired.priority == .warning)
    #expect(expired.message == "waiver of 5.5 for container:w* until 2026-02-01 expired: legacy")
  }

  @Test("tell of the Engine and of tampering")
  func others() {
    let lost = Self.events.engine(
      reachable: false, at: "unix:///var/run/docker.sock", "cannot reach it: it hangs")
    #expect(lost.priority == .warning && lost[.state] == "unreachable")
    #expect(lost[.reason] == "cannot reach it: it hangs")
    let back = Self.events.engine(reachable: true, at: "unix:///var/run/docker.sock", "26.1.5")
    #expect(back.priority == .notice && back[.state] == "reachable" && back[.reason] == nil)
    let tamper = Self.events.tamper("the key did not sign it", path: "/var/lib/dockward/x")
    #expect(tamper.priority == .critical && tamper[.path] == "/var/lib/dockward/x")
    #expect(tamper[.event] == "tamper")
  }
}
