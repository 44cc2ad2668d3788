import Foundation
import TestSupport
import Testing

/// What an Engine is asked for a definitions file: no more than the file, and the choice of it, depend on.
@Suite("With a definitions file, an Engine")
struct DefinitionsRequestsTests {
  private static let check =
    "{id: 1.1, scored: true, audit: echo a, tests: {test_items: [{flag: a}]}}"

  /// What it is asked, and what is printed, where the file has `groups`.
  private func bench(
    _ groups: String, _ arguments: [String]
  ) throws -> (requests: [String], output: String) {
    try FixtureRoot.with { fixture in
      let script = RealAnswers.script()
      let program = fixture.path + "/docker-bench"
      try FileManager.default.createSymbolicLink(
        atPath: program, withDestinationPath: Dockward.executable)
      try fixture.file("/cis-1.6.0/definitions.yaml", "groups:\n\(groups)")
      return try FakeEngine.run(at: fixture.path + "/s", { script($0) }) { engine in
        let run = try Dockward.run(
          program, ["--config-dir", fixture.path] + arguments,
          environment: ["DOCKER_HOST": engine.address])
        #expect(run.status == 0, "\(run.errors)")
        return (engine.requests, run.output)
      }
    }
  }

  @Test("is not asked where neither depends on it")
  func nothing() throws {
    let (requests, output) = try bench(
      "- {id: 1, checks: [\(Self.check)]}\n", ["--benchmark", "cis-1.6.0"])
    #expect(output.contains("[PASS] 1.1"))
    #expect(requests == [])
  }

  @Test(
    "is asked about its swarm where a part of it counts in one only",
    arguments: [
      "- {id: 1, constraints: {docker-swarm: [inactive]}, checks: [\(check)]}\n",
      "- {id: 1, groups: [{id: 2, constraints: {docker-swarm: [inactive]}, checks: [\(check)]}]}\n",
      """
      - id: 1
        checks:
        - id: 1.1
          scored: true
          sub_checks:
          - check:
              constraints: {docker-swarm: [inactive]}
              audit: echo a
              tests: {test_items: [{flag: a}]}

      """,
    ])
  func swarm(_ groups: String) throws {
    let (requests, output) = try bench(groups, ["--benchmark", "cis-1.6.0"])
    #expect(output.contains("[PASS] 1.1"))
    #expect(requests.contains("/info"))
  }

  @Test("is asked for its version, and no more, where that chooses the file")
  func version() throws {
    let groups = "- {id: 1, checks: [\(Self.check)]}\n"
    let asked = try bench(groups, [])
    #expect(asked.output.contains("[PASS] 1.1"))
    #expect(!asked.requests.isEmpty && !asked.requests.contains("/info"))
    #expect(try bench(groups, ["--version", "20.10"]).requests == [])
  }
}
