import Documents
import HardeningModel

/// What this host itself tells of its part in a swarm.
struct SwarmReader {
  let root: HostRoot
  let dataRoot: String?

  /// Adds the host's side to what the Engine said; reads nothing where it is in no swarm.
  func complete(_ facts: inout SwarmFacts, info: EngineInfo?) {
    guard let info, info.isInSwarm else { return }
    facts.node = node()
  }

  private func node() -> Reading<SwarmNode> {
    guard let dataRoot else { return .unreadable("the Engine did not report DockerRootDir") }
    let path = dataRoot + "/swarm/docker-state.json"
    do {
      let bytes = try root.contents(of: path)
      return .found(try JSONText(parsing: bytes, file: path).decode(SwarmNode.self))
    } catch let failure as ReadFailure {
      return failure.isAbsence ? .absent : .unreadable(failure.description)
    } catch {
      return .unreadable("\(error)")
    }
  }
}

extension EngineInfo {
  /// Whether the Engine says that it is in swarm mode, in whatever state.
  var isInSwarm: Bool { !["", "inactive"].contains(swarm.localNodeState.value ?? "") }
}
