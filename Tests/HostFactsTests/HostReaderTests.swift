import Foundation
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The snapshot of a root")
struct HostReaderTests {
  @Test("says whose it is")
  func identity() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/hostname", "build-7\n")
      try fixture.file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
      let snapshot = try await fixture.snapshot()
      #expect(
        snapshot.host
          == HostIdentity(
            name: "build-7", machineID: "0123456789abcdef0123456789abcdef", root: fixture.path))
      #expect(snapshot.startedAt == "2025-01-02T03:04:05Z")
      #expect(snapshot.schema == "dockward.snapshot.v1")
    }
  }

  @Test("has all that needs an Engine unreadable, for one reason, where none was asked")
  func withoutEngine() async throws {
    try await FixtureRoot.with { fixture in
      let snapshot = try await fixture.snapshot()
      let reason = "no Engine was asked: only the file system of that host is here"
      #expect(snapshot.host.name == "" && snapshot.host.machineID == "")
      #expect(snapshot.engine == .unreadable(reason))
      #expect(snapshot.containers == .unreadable(reason))
      #expect(snapshot.images == .unreadable(reason))
      #expect(snapshot.volumes == .unreadable(reason))
      #expect(snapshot.processes.isEmpty && snapshot.execs.isEmpty)
    }
  }

  @Test("has a fact for every path that it names, and for the directories of the system")
  func files() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/etc/docker", mode: 0o700)
      try fixture.file("/etc/docker/daemon.json", #"{"tls": true}"#, mode: 0o640)
      try fixture.link("/lib", to: "usr/lib")
      try fixture.directory("/usr/lib")
      let snapshot = try await fixture.snapshot()
      for path in snapshot.paths.values.flatMap({ $0.value ?? [] }) {
        #expect(snapshot.files[path] != nil, "\(path)")
      }
      #expect(snapshot.files["/etc/docker"]?.value?.mode == 0o700)
      #expect(snapshot.files["/etc/docker/daemon.json"]?.value?.mode == 0o640)
      #expect(snapshot.files["/root/.docker/key.pem"] == .absent)
      #expect(snapshot.files["/lib"]?.value?.canonical == "/usr/lib")
      #expect(snapshot.files["/"]?.value?.kind == .directory)
      #expect(snapshot.files["/var/lib/docker"] == .absent)
    }
  }

  @Test("looks at the paths of the policy")
  func policy() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/srv/shared")
      var reader = HostReader(startedAt: "")
      reader.root = fixture.path
      reader.policyPaths = ["/srv/shared", "/srv/other"]
      let snapshot = try await reader.snapshot()
      #expect(snapshot.files["/srv/shared"]?.value?.kind == .regular)
      #expect(snapshot.files["/srv/other"] == .absent)
    }
  }

  @Test(
    "has the kernel's security modules",
    arguments: [
      (nil, nil, .absent, .absent),
      ("Y\n", nil, .found(true), .absent),
      ("N\n", "0", .found(false), .found(true)),
      (nil, "1", .absent, .found(true)),
    ] as [(String?, String?, Reading<Bool>, Reading<Bool>)])
  func kernel(
    _ appArmor: String?, seLinux: String?, expectedAppArmor: Reading<Bool>,
    expectedSELinux: Reading<Bool>
  ) async throws {
    try await FixtureRoot.with { fixture in
      if let appArmor { try fixture.file("/sys/module/apparmor/parameters/enabled", appArmor) }
      if let seLinux { try fixture.file("/sys/fs/selinux/enforce", seLinux) }
      let kernel = try await fixture.snapshot().kernel
      #expect(kernel == KernelFacts(appArmor: expectedAppArmor, seLinux: expectedSELinux))
    }
  }

  @Test("asks for the group of the daemon's settings, too")
  func groups() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/group", "docker:x:999:\nops:x:500:\n")
      try fixture.file("/etc/docker/daemon.json", #"{"group": "ops"}"#)
      #expect(try await fixture.snapshot().groups == ["docker": .found(999), "ops": .found(500)])
    }
  }

  @Test("is the same when it is written down and read again")
  func coding() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/docker/daemon.json", "{")
      try fixture.link("/etc/default/docker", to: "docker")
      try fixture.file("/etc/docker/certs.d/é\n/ca.crt", mode: 0o7777)
      let snapshot = try await fixture.snapshot()
      let bytes = try JSONEncoder().encode(snapshot)
      #expect(try JSONDecoder().decode(HostSnapshot.self, from: bytes) == snapshot)
      #expect(try await fixture.snapshot() == snapshot)
    }
  }

  @Test("is none where the root cannot be opened")
  func unopenable() async throws {
    var reader = HostReader(startedAt: "")
    reader.root = "/nonexistent/root"
    let error = await #expect(throws: HostReader.Failure.self) { try await reader.snapshot() }
    #expect(
      error?.description
        == "cannot open the root '/nonexistent/root': no such file or directory")
  }
}
