import DockerEngine
import HardeningModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads a host once; starts no process and changes nothing.
package struct HostReader: Sendable {
  /// Where the host's file system is mounted; `/` for this host.
  package var root = "/"
  /// Where the Engine listens; `nil` asks no Engine, as for a host that is only a file system here.
  package var endpoint: EngineEndpoint?
  /// Whether only that is read by which files are judged, and content trust: neither the Engine is asked,
  /// nor what it runs, the kernel's audit rules, accounts, mounts and where dockerd listens.
  package var readsFilesOnly = false
  /// Whether it is read which Docker clients there are, and what is exported to them.
  package var readsClients = true
  /// How long the whole pass may take.
  package var timeout: Duration = .seconds(10)
  /// Paths that the policy names, so that they can be compared with what is mounted.
  package var policyPaths: [String] = []
  /// Where dockward keeps what it remembers between passes; `nil` remembers nothing. Of another host
  /// nothing is remembered.
  package var state: String?
  /// RFC 3339, as the snapshot will have it.
  package var startedAt: String
  package var progress = Progress()
  /// Whether the Engine is asked when it was built, which costs it as much as all the rest together.
  package var asksForBuildTime = true
  /// Where the Engine keeps a directory for each container, see `ContainerDirectories`; an Engine at the usual
  /// address has them, most likely, at the usual place.
  package var containerDirectory: String?

  package init(startedAt: String) { self.startedAt = startedAt }

  /// Begins to ask the Engine that will most likely be asked what every pass asks first; returns at once. A
  /// program may do so before it has read its arguments.
  package static func prepare(_ endpoint: EngineEndpoint) {
    let needsList = ContainerDirectories.likely(for: endpoint).map { access($0, R_OK) != 0 } ?? true
    EngineClient.prepare(
      endpoint, asking: (needsList ? [EngineReader.list] : []) + [EngineReader.info])
  }

  /// Why a host could not be read at all.
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// All that could be read.
  ///
  /// Throws only where the root itself cannot be opened; anything else that cannot be read stands in
  /// the snapshot with its reason.
  package func snapshot() async throws(Failure) -> HostSnapshot {
    let deadline = ContinuousClock.now + timeout
    let root = try opened()
    defer { root.close() }
    progress.report(.engine)
    let (answers, host) = await answers(to: .all, since: nil, root, by: deadline) {
      await OwnSide(root: root, reader: self, readsProcesses: !readsFilesOnly)
    }
    progress.report(.host)
    async let processes = host.processes(of: answers.inspected, root, host.table)
    var engine = EngineSide(answers: answers)
    engine.imageFacts = await imageFacts(answers, root, deadline)
    var snapshot = snapshot(of: host, engine, root)
    snapshot.processes = await processes
    return snapshot
  }

  /// What needs no Engine; throws where the root itself cannot be opened.
  package func ownSide() async throws(Failure) -> OwnSide {
    let root = try opened()
    defer { root.close() }
    return await OwnSide(root: root, reader: self, readsProcesses: false)
  }

  /// What the Engine says, with the processes of its containers: of `parts` now, of the rest as `earlier`
  /// has it. Where the Engine could not be asked then, it is asked everything.
  package func engineSide(
    _ parts: HostParts, since earlier: EngineSide?, of host: OwnSide
  ) async throws(Failure) -> EngineSide {
    let deadline = ContinuousClock.now + timeout
    let root = try opened()
    defer { root.close() }
    let known = earlier.flatMap { $0.answers.engine.value == nil ? nil : $0 }
    let parts = known == nil ? .all : parts
    let (answers, _) = await answers(to: parts, since: known?.answers, root, by: deadline) { host }
    var engine = EngineSide(answers: answers)
    if let known, answers.hasEarlierImages {
      engine.imageFacts = known.imageFacts
    } else {
      engine.imageFacts = await imageFacts(answers, root, deadline)
      // What was found out is in the facts.
      engine.answers.details = ImageAnswers()
    }
    engine.processes = await host.processes(of: answers.inspected, root, ProcessTable(root))
    return engine
  }

  /// What both sides come to.
  package func snapshot(
    of host: OwnSide, _ engine: EngineSide
  ) throws(Failure) -> HostSnapshot {
    let root = try opened()
    defer { root.close() }
    return snapshot(of: host, engine, root)
  }

  private func opened() throws(Failure) -> HostRoot {
    do { return try HostRoot(root) } catch { throw Failure(description: error.description) }
  }

  private func snapshot(of host: OwnSide, _ engine: EngineSide, _ root: HostRoot) -> HostSnapshot {
    let answers = engine.answers
    var snapshot = HostSnapshot(host: host.identity, startedAt: startedAt)
    var survey = host.survey(of: root)
    snapshot.kernel = host.kernel
    snapshot.endpoint = endpoint?.description
    snapshot.engine = answers.engine
    snapshot.containers = answers.containers
    snapshot.images = answers.images
    snapshot.imageFacts = engine.imageFacts
    snapshot.volumes = answers.volumes
    snapshot.execs = answers.execs
    snapshot.processes = engine.processes
    snapshot.daemon = host.daemon(of: root, answers)
    if answers.engine.value?.info.value?.loggingDriver.value == "journald" {
      let units = UnitFinder(root: root, patience: .seconds(2))
      snapshot.daemon.journalIsUploaded = units.isActive("systemd-journal-upload.service")
      units.close()
    }
    snapshot.paths = PathFinder(
      root: root, daemon: snapshot.daemon, service: host.service, socket: host.socket,
      host: host.identity
    )
    .paths(&survey, endpoint: endpoint)
    snapshot.paths.merge(
      ProgramFinder(
        root: root, daemon: snapshot.daemon, service: host.service, containerd: host.containerd
      ).paths(&survey, socket: snapshot.paths[.containerdSocket] ?? .absent)
    ) { first, _ in first }
    let dataRoot = answers.engine.value?.info.value?.dataRoot.value
    for path in [dataRoot].compactMap({ $0 })
      + mountSources(answers.inspected, answers.volumes.value ?? [])
    {
      survey.look(at: path)
    }
    snapshot.files = survey.files
    snapshot.swarm = answers.swarm
    SwarmReader(root: root, dataRoot: dataRoot).complete(
      &snapshot.swarm, info: answers.engine.value?.info.value)
    snapshot.clients = host.clients
    snapshot.system = host.system
    snapshot.audit = host.audit
    snapshot.mounts = host.mounts.holding(snapshot.pathsOfMounts(dataRoot: dataRoot))
    snapshot.groups = GroupReader(root: root).groups(
      named: ["docker", snapshot.daemon.settings.value?.group].compactMap { $0 })
    snapshot.accounts = host.accounts.facts(ofGroups: snapshot.socketGroups())
    return snapshot
  }

  /// The paths of the host that containers mount, or may mount through a volume.
  private func mountSources(_ containers: [Container], _ volumes: [Volume]) -> [String] {
    let bound = containers.flatMap { $0.mounts.value ?? [] }
      .filter { $0.type.value == "bind" }
      .compactMap(\.source.value)
    return bound + volumes.compactMap { try? $0.boundPath() }
  }

  /// Where it is remembered what is known of images; of another host nothing is.
  private func memory(of root: HostRoot) -> ImageMemoryFile? {
    guard root.isThisHost, let state, let endpoint else { return nil }
    return ImageMemoryFile(state: state, endpoint: endpoint.description)
  }

  /// What is known of each image; what is new is remembered.
  private func imageFacts(
    _ answers: EngineReader.Answers, _ root: HostRoot, _ deadline: ContinuousClock.Instant
  ) async -> [String: ImageFacts] {
    var survey = LayerSurvey(root: root, info: answers.engine.value?.info.value, deadline: deadline)
    let name = endpoint?.description ?? ""
    let (facts, found) = await survey.facts(of: answers.details, endpoint: name)
    if survey.effort.layers > 0 { progress.report(.layers(survey.effort)) }
    guard let file = memory(of: root), found != nil || answers.build != nil else { return facts }
    // Where no image was asked for, what is known of images is left as it is.
    let before = answers.details.memory ?? file.load()
    var memory = found ?? before ?? ImageMemory(endpoint: name)
    memory.build = answers.build ?? before?.build
    if memory != before { file.save(memory) }
    return facts
  }

  private func answers(
    to parts: HostParts, since earlier: EngineReader.Answers?, _ root: HostRoot,
    by deadline: ContinuousClock.Instant, meanwhile: @Sendable () async -> OwnSide
  ) async -> (EngineReader.Answers, OwnSide) {
    guard let endpoint, !readsFilesOnly else {
      let reason =
        endpoint == nil
        ? "no Engine was asked: only the file system of that host is here"
        : "the Engine was not asked"
      return (EngineReader.Answers(unreadable: reason), await meanwhile())
    }
    var reader = EngineReader(
      endpoint: endpoint, deadline: deadline, progress: progress,
      imageReader: ImageReader(root: root, file: memory(of: root)),
      asksForBuildTime: asksForBuildTime)
    reader.startedAt = startedAt
    reader.parts = parts
    reader.earlier = earlier
    if earlier == nil,
      let directory = containerDirectory ?? ContainerDirectories.likely(for: endpoint)
    {
      reader.likelyContainers = ContainerDirectories.ids(in: directory, of: root)
    }
    return await reader.answers(meanwhile: meanwhile, program: \.program)
  }
}

