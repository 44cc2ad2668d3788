import Foundation
import TestSupport
import Testing

/// Waivers as a file has them.
enum WaiverText {
  /// In UTC, `days` from today.
  static func day(_ days: Int) -> String {
    Date.now.addingTimeInterval(Double(days) * 86_400).formatted(
      .iso8601.year().month().day())
  }

  static func entry(
    _ selector: String, subject: String = "*", from: Int = -20, to: Int
  ) -> String {
    """
    - selector: \(selector)
      subject: "\(subject)"
      reason: known, FAIL
      until: \(day(to))
      who: ada
      entered: \(day(from))

    """
  }
}

extension FixtureRoot {
  /// What `body` returns, given a host whose daemon.json all may write, with `waivers` in `/w.yaml`, and
  /// an Engine with one container; and the options with which they are judged.
  static func withWaivers<Outcome>(
    _ waivers: String?, _ body: (FixtureRoot, [String]) throws -> Outcome
  ) throws -> Outcome {
    try with { fixture in
      try fixture.makeHost()
      if let waivers { try fixture.file("/w.yaml", waivers) }
      return try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        try body(fixture, ["--root", fixture.path, "--host", engine.address])
      }
    }
  }

  /// The entries of `waive --list` for the waivers in `/w.yaml`.
  func waivers(_ arguments: [String]) throws -> [[String: Any]] {
    let run = try Dockward.run(
      ["waive", "--waivers", path + "/w.yaml", "--list", "--format", "json"] + arguments)
    try #require(run.status == 0, "\(run.errors)")
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let root = try #require(value as? [String: Any])
    #expect(root["schema"] as? String == "dockward.waivers.v1")
    return try #require(root["waivers"] as? [[String: Any]])
  }
}
