import HardeningModel
import Testing

@testable import Remediation

/// What is planned for findings of the checks that end in files and in the kernel.
@Suite("What is planned")
struct DraftTests {
  private static func snapshot(root: String = "/") -> HostSnapshot {
    HostSnapshot(
      host: HostIdentity(name: "h", machineID: "", root: root), startedAt: "2026-01-01T00:00:00Z")
  }

  private static func text(_ file: FileDraft) throws -> String {
    String(decoding: try file.edit(nil), as: UTF8.self)
  }

  // MARK: - Audit rules

  private static func audited(
    enabled: UInt32 = 1, rules: [AuditRule] = [], root: String = "/",
    kind: FileFact.Kind = .directory, canonical: String = "/etc/docker"
  ) -> HostSnapshot {
    var snapshot = snapshot(root: root)
    snapshot.files["/etc/docker"] = .found(
      FileFact(
        canonical: canonical, kind: kind, mode: 0o755, uid: 0, gid: 0,
        identity: FileIdentity(device: 1, inode: 2)))
    snapshot.files["/etc"] = .found(
      FileFact(
        canonical: "/etc", kind: .directory, mode: 0o755, uid: 0, gid: 0,
        identity: FileIdentity(device: 1, inode: 1)))
    snapshot.audit.kernel = .found(
      KernelAudit(enabled: enabled, machine: "x86_64", rules: rules))
    return snapshot
  }

  private static func watch(_ snapshot: HostSnapshot) throws(RemediationError) -> Draft {
    try AuditRemedy.draft(
      for: Finding(subject: .file("/etc/docker"), verdict: .fail), of: "host-audit-etc-docker",
      on: snapshot)
  }

  @Test("for a path without an audit rule is the rule, and its line in a file")
  func audit() throws {
    let draft = try Self.watch(Self.audited())
    guard case .auditRule(let change)? = draft.intervention.changes.first else {
      Issue.record("no rule")
      return
    }
    #expect(change.text == "-w /etc/docker -p wa -k dockward")
    #expect(draft.intervention.changes.count == 1)
    #expect(draft.files.map(\.path) == ["/etc/audit/rules.d/dockward.rules"])
    #expect(draft.files[0].mode == 0o640)
    #expect(try Self.text(draft.files[0]).hasSuffix("\n-w /etc/docker -p wa -k dockward\n"))
    #expect(draft.intervention.diff.contains { $0.contains("-F dir=/etc/docker") })
  }

  @Test("on a mounted file system is the line alone")
  func auditElsewhere() throws {
    let draft = try Self.watch(Self.audited(root: "/mnt"))
    #expect(draft.intervention.changes.isEmpty)
    #expect(draft.files.count == 1)
  }

  @Test(
    "for audit rules is refused where they would be in vain",
    arguments: [
      (audited(enabled: 2), "locked"), (audited(enabled: 0), "switched off"),
      (audited(rules: [AuditRule(.task, .never, fields: [])]), "keeps processes from"),
      (
        audited(rules: [AuditRule(.exit, .never, fields: [.init("dir", text: "/etc")])]),
        "comes first"
      ),
      (audited(canonical: "/etc/docker dir"), "characters"),
    ] as [(HostSnapshot, String)])
  func auditInVain(_ snapshot: HostSnapshot, says: String) {
    let error = #expect(throws: RemediationError.self) { try Self.watch(snapshot) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  // MARK: - Content trust

  private static func exported(
    _ loginShells: Reading<ExportedVariable>, _ services: Reading<ExportedVariable>,
    root: String = "/"
  ) -> HostSnapshot {
    var snapshot = snapshot(root: root)
    snapshot.clients = .found(
      ClientFacts(
        clients: .found([
          DockerClient(path: "/usr/bin/docker", version: .found("26.1.5"), source: "")
        ]), loginShells: loginShells, services: services))
    return snapshot
  }

  private static func export(
    _ snapshot: HostSnapshot, _ verdict: Verdict = .fail
  ) throws(RemediationError) -> Draft {
    try ContentTrustRemedy.draft(
      for: Finding(subject: .host, verdict: verdict, reason: "client 29 ignores it"),
      of: "image-content-trust", on: snapshot)
  }

  private static func variable(_ value: String, _ source: String = "x") -> Reading<ExportedVariable>
  {
    .found(ExportedVariable(value: value, source: source))
  }

  @Test("for content trust is a profile and a drop-in of systemd's manager, as far as missing")
  func trust() throws {
    let draft = try Self.export(Self.exported(.absent, .absent))
    #expect(
      draft.files.map(\.path) == [
        "/etc/profile.d/dockward-content-trust.sh",
        "/etc/systemd/system.conf.d/zz-dockward-content-trust.conf",
      ])
    #expect(try Self.text(draft.files[0]).hasSuffix("\nexport DOCKER_CONTENT_TRUST=1\n"))
    #expect(
      try Self.text(draft.files[1]).hasSuffix(
        "\n[Manager]\nDefaultEnvironment=DOCKER_CONTENT_TRUST=1\n"))
    #expect(draft.intervention.effects == [.systemdReload])
    #expect(draft.intervention.notes.contains { $0.contains("26.1.5") })
    #expect(draft.intervention.notes.contains { $0.contains("2026-12-08") })

