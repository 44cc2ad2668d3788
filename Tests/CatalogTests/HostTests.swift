import HardeningModel
import Testing

/// The host below Docker.
@Suite("Host checks")
struct HostTests {
  @Test("say of it", arguments: HostTables.all.flatMap(\.rows))
  func host(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum HostTables {
  static let all = [storage, members, trusted, hardened, version]

  /// What a check says of the sample host when its Engine cannot be reached; `nil` where it needs the
  /// Engine, or is none of the host.
  static func verdictWithoutEngine(_ slug: String) -> Verdict? {
    switch slug {
    case "host-hardened": .manual
    case "host-docker-group-members": .pass
    case "host-audit-docker-data-root": nil
    default: slug.hasPrefix("host-audit-") ? .pass : nil
    }
  }

  static let storage = Table(
    "host-container-storage-partition", subject: "host",
    [
      .passes("a disk of its own", observed: "8:17") { _ in },
      .passes("a disk of its own further up", observed: "mounted at /var") {
        $0.mount("8:33", at: "/var")
      },
      .passes("a bind mount of another disk") {
        $0.mount("8:33", "/docker", at: "/var/lib/docker")
      },
      .passes("a data root of its own, remapped") {
        $0.snapshot.info.dataRoot = .value("/var/lib/docker/100000.100000")
        $0.look("/var/lib/docker/100000.100000")
      },
      .fails("the file system of the host", observed: "on ext4 8:1 mounted at /") {
        $0.snapshot.mounts = .found([SampleHost.mounts[0]])
      },
      .fails("a bind mount of the same file system", observed: "8:1") {
        $0.mount("8:1", "/srv/docker", at: "/var/lib/docker")
      },
      .fails("dockerd's mount of its own data root") {
        $0.mount("8:1", "/var/lib/docker", at: "/var/lib/docker")
      },
      .fails("a subvolume of the same btrfs") {
        let root = MountPoint(
          id: 1, parent: 0, device: "0:30", root: "/@", path: "/", type: "btrfs")
        $0.snapshot.mounts = .found([root])
        $0.snapshot.mounts = $0.snapshot.mounts.map {
          $0 + [
            MountPoint(
              id: 2, parent: 1, device: "0:30", root: "/@docker", path: "/var/lib/docker",
              type: "btrfs")
          ]
        }
      },
      .fails("a disk that is mounted beside it, at a path that begins alike") {
        $0.mount("8:33", at: "/var/lib/docker-data")
      },
      .fails("a disk that is mounted beneath it") {
        $0.mount("8:33", at: "/var/lib/docker/overlay2")
      },
      .fails("a disk hidden below a later mount of the same file system further up") {
        $0.mount("8:17", at: "/var/lib/docker")
        $0.snapshot.mounts = $0.snapshot.mounts.map {
          $0 + [
            MountPoint(id: 12, parent: 1, device: "8:1", root: "/old", path: "/var", type: "ext4")
          ]
        }
      },
      .fails("a data root that is a symbolic link to the host's file system") {
        $0.snapshot.files["/var/lib/docker"] = .found(.sample("/srv/docker", kind: .directory))
      },
      .passes("a disk on which something else lies below") {
        $0.mount("8:1", at: "/var/lib/docker")
        $0.snapshot.mounts = $0.snapshot.mounts.map {
          $0 + [
            MountPoint(
              id: 12, parent: 9, device: "8:17", root: "/", path: "/var/lib/docker", type: "xfs")
          ]
        }
      },
      Row(.standard, "a host with one file system", .fail) {
        $0.snapshot.mounts = .found(Array(SampleHost.mounts.prefix(2)))
      },
      Row(.absent, "an Engine that does not say where", .unknown, reason: "DockerRootDir") {
        $0.snapshot.info.dataRoot = .missing
      },
      Row(.absent, "an Engine that has none", .unknown, reason: "does not say") {
        $0.snapshot.info.dataRoot = .null
      },
      Row(.absent, "a data root that is not here", .unknown, reason: "does not exist") {
        $0.snapshot.files["/var/lib/docker"] = .absent
      },
      Row(.malformed, "mounts without a root", .unknown, reason: "no root") {
        $0.snapshot.mounts = .found([])
      },
      Row(.malformed, "an empty data root", .unknown, reason: "does not say") {
        $0.snapshot.info.dataRoot = .value("")
      },
      Row(.unreadable, "mounts that cannot be read", .unknown, reason: "denied") {
        $0.snapshot.mounts = .unreadable("cannot read '/proc/1/mountinfo': permission denied")
      },
      Row(.unreadable, "a data root that cannot be looked at", .unknown, reason: "denied") {
        $0.snapshot.files["/var/lib/docker"] = .unreadable("permission denied")
      },
      Row(.unreadable, "a data root that was not looked at", .unknown, reason: "not looked at") {
        $0.snapshot.files["/var/lib/docker"] = nil
      },
      Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
        $0.snapshot.engineIsUnreachable()
      },
    ])

  static let members = Table(
    "host-docker-group-members", subject: "host",
    [
      .passes("nobody", observed: "group docker (998) has no members") { _ in },
      .passes("root alone") { $0.members([.init(name: "root", uid: 0)]) },
      .passes("a socket that its group may not write to", observed: "no group may connect") {
        $0.members([.init(name: "alice", uid: 1000)])
        $0.socket(mode: 0o600, gid: SampleFiles.dockerGroup)
      },
      .fails("a socket that lets everybody in", observed: "0666") {
        $0.socket(mode: 0o666, gid: SampleFiles.dockerGroup)
      },
      Row(.standard, "a member, and nobody has said who is trusted", .manual, observed: "alice") {
        $0.members([.init(name: "alice", uid: 1000)])
      },
      Row(.standard, "a member that is no user", .manual, observed: "bob (no such user") {
        $0.members([.init(name: "bob", uid: nil)])
      },
      Row(.standard, "a user whose own group it is", .manual, observed: "carol (by its own group)")
      {
        $0.members([.init(name: "carol", uid: 1002, isPrimary: true)])
      },
      Row(.standard, "users in the group of root, which owns the socket", .manual, observed: "sync")
      {
        $0.socket(mode: 0o660, gid: 0)
        $0.snapshot.accounts.groups = .found([
          SocketGroup(
            gid: 0, names: ["root"],
            members: [
              .init(name: "root", uid: 0, isPrimary: true),
              .init(name: "sync", uid: 5, isPrimary: true),
            ])
        ])
      },
      Row(.standard, "no socket, but members of the group for it", .manual, observed: "alice") {
        $0.snapshot.files["/var/run/docker.sock"] = .absent
        $0.members([.init(name: "alice", uid: 1000)])
      },
      Row(.absent, "neither socket nor group", .notApplicable, reason: "neither") {
        $0.snapshot.files["/var/run/docker.sock"] = .absent
        $0.snapshot.groups = ["docker": .absent]
      },
      Row(.absent, "a group that no file has", .pass, observed: "without a name") {
        $0.socket(mode: 0o660, gid: 4000)
        $0.snapshot.accounts.groups = .found([SocketGroup(gid: 4000, names: [], members: [])])
      },
      Row(.unreadable, "members that were not read", .unknown, reason: "not read") {
        $0.socket(mode: 0o660, gid: 4000)
      },
      Row(.absent, "users that come from elsewhere too", .unknown, reason: "sss") {
        $0.snapshot.accounts.otherSources = .found(["sss"])
      },
      Row(.malformed, "something else in place of the socket", .unknown, reason: "no socket") {
        $0.snapshot.files["/var/run/docker.sock"] = .found(.sample("/run/docker.sock"))
      },
      Row(.unreadable, "a group database that cannot be read", .unknown, reason: "denied") {
        $0.snapshot.accounts.groups = .unreadable("cannot read '/etc/group': permission denied")
      },
      Row(.unreadable, "sources of users that cannot be read", .unknown, reason: "denied") {
        $0.snapshot.accounts.otherSources = .unreadable("permission denied")
      },
      Row(.unreadable, "a socket that cannot be looked at", .unknown, reason: "denied") {
        $0.snapshot.files["/var/run/docker.sock"] = .unreadable("permission denied")
      },
      Row(.unreadable, "sockets that nobody knows of", .unknown, reason: "denied") {
        $0.snapshot.paths[.apiSocket] = .unreadable("permission denied")
      },
      Row(.unreadable, "no socket, and settings that cannot be read", .unknown, reason: "denied") {
        $0.snapshot.files["/var/run/docker.sock"] = .absent
        $0.snapshot.daemon.flags = .unreadable("permission denied")
      },
    ])

  static let trusted = Table(
    "host-docker-group-members", subject: "user:alice",
    [
      .passes("a trusted user", observed: "alice in group docker (998)") {
        $0.policy.trustedDockerUsers = ["alice", "bob"]
        $0.members([.init(name: "alice", uid: 1000)])
      },
      .fails("a user who is not trusted", observed: "alice") {
        $0.policy.trustedDockerUsers = ["bob"]
        $0.members([.init(name: "alice", uid: 1000), .init(name: "bob", uid: 1001)])
      },
      .fails("a user whose name only begins like a trusted one's") {
        $0.policy.trustedDockerUsers = ["alicea", "ALICE", "lice"]
        $0.members([.init(name: "alice", uid: 1000)])
      },
      .fails("nobody is trusted") {
        $0.policy.trustedDockerUsers = []
        $0.members([.init(name: "alice", uid: 1000)])
      },
      .passes("another member is not", subject: "user:bob") {
        $0.policy.trustedDockerUsers = ["bob"]
        $0.members([.init(name: "alice", uid: 1000), .init(name: "bob", uid: 1001)])
      },
      .passes("the members of a second socket's group count, too") {
        $0.policy.trustedDockerUsers = ["alice"]
        $0.snapshot.paths[.apiSocket] = .found(["/var/run/docker.sock", "/run/second.sock"])
        $0.snapshot.files["/run/second.sock"] = .found(
          .sample("/run/second.sock", kind: .socket, mode: 0o660, gid: 50))
        $0.snapshot.accounts.groups = $0.snapshot.accounts.groups.map {
          $0 + [
            SocketGroup(gid: 50, names: ["ops"], members: [.init(name: "alice", uid: 1000)])
          ]
        }
      },
      Row(.absent, "no members, with a list", .pass, subject: "host") {
        $0.policy.trustedDockerUsers = ["alice"]
      },
      Row(
        .absent, "trusted members, and others from elsewhere", .unknown, subject: "host",
        reason: "ldap"
      ) {
        $0.policy.trustedDockerUsers = ["alice"]
        $0.members([.init(name: "alice", uid: 1000)])
        $0.snapshot.accounts.otherSources = .found(["ldap"])
      },
    ])

  static let hardened = Table(
    "host-hardened", subject: "host",
    [
      Row(.standard, "a host", .manual, observed: "trixie") { _ in },
      Row(.standard, "a kernel without security modules", .manual, observed: "neither AppArmor") {
        $0.snapshot.kernel = KernelFacts(appArmor: .absent, seLinux: .absent)
      },
      Row(.absent, "a distribution that does not say what it is", .manual, observed: "kernel 6.12")
      {
        $0.snapshot.system.distribution = .absent
      },
      Row(.absent, "nothing that says what it is", .unknown, reason: "nothing says") {
        $0.snapshot.system.distribution = .absent
        $0.snapshot.system.kernel = .absent
      },
      Row(.malformed, "a name that would control a terminal", .manual, observed: "\u{1B}[31m") {
        $0.snapshot.system.distribution = .found("\u{1B}[31mLinux")
      },
      Row(.unreadable, "a distribution that cannot be read", .manual, observed: "kernel") {
        $0.snapshot.system.distribution = .unreadable("permission denied")
      },
      Row(.unreadable, "nothing that can be read", .unknown, reason: "denied") {
        $0.snapshot.system.distribution = .unreadable("permission denied")
        $0.snapshot.system.kernel = .unreadable("permission denied")
      },
    ])

  static let version = Table(
    "host-docker-version-current", subject: "daemon",
    [
      judged("26.1.5", minimum: "26.1.5", .pass),
      judged("26.1.5+dfsg1", minimum: "26.1.5", .pass),
      judged("20.10.24+dfsg1", minimum: "20.10.9", .pass),
      judged("28.2.2", minimum: "26", .pass),
      judged("100.0.0", minimum: "26.1.5", .pass),
      judged("18.09.1-ce", minimum: "18.09.1", .pass),
      judged("26.1.5-0ubuntu1~22.04", minimum: "26.1.5", .pass),
      judged("26.1.5", minimum: "26.1.5-rc.2", .pass),
      judged("26.1.5-rc.10", minimum: "26.1.5-rc.2", .pass),
      judged("26.1.5-rc.1", minimum: "26.1.5", .fail),
      judged("26.1.5-rc.1", minimum: "26.1.5-rc.2", .fail),
      judged("20.10.9", minimum: "20.10.24", .fail),
      judged("9.0", minimum: "10.0", .fail),
      judged("26.1", minimum: "26.1.5", .fail),
      judged("26.1.5-beta.2", minimum: "26.1.5-rc.1", .fail),
      Row(.standard, "no minimum", .manual, observed: "version 26.1.5, built 2026-08-13") { _ in },
      Row(.absent, "an Engine that does not say when it was built", .manual, observed: "26.1.5") {
        $0.engine { $0.buildTime = .absent }
      },
      Row(.absent, "an Engine that does not say its version", .unknown, reason: "does not say") {
        $0.engine { $0.version = nil }
      },
      Row(.absent, "no Engine was asked", .unknown, reason: "not asked") {
        $0.snapshot.engine = .absent
      },
      Row(.malformed, "a version that is none", .unknown, reason: "'dev' is no number") {
        $0.policy.minimumEngineVersion = EngineRelease("26.1.5")
        $0.engine { $0.version = "dev" }
      },
      Row(.malformed, "a version that is none, and no minimum", .manual, observed: "dev") {
        $0.engine { $0.version = "dev" }
      },
      Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
        $0.snapshot.engineIsUnreachable()
      },
      Row(.unreadable, "a date that could not be asked for", .manual, observed: "26.1.5") {
        $0.engine { $0.buildTime = .unreadable("timed out") }
      },
    ])

