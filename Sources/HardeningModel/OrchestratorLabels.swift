/// The labels by which Compose and swarm mode name what a container is a replica of. Of a container's
/// labels only these are kept: others may hold secrets.
///
/// They are claims: whoever makes a container can put any of them on it.
package struct OrchestratorLabels: Codable, Sendable, Equatable {
  package var composeProject: String?
  package var composeService: String?
  /// Counts the containers of a service, from 1.
  package var composeNumber: String?
  /// `True` for what `docker compose run` makes.
  package var composeOneOff: String?
  package var swarmService: String?
  /// `SERVICE.SLOT.TASK`, of a global service `SERVICE.NODE.TASK`.
  package var swarmTask: String?

  private enum CodingKeys: String, CodingKey {
    case composeProject = "com.docker.compose.project"
    case composeService = "com.docker.compose.service"
    case composeNumber = "com.docker.compose.container-number"
    case composeOneOff = "com.docker.compose.oneoff"
    case swarmService = "com.docker.swarm.service.name"
    case swarmTask = "com.docker.swarm.task.name"
  }

  package init() {}

  /// `nil` where the container has none of them.
  package var nonEmpty: OrchestratorLabels? { self == OrchestratorLabels() ? nil : self }
}