    let half = try Self.export(Self.exported(.absent, Self.variable("1")))
    #expect(half.files.map(\.path) == ["/etc/profile.d/dockward-content-trust.sh"])
    #expect(half.intervention.effects.isEmpty)
    let pam = try Self.export(Self.exported(Self.variable("0", "/etc/environment"), .absent))
    #expect(pam.files.count == 2)
    let elsewhere = try Self.export(Self.exported(.absent, .absent, root: "/mnt"))
    #expect(elsewhere.files.count == 2)
    #expect(elsewhere.intervention.effects.isEmpty)
  }

  @Test("for content trust is refused where somebody has switched it off, naming where")
  func trustSwitchedOff() {
    for (snapshot, says) in [
      (Self.exported(Self.variable("0", "/etc/profile.d/zz.sh"), .absent), "/etc/profile.d/zz.sh"),
      (
        Self.exported(.absent, Self.variable("false", "systemd's environment")), "unset-environment"
      ),
      (Self.exported(.unreadable("'a' and 'b' set it differently"), .absent), "'a' and 'b'"),
    ] {
      let error = #expect(throws: RemediationError.self) { try Self.export(snapshot) }
      #expect(error?.description.contains(says) == true)
    }
  }

  @Test("for content trust is refused where the client ignores it")
  func trustIgnored() {
    #expect(throws: RemediationError.refused("client 29 ignores it")) {
      try Self.export(Self.exported(.absent, .absent), .notApplicable)
    }
  }

  // MARK: - docker.socket

  private static func socket(_ unit: Reading<ActivatedSocket>) -> HostSnapshot {
    var snapshot = snapshot()
    snapshot.files["/var/run/docker.sock"] = .found(
      FileFact(
        canonical: "/run/docker.sock", kind: .socket, mode: 0o666, uid: 0, gid: 0,
        identity: FileIdentity(device: 1, inode: 3)))
    snapshot.groups["docker"] = .found(103)
    snapshot.daemon.activatedSocket = unit
    return snapshot
  }

  private static func dropIn(
    _ unit: Reading<ActivatedSocket>, _ action: RemedyAction
  ) throws -> String? {
    let draft = try SocketDropIn.draft(
      for: Finding(subject: .file("/var/run/docker.sock"), verdict: .fail), of: "slug", action,
      on: socket(unit))
    guard let draft else { return nil }
    #expect(draft.intervention.effects == [.systemdReload])
    return try text(draft.files[0]).split(separator: "\n").dropFirst().joined(separator: " ")
  }

  private static func unit(
    _ mode: String?, _ user: String?, _ group: String?, path: String = "/run/docker.sock"
  ) -> Reading<ActivatedSocket> {
    .found(ActivatedSocket(paths: [path], mode: mode, user: user, group: group))
  }

  @Test("for the mode of a socket that systemd makes is a drop-in, where its unit says more")
  func socketMode() throws {
    let action = RemedyAction.clearExtraBits(allowed: [.apiSocket: 0o660])
    #expect(
      try Self.dropIn(Self.unit("0666", nil, nil), action) == "[Socket] SocketMode=0660")
    #expect(try Self.dropIn(Self.unit(nil, nil, nil), action) == "[Socket] SocketMode=0660")
    #expect(try Self.dropIn(Self.unit("0602", nil, nil), action) == "[Socket] SocketMode=0600")
    #expect(try Self.dropIn(Self.unit("0660", nil, nil), action) == nil)
    #expect(try Self.dropIn(Self.unit("600", nil, nil), action) == nil)
    #expect(try Self.dropIn(.absent, action) == nil)
    #expect(try Self.dropIn(Self.unit("0666", nil, nil, path: "/run/other"), action) == nil)
    #expect(throws: RemediationError.self) { try Self.dropIn(.unreadable("x"), action) }
    #expect(throws: RemediationError.self) { try Self.dropIn(Self.unit("x", nil, nil), action) }
  }

  @Test("for its owner likewise")
  func socketOwner() throws {
    let action = RemedyAction.giveBack(to: .apiGroup)
    let wanted = "[Socket] SocketUser=root SocketGroup=docker"
    #expect(try Self.dropIn(Self.unit(nil, "alice", "docker"), action) == wanted)
    #expect(try Self.dropIn(Self.unit(nil, nil, nil), action) == wanted)
    #expect(try Self.dropIn(Self.unit(nil, "root", "docker"), action) == nil)
    #expect(try Self.dropIn(Self.unit(nil, "0", "103"), action) == nil)
  }
}
