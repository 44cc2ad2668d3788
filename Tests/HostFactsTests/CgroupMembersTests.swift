import TestSupport
import Testing

@testable import HostFacts

/// A cgroup file system as cgroups(7) and the Engine with either driver lay it out.
@Suite("Members of a cgroup")
struct CgroupMembersTests {
  private static func text(of pid: Int, _ root: HostRoot) throws -> [UInt8] {
    try root.contents(of: "/proc/\(pid)/cgroup")
  }

  static let id = String(repeating: "d4", count: 32)

  private func members(
    _ text: String, _ files: [String: String], of pid: Int = 100
  ) async throws -> Set<Int>? {
    try await FixtureRoot.with { fixture in
      try fixture.file("/proc/\(pid)/cgroup", text)
      for (path, text) in files { try fixture.file("/sys/fs/cgroup" + path, text) }
      return try fixture.opened { CgroupMembers(of: pid, try Self.text(of: pid, $0), $0)?.pids }
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let files: [String: String]
    let members: Set<Int>?
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ files: [String: String], _ members: Set<Int>?) {
      self.name = name
      self.text = text
      self.files = files
      self.members = members
    }
  }

  @Test(
    "are those of it and of all below it",
    arguments: [
      Row(
        "version 2", "0::/docker/\(id)\n", ["/docker/\(id)/cgroup.procs": "100\n101\n"], [100, 101]),
      Row(
        "the systemd driver", "0::/system.slice/docker-\(id).scope\n",
        ["/system.slice/docker-\(id).scope/cgroup.procs": "100\n"], [100]),
      Row(
        "below", "0::/docker/\(id)\n",
        [
          "/docker/\(id)/cgroup.procs": "100\n", "/docker/\(id)/a/cgroup.procs": "101\n",
          "/docker/\(id)/a/b/cgroup.procs": "102\n103\n", "/docker/\(id)/c/cgroup.procs": "",
        ], [100, 101, 102, 103]),
      Row(
        "version 1", "12:memory:/docker/\(id)\n11:pids:/docker/\(id)\n0::/system.slice\n",
        [
          "/pids/docker/\(id)/cgroup.procs": "100\n7\n", "/docker/\(id)/cgroup.procs": "100\n8\n",
          "/system.slice/cgroup.procs": "100\n9\n",
        ], [100, 7]),
      Row(
        "the unified one of both", "1:name=systemd:/docker/\(id)\n0::/docker/\(id)\n",
        ["/docker/\(id)/cgroup.procs": "100\n"], [100]),
      Row("not shown", "0::/docker/\(id)\n", ["/docker/other/cgroup.procs": "100\n"], nil),
      Row(
        "another under that name", "0::/docker/\(id)\n", ["/docker/\(id)/cgroup.procs": "101\n"],
        nil),
      Row(
        "one below not shown", "0::/docker/\(id)\n",
        ["/docker/\(id)/cgroup.procs": "100\n", "/docker/\(id)/a/other": ""], nil),
      Row("beyond a cgroup namespace", "0::/../\(id)\n", ["/cgroup.procs": "100\n"], nil),
      Row("no hierarchy", "3:cpu:/docker/\(id)\n", ["/docker/\(id)/cgroup.procs": "100\n"], nil),
      Row("no text", "", ["/cgroup.procs": "100\n"], nil),
    ])
  func read(_ row: Row) async throws {
    #expect(try await members(row.text, row.files) == row.members)
  }

  /// A container may make as many cgroups below its own as it likes.
  @Test("are not looked for without end")
  func many() async throws {
    var files = ["/docker/\(Self.id)/cgroup.procs": "100\n"]
    for number in 0..<999 { files["/docker/\(Self.id)/\(number)/cgroup.procs"] = "" }
    #expect(try await members("0::/docker/\(Self.id)\n", files) == [100])
    files["/docker/\(Self.id)/one-more/cgroup.procs"] = ""
    #expect(try await members("0::/docker/\(Self.id)\n", files) == nil)
  }
}
