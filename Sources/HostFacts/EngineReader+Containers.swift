import DockerEngine
import HardeningModel

/// What an Engine is asked about its containers, and about the commands in them.
extension EngineReader {
  typealias ContainersAndExecs = (
    Reading<[ContainerReading]>, [String: Reading<ExecProcess>], started: [PastExec]
  )

  /// The containers, by id, each inspected now where that is asked for or was not done yet, and their execs.
  /// Where those `likely` ones are all that there are, the Engine is not asked for its list.
  func containers(
    _ client: EngineClient, likely: [ContainerReading], areAll: Bool
  ) async -> ContainersAndExecs {
    if let earlier, parts.containers == .some([]) {
      return await execs(of: earlier, client)
    }
    var known: [String: Reading<Container>] = [:]
    var readings = likely
    if !areAll {
      switch await client.reading(Self.list, as: [ListedContainer].self) {
      case .absent: return (.unreadable("the Engine does not list its containers"), [:], [])
      case .unreadable(let reason): return (.unreadable(reason), [:], [])
      case .found(let listed):
        known = unchanged(of: listed)
        let inspected = Dictionary(
          likely.map { ($0.id, $0.inspection) }, uniquingKeysWith: { first, _ in first })
        readings = await inspect(
          listed, knowing: known.merging(inspected) { known, _ in known }, client)
      }
    }
    let fresh = readings.filter { known[$0.id] == nil }.compactMap(\.inspection.value)
    var answers = earlier ?? Answers(unreadable: "")
    answers.containers = .found(readings)
    let (containers, before, started) = await execs(of: answers, client)
    let now = await execs(of: fresh, client)
    return (containers, before.merging(now) { _, new in new }, started)
  }

  /// Those of the `likelyContainers` that are containers, by id, inspected.
  func inspectedLikely(_ client: EngineClient) async -> [ContainerReading] {
    if likelyContainers.isEmpty { return [] }
    let inspections = await client.getAll(
      likelyContainers.map(EnginePath.container), as: Inspection.self,
      onAnswer: { [progress, count = likelyContainers.count] in
        progress.report(.container(of: count))
      })
    return zip(likelyContainers, inspections).compactMap { id, result in
      // A container may be called what is another one's id.
      guard case .success(let inspection) = result, inspection.container.id == id else {
        return nil
      }
      return inspection.reading
    }
  }

  /// The containers of the list that need not be inspected again.
  private func unchanged(of listed: [ListedContainer]) -> [String: Reading<Container>] {
    guard case .some(let changed) = parts.containers, let before = earlier?.containers.value else {
      return [:]
    }
    var known: [String: Reading<Container>] = [:]
    for reading in before where reading.inspection.value != nil && !changed.contains(reading.id) {
      known[reading.id] = reading.inspection
    }
    return known
  }

  /// The containers of `answers` and their execs, of which those that `parts` names are asked for. What no
  /// check might object to is forgotten at once: health checks start many.
  private func execs(
    of answers: Answers, _ client: EngineClient
  ) async -> ContainersAndExecs {
    guard var containers = answers.containers.value else { return (answers.containers, [:], []) }
    let started = parts.execs.filter { !$0.isOver }.sorted { $0.id < $1.id }
    let over = Set(parts.execs.filter(\.isOver).map(\.id))
    let readings = await readings(ofExecs: started.map(\.id), client)
    var known = answers.execs
    for exec in parts.execs {
      guard let index = containers.firstIndex(where: { $0.id == exec.container }),
        var container = containers[index].inspection.value
      else { continue }
      var ids = container.execIDs.value ?? []
      ids.removeAll { $0 == exec.id }
      if let reading = readings[exec.id], !over.contains(exec.id),
        let own = reading.value, own.containerID.value == exec.container,
        own.configuration.isNotable
      {
        ids.append(exec.id)
        known[exec.id] = reading
      }
      guard ids != container.execIDs.value ?? [] else { continue }
      container.execIDs = .value(ids)
      containers[index].inspection = .found(container)
    }
    let named = Set(containers.flatMap { $0.inspection.value?.execIDs.value ?? [] })
    let notable = started.compactMap { PastExec($0, readings[$0.id], seenAt: startedAt) }
    return (.found(containers), known.filter { named.contains($0.key) }, notable)
  }

