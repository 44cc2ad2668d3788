import HardeningModel

/// The files of the sample host: a merged `/usr`, Docker from a package, TLS, one private registry.
enum SampleFiles {
  /// The number of the group `docker`.
  static let dockerGroup: UInt32 = 998

  static let paths: [FileRole: Reading<[String]>] = [
    .dockerService: .found(["/usr/lib/systemd/system/docker.service"]),
    .dockerSocketUnit: .found(["/usr/lib/systemd/system/docker.socket"]),
    .etcDocker: .found(["/etc/docker"]),
    .registryCertificates: .found(["/etc/docker/certs.d/registry.example/ca.crt"]),
    .registryKeys: .found(["/etc/docker/certs.d/registry.example/client.key"]),
    .tlsCA: .found(["/etc/docker/tls/ca.pem"]),
    .tlsCertificate: .found(["/etc/docker/tls/cert.pem"]),
    .tlsKey: .found(["/etc/docker/tls/key.pem"]),
    .apiSocket: .found(["/var/run/docker.sock"]),
    .daemonConfiguration: .found(["/etc/docker/daemon.json"]),
    .defaultDocker: .found(["/etc/default/docker"]),
    .sysconfigDocker: .found(["/etc/sysconfig/docker"]),
    .containerdSocket: .found(["/run/containerd/containerd.sock"]),
    .containerdState: .found(["/run/containerd"]),
    .containerdConfiguration: .found(["/etc/containerd/config.toml"]),
    .dockerd: .found(["/usr/bin/dockerd"]),
    .containerd: .found(["/usr/bin/containerd"]),
    .containerdShim: .found(["/usr/bin/containerd-shim"]),
    .containerdShimRuncV1: .found(["/usr/bin/containerd-shim-runc-v1"]),
    .containerdShimRuncV2: .found(["/usr/bin/containerd-shim-runc-v2"]),
    .runc: .found(["/usr/sbin/runc"]),
  ]

  /// By the path under which each was looked at.
  static let facts: [String: FileFact] = {
    var facts: [String: FileFact] = [
      "/usr/lib/systemd/system/docker.service": .sample("/usr/lib/systemd/system/docker.service"),
      "/usr/lib/systemd/system/docker.socket": .sample("/usr/lib/systemd/system/docker.socket"),
      "/etc/docker": .sample("/etc/docker", kind: .directory, mode: 0o755),
      "/etc/docker/daemon.json": .sample("/etc/docker/daemon.json"),
      "/etc/default/docker": .sample("/etc/default/docker"),
      "/etc/sysconfig/docker": .sample("/etc/sysconfig/docker"),
      "/var/run/docker.sock": .sample(
        "/run/docker.sock", kind: .socket, mode: 0o660, gid: dockerGroup),
      "/run/containerd/containerd.sock": .sample(
        "/run/containerd/containerd.sock", kind: .socket, mode: 0o660),
      "/lib": .sample("/usr/lib", kind: .directory, mode: 0o755),
      "/etc/localtime": .sample("/usr/share/zoneinfo/Etc/UTC"),
      "/etc/resolv.conf": .sample("/run/systemd/resolve/stub-resolv.conf"),
      "/etc/ssl/certs": .sample("/etc/ssl/certs", kind: .directory, mode: 0o755),
    ]
    for path in ["ca.pem", "cert.pem"].map({ "/etc/docker/tls/" + $0 })
      + ["/etc/docker/certs.d/registry.example/ca.crt"]
    {
      facts[path] = .sample(path, mode: 0o444)
    }
    for path in ["/etc/docker/tls/key.pem", "/etc/docker/certs.d/registry.example/client.key"] {
      facts[path] = .sample(path, mode: 0o400)
    }
    for path in ["/etc/timezone", "/etc/hosts", "/etc/hostname"] { facts[path] = .sample(path) }
    for path in ["/", "/boot", "/dev", "/etc", "/proc", "/root", "/sys", "/usr", "/var/lib/docker"]
    {
      facts[path] = .sample(path, kind: .directory, mode: 0o755)
    }
    facts.merge(SampleHost.files) { first, _ in first }
    return facts
  }()
}

extension FileFact {
  /// A file whose path without symbolic links is `canonical`. With `binding`, it is seen through a
  /// bind mount of `binding.source` at `binding.target`, and so has the identity it has there.
  static func sample(
    _ canonical: String, kind: Kind = .regular, mode: UInt16 = 0o644, uid: UInt32 = 0,
    gid: UInt32 = 0, through binding: (source: String, target: String)? = nil
  ) -> FileFact {
    func identity(_ path: String) -> FileIdentity {
      guard let binding, AbsolutePath.isAtOrBeneath(path, binding.target) else {
        return .sample(path)
      }
      return .sample(AbsolutePath.normal(binding.source + path.dropFirst(binding.target.count)))
    }
    var ancestors: [FileIdentity] = []
    var parts = canonical.split(separator: "/")
    while parts.popLast() != nil { ancestors.append(identity("/" + parts.joined(separator: "/"))) }
    return FileFact(
      canonical: canonical, kind: kind, mode: mode, uid: uid, gid: gid,
      identity: identity(canonical), ancestors: ancestors)
  }
}

extension FileIdentity {
  /// The same number for the same path, and another for another (FNV-1a).
  static func sample(_ path: String) -> FileIdentity {
    FileIdentity(
      device: 0x801,
      inode: path.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }
}
