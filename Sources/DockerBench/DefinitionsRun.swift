/// One run over the checks of a definitions file.
package struct DefinitionsRun: Sendable {
  package var definitions: Definitions
  /// Whether the check with this id, at this place among all, is wanted.
  private let isChosen: (@Sendable (Int, String) -> Bool)?
  /// What the constraints are held against; `nil` where it is not known.
  package var swarm: Definitions.SwarmState?

  /// Over those with `ids`; over all for `nil`.
  package init(_ definitions: Definitions, ids: Set<String>? = nil, swarm: Definitions.SwarmState?)
  {
    self.definitions = definitions
    self.swarm = swarm
    if let ids { isChosen = { _, id in ids.contains(id) } } else { isChosen = nil }
  }

  /// Over those at the places among `definitions.checks` that `isChosen` admits.
  package init(
    _ definitions: Definitions, swarm: Definitions.SwarmState?,
    where isChosen: @escaping @Sendable (Int) -> Bool
  ) {
    self.definitions = definitions
    self.swarm = swarm
    self.isChosen = { place, _ in isChosen(place) }
  }

  /// The results in the order of the file. The audits run side by side, as many as have a thread.
  package func report(by runner: AuditRunner) async -> BenchReport {
    let groups = chosenGroups
    let checks = groups.flatMap { group in
      group.checks.map { (check: $0, isIncluded: group.isIncluded) }
    }
    let results = await withTaskGroup(of: (Int, BenchReport.Result).self) { tasks in
      var results = [BenchReport.Result?](repeating: nil, count: checks.count)
      var waiting = checks.enumerated().makeIterator()
      func start() {
        guard !Task.isCancelled, let (index, next) = waiting.next() else { return }
        tasks.addTask { (index, await result(of: next.check, next.isIncluded, by: runner)) }
      }
      for _ in 0..<AuditThreads.standardCount { start() }
      while let (index, result) = await tasks.next() {
        results[index] = result
        start()
      }
      // Of a run that was cancelled some are missing, and nobody asks for them.
      return zip(results, checks).map { $0 ?? $1.check.result(.warn, "it was not judged") }
    }
    var remaining = results[...]
    return BenchReport(
      id: definitions.id, title: definitions.title,
      groups: groups.map { group in
        defer { remaining = remaining.dropFirst(group.checks.count) }
        return BenchReport.Group(
          id: group.id, title: group.title, type: group.type,
          results: Array(remaining.prefix(group.checks.count)))
      })
  }

  private func result(
    of check: Definitions.Check, _ isIncluded: Bool?, by runner: AuditRunner
  ) async -> BenchReport.Result {
    guard let isIncluded else { return check.unsettledResult }
    guard isIncluded else {
      return check.result(.info, "the constraints of its group do not hold")
    }
    return switch check.course(swarm: swarm) {
    case .unsettled: check.unsettledResult
    case .settled(let status, let reason): check.result(status, reason)
    case .run(let procedure, let tests):
      check.result(of: await runner.outcome(of: procedure.audit), by: procedure, tests)
    }
  }

  private struct ChosenGroup {
    var id: String
    var title: String
    var type: String
    /// Whether its constraints, and those of the groups that it is in, hold; `nil` where that is not known.
    var isIncluded: Bool?
    var checks: [Definitions.Check]
  }

  /// The groups in the order of the file; where checks were chosen, those that have one of them.
  private var chosenGroups: [ChosenGroup] {
    var place = 0
    func chosen(_ groups: [Definitions.Group], isIncluded: Bool?) -> [ChosenGroup] {
      groups.flatMap { group in
        let parts = [isIncluded, group.constraints.hold(for: swarm)]
        let isIncluded = parts.contains(false) ? false : parts.contains(nil) ? nil : true
        let checks = group.checks.filter { check in
          defer { place += 1 }
          return isChosen?(place, check.id) ?? true
        }
        let own = ChosenGroup(
          id: group.id, title: group.title, type: group.type, isIncluded: isIncluded, checks: checks
        )
        return (isChosen == nil || !checks.isEmpty ? [own] : [])
          + chosen(group.groups, isIncluded: isIncluded)
      }
    }
    return chosen(definitions.groups, isIncluded: true)
  }
}
