import HardeningModel

/// One thing whose changes are to be recorded, as it is on the sample host.
struct AuditedThing: Sendable {
  var slug: String
  /// None for the data root, of which the Engine tells.
  var role: FileRole?
  var path: String
  var canonical: String
  var isDirectory: Bool

  init(
    _ slug: String, _ role: FileRole?, _ path: String, canonical: String? = nil,
    isDirectory: Bool = false
  ) {
    self.slug = slug
    self.role = role
    self.path = path
    self.canonical = canonical ?? path
    self.isDirectory = isDirectory
  }

  static let all = [
    AuditedThing("host-audit-dockerd", .dockerd, "/usr/bin/dockerd"),
    AuditedThing(
      "host-audit-run-containerd", .containerdState, "/run/containerd", isDirectory: true),
    AuditedThing("host-audit-docker-data-root", nil, "/var/lib/docker", isDirectory: true),
    AuditedThing("host-audit-etc-docker", .etcDocker, "/etc/docker", isDirectory: true),
    AuditedThing(
      "host-audit-docker-service", .dockerService, "/usr/lib/systemd/system/docker.service"),
    AuditedThing(
      "host-audit-containerd-socket", .containerdSocket, "/run/containerd/containerd.sock"),
    AuditedThing(
      "host-audit-docker-socket", .apiSocket, "/var/run/docker.sock", canonical: "/run/docker.sock"),
    AuditedThing("host-audit-default-docker", .defaultDocker, "/etc/default/docker"),
    AuditedThing("host-audit-daemon-json", .daemonConfiguration, "/etc/docker/daemon.json"),
    AuditedThing(
      "host-audit-containerd-config", .containerdConfiguration, "/etc/containerd/config.toml"),
    AuditedThing("host-audit-sysconfig-docker", .sysconfigDocker, "/etc/sysconfig/docker"),
    AuditedThing("host-audit-containerd", .containerd, "/usr/bin/containerd"),
    AuditedThing("host-audit-containerd-shim", .containerdShim, "/usr/bin/containerd-shim"),
    AuditedThing(
      "host-audit-containerd-shim-runc-v1", .containerdShimRuncV1,
      "/usr/bin/containerd-shim-runc-v1"),
    AuditedThing(
      "host-audit-containerd-shim-runc-v2", .containerdShimRuncV2,
      "/usr/bin/containerd-shim-runc-v2"),
    AuditedThing("host-audit-runc", .runc, "/usr/sbin/runc"),
  ]

  /// Whether it is one of those that every kind of rule is tried on: all are judged by one function.
  var isExample: Bool {
    ["host-audit-runc", "host-audit-etc-docker", "host-audit-docker-socket"].contains(slug)
  }

  /// The rule that one would write for it.
  var watch: AuditRule { .watch(canonical, isDirectory: isDirectory) }

  /// A row on a host with these rules alone.
  func row(
    _ kind: Kind, _ name: String, _ verdict: Verdict, observed: String? = nil,
    reason: String? = nil, rules: [AuditRule], _ change: (inout Scene) -> Void = { _ in }
  ) -> Row {
    Row(kind, name, verdict, observed: observed, reason: reason) {
      $0.snapshot.auditRules = rules
      change(&$0)
    }
  }
}
