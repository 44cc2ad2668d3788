import HardeningModel

/// What is to be done about each finding of the checks that were asked for.
package struct Plan: Sendable, Equatable {
  package struct Item: Sendable, Equatable {
    package var check: Report.Result
    package var finding: Finding
    package var decision: Decision

    package init(check: Report.Result, finding: Finding, decision: Decision) {
      self.check = check
      self.finding = finding
      self.decision = decision
    }
  }

  package enum Decision: Sendable, Equatable {
    /// There is nothing to do, for this reason where the check does not simply pass.
    case nothing(String)
    /// It is not done, for this reason.
    case refused(String)
    case planned(Intervention)
  }

  /// In the order in which it is done.
  package var items: [Item]

  package init(items: [Item]) { self.items = items }

  /// The places of the items in the order in which they are carried out: owners and modes come before
  /// contents, since a file whose contents are replaced is another one than was judged.
  var order: [Int] {
    let isOfAttributes = items.map { item in
      guard case .planned(let intervention) = item.decision else { return false }
      return intervention.changes.allSatisfy {
        if case .attributes = $0 { true } else { false }
      }
    }
    return items.indices.filter { isOfAttributes[$0] }
      + items.indices.filter { !isOfAttributes[$0] }
  }

  package var interventions: [Intervention] {
    items.compactMap {
      if case .planned(let intervention) = $0.decision { intervention } else { nil }
    }
  }
}

extension Plan {
  /// What becomes of `results`, in their order. `intervene` is asked of each finding that fails, one check
  /// after the other, and throws a `RemediationError` where nothing can be done.
  package init(
    for results: [Report.Result],
    intervene: (Report.Result, Finding) throws(RemediationError) -> Intervention?
  ) {
    items = results.flatMap { result in
      result.findings.map { finding in
        Item(
          check: result, finding: finding,
          decision: Self.decision(on: finding, of: result, intervene))
      }
    }
  }

  private static func decision(
    on finding: Finding, of result: Report.Result,
    _ intervene: (Report.Result, Finding) throws(RemediationError) -> Intervention?
  ) -> Decision {
    switch finding.verdict {
    case .pass: return .nothing("")
    case .notApplicable: return .nothing("not applicable: \(finding.reason)")
    case .waived:
      guard let waiver = result.waivers[finding.subject] else { return .refused("it is waived") }
      return .refused("it is waived until \(waiver.until) by \(waiver.who): \(waiver.reason)")
    case .manual: return .refused("a person has to judge it: \(finding.reason)")
    case .fail, .unknown:
      do throws(RemediationError) {
        if let intervention = try intervene(result, finding) { return .planned(intervention) }
      } catch {
        return .refused(error.description)
      }
      return finding.verdict == .unknown
        ? .refused("it is not known how it stands: \(finding.reason)")
        : .refused("it is mended by hand: \(result.remedy.advice)")
    }
  }
}
