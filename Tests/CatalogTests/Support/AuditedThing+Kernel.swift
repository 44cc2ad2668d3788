import HardeningModel

/// What the kernel says, and whether the thing is there.
extension AuditedThing {
  var rowsOfKernel: [Row] {
    func kernel(
      _ kind: Kind, _ name: String, _ verdict: Verdict, observed: String? = nil,
      reason: String? = nil, configured: Reading<[ConfiguredWatch]> = .found([]),
      _ audit: Reading<KernelAudit>
    ) -> Row {
      Row(kind, name, verdict, observed: observed, reason: reason) {
        $0.snapshot.audit.kernel = audit
        $0.snapshot.audit.configured = configured
      }
    }
    let file = ConfiguredWatch(file: "/etc/audit/rules.d/docker.rules", line: 3, path: canonical)
    let none = KernelAudit(enabled: 1, machine: "x86_64", rules: [])
    let refusal = "the kernel gives them only to root"
    return [
      kernel(.standard, "no rules at all", .fail, observed: "no audit rule", .found(none)),
      kernel(
        .standard, "no auditing and no rules", .fail, observed: "switched off",
        .found(KernelAudit(enabled: 0, machine: "x86_64", rules: []))),
      kernel(
        .fail, "a rule with auditing switched off", .fail, observed: "switched off",
        .found(KernelAudit(enabled: 0, machine: "x86_64", rules: [watch]))),
      kernel(
        .fail, "a rule in a file that is not in force", .fail,
        reason: "'/etc/audit/rules.d/docker.rules' has a rule for it in line 3",
        configured: .found([file]), .found(none)),
      kernel(
        .fail, "rules files that cannot be read", .fail, reason: "cannot tell either",
        configured: .unreadable("permission denied"), .found(none)),
      kernel(
        .fail, "no rules files", .fail, reason: "no audit rules files",
        configured: .absent, .found(none)),
      kernel(
        .unreadable, "a kernel that does not tell", .unknown, reason: refusal,
        .unreadable(refusal)),
      kernel(
        .unreadable, "a kernel that does not tell, with a rule in a file", .unknown,
        reason: "in line 3", configured: .found([file]), .unreadable(refusal)),
      kernel(
        .malformed, "an answer that makes no sense", .unknown, reason: "no sense",
        .unreadable("the kernel's answer makes no sense: an audit rule of 65 fields")),
      kernel(
        .absent, "a kernel without an audit system", .unknown, reason: "no audit system",
        .absent),
    ]
  }

  /// Whether it is there at all.
  var rowsOfPresence: [Row] {
    var rows: [Row] = [
      Row(.absent, "nothing there", .notApplicable, reason: "does not exist") {
        $0.snapshot.files[path] = .absent
      },
      Row(.unreadable, "a path that cannot be looked at", .unknown, reason: "permission denied") {
        $0.snapshot.files[path] = .unreadable("cannot look at '\(path)': permission denied")
      },
      Row(.unreadable, "a path that was not looked at", .unknown, reason: "not looked at") {
        $0.snapshot.files[path] = nil
      },
    ]
    if let role {
      rows += [
        Row(.absent, "no such thing", .notApplicable, subject: "host", reason: "there is no") {
          $0.snapshot.paths[role] = .absent
        },
        Row(.unreadable, "nobody knows where it is", .unknown, subject: "host", reason: "denied") {
          $0.snapshot.paths[role] = .unreadable("cannot read '/etc': permission denied")
        },
        Row(.unreadable, "it was not looked for", .unknown, subject: "host", reason: "looked for") {
          $0.snapshot.paths[role] = nil
        },
      ]
    } else {
      rows += [
        Row(
          .absent, "an Engine that does not say where", .unknown, subject: "host",
          reason: "DockerRootDir"
        ) { $0.snapshot.info.dataRoot = .missing },
        Row(.absent, "an Engine that has none", .unknown, subject: "host", reason: "does not say") {
          $0.snapshot.info.dataRoot = .null
        },
        Row(
          .unreadable, "an Engine that cannot be reached", .unknown, subject: "host",
          reason: "refused"
        ) { $0.snapshot.engineIsUnreachable() },
      ]
    }
    return rows
  }
}
