import Documents
import HardeningModel

/// What this host itself tells of its part in a swarm.
struct SwarmReader {
  let root: HostRoot
  /// The daemon that serves the API socket.
  let process: Reading<DaemonProcess>
  let dataRoot: String?

  /// Adds the host's side to what the Engine said; reads nothing where it is in no swarm.
  func complete(_ facts: inout SwarmFacts, info: EngineInfo?) {
    guard let info, info.isInSwarm else { return }
    facts.node = node()
    facts.listeners = listeners()
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

  private func listeners() -> Reading<[TCPListener]> {
    switch process {
    case .absent: return .unreadable("no dockerd was found")
    case .unreadable(let reason): return .unreadable(reason)
    case .found(let process):
      do {
        return .found(try TCPListeners(root: root).heldBy(process.pid))
      } catch {
        return .unreadable(error.description)
      }
    }
  }
}

extension EngineInfo {
  /// Whether the Engine says that it is in swarm mode, in whatever state.
  var isInSwarm: Bool { !["", "inactive"].contains(swarm.localNodeState.value ?? "") }
}
