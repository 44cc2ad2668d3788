import HardeningModel

extension HostSnapshot {
  /// A host on which no check fails: a running dockerd with one running container, `web`.
  static func sample(_ change: (inout HostSnapshot) -> Void = { _ in }) -> HostSnapshot {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: "host.example", machineID: "0123456789abcdef"),
      startedAt: "2026-01-02T03:04:05Z")
    snapshot.kernel = KernelFacts(appArmor: .found(true), seLinux: .absent)
    snapshot.groups = ["docker": .found(SampleFiles.dockerGroup)]
    snapshot.daemon = .sample
    snapshot.readHost()
    snapshot.paths = SampleFiles.paths
    snapshot.files = SampleFiles.facts.mapValues(Reading.found)
    snapshot.engine = .found(.sample)
    snapshot.images = .found([ImageSummary(id: Container.sampleImageID, tags: ["web:1.0"])])
    snapshot.volumes = .found([])
    snapshot.clients = .found(.sample)
    snapshot.containers = .found([])
    snapshot.add(.sample("web"))
    change(&snapshot)
    return snapshot
  }

  /// Adds a container with the processes of a confined one, when it runs.
  mutating func add(_ container: Container) {
    containers = .found(
      (containers.value ?? []) + [
        ContainerReading(
          id: container.id, name: container.displayName, inspection: .found(container))
      ])
    if let pid = container.state.pid.value, pid > 0 { processes[container.id] = .sample }
  }

  /// What the Engine said of itself.
  var info: EngineInfo {
    get { engine.value?.info.value ?? EngineInfo() }
    set {
      guard case .found(var facts) = engine else { return }
      facts.info = .found(newValue)
      engine = .found(facts)
    }
  }
}

extension DaemonFacts {
  static var sample: DaemonFacts {
    var flags = DaemonSettings()
    flags.hosts = ["fd://"]
    flags.containerd = "/run/containerd/containerd.sock"
    flags[.userlandProxy] = .bool(false)
    var daemon = DaemonFacts()
    daemon.process = .found(DaemonProcess(pid: 812, executable: "/usr/bin/dockerd"))
    daemon.flags = .found(flags)
    daemon.flagsSource = "dockerd argv"
    daemon.configuration = .found(DaemonSettings())
    daemon.configurationIsAsRead = .found(true)
    daemon.planned = .found(flags)
    daemon.listeners = .found([])
    daemon.activatedStreams = .found([])
    return daemon
  }
}

extension EngineFacts {
  static var sample: EngineFacts {
    var info = EngineInfo()
    info.dataRoot = .value("/var/lib/docker")
    info.driver = .value("overlay2")
    info.securityOptions = .value([
      "name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns", "name=rootless",
      "name=no-new-privileges",
    ])
    info.swarm.localNodeState = .value("inactive")
    info.debug = .value(false)
    info.experimental = .value(false)
    info.liveRestore = .value(true)
    info.loggingDriver = .value("gelf")
    info.registries.insecureNetworks = .value(["127.0.0.0/8"])
    var hub = EngineInfo.Index()
    hub.secure = .value(true)
    info.registries.indexes = .value(["docker.io": hub])
    info.plugins.authorization = .value(["authz"])
    info.warnings = .null
    var bridge = DefaultBridge()
    bridge.options = .value(["com.docker.network.bridge.enable_icc": "false"])
    return EngineFacts(
      endpoint: "unix:///var/run/docker.sock", version: "26.1.5", apiVersion: "1.45",
      info: .found(info), defaultBridge: .found(bridge)
    ).built("2026-08-13T05:35:47.000000000+00:00")
  }
}

extension HostSnapshot {
  /// Makes the Engine one of another API version.
  mutating func speak(_ apiVersion: String) {
    guard case .found(var facts) = engine else { return }
    facts.apiVersion = apiVersion
    engine = .found(facts)
  }
}

extension ClientFacts {
  /// A client that verifies what it pulls, whoever runs it.
  static var sample: ClientFacts {
    ClientFacts(
      clients: .found([
        DockerClient(
          path: "/usr/bin/docker", version: .found("26.1.5+dfsg1"),
          source: "dpkg, package docker-cli")
      ]),
      loginShells: .found(
        ExportedVariable(value: "1", source: "/etc/profile.d/docker-content-trust.sh")),
      services: .found(ExportedVariable(value: "1", source: "systemd's environment")))
  }
}