/// What an Engine said, and what this host says of its containers and images.
package struct EngineSide: Sendable {
  var answers: EngineReader.Answers
  var imageFacts: [String: ImageFacts] = [:]
  var processes: [String: ProcessFacts] = [:]

  /// The Engine was not asked, or all in vain, for this reason.
  package init(unreadable reason: String) {
    answers = EngineReader.Answers(unreadable: reason)
  }

  init(answers: EngineReader.Answers) { self.answers = answers }

  /// The commands that were started in containers since it was asked before, as far as a check might object.
  package var startedExecs: [PastExec] { answers.started }

  /// The containers that ran when the Engine was asked and had ended when the kernel was, by id: what is true
  /// of them shows in a moment.
  package var unsettledContainers: Set<String> {
    Set(processes.filter { $0.value.first == .absent }.keys)
  }

  /// The images of which it could not be told what files they show, by id.
  package var unwalkedImages: Set<String> {
    Set(imageFacts.filter { $0.value.privilegedFiles.failure != nil }.keys)
  }

  /// Why the Engine has not told all that it was asked; `nil` where it has.
  package var failure: String? {
    for reason in [
      answers.engine.failure, answers.containers.failure, answers.images.failure,
      answers.volumes.failure, answers.engine.value?.info.failure,
    ] {
      if let reason { return reason }
    }
    return nil
  }
}

