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

  /// What the Engine said, or why it said nothing.
  struct Answers: Sendable {
    var engine: Reading<EngineFacts>
    var containers: Reading<[ContainerReading]>
    var images: Reading<[ImageSummary]>
    /// What is known of each image of the list, and of those that containers were made from.
    var details = ImageAnswers()
    var volumes: Reading<[Volume]>
    var execs: [String: Reading<ExecProcess>] = [:]
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
        async let images = images(client)
        async let volumes = client.reading("/volumes", as: VolumeList.self)
        async let networks = client.reading(
          "/networks?filters=\(ListedNetwork.builtIn)", as: [ListedNetwork].self)
        async let other = meanwhile()
        let list = await client.reading("/containers/json?all=1", as: [ListedContainer].self)
        switch list {
        case .found(let listed): answers.containers = .found(await inspect(listed, client))
        case .absent: answers.containers = .unreadable("the Engine does not list its containers")
        case .unreadable(let reason): answers.containers = .unreadable(reason)
        }
        let containers = (answers.containers.value ?? []).compactMap(\.inspection.value)
        answers.execs = await execs(of: containers, client)
        (answers.images, answers.details) = await images
        await addUnlisted(of: containers, client, &answers)
        answers.volumes = await volumes.map { $0.volumes ?? [] }
        var engine = EngineFacts(
          endpoint: endpoint.description, version: client.version.version,
          apiVersion: client.version.negotiatedAPIVersion.description, info: await info,
          defaultBridge: ListedNetwork.defaultBridge(of: await networks))
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

  /// When the Engine was built, as it says or said before.
  private func buildTime(
    of program: String?, _ client: EngineClient, _ answers: inout Answers
  ) async -> Reading<String> {
    guard asksForBuildTime else { return .absent }
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
    let info = await client.reading("/info", as: EngineInfo.self)
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

  /// Adds the images that containers were made from and that are not listed: they have no tag, and
  /// others were built upon them.
  private func addUnlisted(
    of containers: [Container], _ client: EngineClient, _ answers: inout Answers
  ) async {
    guard case .found(let listed) = answers.images else { return }
    let known = Set(listed.map(\.id))
    var ids: [String] = []
    for id in containers.compactMap(\.imageID.value) where !known.contains(id) && !ids.contains(id)
    {
      if !id.isEmpty { ids.append(id) }
    }
    guard !ids.isEmpty else { return }
    await imageReader.extend(&answers.details, to: ids, client)
    let added = ids.filter { answers.details.isThere($0) }.map { ImageSummary(unlisted: $0) }
    answers.images = .found(listed + added)
  }

  /// The inspections of `listed`; one that has disappeared since is left out.
  private func inspect(
    _ listed: [ListedContainer], _ client: EngineClient
  ) async -> [ContainerReading] {
    let results = await client.getAll(
      listed.map { EnginePath.container($0.id) }, as: Container.self,
      onAnswer: { [progress] in progress.report(.container(of: listed.count)) })
    return zip(listed, results).compactMap { container, result in
      let reading: Reading<Container>
      switch result {
      case .success(let inspection): reading = .found(inspection)
      case .failure(.notFound): return nil
      case .failure(let error): reading = .unreadable("\(error)")
      }
      return ContainerReading(
        id: container.id, name: container.name, inspection: reading, labels: container.labels)
    }
  }

  private func execs(
    of containers: [Container], _ client: EngineClient
  ) async -> [String: Reading<ExecProcess>] {
    let ids = containers.flatMap { $0.execIDs.value ?? [] }
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
