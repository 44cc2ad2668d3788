import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

@Suite("History")
struct HistoryTests {
  /// A host that was accepted two days ago and has changed an hour ago.
  private func withHistory<Outcome>(_ body: (StateDirectory) throws -> Outcome) throws -> Outcome {
    try StateDirectory.with { state in
      do {
        let store = try state.store()
        let accepted = Posture.of(["web": .pass])
        let changed = Posture.of(["web": .pass, "ci": .fail], file: .fail)
        try state.record(store, hoursAgo: 49, accepted)
        try state.accept(store, accepted)
        let events = Drift.diff(from: accepted, to: changed)
        try state.record(
          store, hoursAgo: 1, changed, events: Array(events.prefix(1)),
          quiet: Array(events.dropFirst()))
        try store.begin(.sample)
        try store.write([.sample(.fixed)], of: "7f3a")
        try store.end("7f3a", at: .now)
      }
      return try body(state)
    }
  }

  @Test("is told in order of time, the newest last")
  func order() throws {
    try withHistory { state in
      let run = try state.run("history")
      #expect(run.status == 0)
      #expect(run.errors == "")
      let lines = run.output.split(separator: "\n")
      #expect(
        lines.map { $0.split(separator: "  ")[1].trimmingCharacters(in: .whitespaces) } == [
          "pass", "baseline", "pass", "drift", "drift", "remediation",
        ])
      #expect(lines == lines.sorted { $0.prefix(20) < $1.prefix(20) })
      #expect(
        lines[0].hasSuffix(
          "80 pass, 20 fail, 7 manual, 3 not applicable, 1 unknown, 2 waived; by cis-1.8.0"))
      #expect(lines[1].hasSuffix("1, accepted by root, logged in as anna: as delivered"))
      #expect(lines[3].contains("appeared  container:ci"))
      #expect(lines[4].hasSuffix("(flapping, not told)"))
      #expect(lines[5].hasSuffix("remediate 2.14 by root (7f3a): 1 fixed"))
    }
  }

  @Test(
    "is told since a day, a time or for a span",
    arguments: [
      ("2026-01-01", 6), ("7d", 6), ("24h", 4), ("90m", 4), ("40m", 1), ("20m", 0),
      ("\(WaiverText.day(-1))", 4), ("\(WaiverText.day(-20))T10:00:00Z", 6),
      ("\(WaiverText.day(-20))T10:00:00+02:00", 6),
    ])
  func since(_ text: String, _ count: Int) throws {
    try withHistory { state in
      let entries = try state.entries("--since", text)
      // Yesterday, or at 1 o'clock in the night the day before.
      if text == "\(WaiverText.day(-1))" { return #expect([4, 5, 6].contains(entries.count)) }
      #expect(entries.count == count)
      if count == 0 {
        let run = try state.run("history", "--since", text)
        #expect(run.status == 0 && run.output == "")
        #expect(run.errors == "dockward: nothing of that is remembered\n")
      }
    }
  }

  @Test(
    "is not told since what is no time",
    arguments: [
      "yesterday", " ", "7", "d", "7w", "-7d", "1.5h", "2026-13-01", "2026-01-01 10:00", "9999999d",
      "2026-1-1", "2026-02-31T10:00:00Z", "٣d", "7d\u{1B}[2J",
    ])
  func noTime(_ text: String) throws {
    try withHistory { state in
      let run = try state.run("history", "--since=\(text)")
      let shown = text.replacing("\u{1B}", with: #"\u{1B}"#)
      run.expectUsageError(
        "--since: '\(shown)' is neither a day (2026-01-31), a time (2026-01-31T12:00:00Z) nor a span (7d, 24h, 30m)"
      )
    }
  }

  @Test("is not told since what is to come")
  func future() throws {
    try StateDirectory.with { state in
      let run = try state.run("history", "--since", WaiverText.day(2))
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix("dockward: --since: '\(WaiverText.day(2))' is to come; it is "))
    }
  }

  @Test(
    "is told of checks, by number, section and name",
    arguments: [
      ("5.5", ["appeared"]), ("5", ["appeared"]), ("container-privileged", ["appeared"]),
      ("file-docker-service-mode", ["regressed"]), ("file-*", ["regressed"]),
      ("5.5,file-*", ["appeared", "regressed"]), ("2", ["remediate"]), ("5.6", []),
    ])
  func checks(_ selector: String, _ found: [String]) throws {
    try withHistory { state in
      let entries = try state.entries("--check", selector)
      #expect(
        entries.map { ($0["change"] ?? $0["action"]) as? String ?? "" } == found)
    }
  }

  /// 5.4 of 1.2.0 is 5.5 of 1.8.0.
  @Test("is told by the numbers of another benchmark")
  func benchmark() throws {
    try withHistory { state in
      let entries = try state.entries(
        "--check", "5.4", "--benchmark", "1.2.0", "--only", "drift")
      #expect(entries.map { $0["id"] as? String } == [nil])
      #expect(entries.map { $0["subject"] as? String } == ["container:ci"])
    }
  }

  @Test("is not told of checks that there are none of")
  func unknownCheck() throws {
    try withHistory { state in
      let run = try state.run("history", "--check", "container-privileg")
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(run.errors.contains("is called 'container-privileg'"))
      #expect(run.errors.contains("container-privileged"))
      let both = try state.run("history", "--check", "5.4", "--only", "passes")
      #expect(both.status == 2)
    }
  }

  @Test(
    "is told by kind",
    arguments: [("passes", 2), ("drift", 2), ("baselines", 1), ("remediations", 1)])
  func only(_ kind: String, _ count: Int) throws {
    try withHistory { state in
      let entries = try state.entries("--only", kind)
      #expect(entries.count == count)
      #expect(Set(entries.map { $0["kind"] as? String }).count == 1)
    }
  }

  @Test("has a bound, and says so only where there is more", arguments: [0, 1])
  func bound(_ excess: Int) throws {
    let bound = 110_000
    try StateDirectory.with { state in
      try state.record(try state.store(), hoursAgo: 1, .of())
      try state.multiplyPasses(to: bound + excess)
      let run = try state.run("history", "--only", "passes")
      #expect(run.status == 0)
      // The newest are kept: all but the first have a text of their own.
      #expect(run.output.utf8.count(where: { $0 == 10 }) == bound)
      #expect(run.output.contains("by cis-1.8.0") == true)
      #expect(
        run.errors
          == (excess == 0
            ? "" : "dockward: only the last 110000 of each kind are told; --since narrows it\n"))
      let json = try state.run("history", "--only", "passes", "--format", "json")
      #expect(json.output.contains(#""isComplete": \#(excess == 0)"#))
      #expect(json.output.contains(#""scan-1.0""#) == (excess == 0))
    }
  }

  @Test("has every key in JSON")
  func json() throws {
    try withHistory { state in
      let run = try state.run("history", "--format", "json", "--since", "7d")
      let root = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      #expect(Set(root.keys) == ["schema", "since", "checks", "isComplete", "entries"])
      #expect(root["schema"] as? String == "dockward.history.v1")
      #expect(root["isComplete"] as? Bool == true)
      #expect(root["checks"] is NSNull)
      let entries = try #require(root["entries"] as? [[String: Any]])
      let keys = entries.map { Set($0.keys).subtracting(["kind", "time"]) }
      #expect(keys[0] == ["scan", "benchmark", "partiality", "foundChange", "summary"])
      #expect(
        keys[1] == [
          "tampering", "generation", "acceptedAt", "by", "reason", "benchmark", "importedFrom",
          "scan",
        ])
      #expect(
        keys[3] == [
          "scanId", "isTold", "change", "id", "slug", "subject", "before", "after", "failing",
          "isReturn",
        ])
      #expect(
        keys[5] == ["id", "action", "undoes", "request", "by", "begunAt", "endedAt", "steps"])
    }
  }
}

extension StateDirectory {
  /// The entries of the JSON history.
  func entries(_ arguments: String...) throws -> [[String: Any]] {
    let run = try Dockward.run(["history", "--state", path, "--format", "json"] + arguments)
    #expect(run.status == 0)
    let root = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return try #require(root?["entries"] as? [[String: Any]])
  }
}
