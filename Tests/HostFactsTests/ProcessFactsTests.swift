import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("Processes of containers")
struct ProcessFactsTests {
  static let web = String(repeating: "a1", count: 32)
  static let db = String(repeating: "b2", count: 32)

  private func container(_ id: String, pid: Int, pidMode: String = "") -> Container {
    var container = Container(id: id)
    container.state.pid = .value(pid)
    container.hostConfig.pidMode = .value(pidMode)
    return container
  }

  private func facts(
    _ fixture: FixtureRoot, _ containers: Container...
  ) async throws -> [String: ProcessFacts] {
    try await fixture.processFacts(of: containers)
  }

  @Test("are those of its cgroup")
  func cgroup() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/usr/sbin/nginx", cgroup: "/docker/\(Self.web)", namespace: 2)
      try fixture.process(101, "/usr/sbin/nginx", cgroup: "/docker/\(Self.web)", namespace: 2)
      try fixture.process(102, "/bin/sh (deleted)", cgroup: "/docker/\(Self.web)/x", namespace: 2)
      try fixture.process(200, "/usr/sbin/sshd", cgroup: "/docker/\(Self.db)", namespace: 3)
      try fixture.process(300, "/usr/sbin/sshd", cgroup: "/system.slice/ssh.service", namespace: 1)
      try fixture.file("/proc/meminfo", "no process")
      let facts = try await facts(
        fixture, container(Self.web, pid: 100), container(Self.db, pid: 200))
      #expect(facts[Self.web]?.executables == .found(["nginx", "sh"]))
      #expect(facts[Self.db]?.executables == .found(["sshd"]))
      #expect(facts.count == 2)
    }
  }

  /// `docker exec` on a host whose cgroups are moved about, and a container that makes its own.
  @Test("are those of its process namespace, wherever their cgroup is")
  func namespace() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.web)", namespace: 2)
      try fixture.process(101, "/usr/sbin/sshd", cgroup: "/", namespace: 2)
      // It made itself a namespace; its cgroup still tells.
      try fixture.process(102, "/usr/bin/top", cgroup: "/docker/\(Self.web)", namespace: 9)
      try fixture.process(200, "/db", cgroup: "/docker/\(Self.db)", namespace: 3)
      let facts = try await facts(
        fixture, container(Self.web, pid: 100), container(Self.db, pid: 200))
      #expect(facts[Self.web]?.executables == .found(["app", "sshd", "top"]))
      #expect(facts[Self.db]?.executables == .found(["db"]))
    }
  }

  @Test("are not the host's where it has the host's namespace", arguments: ["host", "container:x"])
  func shared(_ pidMode: String) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.web)", namespace: 1)
      try fixture.process(101, "/helper", cgroup: "/docker/\(Self.web)", namespace: 1)
      try fixture.process(300, "/usr/sbin/sshd", cgroup: "/system.slice/ssh.service", namespace: 1)
      let facts = try await facts(fixture, container(Self.web, pid: 100, pidMode: pidMode))
      #expect(facts[Self.web]?.executables == .found(["app", "helper"]))
    }
  }

  /// A container that may write its cgroups can call one of them by another container's id.
  @Test("are not those of a container that names its cgroup after it")
  func forged() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.web)", namespace: 2)
      try fixture.process(
        101, "/usr/sbin/sshd", cgroup: "/docker/\(Self.web)/\(Self.db)", namespace: 9)
      try fixture.process(200, "/db", cgroup: "/docker/\(Self.db)", namespace: 3)
      let facts = try await facts(
        fixture, container(Self.web, pid: 100), container(Self.db, pid: 200))
      #expect(facts[Self.web]?.executables == .found(["app", "sshd"]))
      #expect(facts[Self.db]?.executables == .found(["db"]))
    }
  }

  /// As with `--pid container:web`: whoever runs it, the kernel's account of its cgroup tells.
  @Test(
    "are told apart by cgroup where two containers share a namespace", arguments: [true, false])
  func joined(showsCgroups: Bool) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.web)", namespace: 2)
      try fixture.process(200, "/db", cgroup: "/docker/\(Self.db)", namespace: 2)
      try fixture.process(201, "/usr/sbin/sshd", cgroup: "/docker/\(Self.db)", namespace: 2)
      if showsCgroups {
        try fixture.file("/sys/fs/cgroup/docker/\(Self.web)/cgroup.procs", "100\n")
        try fixture.file("/sys/fs/cgroup/docker/\(Self.db)/cgroup.procs", "200\n201\n")
      }
      let joining = container(Self.db, pid: 200, pidMode: "container:" + Self.web)
      let facts = try await facts(fixture, container(Self.web, pid: 100), joining)
      #expect(facts[Self.db]?.executables == .found(["db", "sshd"]))
      #expect(facts[Self.web]?.executables.value?.contains("app") == true)
    }
  }

  /// Where the Engine runs on this host, its number and the namespace tell enough.
  @Test(
    "are known by namespace alone where the Engine's numbers are the host's",
    arguments: [true, false])
  func trusted(trustsNumbers: Bool) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/app", cgroup: "/elsewhere", namespace: 2)
      try fixture.process(101, "/usr/sbin/sshd", cgroup: "/elsewhere", namespace: 2)
      try fixture.process(300, "/usr/sbin/sshd", cgroup: "/elsewhere", namespace: 1)
      let web = container(Self.web, pid: 100)
      let executables = try await fixture.processFacts(of: [web], trustsNumbers: trustsNumbers)[
        Self.web]?
        .executables
      #expect(
        executables
          == (trustsNumbers
            ? .found(["app", "sshd"])
            : .unreadable("no process was found in a cgroup of this container")))
      // The host's own namespace is nobody's, whatever the Engine says.
      let host = container(Self.web, pid: 300)
      let facts = try await fixture.processFacts(of: [host], trustsNumbers: trustsNumbers)[Self.web]
      #expect(facts?.executables.value == nil)
    }
  }

  @Test("are not looked for where it does not run")
  func stopped() async throws {
    try await FixtureRoot.with { fixture in
      let facts = try await facts(fixture, container(Self.web, pid: 0), Container(id: Self.db))
      #expect(facts.isEmpty)
    }
  }

  @Test("are unreadable where there are none to be seen")
  func unreadable() async throws {
    try await FixtureRoot.with { fixture in
      let reason = "cannot read '/proc': no such file or directory"
      let facts = try await facts(fixture, container(Self.web, pid: 1))
      #expect(
        facts
          == [Self.web: ProcessFacts(first: .unreadable(reason), executables: .unreadable(reason))])
    }
  }

  /// Its number may be another process' by now.
  @Test("do not begin with somebody else's")
  func reused() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(1, "/sbin/init", cgroup: "/init.scope", namespace: 1)
      try fixture.process(100, "/usr/sbin/sshd", cgroup: "/system.slice/ssh.service", namespace: 2)
      let facts = try await facts(fixture, container(Self.web, pid: 100))
      #expect(
        facts[Self.web]
          == ProcessFacts(
            first: .unreadable("process 100 is not in a cgroup of this container"),
            executables: .unreadable("no process was found in a cgroup of this container")))
    }
  }

  @Test("may end meanwhile")
  func ended() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.process(100, "/app", cgroup: "/docker/\(Self.web)", namespace: 2)
      try fixture.file("/proc/101/cgroup", "0::/docker/\(Self.web)\n")
      try fixture.directory("/proc/102")
      #expect(
        try await facts(fixture, container(Self.web, pid: 100))[Self.web]?.executables
          == .found(["app"]))
    }
  }
}
