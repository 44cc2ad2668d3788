import DockerEngine
import HardeningModel

/// Where the things of the file checks are on this host.
struct PathFinder {
  let root: HostRoot
  let daemon: DaemonFacts
  let service: Reading<UnitLocation>
  let socket: Reading<UnitLocation>
  let host: HostIdentity

  private static let certificates = "/etc/docker/certs.d"
  private static let systemContainerd = "/run/containerd/containerd.sock"
  /// Where dockerd looks for TLS files that it was not told of.
  private static let standardTLS = "/root/.docker"

  /// The paths of every role, each looked at in `survey`.
  func paths(
    _ survey: inout FileSurvey, endpoint: EngineEndpoint?
  ) -> [FileRole: Reading<[String]>] {
    let (certificates, keys) = registryFiles(&survey)
    let paths: [FileRole: Reading<[String]>] = [
      .dockerService: service.map(\.files),
      .dockerSocketUnit: socket.map(\.files),
      .etcDocker: .found(["/etc/docker"]),
      .registryCertificates: certificates,
      .registryKeys: keys,
      .tlsCA: tls(\.tlsCA, "ca.pem"),
      .tlsCertificate: tls(\.tlsCertificate, "cert.pem"),
      .tlsKey: tls(\.tlsKey, "key.pem"),
      .apiSocket: apiSockets(&survey, endpoint),
      .daemonConfiguration: .found([daemon.configurationPath]),
      .defaultDocker: .found(["/etc/default/docker"]),
      .sysconfigDocker: .found(["/etc/sysconfig/docker"]),
      .containerdSocket: containerdSocket(&survey),
    ]
    for path in paths.values.flatMap({ $0.value ?? [] }) { survey.look(at: path) }
    return paths
  }

  /// A TLS file in effect. dockerd speaks TLS when told `tls`, or anything of `tlsverify`.
  private func tls(
    _ path: (DaemonSettings) -> String?, _ standard: String
  ) -> Reading<[String]> {
    switch daemon.settings {
    case .absent: return .absent
    case .unreadable(let reason): return .unreadable(reason)
    case .found(let settings):
      guard settings.tls == true || settings.tlsVerify != nil else { return .absent }
      return .found([path(settings) ?? "\(Self.standardTLS)/\(standard)"])
    }
  }

  /// The Unix sockets of the API: those that dockerd was told of, those that systemd opens for it,
  /// and the one that was asked; one that has several names is there once.
  private func apiSockets(
    _ survey: inout FileSurvey, _ endpoint: EngineEndpoint?
  ) -> Reading<[String]> {
    var paths: [String] = []
    let settings = daemon.settings
    if case .unreadable(let reason) = settings, endpoint == nil { return .unreadable(reason) }
    let hosts = settings.value?.hosts ?? []
    for host in hosts where host.hasPrefix("unix://") {
      let path = String(host.dropFirst("unix://".count))
      paths.append(path.isEmpty ? EngineEndpoint.standard.socketPath : path)
    }
    if hosts.contains(where: { $0.hasPrefix("fd://") }) {
      switch listenStreams() {
      case .found(let streams): paths += streams
      case .absent: break
      case .unreadable(let reason):
        if endpoint == nil { return .unreadable(reason) }
      }
    }
    if let endpoint { paths.append(endpoint.socketPath) }
    if paths.isEmpty { paths = [EngineEndpoint.standard.socketPath] }
    var seen: Set<String> = []
    return .found(
      paths.filter { path in
        seen.insert(survey.look(at: path).value?.canonical ?? path).inserted
      })
  }

  private func listenStreams() -> Reading<[String]> {
    switch socket {
    case .absent: return .absent
    case .unreadable(let reason): return .unreadable(reason)
    case .found(let location):
      do {
        return .found(try root.socketUnit(location, host).paths)
      } catch {
        return .unreadable(error.description)
      }
    }
  }

  /// The socket that dockerd speaks to containerd through: the one it was told of, the system's
  /// where there is one, else that of the containerd it starts for itself.
  private func containerdSocket(_ survey: inout FileSurvey) -> Reading<[String]> {
    if case .unreadable(let reason) = daemon.settings { return .unreadable(reason) }
    let settings = daemon.settings.value
    if let address = settings?.containerd, !address.isEmpty {
      return .found([address.hasPrefix("unix://") ? String(address.dropFirst(7)) : address])
    }
    if survey.look(at: Self.systemContainerd).value != nil {
      return .found([Self.systemContainerd])
    }
    let execRoot = settings?.execRoot ?? "/var/run/docker"
    return .found([execRoot + "/containerd/containerd.sock"])
  }

  /// The files below `certs.d`: certificates and private keys.
  private func registryFiles(
    _ survey: inout FileSurvey
  ) -> (certificates: Reading<[String]>, keys: Reading<[String]>) {
    var files: [String] = []
    do {
      try collect(Self.certificates, depth: 0, &survey, &files)
    } catch {
      let reading: Reading<[String]> =
        error.isAbsence ? .absent : .unreadable(error.description)
      return (reading, reading)
    }
    func reading(_ paths: [String]) -> Reading<[String]> { paths.isEmpty ? .absent : .found(paths) }
    func isKey(_ path: String) -> Bool { path.utf8.suffix(4).elementsEqual(".key".utf8) }
    return (
      reading(files.filter { !isKey($0) }), reading(files.filter(isKey))
    )
  }

  /// Appends the files in a directory and those below it; bounded in depth and number.
  private func collect(
    _ directory: String, depth: Int, _ survey: inout FileSurvey, _ files: inout [String]
  ) throws(ReadFailure) {
    guard depth < 8 else {
      throw ReadFailure("cannot read '\(directory)': nested too deep")
    }
    for name in try root.entries(of: directory) {
      let path = directory + "/" + name
      let reading = survey.look(at: path)
      if reading.value?.kind == .directory {
        try collect(path, depth: depth + 1, &survey, &files)
      } else {
        if reading == .absent, (try? root.link(at: path)) == nil { survey.noteHidden(path) }
        files.append(path)
      }
      guard files.count <= 10_000 else {
        throw ReadFailure("cannot read '\(Self.certificates)': more than 10000 files")
      }
    }
  }
}
