import DockerEngine
import HardeningModel

/// What one pass asks of the Engine.
struct EngineReader {
  let endpoint: EngineEndpoint
  /// The end of the whole pass.
  let deadline: ContinuousClock.Instant
  let progress: Progress
  let imageReader: ImageReader
  var asksForBuildTime = false
  /// RFC 3339
  var startedAt = ""
  /// What is asked for.
  var parts = HostParts.all
  /// What the Engine said of the rest; `nil` where all is asked for.
  var earlier: Answers?

  /// What every pass asks first: most else follows from the list, and what the Engine says of itself
  /// takes it longest.
  static let firstQuestions: [EnginePath] = [list, info]
  private static let list: EnginePath = "/containers/json?all=1"
  private static let info: EnginePath = "/info"

  /// What the Engine said, or why it said nothing.
  struct Answers: Sendable {
    var engine: Reading<EngineFacts>
    var containers: Reading<[ContainerReading]>
    var images: Reading<[ImageSummary]>
    /// What is known of each image of the list, and of those that containers were made from.
    var details = ImageAnswers()
    /// Those of `images` that the Engine does not list.
    var unlisted: Set<String> = []
    /// Whether nothing was asked about images, since all is known.
    var hasEarlierImages = false
    var volumes: Reading<[Volume]>
    var execs: [String: Reading<ExecProcess>] = [:]
    /// The commands that were started since the answers before these, as far as a check might object.
    var started: [PastExec] = []
    /// What the Engine tells of its swarm.
    var swarm = SwarmFacts()
    /// The process that began to listen on the socket.
    var peer: Int?
    /// When the Engine was built, where that can be remembered.
    var build: ImageMemory.Build?

    /// Nothing could be asked, for this reason.
    init(unreadable reason: String) {
      engine = .unreadable(reason)
      containers = .unreadable(reason)
      images = .unreadable(reason)
      volumes = .unreadable(reason)
    }

    /// The containers that could be inspected.
    var inspected: [Container] { (containers.value ?? []).compactMap(\.inspection.value) }
  }

  /// All answers, and what `meanwhile` gives. That starts once the Engine is at work: what it answers
  /// takes longest, so nothing may delay the first requests.
  ///
  /// `program` tells by what the latter gives which program the Engine is, `nil` where nobody knows.
  func answers<Other: Sendable>(
    meanwhile: @Sendable () async -> Other, program: @Sendable (Other) -> String?
  ) async -> (Answers, Other) {
    do {
      return try await EngineClient.withClient(endpoint: endpoint, deadline: deadline) { client in
        var answers = Answers(unreadable: "")
        async let (info, swarm) = infoAndSwarm(client)
        async let asked = parts.images ? images(client) : nil
        async let volumes = volumes(client)
        async let bridge = defaultBridge(client)
        async let other = meanwhile()
        (answers.containers, answers.execs, answers.started) = await containers(client)
        await addImages(await asked, client, &answers)
        answers.volumes = await volumes
        var engine = EngineFacts(
          endpoint: endpoint.description, version: client.version.version,
          apiVersion: client.version.negotiatedAPIVersion.description, info: await info,
          defaultBridge: await bridge)
        let found = await other
        engine.buildTime = await buildTime(of: program(found), client, &answers)
        answers.engine = .found(engine)
        answers.swarm = await swarm
        answers.peer = client.peer.flatMap { $0.processID > 0 ? Int($0.processID) : nil }
        return (answers, found)
      }
    } catch {
      return (Answers(unreadable: "\(error)"), await meanwhile())
    }
  }

  /// What the Engine said before of itself, where it is not asked again.
  private var known: EngineFacts? { parts.engine ? nil : earlier?.engine.value }

  private func volumes(_ client: EngineClient) async -> Reading<[Volume]> {
    if let earlier, !parts.volumes { return earlier.volumes }
    return await client.reading("/volumes", as: VolumeList.self).map { $0.volumes ?? [] }
  }

  private func defaultBridge(_ client: EngineClient) async -> Reading<DefaultBridge> {
    if let known { return known.defaultBridge }
    return ListedNetwork.defaultBridge(
      of: await client.reading(
        "/networks?filters=\(ListedNetwork.builtIn)", as: [ListedNetwork].self))
  }

  private typealias ContainersAndExecs = (
    Reading<[ContainerReading]>, [String: Reading<ExecProcess>], started: [PastExec]
  )

