import HardeningModel
import Testing

/// Whether the kernel records changes.
@Suite("Audit checks")
struct AuditTests {
  @Test("say of a path", arguments: AuditTables.all.flatMap(\.rows))
  func path(_ row: Row) throws { try row.judge() }
}

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

extension AuditedThing {
  private typealias Field = AuditRule.Field

  /// What libaudit 4.0.2 puts into a rule with `-F perm=wa` for each machine.
  private static let calls64 = [
    2, 49, 76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 133, 163, 167, 179, 188, 189,
    190, 197, 198, 199, 257, 258, 259, 260, 263, 264, 265, 266, 268, 285, 316, 437,
  ]
  private static let calls32 = [
    5, 8, 9, 10, 14, 15, 16, 38, 39, 40, 51, 83, 87, 92, 93, 94, 95, 131, 182, 226, 227, 228, 235,
    236, 237, 295, 296, 297, 298, 301, 302, 303, 304, 306, 324, 353, 361, 437,
  ]

  private var parent: String {
    let components = canonical.split(separator: "/").dropLast()
    return "/" + components.joined(separator: "/")
  }

  fileprivate var rowsOfCoverage: [Row] {
    let asPath = AuditRule.watch(canonical)
    let above = AuditRule.watch(parent, isDirectory: true)
    // The data root lies on a disk that may have been mounted after the rule was made.
    let isMount = canonical == "/var/lib/docker"
    return [
      row(.pass, "a watch on it", .pass, observed: canonical, rules: [watch]),
      row(
        .pass, "a watch for writing only", .pass,
        rules: [
          .watch(canonical, isDirectory: isDirectory, permissions: 0b0010)
        ]),
      row(
        .pass, "a watch for attributes only", .pass,
        rules: [
          .watch(canonical, isDirectory: isDirectory, permissions: 0b1000)
        ]),
      row(
        .pass, "a watch for everything", .pass,
        rules: [
          .watch(canonical, isDirectory: isDirectory, permissions: 0b1111)
        ]),
      row(
        .pass, "a rule that names no permissions", .pass,
        rules: [
          AuditRule(fields: [Field(isDirectory ? "dir" : "path", text: canonical)])
        ]),
      row(.pass, "a directory rule on it", .pass, rules: [.watch(canonical, isDirectory: true)]),
      row(
        .pass, "a directory rule with a slash at its end", .pass,
        rules: [
          .watch(canonical + "/", isDirectory: true)
        ]
      ) { $0.snapshot.files[canonical + "/"] = $0.snapshot.files[path] },
      row(
        isMount ? .unreadable : .pass, "a directory above it", isMount ? .unknown : .pass,
        reason: isMount ? "mounted before" : nil, rules: [above]),
      row(
        .pass, "rules for the programs of both machines", .pass,
        rules: [
          watch.on(.amd64), watch.on(.i386),
        ]),
      row(
        .pass, "rules as newer tools make them", .pass,
        rules: [
          watch.on(.amd64, Self.calls64), watch.on(.i386, Self.calls32),
        ]),
      row(.pass, "auditing locked", .pass, rules: [watch]) {
        $0.snapshot.audit.kernel = .found(
          KernelAudit(enabled: 2, machine: "x86_64", rules: [watch]))
      },
      row(
        .fail, "a watch on something beneath it", .fail, observed: "beneath",
        rules: [
          .watch(canonical + "/beneath")
        ]
      ) { $0.snapshot.files[canonical] = $0.snapshot.files[path] },
      row(
        .fail, "a watch on what begins with the same letters", .fail, observed: "no audit rule",
        rules: [.watch(canonical + "era", isDirectory: true)]),
      row(
        .fail, "a watch on a directory that begins like the one above", .fail,
        rules: [
          .watch(parent + "era", isDirectory: true)
        ]),
      row(
        .fail, "a watch for reading and executing", .fail, observed: "neither writing",
        rules: [
          .watch(canonical, isDirectory: isDirectory, permissions: 0b0101)
        ]),
      row(
        .fail, "a rule for the programs of one machine", .fail, observed: "i386",
        rules: [
          watch.on(.amd64)
        ]),
      row(
        .fail, "a rule for some system calls", .fail, observed: "system calls",
        rules: [
          watch.on(.amd64, [2, 257]), watch.on(.i386, Self.calls32),
        ]),
      row(
        .fail, "a rule for writing without all that writes", .fail,
        rules: [
          watch.on(.amd64, Self.calls64.filter { $0 != 437 && $0 != 90 }), watch.on(.i386),
        ]),
      row(
        .fail, "a path that is not equal", .fail,
        rules: [
          AuditRule(fields: [Field(isDirectory ? "dir" : "path", "!=", text: canonical)])
        ]),
    ]
      + (isDirectory
        ? [
          row(.fail, "a rule on the directory alone", .fail, observed: "itself", rules: [asPath])
        ] : [row(.pass, "a path rule on it", .pass, rules: [asPath])])
  }

