import HardeningModel

/// What a rule covers, and what it leaves out.
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

  var rowsOfCoverage: [Row] {
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
  var rowsOfHoles: [Row] {
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
}
