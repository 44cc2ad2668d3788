import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// Which Docker client is installed.
@Suite("The Docker client of a root")
struct ClientReaderTests {
  private func clients(
    _ prepare: (FixtureRoot) throws -> Void
  ) async throws -> [DockerClient] {
    try await FixtureRoot.with { fixture in
      try prepare(fixture)
      return try #require(try await fixture.snapshot().clients.value?.clients.value)
    }
  }

  @Test("is none where there is none, and nothing else of that name")
  func absent() async throws {
    #expect(try await clients { _ in } == [])
    let others = try await clients {
      try $0.directory("/usr/bin/docker")
      try $0.file("/usr/local/bin/docker", bytes: GoProgram.client("28.0.0").bytes, mode: 0o644)
      try $0.link("/bin/docker", to: "nowhere")
      try $0.file("/opt/docker", bytes: GoProgram.client("28.0.0").bytes, mode: 0o755)
    }
    #expect(others == [])
  }

  @Test(
    "tells its version, whatever machine it was built for", arguments: [true, false], [true, false])
  func buildInformation(isWide: Bool, isLittle: Bool) async throws {
    var program = GoProgram.client("28.5.2")
    program.isWide = isWide
    program.isLittle = isLittle
    let clients = try await clients {
      try $0.file("/usr/bin/docker", bytes: program.bytes, mode: 0o755)
    }
    #expect(
      clients == [
        DockerClient(
          path: "/usr/bin/docker", version: .found("28.5.2"),
          source: "build information of /usr/bin/docker")
      ])
  }

  @Test(
    "tells its version by each way to give it",
    arguments: [
      ("-ldflags=-X github.com/docker/cli/cli/version.Version=29.0.0", "29.0.0"),
      ("-ldflags=\"-w -X 'github.com/docker/cli/cli/version.Version=1.2' -s\"", "1.2"),
      (
        "-ldflags=-X x/github.com/docker/cli/cli/version.Version=1 "
          + "-X github.com/docker/cli/cli/version.Version=2", "2"
      ),
      ("-ldflags=-X github.com/docker/cli/cli/version.Version=", nil),
      ("-tags=github.com/docker/cli/cli/version.Version=29.0.0", nil),
    ] as [(String, String?)])
  func flags(_ setting: String, version: String?) async throws {
    let program = GoProgram(lines: [
      "path\tgithub.com/docker/cli/cmd/docker", "build\t\(setting)",
    ])
    let clients = try await clients {
      try $0.file("/usr/bin/docker", bytes: program.bytes, mode: 0o755)
    }
    #expect(clients.map(\.version.value) == [version])
  }

  @Test("is each that a shell may find, once, in the order of its search")
  func path() async throws {
    let clients = try await clients {
      try $0.file("/usr/bin/docker", bytes: GoProgram.client("26.1.5").bytes, mode: 0o755)
      try $0.link("/bin", to: "usr/bin")
      try $0.link("/usr/local/bin/docker", to: "/opt/docker/docker")
      try $0.file("/opt/docker/docker", bytes: GoProgram.client("29.0.1").bytes, mode: 0o755)
    }
    #expect(clients.map(\.path) == ["/usr/local/bin/docker", "/usr/bin/docker"])
    #expect(clients.map(\.version) == [.found("29.0.1"), .found("26.1.5")])
  }

  /// The stanzas are those of Debian 13.
  @Test("is told by dpkg where it does not tell itself")
  func package() async throws {
    let clients = try await clients {
      try $0.file("/usr/bin/docker", bytes: GoProgram.debian.bytes, mode: 0o755)
      try $0.file("/var/lib/dpkg/info/docker.io.list", "/.\n/usr\n/usr/sbin\n/usr/sbin/dockerd\n")
      try $0.file("/var/lib/dpkg/info/docker-cli.list", "/.\n/usr/bin\n/usr/bin/docker\n")
      try $0.file("/var/lib/dpkg/status", Self.status)
    }
    #expect(clients.map(\.version) == [.found("26.1.5+dfsg1-9+deb13u1")])
    #expect(clients.map(\.source) == ["dpkg, package docker-cli"])
  }

  @Test("is told by dpkg where Go was older, and in the database's first paragraph")
  func oldPackage() async throws {
    var program = GoProgram.debian
    program.hasPointers = true
    let clients = try await clients {
      try $0.file("/usr/bin/docker", bytes: program.bytes, mode: 0o755)
      try $0.file("/var/lib/dpkg/info/docker-ce-cli.list", "/usr/bin/docker\n")
      try $0.file(
        "/var/lib/dpkg/status",
        "Package: docker-ce-cli\nStatus: install ok installed\nVersion: 5:19.03.15~3-0~debian-buster\n"
      )
    }
    #expect(clients.map(\.version) == [.found("19.03.15~3-0~debian-buster")])
  }

  private static let status = """
    Package: adduser
    Status: install ok installed
    Version: 3.152

    Package: docker-cli
    Status: install ok installed
    Priority: optional
    Source: docker.io
    Version: 5:26.1.5+dfsg1-9+deb13u1
    Description: Linux container runtime -- client
     Package: docker.io
     .
     Version: 1

    Package: docker.io
    Status: deinstall ok config-files
    Version: 26.1.5+dfsg1-9+deb13u1

    """

  @Test("is not told by a package that has another file, or is gone")
  func otherPackages() async throws {
    let isOther = try await clients {
      try $0.file("/usr/local/bin/docker", bytes: GoProgram.debian.bytes, mode: 0o755)
      try $0.file(
        "/var/lib/dpkg/info/docker-cli.list", "/usr/bin/docker\n/x/usr/local/bin/docker\n")
      try $0.file("/var/lib/dpkg/status", Self.status)
    }
    #expect(
      isOther.map(\.version) == [.unreadable("cannot tell the version of '/usr/local/bin/docker'")])
    let isGone = try await clients {
      try $0.file("/usr/bin/docker", bytes: GoProgram.debian.bytes, mode: 0o755)
      try $0.file("/var/lib/dpkg/info/docker.io.list", "/usr/bin/docker\n")
      try $0.file("/var/lib/dpkg/status", Self.status)
    }
    #expect(isGone.map(\.version) == [.unreadable("cannot tell the version of '/usr/bin/docker'")])
  }

  @Test("is none of Docker's where podman stands in")
  func podman() async throws {
    // That of podman-docker 4.3 in Debian 12.
    let script = """
      #!/bin/sh
      [ -e /etc/containers/nodocker ] || \\
      echo "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg." >&2
      exec /usr/bin/podman "$@"

      """
    let clients = try await clients { try $0.file("/usr/bin/docker", script, mode: 0o755) }
    #expect(clients.map(\.version) == [.absent])
  }

  @Test(
    "is not known where it is something else",
    arguments: [
      (
        "#!/bin/sh\nexec /opt/docker \"$@\"\n", "cannot tell what the script '/usr/bin/docker' runs"
      ),
      ("#!/bin/sh\n# exec podman\n", "cannot tell what the script '/usr/bin/docker' runs"),
      ("", "cannot read '/usr/bin/docker': invalid argument"),
      ("MZ", "it is no program in ELF"),
      (String(repeating: "\u{7F}ELF", count: 40), "it is no program in ELF"),
    ])
  func other(_ content: String, reason: String) async throws {
    let clients = try await clients { try $0.file("/usr/bin/docker", content, mode: 0o755) }
    #expect(clients.map(\.version) == [.unreadable(reason)])
  }

  @Test("is not known where it is another program of Go")
  func anotherProgram() async throws {
    let program = GoProgram(lines: ["path\tgithub.com/snapcore/snapd/cmd/snap"])
    let clients = try await clients {
      try $0.file("/usr/bin/snap", bytes: program.bytes, mode: 0o755)
      try $0.link("/snap/bin/docker", to: "/usr/bin/snap")
    }
    #expect(
      clients.map(\.version) == [.unreadable("'/snap/bin/docker' is not Docker's own client")])
  }

  /// Each byte of the file's structure damaged in turn, and the file cut off at each place: never a
  /// wrong version, and never a crash.
  @Test("that is damaged tells its own version or none")
  func damaged() async throws {
    let good = GoProgram.client("28.5.2").bytes
    try await FixtureRoot.with { fixture in
      func version(_ bytes: [UInt8]) throws -> Reading<String>? {
        try fixture.file("/usr/bin/docker", bytes: bytes, mode: 0o755)
        return try fixture.opened {
          ClientReader(root: $0).facts(environment: nil).clients.value?.first?.version
        }
      }
      #expect(try version(good) == .found("28.5.2"))
      for place in 0..<good.count {
        guard place < 100 || place > good.count - 220 else { continue }
        for value in [0, 0xFF, good[place] ^ 0x80] as [UInt8] {
          var bytes = good
          bytes[place] = value
          let reading = try version(bytes)
          #expect(reading?.value == nil || reading == .found("28.5.2"), "byte \(place)")
        }
      }
      for length in stride(from: 0, to: good.count, by: 37) {
        #expect(try version(Array(good.prefix(length)))?.value == nil, "\(length) bytes")
      }
      var old = GoProgram.client("28.5.2")
      old.hasPointers = true
      #expect(try version(old.bytes)?.value == nil)
    }
  }
}