  /// The containers, each inspected now where that is asked for or was not done yet, and their execs.
  private func containers(
    _ client: EngineClient
  ) async -> ContainersAndExecs {
    if let earlier, parts.containers == .some([]) {
      return await execs(of: earlier, client)
    }
    switch await client.reading(Self.list, as: [ListedContainer].self) {
    case .absent: return (.unreadable("the Engine does not list its containers"), [:], [])
    case .unreadable(let reason): return (.unreadable(reason), [:], [])
    case .found(let listed):
      let known = unchanged(of: listed)
      let readings = await inspect(listed, knowing: known, client)
      let fresh = readings.filter { known[$0.id] == nil }.compactMap(\.inspection.value)
      var answers = earlier ?? Answers(unreadable: "")
      answers.containers = .found(readings)
      let (containers, before, started) = await execs(of: answers, client)
      let now = await execs(of: fresh, client)
      return (containers, before.merging(now) { _, new in new }, started)
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

  /// When the Engine was built, as it says or said before.
  private func buildTime(
    of program: String?, _ client: EngineClient, _ answers: inout Answers
  ) async -> Reading<String> {
    guard asksForBuildTime else { return .absent }
    if let known { return known.buildTime }
    if let build = answers.details.memory?.build, build.program == program {
      answers.build = build
      return .found(build.time)
    }
    let time = await client.reading("/version", as: Build.self).flatMap { $0.time }
    if let program, let time = time.value {
      answers.build = ImageMemory.Build(program: program, time: time)
    }
    return time
  }

  /// What the Engine says of itself, and of its swarm, which only one that is in a swarm is asked.
  private func infoAndSwarm(_ client: EngineClient) async -> (Reading<EngineInfo>, SwarmFacts) {
    if let earlier, let known { return (known.info, earlier.swarm) }
    let info = await client.reading(Self.info, as: EngineInfo.self)
    return (info, await SwarmQuestions(client: client).facts(after: info))
  }

  /// The list of images, with what is known of each that is still there.
  private func images(_ client: EngineClient) async -> (Reading<[ImageSummary]>, ImageAnswers) {
    let list = await client.reading("/images/json", as: [ImageSummary].self)
    guard case .found(let images) = list else { return (list, ImageAnswers()) }
    var details = await imageReader.answers(for: images.map(\.id), client)
    let missing = images.map(\.id).filter { !details.isThere($0) }
    guard !missing.isEmpty else { return (list, details) }
    // One that is removed meanwhile is gone from the list; of one that stays there, something is lost.
    let still = await client.reading("/images/json", as: [ImageSummary].self).map {
      Set($0.map(\.id))
    }
    for id in missing where still.value?.contains(id) ?? true {
      let error = EngineError.notFound(
        request: "GET \(EnginePath.image(id))", message: "though it is listed")
      details.described[id] = ImageAnswers.Described(
        description: .failure(error), history: .unreadable("\(error)"))
    }
    return (.found(images.filter { details.isThere($0.id) }), details)
  }

  /// Adds what is known of images: of the list, which is `asked` or as it was before, and of those that
  /// containers were made from and that are not listed, since they have no tag, and others were built upon
  /// them.
  private func addImages(
    _ asked: (Reading<[ImageSummary]>, ImageAnswers)?, _ client: EngineClient,
    _ answers: inout Answers
  ) async {
    let used = answers.inspected.compactMap(\.imageID.value).filter { !$0.isEmpty }
    if asked == nil, let earlier, let known = earlier.images.value,
      Set(used).isSubset(of: known.map(\.id))
    {
      answers.hasEarlierImages = true
      answers.details = earlier.details
      answers.unlisted = earlier.unlisted.intersection(used)
      let gone = earlier.unlisted.subtracting(used)
      answers.images = .found(known.filter { !gone.contains($0.id) })
      return
    }
    if let asked {
      (answers.images, answers.details) = asked
    } else {
      (answers.images, answers.details) = await images(client)
    }
    guard case .found(let listed) = answers.images else { return }
    let known = Set(listed.map(\.id))
    var ids: [String] = []
    for id in used where !known.contains(id) && !ids.contains(id) { ids.append(id) }
    guard !ids.isEmpty else { return }
    await imageReader.extend(&answers.details, to: ids, client)
    let added = ids.filter { answers.details.isThere($0) }
    answers.unlisted = Set(added)
    answers.images = .found(listed + added.map { ImageSummary(unlisted: $0) })
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
    }
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

extension ImageAnswers {
  fileprivate func isThere(_ id: String) -> Bool {
    remembered[id] != nil || described[id] != nil
  }
}

extension ImageSummary {
  /// An image that the Engine does not list, since it is only a step on the way to another.
  fileprivate init(unlisted id: String) {
    self.init(id: id, tags: [])
    created = .missing
    size = .missing
  }
}

extension EngineClient {
  /// The answer as a reading: absent where the Engine does not know the path.
  func reading<Value: Decodable & Sendable>(
    _ path: EnginePath, as type: Value.Type
  ) async -> Reading<Value> {
    do {
      return .found(try await get(path, as: type))
    } catch {
      if case .notFound = error { return .absent }
      return .unreadable("\(error)")
    }
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

/// The part of the body of `GET /version` that is used here.
private struct Build: Decodable, Sendable {
  var time: String?

  private enum CodingKeys: String, CodingKey { case time = "BuildTime" }
}

extension Reading {
  /// The part of the value that `transform` gives; absent where it gives none.
  fileprivate func flatMap<Other>(_ transform: (Value) -> Other?) -> Reading<Other> {
    switch self {
    case .found(let value): transform(value).map { .found($0) } ?? .absent
    case .absent: .absent
    case .unreadable(let reason): .unreadable(reason)
    }
  }
}

/// The body of `GET /volumes`.
private struct VolumeList: Decodable, Sendable {
  var volumes: [Volume]?

  private enum CodingKeys: String, CodingKey { case volumes = "Volumes" }
}

/// One item of `GET /networks`.
private struct ListedNetwork: Decodable, Sendable {
  var name: String
  var bridge: DefaultBridge

  /// The filter for the networks that the Engine makes for itself; those are few.
  static let builtIn = #"{"type":["builtin"]}"#

  private enum CodingKeys: String, CodingKey { case name = "Name" }

  init(from decoder: any Decoder) throws {
    name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
    bridge = try DefaultBridge(from: decoder)
  }

  /// Nobody else can make a network called `bridge`.
  static func defaultBridge(of networks: Reading<[ListedNetwork]>) -> Reading<DefaultBridge> {
    switch networks {
    case .found(let listed):
      listed.first { $0.name == "bridge" }.map { .found($0.bridge) } ?? .absent
    case .absent: .unreadable("the Engine does not list its networks")
    case .unreadable(let reason): .unreadable(reason)
    }
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
