import Foundation
import Synchronization
import TestSupport
import Testing

/// `dockward baseline` and what `check` tells of drift, on this host with an Engine that does as it is told.
@Suite("Accepting a host")
struct BaselineTests {
  /// A host whose Engine can be changed, with an empty place for the store.
  private struct Host {
    final class Containers: Sendable {
      /// The names of those besides `idle`; they are privileged.
      let names = Mutex<[String]>([])
    }

    let fixture: FixtureRoot
    let engine: FakeEngine
    let containers: Containers
    var state: String { fixture.path + "/state" }

    func run(_ arguments: String..., state: String? = nil) throws -> Dockward {
      let place = ["--state", state ?? self.state]
      let source =
        ["export", "import", "show"].contains(where: arguments.prefix(2).contains)
        ? [] : ["--host", engine.address]
      return try Dockward.run(arguments + place + source)
    }

    /// What a pass says of drift.
    func told() throws -> [String] {
      let run = try run("check")
      #expect(run.status == 0)
      return run.drift
    }

    static func with<Outcome>(_ body: (Host) throws -> Outcome) throws -> Outcome {
      try FixtureRoot.with { fixture in
        let containers = Containers()
        let script: FakeEngine.Script = { path in
          let names = containers.names.withLock { $0 }
          let inspections = names.map { name in
            let body = RealAnswers.inspection(id: RealAnswers.id(name), name: name)
            return (
              name,
              FakeEngine.Answer(
                body: body.replacing(#""Privileged":false"#, with: #""Privileged":true"#))
            )
          }
          return RealAnswers.script(
            names, inspections: Dictionary(uniqueKeysWithValues: inspections))(path)
        }
        return try FakeEngine.run(at: fixture.path + "/s", script) { engine in
          try body(Host(fixture: fixture, engine: engine, containers: containers))
        }
      }
    }
  }

  @Test("makes drift from it told once, and the difference be found as long as it is there")
  func whole() throws {
    try Host.with { host in
      let accepted = try host.run("baseline", "accept", "--reason", "as\u{1B} built")
      #expect(accepted.status == 0, "\(accepted.errors)")
      #expect(accepted.output.hasPrefix("Baseline 1, accepted 20"))
      #expect(accepted.output.contains(#"Reason: as\u{1B} built"#))
      let mode = try FileManager.default.attributesOfItem(atPath: host.state)[.posixPermissions]
      #expect(mode as? Int == 0o700)
      #expect(try host.told() == [])
      #expect(try host.run("check", "--fail-on", "drift").status == 0)

      host.containers.names.withLock { $0 = ["evil"] }
      let first = try host.told()
      #expect(first.count == 2)
      #expect(first.first?.hasPrefix("dockward: drift: appeared  container:evil  fails ") == true)
      let second = try host.told()
      #expect(second.count == 1)
      #expect(second.first?.hasPrefix("dockward: 1 difference from the baseline that ") == true)
      let failed = try host.run("check", "--fail-on", "drift")
      #expect(failed.status == 1)
      #expect(failed.errors.contains("dockward: not as accepted: appeared  container:evil"))
      #expect(!failed.output.contains("appeared"))

      let diff = try host.run("baseline", "diff")
      #expect(diff.status == 0)
      #expect(diff.output.hasPrefix("appeared  container:evil  fails "))
      #expect(diff.output.split(separator: "\n").count == 1)
      #expect(try host.run("baseline", "diff", "--fail-on", "drift").status == 1)
      let events = try host.run("baseline", "diff", "--format", "json").events()
      #expect(events.map { $0["change"] as? String } == ["appeared"])
      #expect(events.map { $0["isWorse"] as? Bool } == [true])

      host.containers.names.withLock { $0 = [] }
      #expect(
        try host.told() == [
          "dockward: drift: disappeared  container:evil  it is gone (as accepted)"
        ])
      #expect(try host.told() == [])
      #expect(try host.run("check", "--fail-on", "drift").status == 0)
      let none = try host.run("baseline", "diff")
      #expect(none.output == "")
      #expect(none.errors.contains("nothing differs from baseline 1"))
    }
  }

