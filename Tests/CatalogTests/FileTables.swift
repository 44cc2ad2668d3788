import HardeningModel

/// The rows of the file checks.
enum FileTables {
  static let all = owners + modes + special

  static let owners: [Table] = GuardedFile.all.map { file in
    let owner = "0:\(file.gid)"
    return Table(
      file.stem + "-owner", subject: "file:\(file.path)",
      file.rowsOfPresence() + [
        file.row(.standard, "as it is made", .pass, observed: owner, file.fact()),
        file.row(
          .pass, "the right owner, whatever the mode", .pass, observed: owner,
          file.fact(mode: 0o7777)),
        file.row(.fail, "another user", .fail, observed: "1000:", file.fact(uid: 1000)),
        file.row(.fail, "another group", .fail, observed: "0:1", file.fact(gid: 1)),
        file.row(.fail, "nobody", .fail, file.fact(uid: 65_534, gid: 65_534)),
        file.row(
          .fail, "numbers beyond 2^31", .fail, observed: "4294967294:4294967294",
          file.fact(uid: .max - 1, gid: .max - 1)),
        linkRow(file, .fail, "a link to a file of another user", uid: 1000),
        linkRow(file, .pass, "a link to a file of root", uid: 0),
        secondFileRow(file, "another user", uid: 1000),
        engineRow(file),
      ])
  }

  static let modes: [Table] = GuardedFile.all.map { file in
    Table(
      file.stem + "-mode", subject: "file:\(file.path)",
      file.rowsOfPresence() + [
        file.row(
          .standard, "as it is made", file.usualVerdict, observed: octal(file.usualMode),
          file.fact(mode: file.usualMode)),
        file.row(
          .pass, "just what is allowed", .pass, observed: octal(file.mode), file.fact()),
        file.row(.pass, "no permission at all", .pass, file.fact(mode: 0)),
        file.row(
          .pass, "the right mode, whoever owns it", .pass, file.fact(uid: 1000, gid: 1000)),
        file.row(.fail, "everything for everyone", .fail, file.fact(mode: 0o777)),
        linkRow(file, .fail, "a link to a file that all may write", mode: file.mode | 0o002),
        linkRow(file, .pass, "a link to a stricter file", mode: file.mode & 0o400),
        secondFileRow(file, "one permission more", mode: file.mode | 0o4000),
        engineRow(file),
      ]
        + bits(of: file.mode).map { bit in
          file.row(
            .pass, "stricter by \(octal(bit))", .pass, file.fact(mode: file.mode & ~bit))
        }
        + bits(of: ~file.mode & 0o7777).map { bit in
          file.row(
            .fail, "one permission more, \(octal(bit))", .fail,
            observed: octal(file.mode | bit), file.fact(mode: file.mode | bit))
        }
        // A mode that is smaller as a number but has a bit that is not allowed.
        + bits(of: ~file.mode & 0o777).map { bit in
          file.row(
            .fail, "only a permission that is not allowed, \(octal(bit))", .fail,
            file.fact(mode: bit))
        })
  }

  private static func bits(of mode: UInt16) -> [UInt16] {
    (0..<12).map { 1 << $0 }.filter { mode & $0 != 0 }
  }

  private static func octal(_ mode: UInt16) -> String { String(mode, radix: 8) }

  /// The file is a symbolic link: its target is what is judged.
  private static func linkRow(
    _ file: GuardedFile, _ kind: Kind, _ name: String, mode: UInt16? = nil, uid: UInt32 = 0
  ) -> Row {
    file.row(
      kind, name, kind == .fail ? .fail : .pass,
      .found(
        .sample(
          "/srv/elsewhere", kind: file.kind, mode: mode ?? file.mode, uid: uid, gid: file.gid)))
  }

  /// There are two such files, of which the second one offends.
  private static func secondFileRow(
    _ file: GuardedFile, _ name: String, mode: UInt16? = nil, uid: UInt32 = 0
  ) -> Row {
    let second = file.path + ".second"
    return Row(.fail, "a second one: \(name)", .fail, subject: "file:\(second)") {
      $0.snapshot.paths[file.role] = .found([file.path, second])
      $0.snapshot.files[second] = .found(
        .sample(second, kind: file.kind, mode: mode ?? file.mode, uid: uid, gid: file.gid))
    }
  }

  /// What the file system says does not depend on the Engine.
  private static func engineRow(_ file: GuardedFile) -> Row {
    Row(.pass, "an Engine that cannot be reached", .pass) { $0.snapshot.engineIsUnreachable() }
  }
}

