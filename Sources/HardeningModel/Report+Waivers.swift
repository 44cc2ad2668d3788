/// A waiver with the checks that its selector names.
package struct ResolvedWaiver: Sendable, Equatable {
  package var waiver: Waiver
  package var slugs: Set<String>

  package init(waiver: Waiver, slugs: Set<String>) {
    self.waiver = waiver
    self.slugs = slugs
  }

  /// Whether it is about this subject of this check.
  package func covers(_ slug: String, _ subject: Subject) -> Bool {
    slugs.contains(slug) && waiver.subject.matches(subject.description)
  }
}

/// What a waiver is good for, by one pass.
package enum WaiverUse: Sendable, Equatable {
  /// It covers this many failures, waived or, where it does not hold, not; never 0.
  case failures(Int)
  /// Nothing that it covers fails.
  case none
  /// That cannot be told: something that it may cover was not judged, or is unknown.
  case unknown
}

extension Report {
  /// The report in which the failures that `waivers` cover `today` are waived.
  ///
  /// Nothing else is: what is unknown stays unknown. Of several waivers that cover a failure the one
  /// that holds longest is named, since until then it is waived.
  package func waived(by waivers: [ResolvedWaiver], on today: Day) -> Report {
    let inForce = waivers.filter { $0.waiver.holds(on: today) }
    if inForce.isEmpty { return self }
    var report = self
    for section in report.sections.indices {
      for place in report.sections[section].results.indices {
        let slug = report.sections[section].results[place].entry.slug
        let relevant = inForce.filter { $0.slugs.contains(slug) }
        if !relevant.isEmpty { report.sections[section].results[place].waive(by: relevant) }
      }
    }
    return report
  }

  /// What `waiver` is good for by this report, whether its failures have been waived or not.
  package func use(of waiver: ResolvedWaiver) -> WaiverUse {
    let judged = results.filter { waiver.slugs.contains($0.entry.slug) }
    let failures = judged.reduce(0) { count, result in
      count
        + result.findings.count { finding in
          [.fail, .waived].contains(finding.verdict)
            && waiver.covers(result.entry.slug, finding.subject)
        }
    }
    if failures > 0 { return .failures(failures) }
    let isKnown =
      engine.reachable && !judged.isEmpty
      && !judged.contains { $0.findings.contains { $0.verdict == .unknown } }
    return isKnown ? .none : .unknown
  }
}

extension Report.Result {
  /// Waives the failures that `waivers`, which are about this check, cover.
  fileprivate mutating func waive(by waivers: [ResolvedWaiver]) {
    for place in findings.indices where findings[place].verdict == .fail {
      let subject = findings[place].subject
      let longest = waivers.filter { $0.covers(entry.slug, subject) }
        .reduce(nil as Waiver?) { longest, next in
          guard let longest, longest.until >= next.waiver.until else { return next.waiver }
          return longest
        }
      guard let longest else { continue }
      findings[place].verdict = .waived
      self.waivers[subject] = longest
    }
    judge()
  }

  /// The waiver by which the check as a whole is waived: of those of its subjects the one that ends
  /// first, since with it the check fails again. `nil` where the check is not waived.
  package var waiver: Waiver? {
    guard verdict == .waived else { return nil }
    return findings.compactMap { waivers[$0.subject] }.min { $0.until < $1.until }
  }
}
