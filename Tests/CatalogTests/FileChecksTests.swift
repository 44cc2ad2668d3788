import HardeningModel
import Testing

/// Section 3: owners and modes.
@Suite("File checks")
struct FileChecksTests {
  @Test("say of an owner", arguments: FileTables.owners.flatMap(\.rows))
  func owner(_ row: Row) throws { try row.judge() }

  @Test("say of a mode", arguments: FileTables.modes.flatMap(\.rows))
  func mode(_ row: Row) throws { try row.judge() }

  @Test("say of the registry's keys and of sockets", arguments: FileTables.special.flatMap(\.rows))
  func special(_ row: Row) throws { try row.judge() }
}

/// One kind of file of section 3, with what the benchmark allows it.
struct GuardedFile: Sendable {
  var stem: String
  var role: FileRole
  var path: String
  var mode: UInt16
  /// The mode that it has where it was made with the usual tools, and whether that is good enough.
  var usualMode: UInt16
  var usualVerdict: Verdict
  var kind: FileFact.Kind = .regular
  var gid: UInt32 = 0

  static let all = [
    GuardedFile(
      stem: "file-docker-service", role: .dockerService,
      path: "/usr/lib/systemd/system/docker.service",
      mode: 0o644, usualMode: 0o644, usualVerdict: .pass),
    GuardedFile(
      stem: "file-docker-socket-unit", role: .dockerSocketUnit,
      path: "/usr/lib/systemd/system/docker.socket",
      mode: 0o644, usualMode: 0o644, usualVerdict: .pass),
    GuardedFile(
      stem: "file-etc-docker", role: .etcDocker, path: "/etc/docker",
      mode: 0o755, usualMode: 0o755, usualVerdict: .pass, kind: .directory),
    GuardedFile(
      stem: "file-registry-certs", role: .registryCertificates,
      path: "/etc/docker/certs.d/registry.example/ca.crt",
      mode: 0o444, usualMode: 0o644, usualVerdict: .fail),
    GuardedFile(
      stem: "file-tls-ca", role: .tlsCA, path: "/etc/docker/tls/ca.pem",
      mode: 0o444, usualMode: 0o644, usualVerdict: .fail),
    GuardedFile(
      stem: "file-tls-cert", role: .tlsCertificate, path: "/etc/docker/tls/cert.pem",
      mode: 0o444, usualMode: 0o644, usualVerdict: .fail),
    GuardedFile(
      stem: "file-tls-key", role: .tlsKey, path: "/etc/docker/tls/key.pem",
      mode: 0o400, usualMode: 0o600, usualVerdict: .fail),
    GuardedFile(
      stem: "file-docker-sock", role: .apiSocket, path: "/var/run/docker.sock",
      mode: 0o660, usualMode: 0o660, usualVerdict: .pass, kind: .socket,
      gid: SampleFiles.dockerGroup),
    GuardedFile(
      stem: "file-daemon-json", role: .daemonConfiguration, path: "/etc/docker/daemon.json",
      mode: 0o644, usualMode: 0o644, usualVerdict: .pass),
    GuardedFile(
      stem: "file-default-docker", role: .defaultDocker, path: "/etc/default/docker",
      mode: 0o644, usualMode: 0o644, usualVerdict: .pass),
    GuardedFile(
      stem: "file-sysconfig-docker", role: .sysconfigDocker, path: "/etc/sysconfig/docker",
      mode: 0o644, usualMode: 0o644, usualVerdict: .pass),
    GuardedFile(
      stem: "file-containerd-sock", role: .containerdSocket,
      path: "/run/containerd/containerd.sock",
      mode: 0o660, usualMode: 0o660, usualVerdict: .pass, kind: .socket),
  ]

  /// What there is, with other permissions.
  func fact(mode: UInt16? = nil, uid: UInt32 = 0, gid: UInt32? = nil) -> Reading<FileFact> {
    .found(.sample(path, kind: kind, mode: mode ?? self.mode, uid: uid, gid: gid ?? self.gid))
  }

  /// A row on a host where this file is `fact`.
  func row(
    _ kind: Kind, _ name: String, _ verdict: Verdict, observed: String? = nil,
    reason: String? = nil, _ fact: Reading<FileFact>
  ) -> Row {
    Row(kind, name, verdict, observed: observed, reason: reason) {
      $0.snapshot.files[path] = fact
    }
  }

  /// The rows that are about what is there rather than about its permissions.
  func rowsOfPresence() -> [Row] {
    let other: FileFact.Kind = kind == .directory ? .regular : .directory
    return [
      row(.absent, "a path that leads nowhere", .notApplicable, reason: "does not exist", .absent),
      row(
        .malformed, "something else in its place", .unknown, reason: "directory",
        .found(.sample(path, kind: other, mode: mode, gid: gid))),
      row(
        .malformed, "a named pipe in its place", .unknown, reason: "named pipe",
        .found(.sample(path, kind: .fifo, mode: mode, gid: gid))),
      row(
        .unreadable, "a path that may not be looked at", .unknown, reason: "permission denied",
        .unreadable("cannot look at '\(path)': permission denied")),
      Row(.unreadable, "a path that was not looked at", .unknown, reason: "not looked at") {
        $0.snapshot.files[path] = nil
      },
      Row(.absent, "no such thing", .notApplicable, subject: "host", reason: "exists") {
        $0.snapshot.paths = [:]
        for role in FileRole.allCases { $0.snapshot.paths[role] = .absent }
      },
      Row(.absent, "an empty list of them", .notApplicable, subject: "host", reason: "exists") {
        for role in FileRole.allCases { $0.snapshot.paths[role] = .found([]) }
      },
      Row(
        .unreadable, "nobody knows where it is", .unknown, subject: "host",
        reason: "permission denied"
      ) { $0.snapshot.paths[role] = .unreadable("cannot read '/etc': permission denied") },
      Row(.unreadable, "it was not looked for", .unknown, subject: "host", reason: "looked for") {
        $0.snapshot.paths[role] = nil
      },
    ]
  }
}
