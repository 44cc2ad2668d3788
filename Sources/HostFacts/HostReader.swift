import CShims
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
  /// Whether the Engine is asked at all; there are checks that need nothing of it, nor of containers.
  package var asksEngine = true
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

  package init(startedAt: String) { self.startedAt = startedAt }

  /// Begins to ask the Engine that will most likely be asked; returns at once. A program may do so before
  /// it has read its arguments.
  package static func prepare(_ endpoint: EngineEndpoint) {
    EngineClient.prepare(endpoint, asking: EngineReader.firstQuestions)
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
    let root: HostRoot
    do { root = try HostRoot(self.root) } catch { throw Failure(description: error.description) }
    defer { root.close() }
    progress.report(.engine)
    let memory = root.isThisHost ? memoryFile : nil
    let (answers, host) = await answers(by: deadline, ImageReader(root: root, file: memory)) {
      HostSide(root: root, reader: self)
    }
    progress.report(.host)
    var snapshot = HostSnapshot(host: host.identity, startedAt: startedAt)
    var survey = host.survey
    snapshot.kernel = host.kernel
    snapshot.endpoint = endpoint?.description
    snapshot.engine = answers.engine
    snapshot.containers = answers.containers
    snapshot.images = answers.images
    let containers = (answers.containers.value ?? []).compactMap(\.inspection.value)
    let scan = ProcessScan(
      root: root, table: host.table, trustsNumbers: host.serving != nil, kernel: host.kernel)
    async let processes = scan.facts(of: containers)
    snapshot.imageFacts = await imageFacts(answers, root, deadline, memory)
    snapshot.volumes = answers.volumes
    snapshot.execs = answers.execs
    snapshot.daemon =
      host.daemon
      ?? host.reader(of: root).facts(
        of: host.search.process(
          serving: nil, peer: answers.peer, isReachable: answers.engine.value != nil))
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
      + mountSources(containers, answers.volumes.value ?? [])
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
    snapshot.processes = await processes
    return snapshot
  }

  /// The paths of the host that containers mount, or may mount through a volume.
  private func mountSources(_ containers: [Container], _ volumes: [Volume]) -> [String] {
    let bound = containers.flatMap { $0.mounts.value ?? [] }
      .filter { $0.type.value == "bind" }
      .compactMap(\.source.value)
    return bound + volumes.compactMap { try? $0.boundPath() }
  }

  private var memoryFile: ImageMemoryFile? {
    guard let state, let endpoint else { return nil }
    return ImageMemoryFile(state: state, endpoint: endpoint.description)
  }

  /// What is known of each image; what is new is remembered.
  private func imageFacts(
    _ answers: EngineReader.Answers, _ root: HostRoot, _ deadline: ContinuousClock.Instant,
    _ file: ImageMemoryFile?
  ) async -> [String: ImageFacts] {
    var survey = LayerSurvey(root: root, info: answers.engine.value?.info.value, deadline: deadline)
    let name = endpoint?.description ?? ""
    let (facts, found) = await survey.facts(of: answers.details, endpoint: name)
    if survey.effort.layers > 0 { progress.report(.layers(survey.effort)) }
    guard let file, found != nil || answers.build != nil else { return facts }
    // Where no image was asked for, what is known of images is left as it is.
    let before = answers.details.memory ?? file.load()
    var memory = found ?? before ?? ImageMemory(endpoint: name)
    memory.build = answers.build ?? before?.build
    if memory != before { file.save(memory) }
    return facts
  }

  private func answers(
    by deadline: ContinuousClock.Instant, _ imageReader: ImageReader,
    meanwhile: @Sendable () async -> HostSide
  ) async -> (EngineReader.Answers, HostSide) {
    guard let endpoint, asksEngine else {
      let reason =
        endpoint == nil
        ? "no Engine was asked: only the file system of that host is here"
        : "the Engine was not asked"
      return (EngineReader.Answers(unreadable: reason), await meanwhile())
    }
    return await EngineReader(
      endpoint: endpoint, deadline: deadline, progress: progress, imageReader: imageReader,
      asksForBuildTime: asksForBuildTime
    ).answers(meanwhile: meanwhile, program: \.program)
  }
}

/// What can be read of a host without its Engine.
private struct HostSide: Sendable {
  let identity: HostIdentity
  let kernel: KernelFacts
  let service: Reading<UnitLocation>
  let socket: Reading<UnitLocation>
  let containerd: Reading<UnitLocation>
  let search: DaemonSearch
  /// The process that serves the API socket, where it shows.
  let serving: ServingDaemon?
  /// Which file it runs, and since when that is what it is; `nil` where it is not known.
  let program: String?
  /// How that process was told to run.
  let daemon: DaemonFacts?
  let table: ProcessTable
  let survey: FileSurvey
  let clients: Reading<ClientFacts>
  let system: SystemFacts
  let audit: AuditFacts
  let accounts: AccountReader
  let mounts: MountTable

  init(root: HostRoot, reader: HostReader) {
    identity = HostIdentity(reading: root)
    kernel = KernelReader(root: root).facts()
    var units = UnitFinder(root: root, patience: .seconds(2))
    service = units.location(of: "docker.service")
    socket = units.location(of: "docker.socket")
    containerd = units.location(of: "containerd.service")
    clients =
      reader.readsClients
      ? .found(ClientReader(root: root).facts(environment: units.environment())) : .absent
    units.close()
    search = DaemonSearch(
      root: root, socketPath: (reader.endpoint ?? EngineEndpoint.standard).socketPath)
    serving = search.serving()
    program = serving.flatMap { root.programStamp(of: $0.process.pid) }
    let daemonReader = DaemonReader(root: root, service: service, socket: socket, host: identity)
    daemon = serving.map(daemonReader.facts)
    table = reader.asksEngine ? ProcessTable(root) : ProcessTable()
    var survey = FileSurvey(root)
    for path in ["/"] + SystemDirectories.trees(dataRoot: nil) + reader.policyPaths {
      survey.look(at: path)
    }
    system = SystemReader(root: root).facts()
    audit = AuditReader(root: root).facts()
    for path in audit.kernel.value?.watchedPaths ?? [] {
      // The kernel follows every symbolic link of a rule's path but the last one.
      survey.look(at: path)
      survey.look(at: ProgramFinder.directory(of: path))
    }
    accounts = AccountReader(root)
    // dockerd may have mounts of its own.
    mounts = MountTable(of: serving?.process.pid ?? 1, root)
    self.survey = survey
  }

  func reader(of root: HostRoot) -> DaemonReader {
    DaemonReader(root: root, service: service, socket: socket, host: identity)
  }
}

extension HostRoot {
  /// Which file `pid` runs, and when that was last changed: another one, or one that was written to,
  /// is told apart.
  fileprivate func programStamp(of pid: Int) -> String? {
    guard let file = try? open("/proc/\(pid)/exe", flags: dockward_o_path) else { return nil }
    defer { try? file.close() }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { return nil }
    let changed = status.st_ctim
    return "\(status.st_dev):\(status.st_ino) \(changed.tv_sec).\(changed.tv_nsec)"
  }
}

extension KernelAudit {
  /// The paths that the rules are about.
  fileprivate var watchedPaths: Set<String> {
    Set(rules.flatMap(\.fields).filter { ["path", "dir"].contains($0.name) }.compactMap(\.text))
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
