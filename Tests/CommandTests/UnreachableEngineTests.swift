import Foundation
import Glibc
import TestSupport
import Testing

/// Without an Engine everything that needs it is unknown: never pass, never fail.
@Suite("Without an Engine")
struct UnreachableEngineTests {
  private func run(_ fixture: FixtureRoot, _ arguments: String...) throws -> Dockward {
    try fixture.makeHost()
    return try Dockward.run(["--root", fixture.path, "--format", "json"] + arguments)
  }

  private func expectUnknown(
    _ run: Dockward, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let report = try run.report()
    #expect(run.status == 0, sourceLocation: sourceLocation)
    #expect(
      run.errors == "dockward: \(reason); the checks that need it are unknown\n",
      sourceLocation: sourceLocation)
    #expect(!report.engine.reachable, sourceLocation: sourceLocation)
    #expect(report.engine.reason == reason, sourceLocation: sourceLocation)
    #expect(report.engineChecks.count > 25, sourceLocation: sourceLocation)
    let others = report.engineChecks.filter { $0.verdict != "unknown" || $0.reason != reason }
    #expect(others.map(\.slug) == [], sourceLocation: sourceLocation)
    // What is only a file is judged all the same.
    #expect(
      try report.check("file-docker-service-mode").verdict == "pass", sourceLocation: sourceLocation
    )
    #expect(
      try report.check("file-daemon-json-mode").verdict == "fail", sourceLocation: sourceLocation)
  }

  @Test("a root alone is judged by its files")
  func root() throws {
    try FixtureRoot.with { fixture in
      try expectUnknown(
        run(fixture), "no Engine was asked: only the file system of that host is here")
    }
  }

  @Test(
    "the root of this host is this host, and its Engine is asked",
    arguments: ["/", "//", "/usr/.."])
  func ownRoot(_ root: String) throws {
    try FixtureRoot.with { fixture in
      try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        let run = try Dockward.run(
          "--root", root, "--check", "container-privileged", "--format", "json", "--state",
          fixture.path + "/state",
          environment: ["DOCKER_HOST": engine.address])
        let report = try run.report()
        #expect(report.engine.reachable)
        #expect(report.engine.endpoint == engine.address)
        #expect(try report.check("container-privileged").verdict == "pass")
      }
    }
  }

  @Test("what is remembered of images is left as it is")
  func memory() throws {
    try FixtureRoot.with { fixture in
      let (state, socket) = (fixture.path + "/state", fixture.path + "/s")
      func audit() throws -> [String: Data] {
        _ = try Dockward.run("--host", "unix://" + socket, "--state", state, "--format", "json")
        let names = try FileManager.default.contentsOfDirectory(atPath: state + "/cache")
        return Dictionary(
          uniqueKeysWithValues: names.map { name in
            (name, FileManager.default.contents(atPath: "\(state)/cache/\(name)") ?? Data())
          })
      }
      let before = try FakeEngine.run(at: socket, RealAnswers.script()) { _ in try audit() }
      #expect(before.count == 1)
      #expect(try audit() == before)
    }
  }

  enum Place: String, CaseIterable, Sendable {
    case missing, file, refusing, datagram

    var reason: String {
      switch self {
      case .missing: "no such file or directory"
      case .file: "not a socket"
      case .refusing: "connection refused"
      case .datagram: "not a stream socket"
      }
    }
  }

  @Test("the reason is told", arguments: Place.allCases)
  func refused(_ place: Place) throws {
    try FixtureRoot.with { fixture in
      let path = fixture.path + "/s"
      var bound: CInt?
      defer { bound.map { _ = close($0) } }
      switch place {
      case .missing: break
      case .file: try fixture.file("/s")
      case .refusing: close(try FakeEngine.boundSocket(SOCK_STREAM, at: path))
      case .datagram: bound = try FakeEngine.boundSocket(SOCK_DGRAM, at: path)
      }
      try expectUnknown(
        run(fixture, "--host", "unix://" + path),
        "cannot reach the Engine at unix://\(path): \(place.reason)")
    }
  }

  @Test("that accepts and never answers, the pass ends when its time is over")
  func silent() throws {
    try FixtureRoot.with { fixture in
      try FakeEngine.run(at: fixture.path + "/s", { _ in nil }) { engine in
        let began = ContinuousClock.now
        let run = try run(fixture, "--host", engine.address, "--timeout", "0.5")
        let elapsed = ContinuousClock.now - began
        // About a second on an idle machine; tests run beside others.
        #expect(elapsed >= .milliseconds(500) && elapsed < .seconds(5))
        #expect(engine.connectionCount >= 1)
        try expectUnknown(run, "GET /_ping: no answer within the deadline")
      }
    }
  }

  /// The version is agreed on, and then nothing more is said.
  @Test("that stops answering, the pass ends when its time is over")
  func stops() throws {
    try FixtureRoot.with { fixture in
      let script = RealAnswers.script()
      let silent: FakeEngine.Script = { $0 == "/_ping" ? script($0) : nil }
      try FakeEngine.run(at: fixture.path + "/s", silent) { engine in
        let began = ContinuousClock.now
        let report = try run(fixture, "--host", engine.address, "--timeout", "0.5").report()
        #expect(ContinuousClock.now - began < .seconds(5))
        let others = report.engineChecks.filter {
          $0.verdict != "unknown" || !$0.reason.contains("no answer within the deadline")
        }
        // The ping told the version.
        #expect(others.map(\.slug) == ["host-docker-version-current"])
        #expect(others.map(\.verdict) == ["manual"])
      }
    }
  }

  @Test(
    "that cannot be this host's, nothing is done",
    arguments: [
      (
        ["DOCKER_HOST": "tcp://127.0.0.1:2375"], [],
        "cannot use 'tcp://127.0.0.1:2375' as the Engine's endpoint: 'tcp' is not supported, only 'unix' is (from DOCKER_HOST; --host overrides it)"
      ),
      (
        ["DOCKER_HOST": "ssh://root@host"], [],
        "cannot use 'ssh://root@host' as the Engine's endpoint: 'ssh' is not supported, only 'unix' is (from DOCKER_HOST; --host overrides it)"
      ),
      (
        [:], ["--host", "tcp://x:1"],
        "cannot use 'tcp://x:1' as the Engine's endpoint: 'tcp' is not supported, only 'unix' is"
      ),
      (
        ["DOCKER_HOST": "tcp://x:1"], ["--host", "docker.sock"],
        "cannot use 'docker.sock' as the Engine's endpoint: the path is not absolute"
      ),
    ] as [([String: String], [String], String)])
  func otherHost(_ environment: [String: String], arguments: [String], message: String) throws {
    try Dockward.run(arguments, environment: environment).expectUsageError(message)
  }

  @Test("of the environment is asked, where no other is named")
  func environment() throws {
    try FixtureRoot.with { fixture in
      try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        let all = ["--check", "5", "--format", "json", "--state", fixture.path + "/state"]
        let run = try Dockward.run(all, environment: ["DOCKER_HOST": engine.address])
        #expect(try run.report().engine.endpoint == engine.address)
        let over = try Dockward.run(
          ["--host", engine.path] + all, environment: ["DOCKER_HOST": "tcp://x:1"])
        #expect(try over.report().engine.endpoint == engine.address)
        // Another root's Engine is not the one of this environment.
        let count = engine.connectionCount
        let other = try Dockward.run(
          ["--root", fixture.path] + all, environment: ["DOCKER_HOST": engine.address])
        #expect(try !other.report().engine.reachable)
        #expect(engine.connectionCount == count)
      }
    }
  }
}
