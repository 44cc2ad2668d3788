import HardeningModel
import Testing

/// Whether the kernel records changes.
@Suite("Audit checks")
struct AuditTests {
  @Test("say of a path", arguments: AuditTables.all.flatMap(\.rows))
  func path(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum AuditTables {
  static let all =
    AuditedThing.all.map { thing in
      Table(
        thing.slug, subject: "file:" + thing.path,
        thing.rowsOfCoverage + (thing.isExample ? thing.rowsOfHoles : []) + thing.rowsOfKernel
          + thing.rowsOfPresence)
    } + [unitOfSocket, particular]

  /// Up to 1.2.0 it is the unit that is meant, not the socket.
  static let unitOfSocket = Table(
    "host-audit-docker-socket", subject: "file:/usr/lib/systemd/system/docker.socket",
    [
      .passes("the unit, by 1.2.0") { $0.benchmark = "cis-1.2.0" },
      .fails("no rule for the unit, by 1.2.0", observed: "no audit rule") {
        $0.benchmark = "cis-1.2.0"
        $0.snapshot.auditRules = [.watch("/run/docker.sock")]
      },
    ])

  /// Places that only one of them can show.
  static let particular = Table(
    "host-audit-containerd", subject: "file:/usr/bin/containerd",
    [
      .fails("a watch on containerd-shim, which begins alike", observed: "no audit rule") {
        $0.snapshot.auditRules = [.watch("/usr/bin/containerd-shim")]
      },
      .fails("a watch on a symbolic link to it", observed: "symbolic link") {
        $0.snapshot.files["/usr/local/bin"] = .found(.sample("/usr/local/bin", kind: .directory))
        $0.snapshot.files["/usr/local/bin/containerd"] = .found(.sample("/usr/bin/containerd"))
        $0.snapshot.auditRules = [.watch("/usr/local/bin/containerd")]
      },
      .passes("a watch through a directory that is a symbolic link") {
        $0.snapshot.files["/bin"] = .found(.sample("/usr/bin", kind: .directory))
        $0.snapshot.auditRules = [.watch("/bin/containerd")]
      },
      Row(
        .unreadable, "a watch through a directory that cannot be looked at", .unknown,
        reason: "leads"
      ) {
        $0.snapshot.files["/bin"] = .unreadable("permission denied")
        $0.snapshot.auditRules = [.watch("/bin/containerd")]
      },
      .passes("a watch as the path is, though its directory was not looked at") {
        $0.snapshot.files["/usr/bin"] = nil
      },
      Row(
        .unreadable, "a directory above, with a mount between that may have come later", .unknown,
        reason: "mounted before"
      ) {
        $0.snapshot.auditRules = [.watch("/usr", isDirectory: true)]
        $0.snapshot.mounts = .found(
          SampleHost.mounts + [
            MountPoint(id: 9, parent: 1, device: "8:33", root: "/", path: "/usr/bin", type: "ext4")
          ])
      },
      .passes("a directory above, with a mount of the same place between") {
        $0.snapshot.auditRules = [.watch("/usr", isDirectory: true)]
        $0.snapshot.mounts = .found(
          SampleHost.mounts + [
            MountPoint(
              id: 9, parent: 1, device: "8:1", root: "/usr/bin", path: "/usr/bin", type: "ext4")
          ])
      },
      Row(
        .unreadable, "a directory above, of which the mounts are not known", .unknown,
        reason: "mounts are not known"
      ) {
        $0.snapshot.auditRules = [.watch("/usr", isDirectory: true)]
        $0.snapshot.mounts = .unreadable("permission denied")
      },
      .passes("a rule for all system calls on a machine that is not known") {
        $0.snapshot.audit.kernel = .found(
          KernelAudit(enabled: 1, machine: "riscv64", rules: SampleHost.audited))
      },
      Row(
        .malformed, "a rule for some system calls on a machine that is not known", .unknown,
        reason: "cannot tell which system calls"
      ) {
        var rule = AuditRule.watch("/usr/bin/containerd")
        rule.systemCalls = [35, 56]
        $0.snapshot.audit.kernel = .found(
          KernelAudit(enabled: 1, machine: "riscv64", rules: [rule]))
      },
      Row(
        .malformed, "a rule for 64 bits on a machine that may run programs of 32", .unknown,
        reason: "whether this kernel runs arm"
      ) {
        $0.snapshot.audit.kernel = .found(
          KernelAudit(
            enabled: 1, machine: "aarch64", rules: [.watch("/usr/bin/containerd").on(.aarch64)]))
      },
    ])
}
