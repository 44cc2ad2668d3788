import HardeningModel

/// Section 7, and 5.1 from benchmark 1.6.0 on: swarm mode.
enum SwarmChecks {
  static let all: [Check] = [
    Check(
      slug: "swarm-disabled-if-unused", surface: .host,
      stride: [.spoofing, .informationDisclosure, .elevationOfPrivilege],
      explanation: Explanation(
        reads: "Swarm.LocalNodeState (GET /info); swarmExpected of the configuration.",
        passes: "Swarm mode is inactive, or swarmExpected is true.",
        threat: """
          Swarm mode opens ports to the network for the cluster's management and its networks: \
          with a join token an attacker poses as a node (spoofing) and reads the cluster's state \
          (information disclosure), and who controls a manager runs containers as root on this \
          host (elevation of privilege).
          """),
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
