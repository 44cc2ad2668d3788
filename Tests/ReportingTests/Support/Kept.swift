import Drift
import HardeningModel

@testable import Reporting

/// What a store may have kept of a host; `text` is what somebody else has chosen.
enum Kept {
  /// 2026-01-31T12:00:00Z
  static let now = 1_769_860_800

  static let benchmark = Benchmark(
    id: "sample-1.0", title: "A Sample", version: "1.0",
    sections: [
      Benchmark.Section(
        id: "5", title: "Containers",
        entries: [
          Benchmark.Entry(
            id: "5.1", slug: "container-a", title: "a", level: 1, marking: .automated)
        ])
    ])

  static func scan(_ id: String, secondsAgo: Int, host: String) -> Report.Scan {
    Report.Scan(
      id: id, startedAt: Timestamp.rfc3339(seconds: now - secondsAgo), durationMilliseconds: 48,
      host: host, machineID: "0123456789abcdef", version: "0.1.0")
  }

  static func pass(
    _ id: String, secondsAgo: Int, _ text: String, partiality: String? = nil
  ) -> PassSummary {
    PassSummary(
      scan: scan(id, secondsAgo: secondsAgo, host: text), benchmark: "sample-1.0",
      partiality: partiality,
      counts: [.pass: 80, .fail: 20, .manual: 7, .notApplicable: 3, .unknown: 1, .waived: 2],
      foundChange: true)
  }

  static func baseline(_ text: String, importedFrom: String? = nil) -> BaselineSummary {
    BaselineSummary(
      generation: 1, acceptedAt: now - 3 * 86_400, by: "root, logged in as anna", reason: text,
      benchmark: "sample-1.0", importedFrom: importedFrom,
      scan: scan("first", secondsAgo: 3 * 86_400 + 60, host: text))
  }

  static func events(_ text: String) -> [DriftEvent] {
    [
      DriftEvent(
        change: .appeared, slug: nil, subject: "container:\(text)", before: .none,
        after: Posture.State(verdict: .fail, observed: text), failing: ["container-a"]),
      DriftEvent(
        change: .regressed, slug: "file-a", subject: "file:/etc/a",
        before: Posture.State(verdict: .pass, observed: "mode 0644"),
        after: Posture.State(verdict: .fail, observed: "mode 0666; \(text)"), failing: ["file-a"]),
    ]
  }

  static func remediation(_ text: String) -> RemediationSummary {
    RemediationSummary(
      id: "7f3a", kind: "remediate", undoes: nil, request: "3.1,5.1", by: text,
      begunAt: now - 600, endedAt: now - 590,
      steps: [
        .init(
          slug: "file-a", subject: "file:/etc/a", action: "mode 0644", status: "fixed", reason: ""),
        .init(
          slug: "container-a", subject: "container:\(text)", action: text,
          status: "pendingRestart", reason: text),
      ])
  }

  static func status(_ text: String = "plain") -> HostStatus {
    HostStatus(
      now: now, store: "/var/lib/dockward/dockward.sqlite",
      last: pass("third", secondsAgo: 60, text, partiality: text),
      lastWhole: pass("second", secondsAgo: 7200, text), baseline: .accepted(baseline(text)),
      drift: events(text), waiverFile: "/etc/dockward/waivers.yaml",
      waivers: Report.waivers(text: text).map(\.waiver)
        + [
          Waiver(
            selector: "5.1", subject: Glob(text), reason: text, entered: Day(number: 20_000),
            until: Day(secondsSince1970: now - 5 * 86_400), who: text)
        ],
      awaitingRestart: [remediation(text)],
      flapping: [("container:\(text)", nil), ("daemon", "daemon-a")], names: DriftText(benchmark))
  }

  /// Of a store that a baseline was just imported into.
  static var newStatus: HostStatus {
    HostStatus(
      now: now, store: "/s/dockward.sqlite", last: nil, lastWhole: nil,
      baseline: .accepted(baseline("ours", importedFrom: "sha256:0")), drift: nil, waiverFile: "/w",
      waivers: [], awaitingRestart: [], flapping: [], names: DriftText(benchmark))
  }

  static func history(_ text: String = "plain") -> HistoryListing {
    let told = events(text)
    let entries = [
      HistoryListing.Entry(time: now - 600, what: .remediation(remediation(text))),
      .init(time: now - 3 * 86_400, what: .baseline(baseline(text))),
      .init(time: now - 3 * 86_400, what: .tampered(generation: 2, text)),
      .init(time: now - 7200, what: .drift(told[0], scan: "second", isTold: true)),
      .init(time: now - 7200, what: .drift(told[1], scan: "second", isTold: false)),
      .init(time: now - 7200, what: .pass(pass("second", secondsAgo: 7200, text))),
      .init(
        time: now - 60, what: .pass(pass("third", secondsAgo: 60, text, partiality: text))),
    ]
    return HistoryListing(
      entries, since: now - 86_400 * 7, checks: nil, isComplete: true, names: DriftText(benchmark))
  }
}
