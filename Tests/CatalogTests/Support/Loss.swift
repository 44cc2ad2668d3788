import HardeningModel
import Testing

/// A host of which something can be forgotten.
enum Base: String, Sendable, CaseIterable {
  /// No check fails.
  case sound
  /// Every check fails that can.
  case offending
  /// The same, with its container stopped.
  case stopped

  func scene() throws -> Scene {
    var scene = Scene()
    scene.bind("/srv/web")
    scene.volume(.sample("data"))
    scene.web.networkSettings.ports = .value(["80/tcp": [.init("10.0.0.5", "8080")]])
    if self == .sound { return scene }
    try scene.offend()
    if self == .stopped { scene.web.stop() }
    return scene
  }
}

/// One thing less that is known of a host.
struct Loss: Sendable, CustomTestStringConvertible {
  var base: Base
  /// Where it stands in the snapshot's JSON.
  var path: [String]
  /// Whether it could not be read; else an Engine does not speak of it.
  var isUnreadable: Bool

  var testDescription: String {
    let place = path.joined(separator: ".")
    return "\(base.rawValue) host without \(place)\(isUnreadable ? " (unreadable)" : "")"
  }

  func snapshot() throws -> HostSnapshot {
    var json = try #require(Self.json[base])
    json[path[...]] = isUnreadable ? .object(["unreadable": .text("input/output error")]) : nil
    return try json.decoded(as: HostSnapshot.self)
  }

  /// Whether an Engine says by leaving this out that it is not so.
  func isSilence(for slug: String) -> Bool {
    switch slug {
    case "container-healthcheck": path.contains("Healthcheck")
    case "container-exec-root": path.suffix(2) == ["ProcessConfig", "user"]
    default: false
    }
  }

  /// Each base's snapshot; none where it cannot be written as JSON, which leaves no losses.
  private static let json: [Base: JSONValue] = Dictionary(
    uniqueKeysWithValues: Base.allCases.compactMap { base in
      (try? JSONValue(encoding: base.scene().snapshot)).map { (base, $0) }
    })

  /// Every single loss of every host.
  static let all: [Loss] = Base.allCases.flatMap { base -> [Loss] in
    guard let json = json[base] else { return [] }
    let readings = json.paths { _, value in
      if case .object(let members) = value { members["found"] != nil } else { false }
    }
    let fields = json.paths { path, _ in isField(path) }
    return readings.map { Loss(base: base, path: $0, isUnreadable: true) }
      + fields.map { Loss(base: base, path: $0, isUnreadable: false) }
  }

  /// Whether a member of an answer of the Engine stands at `path`, and not an item of a list, a key
  /// of a map, or an id or a volume's name, without which nothing can be decoded.
  private static func isField(_ path: [String]) -> Bool {
    guard path.count > 2, let top = path.first, let key = path.last, let letter = key.first,
      ["containers", "engine", "images", "volumes", "execs", "swarm"].contains(top)
    else { return false }
    if key == "Id" || (top == "volumes" && key == "Name") { return false }
    return letter.isUppercase || (top == "execs" && ["privileged", "user"].contains(key))
  }
}

