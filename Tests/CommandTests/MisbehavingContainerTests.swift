import TestSupport
import Testing

/// What happens to one container, or what one says of itself, changes nothing for its neighbours.
@Suite("With a container that misbehaves")
struct MisbehavingContainerTests {
  /// The report on an Engine that plays `script`.
  private func report(_ script: @escaping FakeEngine.Script) throws -> JSONReport {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      return try FakeEngine.run(at: fixture.path + "/s", script) { engine in
        let run = try Dockward.run(
          "--root", fixture.path, "--host", engine.address, "--format", "json")
        #expect(run.status == 0)
        return try run.report()
      }
    }
  }

  private func innocent() throws -> [String: String] {
    let verdicts = try report(RealAnswers.script()).verdicts(on: "idle")
    try #require(verdicts.count > 25)
    try #require(Set(verdicts.values).isSuperset(of: ["pass", "fail"]))
    return verdicts
  }

  @Test("that is gone before it is inspected, it is left out")
  func gone() throws {
    let report = try report(RealAnswers.script(["ghost"], inspections: ["ghost": .gone]))
    #expect(report.verdicts(on: "ghost").isEmpty)
    #expect(try report.verdicts(on: "idle") == innocent())
    #expect(!report.checks.contains { $0.reason.contains("ghost") })
  }

  @Test("that is the only one and is gone, there are none")
  func onlyGone() throws {
    let report = try report(RealAnswers.script(inspections: ["idle": .gone]))
    #expect(try report.check("container-privileged").verdict == "notApplicable")
    #expect(try report.check("container-privileged").reason == "there are no containers")
  }

  @Test(
    "that cannot be inspected, it alone is unknown",
    arguments: [
      FakeEngine.Answer(body: #"{"Id": "x", "HostConfig": "#),
      FakeEngine.Answer(body: #"{"Id": 5}"#), FakeEngine.Answer(body: "[]"),
      FakeEngine.Answer(body: #"{"Id": "x", "HostConfig": {"Privileged": "no"}}"#),
      FakeEngine.Answer(body: "<html></html>"), FakeEngine.Answer(body: ""),
      FakeEngine.Answer(status: "500 Oops", body: #"{"message":"layer \u001b[2Jdoes not exist"}"#),
      FakeEngine.Answer(body: String(repeating: "[", count: 100_000)),
    ].enumerated().map(\.self))
  func broken(_ number: Int, answer: FakeEngine.Answer) throws {
    let report = try report(RealAnswers.script(["bad"], inspections: ["bad": answer]))
    let verdicts = report.verdicts(on: "bad")
    #expect(verdicts.count > 25)
    #expect(Set(verdicts.values) == ["unknown"])
    #expect(try report.verdicts(on: "idle") == innocent())
    let subject = try report.check("container-privileged").subjects.first {
      $0.verdict == "unknown"
    }
    #expect(subject?.reason.isEmpty == false)
    #expect(subject?.reason.contains("\u{1B}") == false)
  }

  @Test("that has an empty inspection, what the Engine did not say is unknown")
  func silent() throws {
    let answer = FakeEngine.Answer(body: #"{"Id":"\#(RealAnswers.id("bare"))","Name":"/bare"}"#)
    let report = try report(RealAnswers.script(["bare"], inspections: ["bare": answer]))
    #expect(report.verdicts(on: "bare")["container-privileged"] == "unknown")
    #expect(!report.verdicts(on: "bare").values.contains("pass"))
    #expect(try report.verdicts(on: "idle") == innocent())
  }

  /// Labels, commands and variables are a container's own: whatever is in them, it is judged, and so
  /// are the others. The keys of the second row are one text to Unicode and two to the Engine.
  @Test(
    "that hides behind its labels, it is judged all the same",
    arguments: [
      #"{"a\n[PASS]":"\u001b[2J\u009b31m","\u202e":"\u0000"}"#,
      "{\"caf\u{E9}\":\"1\",\"cafe\u{301}\":\"2\"}",
      #"{"":"","HostConfig":"{}","Id":"x"}"#,
    ])
  func labels(_ labels: String) throws {
    let script = RealAnswers.script(["sly"])
    let report = try report { path in
      guard var answer = script(path) else { return nil }
      // In the list all items have the labels; that of `sly` is the second inspection.
      if path.hasPrefix("/containers/json") || path.contains(RealAnswers.id("sly")) {
        answer.body = answer.body.replacing(#""Labels":{}"#, with: #""Labels":"# + labels)
          .replacing(#""Privileged":false"#, with: #""Privileged":true"#)
      }
      return answer
    }
    let verdicts = report.verdicts(on: "sly")
    #expect(verdicts["container-privileged"] == "fail")
    // Nobody can say with what settings this Engine runs, and 20.10 does not report this one.
    #expect(
      verdicts.filter { $0.value == "unknown" }.map(\.key) == ["container-no-new-privileges"])
    #expect(try report.verdicts(on: "idle") == innocent())
  }

  @Test(
    "that has numbers beyond reason, the program does not end", arguments: [Int64.max, .min, -1])
  func numbers(_ number: Int64) throws {
    let body = RealAnswers.inspection(id: RealAnswers.id("odd"), name: "odd")
      .replacing(/:\d+([,}])/) { ":\(number)\($0.output.1)" }
      .replacing(
        #""PortBindings":{}"#,
        with: #""PortBindings":{"1/tcp":[{"HostIp":"","HostPort":"\#(number)-\#(number)"}]}"#)
    let answer = FakeEngine.Answer(body: body)
    let report = try report(RealAnswers.script(["odd"], inspections: ["odd": answer]))
    #expect(report.verdicts(on: "odd")["container-privileged"] == "pass")
    #expect(try report.verdicts(on: "idle") == innocent())
  }

  /// `EXPOSE 1-65535` for three protocols costs an image one line.
  @Test("that exposes every port, the pass still ends in time")
  func ports() throws {
    let ports = ["tcp", "udp", "sctp"].flatMap { kind in
      (1...65_535).map { #""\#($0)/\#(kind)":null"# }
    }
    let body = RealAnswers.inspection(id: RealAnswers.id("wide"), name: "wide")
      .replacing(#""Ports":{}"#, with: #""Ports":{"# + ports.joined(separator: ",") + "}")
    let answer = FakeEngine.Answer(body: body)
    let began = ContinuousClock.now
    let report = try report(RealAnswers.script(["wide"], inspections: ["wide": answer]))
    #expect(ContinuousClock.now - began < .seconds(30))
    #expect(report.verdicts(on: "wide")["container-privileged"] == "pass")
    #expect(try report.verdicts(on: "idle") == innocent())
  }
}
