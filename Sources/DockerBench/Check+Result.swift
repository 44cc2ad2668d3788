extension Definitions.Check {
  /// What it takes to judge this check.
  package enum Course: Sendable, Equatable {
    /// Nothing: the status, and why.
    case settled(BenchReport.Status, String)
    /// A state of the swarm that is not known.
    case unsettled
    /// An audit.
    case run(Definitions.Procedure, Definitions.Tests)
  }

  /// How this check is judged where the swarm's state is `swarm`.
  package func course(swarm: Definitions.SwarmState?) -> Course {
    if let type = procedure.type { return Self.settled(type) }
    for subcheck in subchecks ?? [procedure] {
      switch subcheck.constraints.hold(for: swarm) {
      case nil: return .unsettled
      case true?: return subcheck.type.map(Self.settled) ?? Self.course(of: subcheck)
      case false?: continue
      }
    }
    return .settled(.warn, "the constraints of none of its sub-checks hold")
  }

  private static func settled(_ type: Definitions.Kind) -> Course {
    switch type {
    case .skip: .settled(.info, "it is marked to be skipped")
    case .manual: .settled(.warn, "a person has to judge it")
    }
  }

  private static func course(of procedure: Definitions.Procedure) -> Course {
    guard let tests = procedure.tests else { return .settled(.warn, "it has no tests") }
    guard !procedure.audit.trimmed.isEmpty else { return .settled(.warn, "it has no audit") }
    return .run(procedure, tests)
  }

  /// The result of an audit that was run.
  package func result(
    of outcome: AuditRunner.Outcome, by procedure: Definitions.Procedure, _ tests: Definitions.Tests
  ) -> BenchReport.Result {
    var result = result(.pass, "", by: procedure)
    result.actual = outcome.output
    result.expected = tests.expectation
    let holds = tests.hold(for: outcome.output, separately: usesMultipleValues)
    // Nothing passes on what a command says that has failed, or leaves unsaid; and an Engine that did not answer
    // has said neither.
    let doubts = outcome.faults + (holds ? outcome.failures : outcome.obstacles)
    if !doubts.isEmpty {
      result.status = .warn
      result.isUnknown = true
      result.reason = doubts.joined(separator: "; ")
    } else if !holds {
      result.status = isScored ? .fail : .warn
      if !isScored { result.reason = "it is not as expected, and not scored" }
    }
    return result
  }

  /// The result where the swarm's state would have to be known.
  package var unsettledResult: BenchReport.Result {
    var result = result(
      .warn, "whether its constraints hold is not known, since the Engine did not tell")
    result.isUnknown = true
    return result
  }

  /// A result that took no audit.
  package func result(
    _ status: BenchReport.Status, _ reason: String, by procedure: Definitions.Procedure? = nil
  ) -> BenchReport.Result {
    let procedure = procedure ?? self.procedure
    var result = BenchReport.Result(id: id, title: title, status: status)
    result.audit = procedure.audit
    result.type = procedure.type?.rawValue ?? ""
    result.remediation =
      procedure.remediation.isEmpty ? self.procedure.remediation : procedure.remediation
    result.isScored = isScored
    result.reason = reason
    return result
  }
}

extension AuditRunner.Outcome {
  /// Why a test that holds may do so for want of an answer.
  fileprivate var failures: [String] {
    failedCommands.isEmpty ? complaint(Self.obstacles + Self.refusals) : failedCommands
  }

  /// Why the Engine was not asked at all.
  fileprivate var obstacles: [String] { complaint(Self.obstacles) }

  /// What the Docker client complains of, where a line begins so: of a client that is called by its path there is no
  /// witness.
  private func complaint(_ beginnings: [String]) -> [String] {
    let line = output.split(separator: "\n").first { line in
      beginnings.contains { line.hasPrefix($0) }
    }
    return line.map { ["the Docker client failed: '\($0)'"] } ?? []
  }

  /// How the Docker client begins when it has not reached the Engine.
  private static let obstacles = [
    "Cannot connect to the Docker daemon", "error during connect:",
    "failed to connect to the docker API",
    "permission denied while trying to connect to the Docker", "Got permission denied while trying",
  ]
  /// And when the Engine did not do what it was asked.
  private static let refusals = ["Error response from daemon:", "Error: No such "]
}
