import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The first process of a container")
struct FirstProcessTests {
  static let id = String(repeating: "c3", count: 32)

  /// The first process with `/proc/100/status` and the security labels given.
  private func first(
    status: String?, labels: [String: String] = [:]
  ) async throws -> Reading<FirstProcess>? {
    try await FixtureRoot.with { fixture in
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.id)", namespace: 2)
      if let status { try fixture.file("/proc/100/status", status) }
      for (file, text) in labels { try fixture.file("/proc/100/attr/" + file, text) }
      var container = Container(id: Self.id)
      container.state.pid = .value(100)
      return try await fixture.processFacts(of: [container])[Self.id]?.first
    }
  }

  /// A title that tries to speak for the kernel; proc(5) escapes newline and backslash in it.
  static let hostile = "Name:\tx\\nSeccomp:\\t0\rNoNewPrivs: 1\n"

  @Test(
    "has what its status says",
    arguments: [
      ("Name:\tapp\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n", 2, false),
      ("NoNewPrivs:\t1\nSeccomp:\t0\n", 0, true),
      ("Seccomp:\t1\n", 1, nil),
      ("NoNewPrivs:\t1\n", nil, true),
      ("Name:\tapp\n", nil, nil),
      ("", nil, nil),
      ("NoNewPrivs:\tx\nSeccomp:\t\n", nil, nil),
      (hostile + "Umask:\t0022\nNoNewPrivs:\t0\nSeccomp:\t2\n", 2, false),
    ] as [(String, Int?, Bool?)])
  func status(_ text: String, seccomp: Int?, noNewPrivileges: Bool?) async throws {
    #expect(
      try await first(status: text)
        == .found(
          FirstProcess(
            seccomp: seccomp, noNewPrivileges: noNewPrivileges, label: .absent,
            users: .unreadable("cannot read '/proc/100/status': it tells no users"))))
  }

  @Test(
    "has the users that it has in its own namespace",
    arguments: [
      ("Uid:\t1000\t1000\t1000\t1000\n", "0 0 4294967295\n", .found([1000, 1000, 1000, 1000])),
      ("Uid:\t0\t0\t0\t0\n", "         0          0 4294967295\n", .found([0, 0, 0, 0])),
      ("Uid:\t100000\t100000\t0100000\t100000\n", "0 100000 65536\n", .found([0, 0, 0, 0])),
      ("Uid:\t5\t6\t7\t8\n", "0 100 5\n10 5 9\n", .found([10, 11, 12, 13])),
      (
        "Uid:\t0\t0\t0\t0\n", "0 100000 65536\n",
        .unreadable("'/proc/100/uid_map' does not map the users of the process")
      ),
      (
        "Uid:\t0\t0\n", "0 0 1\n",
        .unreadable("cannot read '/proc/100/status': it tells no users")
      ),
      (
        "Uid:\t0\t0\t0\t0\n", nil,
        .unreadable("cannot read '/proc/100/uid_map': no such file or directory")
      ),
      (
        "Name:\tx\\nUid:\t1\t1\t1\t1\nUid:\t0\t0\t0\t0\n", "0 0 9\nx y z\n1 2\n",
        .found([0, 0, 0, 0])
      ),
    ] as [(String, String?, Reading<[UInt32]>)])
  func users(_ status: String, map: String?, users: Reading<[UInt32]>) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.id)", namespace: 2)
      try fixture.file("/proc/100/status", status)
      if let map { try fixture.file("/proc/100/uid_map", map) }
      var container = Container(id: Self.id)
      container.state.pid = .value(100)
      let first = try await fixture.processFacts(of: [container])[Self.id]?.first
      #expect(first?.value?.users == users)
    }
  }

  @Test("is absent when it has ended")
  func ended() async throws {
    #expect(try await first(status: nil) == .absent)
  }

  @Test(
    "has the label in force",
    arguments: [
      ([:], .absent),
      (["apparmor/current": "docker-default (enforce)\n"], .found("docker-default (enforce)")),
      (["current": "unconfined\n"], .found("unconfined")),
      (
        ["apparmor/current": "docker-default (enforce)\n", "current": "other\n"],
        .found("docker-default (enforce)")
      ),
      (
        ["current": "system_u:system_r:container_t:s0:c1,c2\0"],
        .found("system_u:system_r:container_t:s0:c1,c2")
      ),
      (["current": ""], .found("")),
    ] as [([String: String], Reading<String>)])
  func label(_ files: [String: String], label: Reading<String>) async throws {
    let first = try await first(status: "Name:\tapp\n", labels: files)
    #expect(first?.value?.label == label)
  }

  @Test("has no label where that cannot be read")
  func hiddenLabel() async throws {
    let first = try await first(
      status: "Name:\tapp\n", labels: ["apparmor/current/x": "", "current": "unconfined"])
    #expect(
      first?.value?.label
        == .unreadable("cannot read '/proc/100/attr/apparmor/current': not a regular file"))
  }
}
