import Drift
import HardeningModel
import Testing

@testable import Reporting

@Suite("Drift as text")
struct DriftTextTests {
  private static let text = DriftText(
    Benchmark(
      id: "cis-1.8.0", title: "CIS", version: "1.8.0",
      sections: [
        Benchmark.Section(
          id: "5", title: "Containers",
          entries: [
            Benchmark.Entry(
              id: "5.4", slug: "container-capabilities", title: "", level: 1, marking: .manual),
            Benchmark.Entry(
              id: "5.5", slug: "container-privileged", title: "", level: 1, marking: .manual),
          ])
      ]))

  private static func state(_ verdict: Verdict, _ observed: String = "") -> Posture.State {
    Posture.State(verdict: verdict, observed: observed)
  }

  static let events: [(DriftEvent, String)] = [
    (
      DriftEvent(
        change: .regressed, slug: "container-privileged", subject: "container:web",
        before: state(.pass, "Privileged: false"), after: state(.fail, "Privileged: true"),
        failing: ["container-capabilities", "container-privileged"]),
      "regressed  5.5 container-privileged  container:web  pass -> fail: Privileged: true; also fails 5.4"
    ),
    (
      DriftEvent(
        change: .appeared, slug: nil, subject: "container:evil", before: .none,
        after: state(.fail, "sha256:0123456789abcdef"),
        failing: ["container-privileged", "own-check"]),
      "appeared  container:evil  fails 5.5, own-check"
    ),
    (
      DriftEvent(
        change: .disappeared, slug: nil, subject: "container:evil", before: state(.fail),
        after: .none, isReturn: true),
      "disappeared  container:evil  it is gone (as accepted)"
    ),
    (
      DriftEvent(
        change: .changed, slug: nil, subject: "image:web:1",
        before: state(.pass, "sha256:0123456789abcdef"),
        after: state(.pass, "sha256:fedcba98765432")
      ),
      "changed  image:web:1  image 0123456789ab -> fedcba987654"
    ),
    (
      DriftEvent(
        change: .changed, slug: "container-memory-limit", subject: "container:web",
        before: state(.pass, "Memory: 1"), after: state(.pass, "Memory: 2\u{1B}[2J\n[FAIL]")),
      #"changed  container-memory-limit  container:web  pass: 'Memory: 1' -> 'Memory: 2\u{1B}[2J\u{A}[FAIL]'"#
    ),
    (
      DriftEvent(
        change: .lostSight, slug: nil, subject: "daemon", before: state(.fail),
        after: state(.unknown)),
      "lost sight  daemon  what was seen before cannot be read now"
    ),
    (
      DriftEvent(
        change: .flapping, slug: "own-check", subject: "host", before: state(.fail),
        after: state(.pass)),
      "flapping  own-check  host  changes all the time; it is told again when it rests"
    ),
  ]

  @Test("is one line an event", arguments: events)
  func line(_ event: DriftEvent, _ line: String) {
    #expect(Self.text.line(of: event) == line)
  }

  @Test("stands in columns")
  func columns() {
    let lines = Self.text.lines(of: [Self.events[1].0, Self.events[0].0])
    #expect(lines[0] == "appeared                             container:evil  fails 5.5, own-check")
    #expect(lines[1].hasPrefix("regressed  5.5 container-privileged  container:web   pass -> fail"))
  }
}
