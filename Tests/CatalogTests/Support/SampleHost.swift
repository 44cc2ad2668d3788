import HardeningModel

/// The sample host below Docker: audited, with the data root on a disk of its own.
enum SampleHost {
  /// What the audit rules of the sample host are about: everything that is to be.
  static let audited: [AuditRule] =
    ["/etc/docker", "/run/containerd", "/var/lib/docker"].map { .watch($0, isDirectory: true) }
    + [
      "/usr/bin/dockerd", "/usr/lib/systemd/system/docker.service",
      "/usr/lib/systemd/system/docker.socket", "/var/run/docker.sock", "/etc/default/docker",
      "/etc/containerd/config.toml", "/etc/sysconfig/docker", "/usr/bin/containerd",
      "/usr/bin/containerd-shim", "/usr/bin/containerd-shim-runc-v1",
      "/usr/bin/containerd-shim-runc-v2", "/usr/sbin/runc",
    ].map { .watch($0) }

  static let files: [String: FileFact] = {
    var facts: [String: FileFact] = [
      "/var/run": .sample("/run", kind: .directory),
      "/run/docker.sock": .sample("/run/docker.sock", kind: .socket, mode: 0o660),
    ]
    for path in [
      "/run", "/run/containerd", "/usr/bin", "/usr/sbin", "/usr/lib/systemd",
      "/usr/lib/systemd/system", "/etc/default",
      "/etc/sysconfig", "/etc/containerd", "/var", "/var/lib", "/srv",
    ] {
      facts[path] = .sample(path, kind: .directory, mode: 0o755)
    }
    for path in [
      "/etc/containerd/config.toml", "/usr/bin/dockerd", "/usr/bin/containerd",
      "/usr/bin/containerd-shim", "/usr/bin/containerd-shim-runc-v1",
      "/usr/bin/containerd-shim-runc-v2", "/usr/sbin/runc",
    ] {
      facts[path] = .sample(path)
    }
    return facts
  }()

  static let mounts = [
    MountPoint(id: 1, parent: 0, device: "8:1", root: "/", path: "/", type: "ext4"),
    MountPoint(id: 2, parent: 1, device: "0:21", root: "/", path: "/run", type: "tmpfs"),
    MountPoint(
      id: 3, parent: 1, device: "8:17", root: "/", path: "/var/lib/docker", type: "ext4"),
  ]
}

extension AuditRule {
  /// What `auditctl -w PATH -p wa -k docker` makes.
  static func watch(
    _ path: String, isDirectory: Bool = false, permissions: UInt32 = 0b1010
  ) -> AuditRule {
    AuditRule(fields: [
      Field(isDirectory ? "dir" : "path", text: path), Field("perm", value: permissions),
      Field("key", text: "docker"),
    ])
  }

  /// The rule with one condition more.
  func with(_ field: Field) -> AuditRule {
    var rule = self
    rule.fields.insert(field, at: 0)
    return rule
  }

  /// The rule about the calls of one machine, all of them or these.
  func on(_ machine: AuditMachine, _ systemCalls: [Int]? = nil) -> AuditRule {
    var rule = with(Field("arch", value: machine.rawValue))
    rule.systemCalls = systemCalls
    return rule
  }
}

extension HostSnapshot {
  /// What is read of the sample host below Docker.
  mutating func readHost() {
    system.distribution = .found("Debian GNU/Linux 13 (trixie)")
    system.kernel = .found("6.12.41+deb13-amd64")
    audit.kernel = .found(
      KernelAudit(enabled: 1, machine: "x86_64", rules: SampleHost.audited))
    audit.configured = .found([])
    accounts.groups = .found([
      SocketGroup(gid: SampleFiles.dockerGroup, names: ["docker"], members: [])
    ])
    accounts.otherSources = .found([])
    mounts = .found(SampleHost.mounts)
  }

  /// Nothing of the host below Docker could be read.
  mutating func hostIsUnreadable(_ reason: String) {
    system.distribution = .unreadable(reason)
    system.kernel = .unreadable(reason)
    audit.kernel = .unreadable(reason)
    audit.configured = .unreadable(reason)
    accounts.groups = .unreadable(reason)
    accounts.otherSources = .unreadable(reason)
    mounts = .unreadable(reason)
  }

  /// Nothing is recorded, and nothing is apart.
  mutating func offendOnHost() {
    auditRules = []
    mounts = .found(SampleHost.mounts.filter { $0.path != "/var/lib/docker" })
  }

  /// The rules that the kernel has.
  var auditRules: [AuditRule] {
    get { audit.kernel.value?.rules ?? [] }
    set {
      audit.kernel = audit.kernel.map {
        KernelAudit(enabled: $0.enabled, machine: $0.machine, rules: newValue)
      }
    }
  }
}

extension EngineFacts {
  func built(_ time: String) -> EngineFacts {
    var facts = self
    facts.buildTime = .found(time)
    return facts
  }
}
