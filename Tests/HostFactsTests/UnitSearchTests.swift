import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// systemd.unit(5), "UNIT FILE LOAD PATH": asked of the file system, where there is no systemd to ask.
@Suite("The search for units")
struct UnitSearchTests {
  private func location(
    _ fixture: FixtureRoot, _ name: String = "docker.service"
  ) throws -> Reading<UnitLocation> {
    try fixture.opened { root in
      var finder = UnitFinder(root: root, patience: .seconds(1))
      defer { finder.close() }
      return finder.location(of: name)
    }
  }

  /// The directories that a unit is found in, the strongest first, as `systemd-analyze unit-paths`
  /// of systemd 252 prints them.
  static let directories = [
    "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
    "/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached",
    "/run/systemd/system", "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/generator.late",
  ]

  @Test("takes the strongest directory", arguments: directories.indices)
  func order(_ index: Int) async throws {
    try await FixtureRoot.with { fixture in
      for directory in Self.directories[index...].reversed() {
        try fixture.file(directory + "/docker.service", "[Service]\n")
      }
      let expected = UnitLocation(files: [Self.directories[index] + "/docker.service"])
      #expect(try location(fixture) == .found(expected))
    }
  }

  @Test("finds /lib, whether it is /usr/lib or not", arguments: [true, false])
  func lib(isMerged: Bool) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/usr/lib/systemd/system/other.service")
      if isMerged { try fixture.link("/lib", to: "usr/lib") }
      try fixture.file("/lib/systemd/system/docker.service")
      let directory = isMerged ? "/usr/lib/systemd/system" : "/lib/systemd/system"
      #expect(
        try location(fixture) == .found(UnitLocation(files: [directory + "/docker.service"])))
    }
  }

  @Test("finds nothing where there is nothing")
  func nothing() async throws {
    try await FixtureRoot.with { fixture in
      #expect(try location(fixture) == .absent)
      try fixture.file("/etc/systemd/system/docker.service.d/a.conf")
      try fixture.file("/etc/docker.service")
      try fixture.file("/etc/systemd/system/docker.services")
      #expect(try location(fixture) == .absent)
    }
  }

  @Test("takes drop-ins of all directories by their names, those of the type first")
  func dropIns() async throws {
    try await FixtureRoot.with { fixture in
      for path in [
        "/usr/lib/systemd/system/docker.service",
        "/usr/lib/systemd/system/docker.service.d/30-c.conf",
        "/usr/lib/systemd/system/docker.service.d/10-a.conf",
        "/run/systemd/system/docker.service.d/20-b.conf",
        "/run/systemd/system/docker.service.d/10-a.conf",
        "/etc/systemd/system/docker.service.d/30-c.conf",
        "/etc/systemd/system/docker.service.d/README",
        "/etc/systemd/system/docker.service.d/40.conf~",
        "/etc/systemd/system/docker.socket.d/50.conf",
        "/etc/systemd/system/service.d/99-all.conf",
      ] { try fixture.file(path) }
      #expect(
        try location(fixture)
          == .found(
            UnitLocation(files: [
              "/usr/lib/systemd/system/docker.service",
              "/etc/systemd/system/service.d/99-all.conf",
              "/run/systemd/system/docker.service.d/10-a.conf",
              "/run/systemd/system/docker.service.d/20-b.conf",
              "/etc/systemd/system/docker.service.d/30-c.conf",
            ])))
    }
  }

  /// Found where it is masked, and no weaker one instead of it. The file system of a host that is
  /// not running has no /dev.
  @Test(
    "finds a masked unit",
    .enabled(if: geteuid() == 0, "needs root: only root makes a device"), arguments: [true, false])
  func masked(hasDevice: Bool) async throws {
    try await FixtureRoot.with { fixture in
      if hasDevice { try fixture.nullDevice() }
      try fixture.link("/etc/systemd/system/docker.service", to: "/dev/null")
      try fixture.file("/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/x --tls\n")
      #expect(
        try location(fixture).value?.files.first == "/etc/systemd/system/docker.service")
    }
  }

  @Test("cannot tell where it cannot look")
  func unreadable() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.link("/etc/systemd/system", to: "system")
      try fixture.file("/usr/lib/systemd/system/docker.service")
      #expect(
        try location(fixture)
          == .unreadable(
            "cannot look at '/etc/systemd/system/docker.service': too many levels of symbolic links"
          ))
    }
  }
}