  /// The inspections of `listed`, in their order, made now where they are not `known`; one that has
  /// disappeared since is left out.
  private func inspect(
    _ listed: [ListedContainer], knowing known: [String: Reading<Container>], _ client: EngineClient
  ) async -> [ContainerReading] {
    let unknown = listed.filter { known[$0.id] == nil }
    let inspections = await client.getAll(
      unknown.map { EnginePath.container($0.id) }, as: Container.self,
      onAnswer: { [progress] in progress.report(.container(of: unknown.count)) })
    var results = Dictionary(
      zip(unknown.map(\.id), inspections), uniquingKeysWith: { first, _ in first })
    await leaveOutGone(&results, client)
    return listed.compactMap { container in
      let reading: Reading<Container>
      guard let result = results[container.id] else {
        return known[container.id].map { container.reading($0) }
      }
      switch result {
      case .success(let inspection) where inspection.id != container.id:
        reading = .unreadable(
          "the Engine answered with another container, '\(Printable.text(inspection.id, limit: 64))'"
        )
      case .success(let inspection): reading = .found(inspection)
      case .failure(.notFound): return nil
      case .failure(let error): reading = .unreadable("\(error)")
      }
      return container.reading(reading)
    }.sorted { $0.id < $1.id }
  }

  /// Of a container that is being removed, an Engine may say that it cannot be inspected, and not that it
  /// is gone: whether it is, the list tells.
  private func leaveOutGone(
    _ results: inout [String: Result<Container, EngineError>], _ client: EngineClient
  ) async {
    let failed = results.filter { result in
      if case .failure(.status) = result.value { true } else { false }
    }.keys
    guard !failed.isEmpty,
      let listed = await client.reading(Self.list, as: [ListedContainer].self).value
    else { return }
    let there = Set(listed.map(\.id))
    for id in failed where !there.contains(id) {
      results[id] = .failure(.notFound(request: "GET \(EnginePath.container(id))", message: ""))
    }
  }

  private func execs(
    of containers: [Container], _ client: EngineClient
  ) async -> [String: Reading<ExecProcess>] {
    await readings(ofExecs: containers.flatMap { $0.execIDs.value ?? [] }, client)
  }

  private func readings(
    ofExecs ids: [String], _ client: EngineClient
  ) async -> [String: Reading<ExecProcess>] {
    if ids.isEmpty { return [:] }
    let results = await client.getAll(
      ids.map { "/exec/\($0)/json" }, as: ExecProcess.self)
    let readings = results.map { result -> Reading<ExecProcess> in
      switch result {
      case .success(let exec): .found(exec)
      case .failure(.notFound): .absent
      case .failure(let error): .unreadable("\(error)")
      }
    }
    return Dictionary(zip(ids, readings), uniquingKeysWith: { first, _ in first })
  }
}

/// What `GET /containers/{id}/json` says, with what the list would say of the container.
private struct Inspection: Decodable, Sendable {
  var container: Container
  var labels: OrchestratorLabels?

  private enum CodingKeys: String, CodingKey { case config = "Config" }
  private enum ConfigKeys: String, CodingKey { case labels = "Labels" }

  init(from decoder: any Decoder) throws {
    container = try Container(from: decoder)
    // As in the list.
    let config = try? decoder.container(keyedBy: CodingKeys.self)
      .nestedContainer(keyedBy: ConfigKeys.self, forKey: .config)
    labels = try? config?.decodeIfPresent(OrchestratorLabels.self, forKey: .labels)?.nonEmpty
  }

  var reading: ContainerReading {
    ContainerReading(
      id: container.id, name: container.displayName, inspection: .found(container), labels: labels)
  }
}

/// One item of `GET /containers/json`.
private struct ListedContainer: Decodable, Sendable {
  var id: String
  var names: [String]?
  var labels: OrchestratorLabels?

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case names = "Names"
    case labels = "Labels"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    names = try container.decodeIfPresent([String].self, forKey: .names)
    // What a container says of itself does not keep the list from being read.
    labels = try? container.decodeIfPresent(OrchestratorLabels.self, forKey: .labels)?.nonEmpty
  }

  /// The container's own name, without the slash; a name with a second slash is a link's.
  var name: String {
    let own = names?.first { $0.dropFirst().contains("/") == false } ?? id
    return own.hasPrefix("/") ? String(own.dropFirst()) : own
  }

  func reading(_ inspection: Reading<Container>) -> ContainerReading {
    ContainerReading(id: id, name: name, inspection: inspection, labels: labels)
  }
}

extension PastExec {
  /// `nil` where no check might object to what the Engine says of it.
  fileprivate init?(_ exec: HostParts.Exec, _ reading: Reading<ExecProcess>?, seenAt: String) {
    let configuration: Reading<ExecProcess.Configuration>
    switch reading {
    case .found(let process) where process.containerID.value != exec.container:
      // A label of the container that is called as the id is stands in its place in the event.
      configuration = .unreadable("the Engine did not tell which command was started")
    case .found(let process) where !process.configuration.isNotable: return nil
    case .found(let process): configuration = .found(process.configuration)
    case .absent, nil:
      configuration = .unreadable("a command was over before it could be looked at")
    case .unreadable(let reason): configuration = .unreadable(reason)
    }
    self.init(containerID: exec.container, configuration: configuration, seenAt: seenAt)
  }
}
