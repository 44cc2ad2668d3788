import DockerEngine
import HardeningModel

/// What an Engine in a swarm is asked. Neither `GET /swarm` nor `GET /swarm/unlockkey`: they answer
/// with the keys to the swarm, and `GET /info` has the rest.
struct SwarmQuestions {
  let client: EngineClient

  /// What a node of a swarm answers; nothing is asked where `info` says that it is none.
  func facts(after info: Reading<EngineInfo>) async -> SwarmFacts {
    var facts = SwarmFacts()
    guard let info = info.value, info.isInSwarm else { return facts }
    // {"driver":["overlay"]}
    async let networks = client.reading(
      "/networks?filters=%7B%22driver%22%3A%5B%22overlay%22%5D%7D", as: [OverlayNetwork].self)
    if info.swarm.localNodeState.value == "active", info.swarm.controlAvailable.value == true {
      async let secrets = client.reading("/secrets", as: [SwarmSecret].self)
      async let services = client.reading("/services", as: [SwarmService].self)
      facts.secrets = await secrets
      facts.services = await services
    }
    facts.overlayNetworks = await networks
    return facts
  }
}
