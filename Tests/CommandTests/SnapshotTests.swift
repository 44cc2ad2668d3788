import Foundation
import TestSupport
import Testing

@Suite("Snapshots")
struct SnapshotTests {
  /// A snapshot of the fixture host with the Engine of `RealAnswers`, and its path.
  private func withSnapshot(_ body: (FixtureRoot, String) throws -> Void) throws {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      let file = fixture.path + "/snapshot.json"
      try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        let run = try Dockward.run(
          "--root", fixture.path, "--host", engine.address, "--save-snapshot", file, "--output",
          fixture.path + "/direct.json", "--format", "json")
        try #require(run.status == 0)
      }
      try body(fixture, file)
    }
  }

  /// The report as a tree, without what is said of the pass itself.
  private func checks(_ text: String) throws -> NSDictionary {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    var tree = try #require(value as? [String: Any])
    try #require(tree.removeValue(forKey: "scan") != nil)
    return NSDictionary(dictionary: tree)
  }

  @Test("judged later give what was given at once")
  func roundTrip() throws {
    try withSnapshot { fixture, file in
      let run = try Dockward.run("--snapshot", file, "--format", "json")
      #expect(run.status == 0)
      #expect(try checks(run.output) == checks(fixture.text("/direct.json")))
      let report = try run.report()
      #expect(report.engine.reachable)
      #expect(report.verdicts(on: "idle").values.contains("fail"))
      #expect(try report.check("file-daemon-json-mode").verdict == "fail")
    }
  }

  @Test("are for root's eyes only")
  func mode() throws {
    try withSnapshot { _, file in
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("of a host that did not change differ only in when they were made")
  func deterministic() throws {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      try FakeEngine.run(
        at: fixture.path + "/s", RealAnswers.script(["a", "b", "c", "d", "e", "f"])
      ) { engine in
        let runs = try (0..<2).map { _ in
          try Dockward.run("--root", fixture.path, "--host", engine.address, "--format", "json")
        }
        #expect(try checks(runs[0].output) == checks(runs[1].output))
        let scan = /"scan": \{[^}]*\}/
        #expect(
          runs[0].output.replacing(scan, with: "") == runs[1].output.replacing(scan, with: ""))
        let ids = runs.compactMap { $0.output.firstMatch(of: /"scan": \{\s*"id": "([^"]+)"/)?.1 }
        #expect(Set(ids).count == 2)
      }
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let old: String
    let new: String
    /// What stands at the place that the message names.
    let marker: String
    let reason: String
    var testDescription: String { name }

    init(_ name: String, _ old: String, _ new: String, at marker: String, _ reason: String) {
      self.name = name
      self.old = old
      self.new = new
      self.marker = marker
      self.reason = reason
    }
  }

  @Test(
    "that are broken are refused, with the place",
    arguments: [
      Row(
        "no JSON", "\"startedAt\" : \"", "\"startedAt\" : now, \"x\" : \"", at: "now,",
        "expected true, false or null"),
      Row(
        "no comma", "\"dockward.snapshot.v1\",", "\"dockward.snapshot.v1\"",
        at: "\"startedAt\"", "expected ',' or '}'"),
      Row(
        "a key given twice", "\"schema\" :", "\"host\" : {}, \"schema\" :", at: "\"host\" : {}",
        "the key 'host' stands twice in this object"),
      Row(
        "a wrong type", "\"startedAt\" : \"", "\"startedAt\" : 7, \"x\" : \"", at: "7, ",
        "'startedAt' is not a text"),
      Row(
        "null", "\"host\" : {", "\"host\" : null, \"x\" : {", at: "null, ",
        "'host' is not an object"),
      Row(
        "a missing key", "\"startedAt\" :", "\"started\" :", at: "{",
        "the text lacks the key 'startedAt'"),
      Row(
        "a missing key below", "\"machineID\" :", "\"machineId\" :", at: "{\n    \"machineId\"",
        "'host' lacks the key 'machineID'"),
      Row(
        "another schema", "dockward.snapshot.v1", "dockward.snapshot.v2", at: "{",
        "the schema is 'dockward.snapshot.v2', not 'dockward.snapshot.v1'"),
      Row(
        "more after it", "\n}\n", "\n}\nmore", at: "more", "more text after the end of the value"),
    ])
  func broken(_ row: Row) throws {
    try withSnapshot { fixture, file in
      let good = try fixture.text("/snapshot.json")
      let old = try #require(good.ranges(of: row.old).last)
      let text = good.replacingCharacters(in: old, with: row.new)
      let bad = try fixture.file("/bad.json", text)
      let place = try #require(text.firstRange(of: row.marker)).lowerBound
      let lines = text[..<place].split(separator: "\n", omittingEmptySubsequences: false)
      let column = (lines.last?.unicodeScalars.count ?? 0) + 1
      try Dockward.run("--snapshot", bad)
        .expectUsageError("\(bad):\(lines.count):\(column): \(row.reason)")
    }
  }

  @Test(
    "that are none are refused, with the place",
    arguments: [
      ("", "1:1: the text ends where a value should stand"),
      ("{}", "1:1: the text lacks the key 'schema'"),
      ("[]", "1:1: the text is not an object"),
      (
        #"{"schema": "dockward.snapshot.v2", "hosts": []}"#,
        "1:1: the schema is 'dockward.snapshot.v2', not 'dockward.snapshot.v1'"
      ),
      (String(repeating: "[", count: 100_000), "1:257: nested deeper than 256 levels"),
      ("\u{FEFF}{}", "1:1: a byte-order mark, which JSON does not allow"),
    ])
  func noSnapshot(_ text: String, message: String) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/f", text)
      try Dockward.run("--snapshot", file).expectUsageError("\(file):\(message)")
    }
  }

  @Test("that cannot be read are refused")
  func unreadable() throws {
    try FixtureRoot.with { fixture in
      try Dockward.run("--snapshot", fixture.path).expectUsageError(
        "cannot read '\(fixture.path)': not a regular file")
      try Dockward.run("--snapshot", fixture.path + "/f").expectUsageError(
        "cannot read '\(fixture.path)/f': no such file or directory")
    }
  }
}
