/// Failures that somebody has accepted for a time, and why.
package struct Waiver: Sendable, Equatable {
  /// Which checks, as it was typed: `5.4`, `5.*`, `container-privileged`, or several with commas.
  package var selector: String
  /// The benchmark whose numbers the selector has, e.g. `cis-1.8.0`; `nil` for the one in use. A
  /// number means another check in another benchmark, so that it must not be taken for one of those.
  package var benchmark: String?
  /// Which subjects, by their text in reports.
  package var subject: Glob
  package var reason: String
  /// The first day on which it holds, in UTC: the one on which it was entered.
  package var entered: Day
  /// The last day on which it holds, in UTC.
  package var until: Day
  /// Who entered it.
  package var who: String

  package init(
    selector: String, benchmark: String? = nil, subject: Glob = Waiver.everySubject,
    reason: String, entered: Day, until: Day, who: String
  ) {
    self.selector = selector
    self.benchmark = benchmark
    self.subject = subject
    self.reason = reason
    self.entered = entered
    self.until = until
    self.who = who
  }

  package static let everySubject = Glob("*")

  /// Where a day lies in the time of a waiver.
  package enum State: String, Sendable, CaseIterable {
    /// It was entered on a later day.
    case upcoming
    case active
    /// It holds, and ends within `soon` days.
    case endsSoon
    case expired
  }

  /// In days.
  package static let soon = 14

  package func state(on day: Day) -> State {
    if day < entered { return .upcoming }
    if day > until { return .expired }
    return until.days(since: day) <= Self.soon ? .endsSoon : .active
  }

  package func holds(on day: Day) -> Bool { entered <= day && day <= until }

  /// Whether both are about the same: then one of them is enough.
  package func isAboutTheSame(as other: Waiver) -> Bool {
    zip(
      [selector, benchmark ?? "", subject.pattern],
      [other.selector, other.benchmark ?? "", other.subject.pattern]
    ).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }
}

extension Sequence<Waiver> {
  /// Those that held on `earlier` and hold no more on `later`: whoever looks each day at those since
  /// the day on which it looked last hears of each expiry once.
  package func expired(between earlier: Day, and later: Day) -> [Waiver] {
    filter { $0.holds(on: earlier) && $0.until < later }
  }
}
