import Drift
import HardeningModel

extension JournalEvents {
  /// One thing that changed on the host, found by the pass `scan`. `report` is of that pass, where it is
  /// still at hand.
  package func drift(
    _ event: DriftEvent, scan: String, report: Report? = nil
  ) -> JournalEntry {
    var entry = entry(
      .drift, priority(of: event), text.line(of: event), slug: event.slug, subject: event.subject)
    let found = report.flatMap { finding(of: event, in: $0) }
    entry.add(.scan, scan)
    entry.add(.change, event.change.rawValue)
    entry.add(.before, event.before.verdict.rawValue)
    entry.add(.after, event.after.verdict.rawValue)
    entry.add(.observedBefore, event.before.observed)
    // What the store keeps of a text is its beginning, and less of one that is unknown.
    entry.add(.observed, found?.observed ?? event.after.observed)
    entry.add(.expected, found?.expected ?? report.flatMap { expectation(of: event, in: $0) })
    entry.add(.reason, found?.reason)
    entry.add(
      .failing, event.failing.map { text.number(of: $0) ?? $0 }.joined(separator: ","))
    if event.isReturn { entry.add(.asAccepted, 1) }
    return entry
  }

  /// A regression of a level-1 check is an error, everything else that is worse than before, or cannot be
  /// seen any more, a warning; what is better, or gone, is worth a notice.
  private func priority(of event: DriftEvent) -> Priority {
    switch event.change {
    case .regressed:
      let slugs = (event.slug.map { [$0] } ?? []) + event.failing
      return slugs.contains(where: isLevelOne) ? .error : .warning
    case .appeared, .lostSight, .flapping, .regainedSight, .rested:
      return event.isWorse ? .warning : .notice
    case .changed:
      // Other than accepted, but nothing that fails.
      return event.after.verdict == .fail || !event.failing.isEmpty ? .warning : .notice
    case .improved, .disappeared: return .notice
    }
  }

  private func findings(of event: DriftEvent, in report: Report) -> [Finding] {
    report.results.first { $0.entry.slug == event.slug }?.findings ?? []
  }

  /// The finding that the event is about; `nil` where the subject's stable identity is not what findings
  /// call it.
  private func finding(of event: DriftEvent, in report: Report) -> Finding? {
    findings(of: event, in: report).first { finding in
      finding.subject.description.utf8.elementsEqual(event.subject.utf8)
        && (finding.verdict == event.after.verdict || finding.verdict == .waived)
    }
  }

  /// What the check asks of all of its subjects alike; `nil` where it does not.
  private func expectation(of event: DriftEvent, in report: Report) -> String? {
    let texts = Set(findings(of: event, in: report).map(\.expected).filter { !$0.isEmpty })
    return texts.count == 1 ? texts.first : nil
  }
}
