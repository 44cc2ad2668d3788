import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("Registry certificates")
struct RegistryFilesTests {
  private func paths(
    _ arrange: (FixtureRoot) throws -> Void
  ) async throws -> (certificates: Reading<[String]>?, keys: Reading<[String]>?) {
    try await FixtureRoot.with { fixture in
      try arrange(fixture)
      let paths = try await fixture.snapshot().paths
      return (paths[.registryCertificates], paths[.registryKeys])
    }
  }

  @Test("are found in every directory, keys apart")
  func nested() async throws {
    let paths = try await paths { fixture in
      for path in [
        "registry:5000/ca.crt", "registry:5000/client.cert", "registry:5000/client.key",
        "b/c/d/deep.crt", "b/.hidden.crt", "top.crt", "key",
      ] { try fixture.file("/etc/docker/certs.d/" + path) }
      try fixture.directory("/etc/docker/certs.d/empty")
      try fixture.directory("/etc/docker/certs.d/a.key")
    }
    #expect(
      paths.certificates
        == .found(
          [
            "b/.hidden.crt", "b/c/d/deep.crt", "key", "registry:5000/ca.crt",
            "registry:5000/client.cert", "top.crt",
          ]
          .map { "/etc/docker/certs.d/" + $0 }))
    #expect(paths.keys == .found(["/etc/docker/certs.d/registry:5000/client.key"]))
  }

  @Test("are found behind links")
  func links() async throws {
    let paths = try await paths { fixture in
      try fixture.file("/srv/certs/registry/ca.crt")
      try fixture.link("/etc/docker/certs.d", to: "/srv/certs")
      try fixture.link("/srv/certs/other", to: "registry")
      try fixture.link("/srv/certs/registry/dangling.crt", to: "nothing")
    }
    #expect(
      paths.certificates
        == .found(
          ["other/ca.crt", "other/dangling.crt", "registry/ca.crt", "registry/dangling.crt"]
            .map { "/etc/docker/certs.d/" + $0 }))
  }

  @Test("are absent where there are none")
  func absent() async throws {
    let nothing = try await paths { _ in }
    #expect(nothing.certificates == .absent && nothing.keys == .absent)
    let empty = try await paths { try $0.directory("/etc/docker/certs.d/registry") }
    #expect(empty.certificates == .absent && empty.keys == .absent)
    let keyless = try await paths { try $0.file("/etc/docker/certs.d/registry/ca.crt") }
    #expect(keyless.certificates != .absent && keyless.keys == .absent)
  }

  @Test("are unreadable where directories have no end")
  func loop() async throws {
    let paths = try await paths { try $0.link("/etc/docker/certs.d/self", to: ".") }
    guard case .unreadable(let reason) = paths.certificates else {
      Issue.record("\(String(describing: paths.certificates)) is not unreadable")
      return
    }
    #expect(reason.hasSuffix("nested too deep"))
    #expect(paths.keys == .unreadable(reason))
  }

  /// A name of any bytes is a file like others, and is not to be hidden by them.
  @Test("are not lost by their names")
  func bytes() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/etc/docker/certs.d/registry")
      try fixture.fileNamed("/etc/docker/certs.d/registry/ca", bytes: [0xFF], suffix: ".crt")
      let snapshot = try await fixture.snapshot()
      let reading = try #require(snapshot.paths[.registryCertificates])
      let facts = (reading.value ?? []).map { snapshot.files[$0] }
      #expect(reading != .absent && !facts.contains(.absent))
    }
  }
}