extension HostSnapshot {
  /// The paths, without symbolic links, of which it matters what file system they lie on.
  fileprivate func pathsOfMounts(dataRoot: String?) -> [String] {
    let judged = paths.values.flatMap { $0.value ?? [] } + [dataRoot].compactMap { $0 }
    let watched = audit.kernel.value.map { Array($0.watchedPaths) } ?? []
    return (judged + watched).compactMap { files[$0]?.value?.canonical }
  }

  /// The numbers of the groups that own a socket of the API, or are to own one.
  fileprivate func socketGroups() -> [UInt32] {
    let sockets = (paths[.apiSocket]?.value ?? []).compactMap { files[$0]?.value }
    return sockets.filter { $0.kind == .socket }.map(\.gid) + groups.values.compactMap(\.value)
  }
}

extension HostIdentity {
  init(reading root: HostRoot) {
    func line(_ path: String) -> String { ((try? root.text(of: path, limit: 4096)) ?? "").trimmed }
    var name = line("/etc/hostname")
    if root.isThisHost || name.isEmpty {
      var buffer = [CChar](repeating: 0, count: 256)
      if root.isThisHost, gethostname(&buffer, buffer.count - 1) == 0 {
        name = String(
          decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
    }
    self.init(name: name, machineID: line("/etc/machine-id"), root: root.path)
  }
}

/// The security modules of the kernel.
struct KernelReader {
  let root: HostRoot

  func facts() -> KernelFacts {
    KernelFacts(
      appArmor: reading("/sys/module/apparmor/parameters/enabled") { $0 == "Y" },
      // The file is there only while SELinux runs, enforcing or not.
      seLinux: reading("/sys/fs/selinux/enforce") { _ in true })
  }

  private func reading(_ path: String, _ interpret: (String) -> Bool) -> Reading<Bool> {
    do {
      let text = try root.text(of: path, limit: 64)
      return .found(interpret(text.trimmed))
    } catch {
      return error.isAbsence ? .absent : .unreadable(error.description)
    }
  }
}

/// The group database.
struct GroupReader {
  let root: HostRoot

  /// The numbers of these groups, from `/etc/group`. A name that is no group's and a number stands for
  /// that number, as it does for dockerd.
  func groups(named names: [String]) -> [String: Reading<UInt32>] {
    let text: String
    do {
      text = try root.text(of: "/etc/group", limit: 16 << 20)
    } catch {
      let reading: Reading<UInt32> = error.isAbsence ? .absent : .unreadable(error.description)
      return Dictionary(names.map { ($0, reading) }, uniquingKeysWith: { first, _ in first })
    }
    var numbers: [Substring: UInt32] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count >= 3, let number = UInt32(fields[2]), numbers[fields[0]] == nil {
        numbers[fields[0]] = number
      }
    }
    var groups: [String: Reading<UInt32>] = [:]
    for name in names {
      groups[name] = (numbers[Substring(name)] ?? UInt32(name)).map { .found($0) } ?? .absent
    }
    return groups
  }
}
