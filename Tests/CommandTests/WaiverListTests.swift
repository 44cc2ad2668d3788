import Foundation
import TestSupport
import Testing

/// `dockward waive --list`
@Suite("The list of waivers")
struct WaiverListTests {
  @Test("are listed with their state")
  func states() throws {
    let text = WaivedPassTests.waivers + WaiverText.entry("5.6", from: 1, to: 30)
    try FixtureRoot.withWaivers(text) { fixture, host in
      let waivers = try fixture.waivers(host)
      #expect(
        waivers.map { $0["state"] as? String } == [
          "active", "expired", "endsSoon", "active", "upcoming",
        ])
      #expect(waivers.map { $0["failures"] as? Int } == [1, 1, 0, 0, 0])
      let run = try Dockward.run(
        ["waive", "--waivers", fixture.path + "/w.yaml", "--list"] + host)
      let lines = run.output.split(separator: "\n")
      #expect(
        lines.map { $0.prefix(26).split(separator: "  ").first } == [
          "STATE", "active", "expired", "ends soon, matches nothing", "active, matches nothing",
          "from \(WaiverText.day(1)), matches n",
        ])
      #expect(lines[1].hasSuffix("ada  known, FAIL"))
    }
  }

  @Test("are not said to match nothing where no Engine was asked")
  func unreachable() throws {
    try FixtureRoot.withWaivers(WaivedPassTests.waivers) { fixture, _ in
      let arguments = ["--root", fixture.path, "--host", "unix:///nonexistent"]
      #expect(try fixture.waivers(arguments).map { $0["failures"] as? Int } == [nil, 1, nil, nil])
      let run = try Dockward.run(
        ["waive", "--waivers", fixture.path + "/w.yaml", "--list"] + arguments)
      #expect(!run.output.contains("matches nothing"))
      #expect(
        run.errors
          == "dockward: cannot reach the Engine at unix:///nonexistent: no such file or directory; so it cannot be told which waivers match nothing\n"
      )
    }
  }

  @Test("are listed for a snapshot")
  func snapshot() throws {
    try FixtureRoot.withWaivers(WaivedPassTests.waivers) { fixture, host in
      let file = fixture.path + "/snapshot.json"
      let saved = try Dockward.run(host + ["--save-snapshot", file])
      #expect(saved.status == 0)
      #expect(
        try fixture.waivers(["--snapshot", file]).map { $0["failures"] as? Int } == [1, 1, 0, 0])
    }
  }

  @Test("that are none are listed as none")
  func none() throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/w.yaml", "[]\n")
      let run = try Dockward.run("waive", "--waivers", file, "--list")
      #expect(run.status == 0)
      #expect(run.output == "STATE  SELECTOR  SUBJECT  UNTIL  WHO  REASON\n")
      #expect(run.errors == "dockward: there are no waivers in '\(file)'\n")
    }
  }
}
