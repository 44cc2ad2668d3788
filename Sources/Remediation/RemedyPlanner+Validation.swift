extension RemedyPlanner {
  /// The plan, without the changes of dockerd's configuration where dockerd itself says that it would not
  /// start with them. They are judged together, as they will be: what one of them breaks, or what was
  /// broken before, keeps dockerd from starting with any.
  package func validated(
    _ plan: Plan, by validation: DaemonValidation = DaemonValidation()
  ) async -> Plan {
    guard let daemon, plan.interventions.contains(where: \.changesDaemon) else { return plan }
    var plan = plan
    let note: String
    do {
      switch try await validation.outcome(of: daemon) {
      case .accepted: return plan
      case .skipped(let reason): note = "the changed configuration was not validated: \(reason)"
      }
    } catch {
      for index in plan.items.indices {
        if case .planned(let intervention) = plan.items[index].decision,
          intervention.changesDaemon
        {
          plan.items[index].decision = .refused(error.description)
        }
      }
      return plan
    }
    for index in plan.items.indices {
      guard case .planned(var intervention) = plan.items[index].decision,
        intervention.changesDaemon
      else { continue }
      intervention.notes.append(note)
      plan.items[index].decision = .planned(intervention)
    }
    return plan
  }
}

extension Intervention {
  /// Whether it changes what dockerd reads.
  fileprivate var changesDaemon: Bool {
    !changes.isEmpty && !effects.isDisjoint(with: [.dockerdReload, .dockerdRestart])
  }
}