  @Test("again is told with what differs, and what is accepted is no news")
  func again() throws {
    try Host.with { host in
      #expect(try host.run("baseline", "accept").status == 0)
      host.containers.names.withLock { $0 = ["evil"] }
      let accepted = try host.run("baseline", "accept", "--format", "json")
      #expect(accepted.status == 0)
      #expect(try accepted.events().map { $0["subject"] as? String } == ["container:evil"])
      #expect(try host.told() == [])
      #expect(try host.run("baseline", "show").output.hasPrefix("Baseline 2, accepted "))
    }
  }

  @Test("in a file is accepted elsewhere, whole or not at all")
  func file() throws {
    try Host.with { host in
      #expect(try host.run("baseline", "accept", "--reason", "why").status == 0)
      let file = host.fixture.path + "/b.json"
      #expect(try host.run("baseline", "export", file).status == 0)
      let text = try host.fixture.text("/b.json")
      #expect(try host.run("baseline", "export").output == text)

      let second = host.fixture.path + "/second"
      let bad = try host.fixture.file(
        "/bad.json", text.replacing(#""why""#, with: #""other""#))
      let refused = try host.run("baseline", "import", bad, state: second)
      #expect(refused.status == 2)
      #expect(refused.errors.firstMatch(of: #/dockward: .*\/bad\.json:\d+:\d+: the digest/#) != nil)
      #expect(!FileManager.default.fileExists(atPath: second))

      let imported = try host.run("baseline", "import", file, state: second)
      #expect(imported.status == 0, "\(imported.errors)")
      #expect(imported.output.contains("Imported from a file with the digest sha256:"))
      let diff = try host.run("baseline", "diff", "--format", "json", state: second)
      #expect(diff.status == 0)
      #expect(try diff.events().isEmpty)
      let shown = try host.run("baseline", "show", "--format", "json", state: second).object()
      let baseline = try #require(shown["baseline"] as? [String: Any])
      #expect(baseline["reason"] as? String == "why")
      #expect((baseline["importedFrom"] as? String)?.hasPrefix("sha256:") == true)
    }
  }

  @Test("keeps what flaps quiet, as often and as long as is configured")
  func flapping() throws {
    try Host.with { host in
      let file = try host.fixture.file("/c.yaml", "flapping: {changes: 2, window: 1h, rest: 1h}\n")
      func told(_ names: [String]) throws -> [String] {
        host.containers.names.withLock { $0 = names }
        let run = try host.run("check", "--config", file)
        #expect(run.status == 0)
        return run.drift.filter { $0.hasPrefix("dockward: drift: ") }
          .map { String($0.dropFirst("dockward: drift: ".count).prefix { $0 != " " }) }
      }
      #expect(try host.run("baseline", "accept", "--config", file).status == 0)
      #expect(try told(["ci"]) == ["appeared"])
      #expect(try told([]) == ["disappeared"])
      #expect(try told(["ci"]) == ["flapping"])
      #expect(try told([]) == [])
      #expect(try told(["ci"]) == [])
      // By default, as much of it is told as happened.
      #expect(try told(["ci", "other"]) == ["appeared"])
    }
  }

  @Test("that was not seen whole is refused, and leaves nothing behind")
  func partial() throws {
    try Host.with { host in
      let run = try Dockward.run(
        "baseline", "accept", "--state", host.state, "--host", "unix:///nonexistent")
      #expect(run.status == 3)
      #expect(
        run.errors.hasPrefix(
          "dockward: nothing was accepted: the pass did not see all of this host: cannot reach"))
      #expect(!FileManager.default.fileExists(atPath: host.state))
      let other = try Dockward.run(
        "baseline", "accept", "--state", host.state, "--root", host.fixture.path)
      other.expectUsageError("only this host is accepted, and no --root or --snapshot of another")
    }
  }

  @Test("is wanted by --fail-on drift and the other commands")
  func absent() throws {
    try Host.with { host in
      let message =
        "nothing is accepted for this host in '\(host.state)'; 'dockward baseline accept' accepts it as it is"
      try host.run("check", "--fail-on", "drift").expectUsageError(message)
      for command in ["show", "diff", "export"] {
        try host.run("baseline", command).expectUsageError(message)
      }
      try Dockward.run("--root", host.fixture.path, "--fail-on", "drift").expectUsageError(
        "--fail-on drift is about this host's own baseline, and not about another host")
      #expect(!FileManager.default.fileExists(atPath: host.state))
    }
  }

  @Test("is said to be tampered with by every command, and a pass is printed all the same")
  func tampered() throws {
    try Host.with { host in
      #expect(try host.run("baseline", "accept").status == 0)
      try host.fixture.file("/state/baseline.key", String(repeating: "k", count: 32), mode: 0o600)
      let message = "the baseline in '\(host.state)/dockward.sqlite' was tampered with: "
      for command in ["show", "diff", "export"] {
        let run = try host.run("baseline", command)
        #expect(run.status == 3)
        #expect(run.output == "")
        #expect(run.errors.contains(message))
      }
      for condition in ["never", "fail", "drift"] {
        let run = try host.run("check", "--fail-on", condition)
        #expect(run.status == 3)
        #expect(run.output.contains("== Summary =="))
        #expect(run.errors.contains(message))
      }
      let accepted = try host.run("baseline", "accept")
      #expect(accepted.status == 0)
      #expect(accepted.errors.contains("was tampered with: "))
      #expect(try host.told() == [])
    }
  }

  @Test(
    "in a store that cannot be used costs no result",
    arguments: ["", "SQLite format 3", "something else that is long enough"])
  func broken(_ content: String) throws {
    try Host.with { host in
      try host.fixture.directory("/state", mode: 0o700)
      try host.fixture.file("/state/dockward.sqlite", content, mode: 0o600)
      for condition in ["never", "drift"] {
        let run = try host.run("check", "--fail-on", condition)
        #expect(run.status == 3)
        #expect(run.output.contains("== Summary =="))
        #expect(run.errors.contains("cannot open the store '\(host.state)/dockward.sqlite': "))
      }
      #expect(try host.run("baseline", "accept").status == 3)
      #expect(try host.fixture.text("/state/dockward.sqlite") == content)
      // Of another host it is not asked.
      let other = try Dockward.run("--root", host.fixture.path, "--state", host.state)
      #expect(other.status == 0)
      #expect(!other.errors.contains("store"))
    }
  }

  @Test("makes the expiry of a waiver told once")
  func expiry() throws {
    try Host.with { host in
      #expect(try host.run("baseline", "accept").status == 0)
      let file = try host.fixture.file(
        "/w.yaml", WaiverText.entry("container-memory-limit", to: -1))
      func isTold() throws -> Bool {
        try host.run("check", "--waivers", file).errors.contains("expired on")
      }
      #expect(try isTold())
      #expect(try !isTold())
    }
  }

  @Test("does not make a pass over a part of the host tell that the rest is gone")
  func narrowed() throws {
    try Host.with { host in
      host.containers.names.withLock { $0 = ["evil"] }
      #expect(try host.run("baseline", "accept").status == 0)
      host.containers.names.withLock { $0 = [] }
      let part = try host.run("check", "--check", "5.5", "--fail-on", "drift")
      #expect(part.status == 0)
      #expect(part.drift == [])
      let told = try host.told()
      #expect(told.first?.hasPrefix("dockward: drift: disappeared  container:evil") == true)
    }
  }
}

extension Dockward {
  /// The lines about drift.
  fileprivate var drift: [String] {
    errors.split(separator: "\n").map(String.init).filter {
      $0.hasPrefix("dockward: drift: ") || $0.contains("from the baseline that")
    }
  }

  fileprivate func object() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(value as? [String: Any])
  }

  fileprivate func events() throws -> [[String: Any]] {
    try #require(try object()["events"] as? [[String: Any]])
  }
}
