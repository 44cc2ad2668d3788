import CShims
import DockerEngine
import HardeningModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What can be read of a host without its Engine.
package struct OwnSide: Sendable {
  let identity: HostIdentity
  let kernel: KernelFacts
  let service: Reading<UnitLocation>
  let socket: Reading<UnitLocation>
  let containerd: Reading<UnitLocation>
  /// Where the API socket is.
  let socketPath: String
  /// The process that serves the API socket, where it shows.
  let serving: ServingDaemon?
  /// Which file it runs, and since when that is what it is; `nil` where it is not known.
  let program: String?
  /// How that process was told to run.
  let daemon: DaemonFacts?
  /// The processes, where they were asked for.
  let table: ProcessTable
  private let survey: FileSurvey
  let clients: Reading<ClientFacts>
  let system: SystemFacts
  let audit: AuditFacts
  let accounts: AccountReader
  let mounts: MountTable

  /// Reads side by side what does not need one another.
  init(root: HostRoot, reader: HostReader, readsProcesses: Bool) async {
    async let table = readsProcesses ? ProcessTable(root) : ProcessTable()
    async let rest = reader.readsFilesOnly ? Rest() : Rest(reading: root)
    identity = HostIdentity(reading: root)
    kernel = KernelReader(root: root).facts()
    var units = UnitFinder(root: root, patience: .seconds(2))
    service = units.location(of: "docker.service")
    socket = units.location(of: "docker.socket")
    containerd = units.location(of: "containerd.service")
    let environment = reader.readsClients ? units.environment() : nil
    units.close()
    async let clients =
      reader.readsClients ? ClientReader(root: root).facts(environment: environment) : nil
    socketPath = (reader.endpoint ?? EngineEndpoint.standard).socketPath
    serving = DaemonSearch(
      root: root, socketPath: socketPath, readsAllSockets: !reader.readsFilesOnly
    ).serving()
    program = serving.flatMap { root.programStamp(of: $0.process.pid) }
    let daemonReader = DaemonReader(root: root, service: service, socket: socket, host: identity)
    daemon = serving.map(daemonReader.facts)
    var survey = FileSurvey(root)
    if !reader.readsFilesOnly {
      for path in ["/"] + SystemDirectories.trees(dataRoot: nil) + reader.policyPaths {
        survey.look(at: path)
      }
    }
    // dockerd may have mounts of its own.
    mounts =
      reader.readsFilesOnly ? MountTable() : MountTable(of: serving?.process.pid ?? 1, root)
    self.table = await table
    self.clients = await clients.map { .found($0) } ?? .absent
    (system, audit, accounts) = await (rest.system, rest.audit, rest.accounts)
    for path in audit.kernel.value?.watchedPaths ?? [] {
      // The kernel follows every symbolic link of a rule's path but the last one.
      survey.look(at: path)
      survey.look(at: ProgramFinder.directory(of: path))
    }
    self.survey = survey
  }

  /// What is read of the system, whatever serves the API socket.
  private struct Rest: Sendable {
    var system = SystemFacts()
    var audit = AuditFacts()
    var accounts = AccountReader()

    init() {}

    init(reading root: HostRoot) {
      system = SystemReader(root: root).facts()
      audit = AuditReader(root: root).facts()
      accounts = AccountReader(root)
    }
  }

  /// As `/etc/machine-id` has it.
  package var machineID: String { identity.machineID }

  /// The files that have been looked at, to look at more of them.
  func survey(of root: HostRoot) -> FileSurvey { FileSurvey(root, knowing: survey) }

  /// The daemon: as the process that serves the socket was told to run, else as the Engine's answer tells
  /// which process that is.
  func daemon(of root: HostRoot, _ answers: EngineReader.Answers) -> DaemonFacts {
    if let daemon { return daemon }
    let process = DaemonSearch(root: root, socketPath: socketPath).process(
      serving: nil, peer: answers.peer, isReachable: answers.engine.value != nil)
    return DaemonReader(root: root, service: service, socket: socket, host: identity)
      .facts(of: process)
  }

  /// What the kernel says of the processes of `containers`, by `table`.
  func processes(
    of containers: [Container], _ root: HostRoot, _ table: ProcessTable
  ) async -> [String: ProcessFacts] {
    await ProcessScan(root: root, table: table, trustsNumbers: serving != nil, kernel: kernel)
      .facts(of: containers)
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
  var watchedPaths: Set<String> {
    Set(rules.flatMap(\.fields).filter { ["path", "dir"].contains($0.name) }.compactMap(\.text))
  }
}
