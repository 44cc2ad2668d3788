import TestSupport
import Testing

@Suite("Options of a pass")
struct OptionTests {
  /// The report on containers of these names, besides `idle`.
  private func run(_ names: [String], _ arguments: [String]) throws -> Dockward {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      return try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script(names)) { engine in
        let run = try Dockward.run(["--root", fixture.path, "--host", engine.address] + arguments)
        try #require(run.status == 0)
        return run
      }
    }
  }

  @Test(
    "choose containers",
    arguments: [
      ([], ["db", "idle", "web-1", "web-2"]), (["--container", "web-*"], ["web-1", "web-2"]),
      (["--container", "web-?"], ["web-1", "web-2"]), (["--container", "web"], []),
      (["--container", "db", "--container", "idle"], ["db", "idle"]),
      (["--exclude-container", "web-*"], ["db", "idle"]),
      (["--container", "web-*", "--exclude-container", "*-2"], ["web-1"]),
      (["--image", "busybox"], ["db", "idle", "web-1", "web-2"]), (["--image", "busy"], []),
    ])
  func containers(_ arguments: [String], names: [String]) throws {
    let report = try run(
      ["web-1", "web-2", "db"], ["--check", "container-privileged", "--format", "json"] + arguments
    ).report()
    let check = try report.check("container-privileged")
    guard !names.isEmpty else {
      #expect(check.verdict == "notApplicable")
      #expect(check.reason == "no container matches")
      return
    }
    #expect(check.subjects.map(\.subject) == names.map { "container:" + $0 })
  }

  @Test(
    "come from the configuration, too",
    arguments: [("running", 0), ("created", 1), ("exited, created", 1)])
  func configuration(_ states: String, count: Int) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/dockward.yaml", "containerStates: [\(states)]\n")
      let report = try run(
        [], ["--config", file, "--check", "container-privileged", "--format", "json"]
      ).report()
      let subjects = try report.check("container-privileged").subjects.map(\.subject)
      #expect(subjects.count { $0 == "container:idle" } == count)
    }
  }

  @Test("print the evidence of what passes, too")
  func evidence() throws {
    let check = ["--check", "container-privileged"]
    #expect(try !run([], check).output.contains("container:idle"))
    #expect(
      try run([], check + ["--include-test-output"]).output.contains("       container:idle: "))
  }

  @Test("leave out the remediations")
  func remediations() throws {
    let check = ["--check", "container-memory-limit"]
    #expect(try run([], check).output.contains("== Remediations ==\n5."))
    #expect(try !run([], check + ["--no-remediations"]).output.contains("Remediations"))
  }

  @Test("are those of check, whether it is named or not")
  func standard() throws {
    try FixtureRoot.with { fixture in
      let arguments = ["--root", fixture.path, "--check", "3"]
      let plain = try Dockward.run(arguments)
      let named = try Dockward.run(["check"] + arguments)
      #expect(plain.output == named.output)
      #expect(plain.output.contains("== Summary =="))
    }
  }
}
