/// A file of checks in docker-bench's schema.
package struct Definitions: Sendable, Equatable {
  /// What messages call the file.
  package var file: String
  package var id: String
  package var title: String
  package var groups: [Group]

  package struct Group: Sendable, Equatable {
    /// A text as the file has it: `1.10` stays `1.10`. Ids need not be unique.
    package var id: String
    package var title: String
    package var type: String
    package var constraints: Constraints
    package var checks: [Check]
    /// Those inside of it.
    package var groups: [Group]
  }

  package struct Check: Sendable, Equatable {
    package var id: String
    package var title: String
    package var isScored: Bool
    /// Whether each line of the output has to pass by itself.
    package var usesMultipleValues: Bool
    package var procedure: Procedure
    /// Of which the first counts whose constraints hold; `nil` where the check has none.
    package var subchecks: [Procedure]?
  }

  /// How something is found out, and what it is to be.
  package struct Procedure: Sendable, Equatable {
    /// What the shell is given.
    package var audit: String
    package var type: Kind?
    package var tests: Tests?
    package var remediation: String
    package var constraints: Constraints
  }

  /// What becomes of a check without its audit being run.
  package enum Kind: String, Sendable, CaseIterable {
    case manual, skip
  }

  package struct Tests: Sendable, Equatable {
    package enum Operator: String, Sendable, CaseIterable { case and, or }
    package var binaryOperator: Operator
    package var items: [TestItem]
  }

  /// What must hold for something to count, by name: of `docker-swarm`, `active` or `inactive`.
  package struct Constraints: Sendable, Equatable {
    package var swarm: [SwarmState] = []

    /// Whether they hold where the swarm's state is `state`; `nil` where that takes a state that is not known.
    package func hold(for state: SwarmState?) -> Bool? {
      if swarm.isEmpty { return true }
      return state.map { state in swarm.allSatisfy { $0 == state } }
    }
  }

  package enum SwarmState: String, Sendable, CaseIterable { case active, inactive }

  /// Whether any of it counts only in a swarm, or only without one.
  package var dependsOnSwarm: Bool { groups.contains(where: \.dependsOnSwarm) }
}

extension Definitions.Group {
  fileprivate var dependsOnSwarm: Bool {
    !constraints.swarm.isEmpty || groups.contains(where: \.dependsOnSwarm)
      || checks.contains { check in
        (check.subchecks ?? [check.procedure]).contains { !$0.constraints.swarm.isEmpty }
      }
  }
}

/// One thing that the output of an audit is to be.
package struct TestItem: Sendable, Equatable {
  /// What is looked for in the output, as it is written there; may be empty.
  package var flag: String
  /// Where in an output that is JSON or YAML the value is; only without a flag.
  package var path: JSONPath?
  /// Whether the flag is to be there at all.
  package var isSet: Bool
  package var comparison: Comparison?
}
