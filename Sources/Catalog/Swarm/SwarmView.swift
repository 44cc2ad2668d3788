import HardeningModel

/// A node of a swarm as an evaluator sees it.
struct SwarmView {
  let swarm: EngineInfo.Swarm
  let facts: SwarmFacts
  /// The TCP sockets at which dockerd itself listens.
  let listeners: Reading<[TCPListener]>
  /// Whether it is a manager, which alone knows the whole swarm.
  let isManager: Bool

  /// The swarm as a manager knows it; throws on a worker.
  func cluster() throws -> EngineInfo.Cluster {
    try needManager()
    return swarm.cluster
  }

  func needManager() throws {
    guard isManager else {
      throw CannotTell("this node is a worker, and only a manager of the swarm can tell")
    }
  }

  /// The node's view; `nil` where the host is in no swarm. Throws where that is not known, or the node
  /// is no working part of it.
  init?(of snapshot: HostSnapshot) throws {
    swarm = try snapshot.engineInfo().swarm
    facts = snapshot.swarm
    listeners = snapshot.daemon.listeners
    let state = try swarm.localNodeState.known("Swarm.LocalNodeState", null: "inactive")
    switch state {
    case "", "inactive": return nil
    case "active":
      isManager = try swarm.controlAvailable.known("Swarm.ControlAvailable", null: false)
    case "locked":
      throw CannotTell("this manager is locked; docker swarm unlock makes it answer")
    case "pending": throw CannotTell("this node has not yet joined its swarm (state pending)")
    case "error":
      let reason = swarm.error.value ?? ""
      throw CannotTell(
        "this node cannot take part in its swarm (state error)\(reason.isEmpty ? "" : ": \(reason)")"
      )
    default: throw CannotTell("the node is in a state that is not known: '\(state)'")
    }
  }
}

extension Reading {
  /// The value; throws where there is none. `name` is what it was read from.
  func read(_ name: String) throws -> Value {
    switch self {
    case .found(let value): return value
    case .absent: throw CannotTell("\(name) was not read")
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }
}

extension Check {
  /// A check of a swarm, with one finding about it unless `judge` gives others. What it throws makes
  /// that finding unknown.
  static func ofSwarm(
    _ slug: String, stride: [Stride], explanation: Explanation, advice: String, expected: String,
    judge: @escaping @Sendable (SwarmView) throws -> [Finding]
  ) -> Check {
    Check(
      slug: slug, surface: .host, stride: stride, explanation: explanation,
      remedy: .assist(.none, advice)
    ) { context in
      var findings: [Finding]
      do {
        if let view = try SwarmView(of: context.snapshot) {
          findings = try judge(view)
        } else {
          findings = [
            Finding(
              subject: .swarm, verdict: .notApplicable, source: SwarmClusterChecks.info,
              reason: "the Engine is not in swarm mode")
          ]
        }
      } catch {
        findings = [Finding(subject: .swarm, verdict: .unknown, reason: "\(error)")]
      }
      for index in findings.indices { findings[index].expected = expected }
      return findings
    }
  }
}
