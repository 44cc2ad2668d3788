import TestSupport
import Testing

/// What an Engine is asked about a swarm: nothing where there is none, and never for its keys.
@Suite("With an Engine that says of swarm mode")
struct SwarmRequestsTests {
  /// What it is asked, and the report on it.
  private func pass(
    _ state: String, isManager: Bool
  ) throws -> (requests: [String], report: JSONReport) {
    let script = RealAnswers.script()
    let info = RealAnswers.body("info").replacing(
      #""LocalNodeState":"inactive","ControlAvailable":false"#,
      with: #""LocalNodeState":"\#(state)","ControlAvailable":\#(isManager)"#)
    return try FixtureRoot.with { fixture in
      try fixture.makeHost()
      let answers: FakeEngine.Script = { path in
        switch path {
        case "/info": FakeEngine.Answer(body: info)
        case _ where path.hasPrefix("/networks?"), "/secrets", "/services":
          FakeEngine.Answer(body: "[]")
        default: script(path)
        }
      }
      return try FakeEngine.run(at: fixture.path + "/s", answers) { engine in
        let run = try Dockward.run(
          "--root", fixture.path, "--host", engine.address, "--format", "json")
        #expect(run.status == 0)
        return (engine.requests, try run.report())
      }
    }
  }

  private static let overlay = "/networks?filters=%7B%22driver%22%3A%5B%22overlay%22%5D%7D"

  @Test("that it is off, it is asked nothing")
  func inactive() throws {
    let (requests, report) = try pass("inactive", isManager: false)
    #expect(try report.check("swarm-autolock").verdict == "notApplicable")
    #expect(requests.contains("/info"))
    for path in [Self.overlay, "/secrets", "/services", "/swarm", "/nodes"] {
      #expect(!requests.contains(path), "\(path)")
    }
  }

  @Test("that it is a worker, it is asked for its networks alone")
  func worker() throws {
    let (requests, report) = try pass("active", isManager: false)
    #expect(try report.check("swarm-autolock").verdict == "unknown")
    #expect(requests.contains(Self.overlay))
    #expect(!requests.contains("/secrets") && !requests.contains("/services"))
  }

  @Test("that it is locked, it is not asked what only a manager knows")
  func locked() throws {
    let (requests, report) = try pass("locked", isManager: true)
    #expect(try report.check("swarm-secrets").verdict == "unknown")
    #expect(!requests.contains("/secrets") && !requests.contains("/services"))
  }

  @Test("that it is a manager, it is asked for no key")
  func manager() throws {
    let (requests, report) = try pass("active", isManager: true)
    #expect(try report.check("swarm-secrets").verdict == "manual")
    for path in [Self.overlay, "/secrets", "/services"] {
      #expect(requests.count { $0 == path } == 1, "\(path)")
    }
    #expect(!requests.contains { $0.hasPrefix("/swarm") })
  }
}
