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
  /// What containers there are, most likely, see `ContainerDirectories`.
  var likelyContainers: [String] = []

  static let list: EnginePath = "/containers/json?all=1"
  /// What the Engine says of itself, which takes it longest.
  static let info: EnginePath = "/info"

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
        async let (about, swarm) = infoAndSwarm(client)
        async let asked = parts.images ? images(client) : nil
        async let volumes = volumes(client)
        async let bridge = defaultBridge(client)
        async let other = meanwhile()
        let likely = await inspectedLikely(client)
        // The Engine counts what it does not list.
        let areAll = likely.isEmpty ? false : await about.value?.containers == likely.count
        (answers.containers, answers.execs, answers.started) = await containers(
          client, likely: likely, areAll: areAll)
        await addImages(await asked, client, &answers)
        answers.volumes = await volumes
        var engine = EngineFacts(
          endpoint: endpoint.description, version: client.version.version,
          apiVersion: client.version.negotiatedAPIVersion.description,
          info: await about.map(\.info), defaultBridge: await bridge)
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
  private func infoAndSwarm(_ client: EngineClient) async -> (Reading<CountedInfo>, SwarmFacts) {
    if let earlier, let known {
      return (known.info.map { CountedInfo(info: $0) }, earlier.swarm)
    }
    let about = await client.reading(Self.info, as: CountedInfo.self)
    return (about, await SwarmQuestions(client: client).facts(after: about.map(\.info)))
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

/// The part of the body of `GET /info` that is used here.
private struct CountedInfo: Decodable, Sendable {
  var info: EngineInfo
  /// How many containers there are, whatever their state.
  var containers: Int?

  private enum CodingKeys: String, CodingKey { case containers = "Containers" }

  init(info: EngineInfo) { self.info = info }

  init(from decoder: any Decoder) throws {
    info = try EngineInfo(from: decoder)
    containers = try? decoder.container(keyedBy: CodingKeys.self).decode(
      Int.self, forKey: .containers)
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