  private static func judged(_ version: String, minimum: String, _ verdict: Verdict) -> Row {
    Row(
      verdict == .pass ? .pass : .fail, "\(version), at least \(minimum)", verdict,
      observed: "version \(version)"
    ) {
      $0.policy.minimumEngineVersion = EngineRelease(minimum)
      $0.engine { $0.version = version }
    }
  }
}

extension Scene {
  /// Mounts a file system in place of the disk of the data root.
  fileprivate mutating func mount(_ device: String, _ root: String = "/", at path: String) {
    snapshot.mounts = .found(
      Array(SampleHost.mounts.prefix(2)) + [
        MountPoint(id: 9, parent: 1, device: device, root: root, path: path, type: "ext4")
      ])
  }

  fileprivate mutating func members(_ members: [SocketGroup.Member]) {
    snapshot.accounts.groups = .found([
      SocketGroup(gid: SampleFiles.dockerGroup, names: ["docker"], members: members)
    ])
  }

  fileprivate mutating func socket(mode: UInt16, gid: UInt32) {
    snapshot.files["/var/run/docker.sock"] = .found(
      .sample("/run/docker.sock", kind: .socket, mode: mode, gid: gid))
  }

  fileprivate mutating func engine(_ change: (inout EngineFacts) -> Void) {
    guard case .found(var facts) = snapshot.engine else { return }
    change(&facts)
    snapshot.engine = .found(facts)
  }
}