extension FileTables {
  /// What only some of the files have: keys beside certificates, and a group of the socket's own.
  static let special = [
    Table(
      "file-registry-certs-mode",
      subject: "file:/etc/docker/certs.d/registry.example/client.key",
      [
        key(.pass, "a key that only root may read", mode: 0o400),
        key(.pass, "a key that nobody may read", mode: 0),
        key(.fail, "a key that may be read like a certificate", mode: 0o444),
        key(.fail, "a key that its group may read", mode: 0o440),
        key(.fail, "a key that its owner may write", mode: 0o600),
        Row(.unreadable, "keys that could not be listed", .unknown, subject: "host") {
          $0.snapshot.paths[.registryKeys] = .unreadable("permission denied")
        },
        Row(.absent, "a key without certificates", .pass) {
          $0.snapshot.paths[.registryCertificates] = .absent
        },
      ]),
    Table(
      "file-registry-certs-owner",
      subject: "file:/etc/docker/certs.d/registry.example/client.key",
      [
        .passes("a key of root") { _ in },
        .fails("a key of another user", observed: "1000:0") {
          $0.snapshot.files["/etc/docker/certs.d/registry.example/client.key"] = .found(
            .sample("/etc/docker/certs.d/registry.example/client.key", mode: 0o400, uid: 1000))
        },
      ]),
    masked("file-docker-service-owner", "/usr/lib/systemd/system/docker.service"),
    masked("file-docker-service-mode", "/usr/lib/systemd/system/docker.service"),
    masked("file-docker-socket-unit-owner", "/usr/lib/systemd/system/docker.socket"),
    masked("file-docker-socket-unit-mode", "/usr/lib/systemd/system/docker.socket"),
    Table("file-docker-sock-owner", subject: "file:/var/run/docker.sock", groups),
    Table(
      "file-containerd-sock-owner", subject: "file:/run/containerd/containerd.sock",
      [
        .fails("the group docker, which only the API socket may have", observed: "0:998") {
          $0.snapshot.files["/run/containerd/containerd.sock"] = .found(
            .sample("/run/containerd/containerd.sock", kind: .socket, mode: 0o660, gid: 998))
        }
      ]),
  ]

  /// systemd masks a unit by a link to /dev/null, which all may write.
  private static func masked(_ slug: String, _ path: String) -> Table {
    Table(
      slug, subject: "file:\(path)",
      [
        Row(.absent, "a masked unit", .notApplicable, reason: "masked") {
          $0.snapshot.files[path] = .found(
            .sample("/dev/null", kind: .characterDevice, mode: 0o666))
        }
      ])
  }

  private static func key(_ kind: Kind, _ name: String, mode: UInt16) -> Row {
    let path = "/etc/docker/certs.d/registry.example/client.key"
    return Row(kind, name, kind == .fail ? .fail : .pass) {
      $0.snapshot.files[path] = .found(.sample(path, mode: mode))
    }
  }

  /// The group that dockerd was told to give its socket to.
  private static let groups: [Row] = [
    .fails("root alone, where there is a group docker", observed: "0:0") { $0.socket(gid: 0) },
    .passes("the group of --group") {
      $0.snapshot.daemon.flags = .found(.group("admins"))
      $0.snapshot.groups["admins"] = .found(1500)
      $0.socket(gid: 1500)
    },
    .passes("the group of daemon.json") {
      $0.snapshot.daemon.configuration = .found(.group("admins"))
      $0.snapshot.groups["admins"] = .found(1500)
      $0.socket(gid: 1500)
    },
    .passes("the group of daemon.json, without any flags") {
      $0.snapshot.daemon.flags = .absent
      $0.snapshot.daemon.configuration = .found(.group("admins"))
      $0.snapshot.groups["admins"] = .found(1500)
      $0.socket(gid: 1500)
    },
    .passes("a group given by its number") {
      $0.snapshot.daemon.flags = .found(.group("1500"))
      $0.snapshot.groups["1500"] = .found(1500)
      $0.socket(gid: 1500)
    },
    .fails("docker, where dockerd was told of another group", observed: "0:998") {
      $0.snapshot.daemon.flags = .found(.group("admins"))
      $0.snapshot.groups["admins"] = .found(1500)
    },
    Row(.absent, "root alone, where there is no group docker", .pass) {
      $0.snapshot.groups["docker"] = .absent
      $0.socket(gid: 0)
    },
    Row(.absent, "some group, where there is no group docker", .fail) {
      $0.snapshot.groups["docker"] = .absent
    },
    Row(.absent, "neither flags nor daemon.json", .pass) {
      $0.snapshot.daemon.flags = .absent
      $0.snapshot.daemon.configuration = .absent
    },
    Row(.unreadable, "groups that could not be read", .unknown, reason: "permission denied") {
      $0.snapshot.groups["docker"] = .unreadable("cannot read '/etc/group': permission denied")
    },
    Row(.unreadable, "another user, whatever the groups are", .fail) {
      $0.snapshot.groups["docker"] = .unreadable("cannot read '/etc/group': permission denied")
      $0.snapshot.files["/var/run/docker.sock"] = .found(
        .sample("/run/docker.sock", kind: .socket, mode: 0o660, uid: 1000, gid: 998))
    },
    Row(.unreadable, "a group that was not looked up", .unknown) { $0.snapshot.groups = [:] },
    Row(.unreadable, "a group that was not looked up, root alone", .unknown) {
      $0.snapshot.groups = [:]
      $0.socket(gid: 0)
    },
    Row(.unreadable, "flags that could not be read", .unknown, reason: "no such process") {
      $0.snapshot.daemon.flags = .unreadable("cannot read '/proc/812/cmdline': no such process")
    },
    Row(.unreadable, "a daemon.json that could not be read", .unknown, reason: "expected ','") {
      $0.snapshot.daemon.configuration = .unreadable("/etc/docker/daemon.json:2:1: expected ','")
    },
  ]
}

extension Scene {
  fileprivate mutating func socket(gid: UInt32) {
    snapshot.files["/var/run/docker.sock"] = .found(
      .sample("/run/docker.sock", kind: .socket, mode: 0o660, gid: gid))
  }
}

extension DaemonSettings {
  fileprivate static func group(_ name: String) -> DaemonSettings {
    var settings = DaemonSettings()
    settings.group = name
    return settings
  }
}
