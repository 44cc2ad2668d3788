import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The members of a group")
struct AccountReaderTests {
  private static let passwd = """
    root:x:0:0:root:/root:/bin/bash
    sync:x:4:0:sync:/bin:/bin/sync
    alice:x:1000:1000::/home/alice:/bin/bash
    bob:x:1001:998:::
    alice:x:7:998:a second entry counts for nothing::
    broken
    none:x:many:998
    +nis

    """
  private static let group = """
    root:x:0:
    docker:x:998:alice, zoe ,,alice
    # docker:x:998:mallory
    alias:x:998:carol
    dockers:x:999:mallory
    short:x:998
    broken:x
    -removed:x:998:mallory

    """

  private typealias Member = SocketGroup.Member

  @Test("are those of every entry with its number, and the users whose own group it is")
  func members() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/passwd", Self.passwd)
      try fixture.file("/etc/group", Self.group)
      let facts = try fixture.opened { AccountReader($0).facts(ofGroups: [998, 0, 998, 5]) }
      #expect(
        facts.groups
          == .found([
            SocketGroup(
              gid: 0, names: ["root"],
              members: [
                Member(name: "root", uid: 0, isPrimary: true),
                Member(name: "sync", uid: 4, isPrimary: true),
              ]),
            SocketGroup(gid: 5, names: [], members: []),
            SocketGroup(
              gid: 998, names: ["docker", "alias", "short"],
              members: [
                Member(name: "alice", uid: 7, isPrimary: true),
                Member(name: "bob", uid: 1001, isPrimary: true),
                Member(name: "carol", uid: nil), Member(name: "zoe", uid: nil),
              ]),
          ]))
      #expect(facts.otherSources == .found([]))
    }
  }

  @Test("are unreadable where a database is", arguments: ["/etc/passwd", "/etc/group"])
  func unreadable(_ path: String) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory(path)
      let facts = try fixture.opened { AccountReader($0).facts(ofGroups: [998]) }
      #expect(facts.groups == .unreadable("cannot read '\(path)': not a regular file"))
    }
  }

  @Test(
    "may come from elsewhere",
    arguments: [
      ("passwd: files\ngroup: files\n", []),
      ("passwd: files sss\ngroup: files sss\n", ["sss"]),
      ("group: files [SUCCESS=merge] ldap winbind", ["ldap", "winbind"]),
      ("group: files [ NOTFOUND = return ] nis # sss", ["nis"]),
      ("initgroups: files sss", ["sss"]),
      ("hosts: files dns\nshadow: files sss\nnetgroup: nis\n", []),
      ("passwd: files systemd\ngroup:\tfiles systemd\n", []),
      ("group: compat", []),
      ("# group: sss\n\ngroup files\n", []),
    ] as [(String, [String])])
  func sources(_ text: String, expected: [String]) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/nsswitch.conf", text)
      try fixture.file("/etc/passwd")
      try fixture.file("/etc/group")
      try fixture.opened {
        #expect(NameServices(root: $0).otherSources() == .found(expected))
      }
    }
  }

  @Test("may come from systemd's own records, and from NIS where the files bring it in")
  func records() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/nsswitch.conf", "passwd: compat systemd\ngroup: compat systemd\n")
      try fixture.file("/etc/passwd")
      try fixture.file("/etc/group", "docker:x:998:\n")
      func sources() throws -> Reading<[String]> {
        try fixture.opened { NameServices(root: $0).otherSources() }
      }
      #expect(try sources() == .found([]))
      try fixture.file("/etc/userdb/alice:docker.membership", "{}")
      #expect(try sources() == .found(["systemd"]))
      try fixture.file("/etc/group", "docker:x:998:\n+\n")
      #expect(try sources() == .found(["compat", "systemd"]))
    }
  }

  @Test("are files' alone where nothing says otherwise, and unknown where that cannot be read")
  func configuration() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.opened { #expect(NameServices(root: $0).otherSources() == .found([])) }
      try fixture.directory("/etc/nsswitch.conf")
      try fixture.opened {
        #expect(
          NameServices(root: $0).otherSources()
            == .unreadable("cannot read '/etc/nsswitch.conf': not a regular file"))
      }
    }
  }

  @Test("are those of the group that owns the socket, and of the one that dockerd is told of")
  func snapshot() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/passwd", Self.passwd)
      try fixture.file("/etc/group", Self.group)
      try fixture.socket("/var/run/docker.sock")
      let groups = try await fixture.snapshot().accounts.groups
      // The socket is root's here, and docker is the group of that name.
      #expect(groups.value?.map(\.gid) == [0, 998])
    }
  }
}