  /// What a rule leaves out.
  fileprivate var rowsOfHoles: [Row] {
    let narrowing: [Field] = [
      Field("auid", ">=", value: 1000), Field("auid", "!=", value: .max), Field("uid", "!="),
      Field("success", value: 0), Field("success", value: 1), Field("exit", value: 0),
      Field("exe", text: "/usr/bin/vi"), Field("subj_type", text: "user_t"), Field("pid", value: 1),
      Field("obj_uid", value: 0), Field("filetype", value: 0o100000), Field("inode", value: 4),
      Field("field 400", value: 1), Field("perm", "!=", value: 1),
    ]
    func never(_ fields: [Field], _ filter: AuditRule.Filter = .exit) -> AuditRule {
      AuditRule(filter, .never, fields: fields)
    }
    let other = AuditRule.watch("/srv", isDirectory: true)
    return narrowing.map { field in
      row(
        .fail, "a rule narrowed by \(field)", .fail, observed: "narrowed",
        rules: [watch.with(field)])
    } + [
      row(
        .pass, "a narrowed rule and one that is not", .pass,
        rules: [
          watch.with(Field("uid", "!=")), other, watch,
        ]),
      row(
        .fail, "never, before it", .fail, observed: "comes first",
        rules: [
          never([Field("path", text: canonical)]), watch,
        ]),
      row(
        .pass, "never, after it", .pass, rules: [watch, never([Field("path", text: canonical)])]),
      row(
        .fail, "never for a directory above, before it", .fail,
        rules: [
          never([Field("dir", text: parent)]), watch,
        ]),
      row(
        .fail, "never for one user, before it", .fail,
        rules: [
          never([Field("uid", value: 1000)]), watch,
        ]),
      row(
        .fail, "never for reading, before it", .fail,
        rules: [
          never([Field("dir", text: parent), Field("perm", value: 4)]), watch,
        ]),
      row(
        .pass, "never for executing, before it", .pass,
        rules: [
          never([Field("dir", text: parent), Field("perm", value: 1)]), watch,
        ]),
      row(
        .pass, "never for another directory, before it", .pass,
        rules: [
          never([Field("dir", text: "/srv")]), watch,
        ]),
      row(
        .pass, "never for setting the clock, before it", .pass,
        rules: [
          AuditRule(
            .exit, .never, systemCalls: [159, 227],
            fields: [
              Field("arch", value: AuditMachine.amd64.rawValue), Field("uid", value: 123),
            ]), watch,
        ]),
      row(
        .fail, "never for opening, before it", .fail,
        rules: [
          AuditRule(
            .exit, .never, systemCalls: [257],
            fields: [
              Field("arch", value: AuditMachine.amd64.rawValue)
            ]), watch,
        ]),
      row(
        .fail, "no task audited", .fail, observed: "never,task", rules: [never([], .task), watch]),
      row(
        .fail, "records of files excluded", .fail, observed: "exclude",
        rules: [
          watch, AuditRule(.exclude, .always, fields: [Field("msgtype", value: 1302)]),
        ]),
      row(
        .fail, "the records of one user excluded", .fail,
        rules: [
          watch, AuditRule(.exclude, .never, fields: [Field("uid", value: 0)]),
        ]),
      row(
        .pass, "other records excluded", .pass,
        rules: [
          watch, AuditRule(.exclude, .always, fields: [Field("msgtype", value: 1307)]),
        ]),
      row(
        .pass, "user messages and tracefs excluded", .pass,
        rules: [
          never([], .user), never([Field("fstype", value: 0x7472_6163)], .filesystem), watch,
        ]),
      row(
        .malformed, "a file system excluded", .unknown, reason: "file system",
        rules: [
          never([Field("fstype", value: 0xEF53)], .filesystem), watch,
        ]),
      row(
        .fail, "rules of other filters only", .fail,
        rules: [
          AuditRule(.user, fields: watch.fields), AuditRule(.ioUring, fields: watch.fields),
          AuditRule(.exit, .possible, fields: watch.fields),
        ]),
    ]
  }

  fileprivate var rowsOfKernel: [Row] {
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
  fileprivate var rowsOfPresence: [Row] {
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