extension ProcessFacts {
  /// The processes of a container that the kernel confines.
  static var sample: ProcessFacts {
    ProcessFacts(
      first: .found(
        FirstProcess(seccomp: 2, noNewPrivileges: true, label: .found("docker-default (enforce)"))),
      executables: .found(["nginx", "tini"]))
  }
}

extension Container {
  static let sampleImageID = "sha256:" + String(repeating: "a1b2", count: 16)

  /// An id that begins with the hexadecimal digits of the name.
  static func sampleID(_ name: String) -> String {
    let digits = name.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return String((digits + String(repeating: "0", count: 64)).prefix(64))
  }

  /// A running container that no check objects to, as an Engine 26.1 describes it.
  static func sample(
    _ name: String, id: String? = nil, _ change: (inout Container) -> Void = { _ in }
  ) -> Container {
    var container = Container(id: id ?? sampleID(name))
    container.name = .value("/" + name)
    container.imageID = .value(sampleImageID)
    container.state.status = .value("running")
    container.state.pid = .value(4242)
    container.config.image = .value("web:1.0")
    var healthcheck = Healthcheck()
    healthcheck.kind = .value(["CMD-SHELL"])
    container.config.healthcheck = .value(healthcheck)
    container.hostConfig = .sample
    container.mounts = .value([])
    container.networkSettings.ports = .value([:])
    container.networkSettings.networks = .value(["web-net": Network()])
    container.appArmorProfile = .value("docker-default")
    container.processLabel = .value("")
    container.execIDs = .null
    change(&container)
    return container
  }

  /// Ends its processes, as `docker stop` does.
  mutating func stop() {
    state.status = .value("exited")
    state.pid = .value(0)
    networkSettings.ports = .value([:])
  }
}

extension Container.HostConfig {
  fileprivate static var sample: Container.HostConfig {
    var config = Container.HostConfig()
    config.privileged = .value(false)
    config.capabilitiesAdded = .null
    config.capabilitiesDropped = .value(["ALL"])
    config.securityOptions = .value(["no-new-privileges"])
    config.readOnlyRootFilesystem = .value(true)
    config.networkMode = .value("web-net")
    config.pidMode = .value("")
    config.ipcMode = .value("private")
    config.utsMode = .value("")
    config.usernsMode = .value("")
    config.cgroupParent = .value("")
    config.memory = .value(512 << 20)
    config.cpuShares = .value(512)
    config.cpuQuota = .value(0)
    config.nanoCPUs = .value(0)
    config.pidsLimit = .value(100)
    config.ulimits = .null
    config.restartPolicy.name = .value("on-failure")
    config.restartPolicy.maximumRetryCount = .value(5)
    config.devices = .value([])
    config.deviceRequests = .null
    config.deviceCgroupRules = .null
    config.portBindings = .value([:])
    config.publishAllPorts = .value(false)
    return config
  }
}

extension Container.Mount {
  static func sample(
    type: String, source: String, destination: String = "/mnt", name: String? = nil,
    writable: Bool = true, propagation: String = "rprivate"
  ) -> Container.Mount {
    var mount = Container.Mount()
    mount.type = .value(type)
    mount.name = name.map { .value($0) } ?? .missing
    mount.source = .value(source)
    mount.destination = .value(destination)
    mount.writable = .value(writable)
    mount.propagation = .value(propagation)
    return mount
  }
}

extension Container.PortBinding {
  init(_ hostIP: String, _ hostPort: String) {
    self.init()
    self.hostIP = .value(hostIP)
    self.hostPort = .value(hostPort)
  }
}

extension Volume {
  /// A volume of the local driver, with the options that it was made with.
  static func sample(_ name: String, device: String? = nil, flags: String = "") -> Volume {
    var volume = Volume(name: name)
    volume.driver = .value("local")
    volume.options = device.map { .value(Options(device: $0, flags: flags)) } ?? .null
    return volume
  }
}

extension ExecProcess {
  static func sample(
    running: Bool = true, privileged: Bool = false, user: String = "app"
  ) -> ExecProcess {
    var exec = ExecProcess()
    exec.running = .value(running)
    exec.configuration.privileged = .value(privileged)
    exec.configuration.user = .value(user)
    return exec
  }
}
