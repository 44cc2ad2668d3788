import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The mounts of a process")
struct MountTableTests {
  /// Of a Debian 13 with Engine 26.1.5, shortened; the line with the optional fields is that of
  /// proc_pid_mountinfo(5).
  private static let text = #"""
    21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
    22 21 0:20 / /run rw,nosuid shared:5 master:1 - tmpfs tmpfs rw,size=1k
    36 21 98:0 /mnt1 /mnt\0402\134x rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    37 21 8:17 /@docker /var/lib/docker rw,relatime - btrfs /dev/sdb1 rw,subvol=/@docker
    38 37 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=a:b

    """#

  private static func parse(_ text: String) throws -> [MountPoint] {
    try MountTable.mounts(in: Array(text.utf8), file: "/proc/1/mountinfo")
  }

  @Test("are what the kernel says, with what it escapes as it is")
  func parsing() throws {
    let mounts = try Self.parse(Self.text)
    #expect(mounts.map(\.id) == [21, 22, 36, 37, 38])
    #expect(mounts.map(\.path)[2] == #"/mnt 2\x"#)
    #expect(
      mounts[3]
        == MountPoint(
          id: 37, parent: 21, device: "8:17", root: "/@docker", path: "/var/lib/docker",
          type: "btrfs"))
    #expect(try Self.parse("") == [])
  }

  @Test(
    "are refused where a line makes no sense",
    arguments: [
      "21", "x 1 8:1 / / rw - ext4 a rw", "21 x 8:1 / / rw - ext4 a rw",
      "21 1 8 / / rw shared:1 - ext4 a rw", "21 1 8:1 / relative rw a - ext4 a rw",
      "21 1 8:1 / / rw shared:1 ext4 /dev/sda1 rw", "21 1 8:1 / / rw shared:1 master:2 a b c d -",
      #"21 1 8:1 / /a\04 rw shared:1 - ext4 a rw"#, #"21 1 8:1 / /a\999 rw shared:1 - ext4 a rw"#,
    ])
  func malformed(_ line: String) {
    let error = #expect(throws: ReadFailure.self) {
      try Self.parse("21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n" + line + "\n")
    }
    #expect(error?.description == "cannot read '/proc/1/mountinfo': line 2 is no mount")
  }

  @Test(
    "tell where a path lies",
    arguments: [
      ("/", 21), ("/etc", 21), ("/run", 22), ("/run/docker.sock", 22), ("/runner", 21),
      ("/var/lib/docker", 37), ("/var/lib/docker/overlay2/x", 37),
      ("/var/lib/docker/overlay2/x/merged/etc", 38), ("/var/lib/docker2", 21),
    ])
  func holding(_ path: String, id: Int) throws {
    let mounts = try Self.parse(Self.text)
    #expect(mounts.holding(path)?.id == id)
    // In any order, and from those alone that can matter.
    #expect(mounts.reversed().holding(path)?.id == id)
    let table = MountTable(mounts: .found(mounts))
    #expect(table.holding([path]).value?.holding(path)?.id == id)
  }

  @Test("count as they are stacked and hidden")
  func stacks() throws {
    let stacked = try Self.parse(
      """
      1 0 0:1 / / rw - rootfs rootfs rw
      2 1 8:1 / / rw - ext4 a rw
      3 2 8:2 / /data rw - ext4 b rw
      4 3 8:3 / /data rw - ext4 c rw
      5 2 8:4 / /var/lib rw - ext4 d rw
      6 2 8:5 / /var rw - ext4 e rw

      """)
    #expect(stacked.holding("/")?.id == 2)
    #expect(stacked.holding("/data/x")?.id == 4)
    // That at /var was made later and hides the other one.
    #expect(stacked.holding("/var/lib/docker")?.id == 6)
    #expect([MountPoint]().holding("/") == nil)
    #expect(try Self.parse("5 4 8:4 / /var rw a - ext4 d rw").holding("/var") == nil)
  }

  @Test("that lead round in a circle end somewhere")
  func circle() throws {
    let circle = try Self.parse(
      """
      1 1 8:1 / / rw a - ext4 a rw
      2 3 8:2 / /a rw a - ext4 a rw
      3 2 8:3 / /a rw a - ext4 a rw
      4 1 8:3 / /a rw a - ext4 a rw
      1 4 8:3 / /a rw a - ext4 a rw

      """)
    #expect(circle.holding("/a/b") != nil)
  }

  @Test("are unreadable where they cannot be read")
  func unreadable() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.opened { root in
        #expect(
          MountTable(of: 1, root).mounts
            == .unreadable("cannot read '/proc/1/mountinfo': no such file or directory"))
      }
    }
  }
}
