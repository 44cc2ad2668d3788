import HardeningModel

/// Section 7, and 5.1 from benchmark 1.6.0 on: swarm mode.
enum SwarmChecks {
  static let all: [Check] = [
    Check(
      slug: "swarm-disabled-if-unused", surface: .host,
      stride: [.spoofing, .informationDisclosure, .elevationOfPrivilege],
      remedy: .assist(
        .none,
        "Leave the swarm with docker swarm leave; where it is meant to be, set swarmExpected: true."
      ),
      evaluate: { [judge($0)] })
  ]

  private static func judge(_ context: Context) -> Finding {
    var finding = Finding(
      subject: .swarm, verdict: .unknown, expected: "swarm mode inactive", source: "GET /info")
    do {
      let state = try context.snapshot.engineInfo().swarm.localNodeState.known(
        "Swarm.LocalNodeState", null: "inactive")
      finding.observed = "swarm mode \(state)"
      let isActive = state != "inactive" && state != ""
      if isActive, context.policy.swarmExpected {
        finding.verdict = .pass
        finding.expected = "swarm mode, by swarmExpected"
      } else {
        finding.verdict = isActive ? .fail : .pass
      }
    } catch {
      finding.reason = "\(error)"
      finding.source = ""
    }
    return finding
  }
}

extension HostSnapshot {
  /// What the Engine says of itself (`GET /info`); throws where that is not known.
  func engineInfo() throws -> EngineInfo {
    switch engine {
    case .unreadable(let reason): throw CannotTell(reason)
    case .absent: throw CannotTell("the Engine was not asked")
    case .found(let facts):
      switch facts.info {
      case .unreadable(let reason): throw CannotTell(reason)
      case .absent: throw CannotTell("the Engine does not answer GET /info")
      case .found(let info): return info
      }
    }
  }

  /// The Engine's security options; throws where they are not known.
  func securityOptions() throws -> [SecurityOption] {
    try engineInfo().securityOptions.known("SecurityOptions", null: []).map(SecurityOption.init)
  }
}
