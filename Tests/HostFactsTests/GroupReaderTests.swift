import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("Groups")
struct GroupReaderTests {
  static let file = """
    root:x:0:
    docker:x:999:alice,bob
    docker:x:1000:

    # a comment
    broken
    broken:x
    broken:x:number:
    negative:x:-5:
    huge:x:4294967296:
    largest:x:4294967295:
    +nis
    12:x:34:
    ümlaut:x:1001:
    last:x:77:
    """

  @Test(
    "have the numbers of the group file",
    arguments: [
      ("root", .found(0)),
      ("docker", .found(999)),
      ("Docker", .absent),
      ("dock", .absent),
      ("broken", .absent),
      ("negative", .absent),
      ("huge", .absent),
      ("largest", .found(4_294_967_295)),
      ("ümlaut", .found(1001)),
      ("last", .found(77)),
      ("alice", .absent),
      ("", .absent),
      // The name comes first; a number that is no name stands for itself.
      ("12", .found(34)),
      ("34", .found(34)),
      ("4294967296", .absent),
    ] as [(String, Reading<UInt32>)])
  func numbers(_ name: String, reading: Reading<UInt32>) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/group", Self.file)
      try fixture.opened { root in
        #expect(GroupReader(root: root).groups(named: [name, name]) == [name: reading])
      }
    }
  }

  @Test("are absent where there is no group file")
  func absent() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.opened { root in
        #expect(GroupReader(root: root).groups(named: ["docker"]) == ["docker": .absent])
      }
    }
  }

  @Test("are unreadable where the group file is")
  func unreadable() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/etc/group")
      try fixture.opened { root in
        #expect(
          GroupReader(root: root).groups(named: ["docker"])
            == ["docker": .unreadable("cannot read '/etc/group': not a regular file")])
      }
    }
  }
}
