import Foundation
import HardeningModel
import TestSupport
import Testing

/// Snapshots come from other machines and may say anything.
@Suite("Hostile text")
struct HostileTextTests {
  static let text =
    "x\n[PASS] 5.4 all is well\r\u{1B}[2J\u{1B}]0;title\u{7}\u{9B}31m\u{8}\u{7F}\u{0}\u{85}\u{2028}\u{202E}txt\u{2066}"
    + "\u{200B}\u{FEFF}\u{E0041}\"q\" 'q' \\b\\ é 😀"

  /// A host with a container that is called `text` and mounts the Engine's socket at such a place.
  private func snapshot(_ text: String) throws -> HostSnapshot {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: text, machineID: text), startedAt: "2025-01-02T03:04:05Z")
    snapshot.engine = .found(
      EngineFacts(endpoint: text, version: text, apiVersion: text, info: .unreadable(text)))
    let body = RealAnswers.body("idle")
    var container = try JSONDecoder().decode(Container.self, from: Data(body.utf8))
    container.name = .value("/" + text)
    container.hostConfig.privileged = .value(true)
    container.hostConfig.cgroupParent = .value(text)
    container.appArmorProfile = .value(text)
    var mount = Container.Mount()
    mount.type = .value("bind")
    mount.source = .value("/etc/" + text)
    mount.destination = .value(text)
    mount.writable = .value(true)
    container.mounts = .value([mount])
    snapshot.containers = .found([
      ContainerReading(id: container.id, name: text, inspection: .found(container)),
      ContainerReading(id: text, name: "other" + text, inspection: .unreadable(text)),
    ])
    snapshot.paths[.dockerService] = .found(["/etc/" + text])
    snapshot.files["/etc/" + text] = .unreadable(text)
    return snapshot
  }

  private func run(_ text: String, _ arguments: [String] = []) throws -> Dockward {
    try FixtureRoot.with { fixture in
      let bytes = try JSONEncoder().encode(snapshot(text))
      let file = try fixture.file("/snapshot.json", String(decoding: bytes, as: UTF8.self))
      let run = try Dockward.run(["--snapshot", file] + arguments)
      try #require(run.status == 0)
      return run
    }
  }

  @Test(
    "does not reach a terminal", arguments: [[], ["--include-test-output"]])
  func printed(_ arguments: [String]) throws {
    let run = try run(Self.text, arguments)
    for scalar in (run.output + run.errors).unicodeScalars where scalar != "\n" {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse:
        Issue.record("U+\(String(scalar.value, radix: 16)) was printed")
      default: break
      }
    }
    #expect(run.output.contains("container:x\\u{A}[PASS]"))
  }

  @Test("makes no line of its own")
  func lines() throws {
    let hostile = try run(Self.text).output.split(separator: "\n", omittingEmptySubsequences: false)
    let plain = try run("plain").output.split(separator: "\n", omittingEmptySubsequences: false)
    func labels(_ lines: [Substring]) -> [Substring] {
      lines.filter { $0.hasPrefix("[") }.map { $0.prefix { $0 != " " } }
    }
    #expect(hostile.count == plain.count)
    #expect(labels(hostile) == labels(plain))
  }

  @Test("stands in JSON as it was read")
  func json() throws {
    let run = try run(Self.text, ["--format", "json"])
    let scalars = run.output.unicodeScalars.filter { $0 != "\n" }
    #expect(!scalars.contains { $0.properties.generalCategory == .control })
    let report = try run.report()
    let verdicts = report.verdicts(on: Self.text)
    #expect(verdicts["container-privileged"] == "fail")
    let subjects = try report.check("container-privileged").subjects.map(\.subject)
    #expect(
      subjects.map { Array($0.unicodeScalars) }
        == ["container:other" + Self.text, "container:" + Self.text].map {
          Array($0.unicodeScalars)
        })
  }

  @Test("may be long")
  func long() throws {
    let long = String(repeating: "a", count: 10_000)
    let run = try run(long)
    #expect(run.output.split(separator: "\n").allSatisfy { $0.utf8.count < 6_000 })
    #expect(run.output.contains("… ("))
    #expect(try self.run(long, ["--format", "json"]).report().verdicts(on: long).count > 25)
  }
}