extension Scene {
  /// Makes `web` and the host around it offend against every check.
  fileprivate mutating func offend() throws {
    for (path, reading) in snapshot.files {
      guard case .found(var fact) = reading else { continue }
      fact.uid = 1000
      fact.mode |= 0o7007
      snapshot.files[path] = .found(fact)
    }
    snapshot.joinSwarm()
    snapshot.offendAsSwarm()
    snapshot.clients = .found(
      ClientFacts(
        clients: .found([
          DockerClient(path: "/usr/bin/docker", version: .found("28.0.1"), source: "")
        ]),
        loginShells: .absent, services: .found(ExportedVariable(value: "0", source: ""))))
    snapshot.offendOnHost()
    snapshot.info.securityOptions = .value(["name=seccomp,profile=unconfined", "name=userns"])
    offendAsDaemon()
    webProcesses = ProcessFacts(
      first: .found(
        FirstProcess(
          seccomp: 0, noNewPrivileges: false, label: .found("unconfined"),
          users: .found([0, 0, 0, 0]))),
      executables: .found(["sshd"]))
    snapshot.images = .found([
      ImageSummary(id: "sha256:0", tags: ["web:1.0"]),
      ImageSummary(id: Container.sampleImageID, tags: []),
    ])
    snapshot.imageFacts = [
      "sha256:0": .offending, Container.sampleImageID: .offending,
    ]
    web.config.user = .value("root")
    bind("/run")
    volume(.sample("host", device: "/etc", flags: "bind"))
    mount(.sample(type: "bind", source: "/srv/web", propagation: "shared"))
    web.execIDs = .value(["exec0"])
    snapshot.execs = ["exec0": .found(.sample(privileged: true, user: "root"))]
    web.networkSettings.ports = .value(["80/tcp": [.init("0.0.0.0", "80")]])
    web.networkSettings.networks = .value(["bridge": Container.Network()])
    web.appArmorProfile = .value("unconfined")
    var check = Container.Healthcheck()
    check.kind = .value(["NONE"])
    web.config.healthcheck = .value(check)
    web.hostConfig.offend()
  }
}

extension Scene {
  fileprivate mutating func offendAsDaemon() {
    snapshot.info.debug = .value(true)
    snapshot.info.experimental = .value(true)
    snapshot.info.liveRestore = .value(false)
    snapshot.info.loggingDriver = .value("json-file")
    snapshot.info.driver = .value("devicemapper")
    snapshot.info.registries.insecureNetworks = .value(["10.0.0.0/8"])
    snapshot.info.plugins.authorization = .null
    snapshot.bridgeOption("true")
    var file = DaemonSettings()
    file[.iptables] = .bool(false)
    file[.cgroupParent] = .text("/elsewhere")
    file[.storageOptions] = .list(["dm.basesize=50G"])
    file.hosts = ["tcp://0.0.0.0:2375"]
    snapshot.daemon.flags = .found(DaemonSettings())
    snapshot.daemon.configuration = .found(file)
    snapshot.daemon.planned = .found(file)
    let ofTheSwarm = snapshot.daemon.listeners.value ?? []
    snapshot.daemon.listeners = .found(ofTheSwarm + [TCPListener("[::]:2375")])
  }
}

extension ImageFacts {
  fileprivate static var offending: ImageFacts {
    let secret = SecretTrace(kind: "password", place: "ENV DB_PASSWORD", length: 12)
    return ImageFacts(
      healthCheck: .found("NONE"), secrets: .found([secret]),
      history: .found(
        ImageHistory(
          stepCount: 3, additions: [.init(step: 2, what: "ADD a /a", isRootFileSystem: false)],
          refreshes: [.init(step: 3, command: "apt-get update")], secrets: [secret])),
      layerCount: .found(2),
      privilegedFiles: .found([
        PrivilegedFile(path: "/usr/bin/su", mode: 0o4755, uid: 0, gid: 0)
      ]))
  }
}

extension Container.HostConfig {
  fileprivate mutating func offend() {
    privileged = .value(true)
    capabilitiesAdded = .value(["ALL"])
    capabilitiesDropped = .null
    securityOptions = .value(["seccomp=unconfined", "apparmor=unconfined"])
    readOnlyRootFilesystem = .value(false)
    networkMode = .value("host")
    pidMode = .value("host")
    ipcMode = .value("host")
    utsMode = .value("host")
    usernsMode = .value("host")
    cgroupParent = .value("/elsewhere")
    memory = .value(0)
    cpuShares = .value(0)
    pidsLimit = .value(0)
    restartPolicy.name = .value("always")
    deviceCgroupRules = .value(["a *:* rwm"])
    portBindings = .value(["80/tcp": [.init("0.0.0.0", "80")]])
  }
}
