import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// systemd.exec(5) on the environment, and systemd.service(5) and systemd.unit(5) on the command.
@Suite("The command of a unit")
struct UnitEnvironmentTests {
  private static let host = HostIdentity(name: "build-7.example", machineID: "0123abcd")

  private func specifiers(_ unit: String = "docker.service") -> UnitSpecifiers {
    UnitSpecifiers(unit: unit, host: Self.host)
  }

  @Test(
    "has its specifiers resolved",
    arguments: [
      ("plain", "plain"), ("100%%", "100%"), ("%n", "docker.service"), ("%N/%p", "docker/docker"),
      ("%t/x", "/run/x"), ("%S %C %L %E", "/var/lib /var/cache /var/log /etc"),
      ("%H", "build-7.example"),
      ("%l", "build-7"), ("%m", "0123abcd"), ("%u:%U%h", "root:0/root"), ("%i", ""), ("%%n", "%n"),
      ("50%", "50%"),
    ])
  func specifiers(_ text: String, expanded: String) throws {
    #expect(try specifiers().expand(text) == expanded)
  }

  @Test("has those of an instance")
  func instance() throws {
    #expect(
      try specifiers("docker@blue.service").expand("%p %i %I %N") == "docker blue blue docker@blue")
  }

  @Test("is not known with one that is not known", arguments: ["%v", "%b", "x%Zy"])
  func unknown(_ text: String) {
    let error = #expect(throws: ReadFailure.self) { try specifiers().expand(text) }
    #expect(error?.description.contains("docker.service") == true)
  }

  @Test(
    "has prefixes that change how it is run",
    arguments: [
      ("/bin/d --a $X", ["--a", "x", "y"]), ("-/bin/d --a", ["--a"]), ("@/bin/d name --a", ["--a"]),
      (":/bin/d $X ${X}", ["$X", "${X}"]), ("-@:/bin/d name $X", ["$X"]), ("+/bin/d --a", ["--a"]),
      ("!!/bin/d --a", ["--a"]), ("\"-/bin/a d\" --a", ["--a"]), ("/bin/d %p-${X}", ["docker-x y"]),
      ("/bin/d", []), ("", []),
    ])
  func prefixes(_ command: String, arguments: [String]) throws {
    let found = try CommandLine.arguments(
      of: .init(value: command, place: UnitPlace(file: "u", line: 1)),
      environment: ["X": .init(value: "x y", place: UnitPlace(file: "e", line: 2))],
      specifiers: specifiers())
    #expect(found.map(\.text) == arguments)
    let isFromVariable = found.map { $0.place.file == "e" }
    #expect(isFromVariable == found.map { ["x", "y"].contains($0.text) })
  }

  private func variables(
    _ unit: String, _ files: [String: String] = [:]
  ) async throws -> [String: String] {
    try await FixtureRoot.with { fixture in
      for (path, text) in files { try fixture.file(path, text) }
      return try fixture.opened { root in
        try UnitEnvironment(root: root, specifiers: specifiers()).variables(
          of: UnitFile([.init(file: "u", text: "[Service]\n" + unit)])
        ).mapValues(\.value)
      }
    }
  }

  @Test("has wildcards in the names of files, which count in their order")
  func wildcards() async throws {
    let files = [
      "/etc/docker.d/1.env": "A=1\nB=1\n", "/etc/docker.d/2.env": "B=2\n",
      "/etc/docker.d/.hidden.env": "B=3\n", "/etc/docker.d/x.conf": "B=4\n",
      "/etc/other/1.env": "B=5\n",
    ]
    #expect(
      try await variables("EnvironmentFile=/etc/%p.d/*.env\n", files) == ["A": "1", "B": "2"])
    #expect(
      try await variables("EnvironmentFile=/etc/*/[12].env\n", files) == ["A": "1", "B": "5"])
    #expect(try await variables("EnvironmentFile=-/etc/none/*.env\n", files) == [:])
  }

  @Test("is not known where no file has such a name, and one is needed")
  func noMatch() async throws {
    await #expect(throws: ReadFailure.self) {
      try await variables("EnvironmentFile=/etc/docker.d/*.env\n")
    }
  }

  @Test("loses what the unit takes away")
  func unset() async throws {
    let unit = "Environment=A=1 B=2 C=%p\nUnsetEnvironment=A B=3 D\n"
    #expect(try await variables(unit) == ["B": "2", "C": "docker"])
  }
}
