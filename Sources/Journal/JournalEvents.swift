import Drift
import HardeningModel
import Reporting

/// The entries for what happens to a host, with the numbers of one benchmark.
package struct JournalEvents: Sendable {
  let benchmark: String
  let text: DriftText
  private let levels: [String: Int]

  package init(_ benchmark: Benchmark) {
    self.benchmark = benchmark.id
    text = DriftText(benchmark)
    levels = Dictionary(
      benchmark.entries.compactMap { entry in entry.level.map { (entry.slug, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  func isLevelOne(_ slug: String) -> Bool { levels[slug] == 1 }

  /// An entry of this kind; with `slug`, of that check.
  func entry(
    _ kind: JournalMessage, _ priority: Priority, _ message: String, slug: String? = nil,
    subject: String? = nil
  ) -> JournalEntry {
    var entry = JournalEntry(priority, message, kind: kind)
    entry.add(.benchmark, benchmark)
    entry.add(.check, slug.flatMap { text.number(of: $0) })
    entry.add(.slug, slug)
    entry.add(.subject, subject)
    return entry
  }

  /// That a full pass is done. `partiality` is why it did not see all of the host.
  package func scan(_ report: Report, partiality: String? = nil) -> JournalEntry {
    let counts: [(Verdict, JournalField, String)] = [
      (.pass, .pass, "pass"), (.fail, .fail, "fail"), (.manual, .manual, "manual"),
      (.notApplicable, .notApplicable, "not applicable"), (.unknown, .unknown, "unknown"),
      (.waived, .waived, "waived"),
    ]
    var message = counts.map { "\(report.count($0.0)) \($0.2)" }.joined(separator: ", ")
    message += "; by \(report.benchmark.id)"
    if let partiality { message += "; not all was seen: \(partiality)" }
    var entry = entry(.scan, .info, message)
    entry.add(.scan, report.scan.id)
    for (verdict, field, _) in counts { entry.add(field, report.count(verdict)) }
    entry.add(.duration, report.scan.durationMilliseconds)
    entry.add(.version, report.scan.version)
    entry.add(.partiality, partiality)
    return entry
  }

  /// What became of each subject of a remediation, or of taking one back. `by` is who asked for it.
  package func remediation(_ report: RemediationReport, by: String) -> [JournalEntry] {
    report.results.map { result in
      let name = [text.name(of: result.slug), result.subject]
      let outcome = result.reason.isEmpty ? "" : ": \(result.reason)"
      let values = [result.before, result.after].filter { !$0.isEmpty }.joined(separator: " -> ")
      let message =
        (["\(result.status.words)"] + name + [values]).filter { !$0.isEmpty }
        .joined(separator: "  ") + outcome
      var entry = entry(
        report.undoes == nil ? .remediation : .undo, result.status.isFailure ? .error : .notice,
        message, slug: result.slug, subject: result.subject)
      entry.add(.transaction, report.transaction)
      entry.add(.undoes, report.undoes)
      entry.add(.status, result.status.rawValue)
      if report.undoes == nil, let (before, after) = result.status.verdicts {
        entry.add(.before, before.rawValue)
        entry.add(.after, after.rawValue)
      }
      entry.add(.observedBefore, result.before)
      entry.add(.observed, result.after)
      entry.add(.reason, result.reason)
      entry.add(.by, by)
      return entry
    }
  }

  /// That a repair was undone by somebody `repairs` times within `window`, and is not tried any more.
  /// `opponent` is who did, where the audit log tells.
  package func contest(
    slug: String, subject: String, repairs: Int, window: Duration, opponent: String?
  ) -> JournalEntry {
    let seconds = Int(window / .seconds(1))
    let rival = opponent ?? "somebody; no audit record says who"
    var entry = entry(
      .contest, .error,
      "given up  \(text.name(of: slug))  \(subject)  repaired \(repairs) times within \(seconds) s and undone by \(rival); a person has to look",
      slug: slug, subject: subject)
    entry.add(.repairs, repairs)
    entry.add(.window, seconds)
    entry.add(.opponent, opponent)
    return entry
  }

  /// That a baseline was accepted or imported.
  package func baseline(_ baseline: BaselineSummary) -> JournalEntry {
    let action = baseline.importedFrom == nil ? "accepted" : "imported"
    let why = baseline.reason.isEmpty ? "" : ": \(baseline.reason)"
    var entry = JournalEntry(
      .notice, "baseline \(baseline.generation) \(action) by \(baseline.by)\(why)", kind: .baseline)
    entry.add(.benchmark, baseline.benchmark)
    entry.add(.scan, baseline.scan.id)
    entry.add(.generation, baseline.generation)
    entry.add(.action, action)
    entry.add(.by, baseline.by)
    entry.add(.reason, baseline.reason)
    return entry
  }

  /// What becomes of a waiver.
  package enum WaiverAction: String, Sendable, CaseIterable {
    case added, removed
    /// Its last day is over.
    case expired
  }

  /// `by` is who did it; `nil` where nobody did.
  package func waiver(_ waiver: Waiver, _ action: WaiverAction, by: String?) -> JournalEntry {
    let until = action == .removed ? "" : " until \(waiver.until)"
    let actor = by.map { " by \($0)" } ?? ""
    // What was accepted fails again.
    var entry = JournalEntry(
      action == .expired ? .warning : .notice,
      "waiver of \(waiver.selector) for \(waiver.subject.pattern)\(until) \(action.rawValue)\(actor): \(waiver.reason)",
      kind: .waiver)
    entry.add(.benchmark, waiver.benchmark ?? benchmark)
    entry.add(.action, action.rawValue)
    entry.add(.selector, waiver.selector)
    entry.add(.subject, waiver.subject.pattern)
    entry.add(.until, "\(waiver.until)")
    entry.add(.reason, waiver.reason)
    entry.add(.by, by)
    return entry
  }

  /// That the Engine can be asked again, with its version, or that it cannot, and why.
  package func engine(
    reachable isReachable: Bool, at endpoint: String, _ detail: String
  ) -> JournalEntry {
    var entry = entry(
      .engine, isReachable ? .notice : .warning,
      isReachable
        ? "the Engine at '\(endpoint)' answers: \(detail)"
        : "\(detail); what needs the Engine is unknown, the rest is judged")
    entry.add(.endpoint, endpoint)
    entry.add(.state, isReachable ? "reachable" : "unreachable")
    if !isReachable { entry.add(.reason, detail) }
    return entry
  }

  /// That what `path` has as the baseline cannot be believed, and why.
  package func tamper(_ why: String, path: String) -> JournalEntry {
    var entry = JournalEntry(
      .critical, "the baseline in '\(path)' was tampered with: \(why)", kind: .tamper)
    entry.add(.path, path)
    entry.add(.reason, why)
    return entry
  }
}

extension RemediationReport.Status {
  /// As people read it.
  fileprivate var words: String {
    switch self {
    case .alreadyCompliant: "already compliant"
    case .pendingRestart: "pending restart"
    case .rolledBack: "rolled back"
    default: rawValue
    }
  }

  /// What the check said before and says after, where the status tells.
  fileprivate var verdicts: (Verdict, Verdict)? {
    switch self {
    case .fixed: (.fail, .pass)
    case .alreadyCompliant: (.pass, .pass)
    default: nil
    }
  }
}
