import HardeningModel

extension Plan {
  /// What would be done.
  package func dryRun() -> RemediationReport {
    RemediationReport(
      isDryRun: true,
      results: items.map { item in
        item.result { intervention in
          (.planned, intervention.notes.joined(separator: "; "), "")
        }
      })
  }

  /// What was done, by `undertakings`, which are the interventions of this plan.
  func report(_ undertakings: [Undertaking] = [], transaction: String? = nil) -> RemediationReport {
    RemediationReport(
      transaction: transaction,
      results: items.indices.map { index in
        items[index].result { _ in
          let undertaking = undertakings.first { $0.item == index }
          return (
            undertaking?.outcome?.status ?? .failed, undertaking?.outcome?.reason ?? "",
            undertaking?.observed ?? ""
          )
        }
      })
  }

  /// What was not done, since nothing could be.
  package func refused(_ reason: String) -> RemediationReport {
    RemediationReport(results: items.map { $0.result { _ in (.refused, reason, "") } })
  }
}

extension Plan.Item {
  /// `outcome` tells what became of what was planned: status, reason, and what was observed then.
  fileprivate func result(
    _ outcome: (Intervention) -> (RemediationReport.Status, String, String)
  ) -> RemediationReport.Result {
    var result = RemediationReport.Result(
      id: check.entry.id, slug: check.entry.slug, title: check.entry.title,
      subject: finding.subject.description, status: .alreadyCompliant, before: finding.observed,
      after: finding.observed, disruption: .none)
    result.steps = steps
    switch decision {
    case .nothing(let reason): result.reason = reason
    case .refused(let reason), .heldBack(let reason):
      result.status = .refused
      result.reason = reason
    case .planned(let intervention):
      (result.status, result.reason, result.after) = outcome(intervention)
      result.diff = intervention.diff
      result.disruption = intervention.disruption
    }
    return result
  }
}

extension Intervention {
  /// What carrying it out interrupts.
  var disruption: Remedy.Disruption {
    if effects.contains(.dockerdRestart) { return .restart }
    return effects.contains(.dockerdReload) ? .reload : .none
  }
}
