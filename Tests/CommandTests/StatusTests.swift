import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

/// `dockward status`, and what it has in common with `dockward history`.
@Suite("Status")
struct StatusTests {
  @Test(
    "says that there is no store, and how there comes to be one", arguments: ["status", "history"])
  func noStore(_ command: String) throws {
    try StateDirectory.with { state in
      for isThere in [false, true] {
        if isThere {
          try FileManager.default.createDirectory(
            atPath: state.path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        }
        let run = try state.run(command)
        #expect(run.status == 3)
        #expect(run.output == "")
        #expect(
          run.errors
            == "dockward: there is no store in '\(state.path)', so that nothing is remembered of this host; 'dockward baseline accept' makes one\n"
        )
      }
      // To ask makes none.
      #expect(try FileManager.default.contentsOfDirectory(atPath: state.path) == [])
    }
  }

  @Test("refuses what is no store, and leaves it as it is", arguments: ["status", "history"])
  func foreign(_ command: String) throws {
    try StateDirectory.with { state in
      try FileManager.default.createDirectory(
        atPath: state.path, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
      try Data("my notes\n".utf8).write(to: URL(filePath: state.database))
      let run = try state.run(command)
      #expect(run.status == 3)
      #expect(run.output == "")
      #expect(
        run.errors
          == "dockward: cannot open the store '\(state.database)': it is not an SQLite database; it was left as it is\n"
      )
      #expect(try String(contentsOfFile: state.database, encoding: .utf8) == "my notes\n")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: state.path) == ["dockward.sqlite"])
    }
  }

  @Test("tells the last pass, of a host without a baseline")
  func passes() throws {
    try StateDirectory.with { state in
      do {
        let store = try state.store()
        try state.record(store, hoursAgo: 5, .of(["web": .pass]))
        try state.record(store, hoursAgo: 3, .of(partiality: "no Engine was asked"))
      }
      let run = try state.run("status")
      #expect(run.status == 0)
      #expect(run.errors == "")
      let lines = run.output.split(separator: "\n").map(String.init)
      #expect(lines[0].hasPrefix("Last pass  "))
      #expect(lines[0].hasSuffix("Z, 3 hours ago, of web-1 by cis-1.8.0"))
      #expect(
        lines[1]
          == "           80 pass, 20 fail, 7 manual, 3 not applicable, 1 unknown, 2 waived")
      #expect(lines[2] == "           it did not see all of the host: no Engine was asked")
      #expect(lines[3].contains("the last that did: "))
      #expect(lines[3].contains(", 5 hours ago, of web-1"))
      #expect(
        lines.dropFirst(5) == [
          "Baseline   none; 'dockward baseline accept' accepts what is",
          "Drift      not known: there is no baseline to compare with",
          "Waivers    none has expired or ends within 14 days ('\(state.waivers)')",
          "Restarts   no remediation waits for one", "Flapping   nothing",
        ])
      let status = try state.status()
      #expect(status["schema"] as? String == "dockward.status.v1")
      #expect(status["baselineState"] as? String == "none")
      #expect(status["baseline"] is NSNull)
      #expect(status["drift"] is NSNull)
      let last = try #require(status["lastPass"] as? [String: Any])
      #expect(last["partiality"] as? String == "no Engine was asked")
      #expect((last["ageSeconds"] as? Int).map { 10_800...10_900 ~= $0 } == true)
      #expect((last["summary"] as? [String: Int])?["fail"] == 20)
      let whole = try #require(status["lastWholePass"] as? [String: Any])
      #expect(whole["partiality"] is NSNull)
    }
  }

  /// By the last pass that saw all: a partial one that came later tells nothing.
  @Test("tells what differs from the baseline, and who accepted that")
  func drift() throws {
    try StateDirectory.with { state in
      do {
        let store = try state.store()
        try state.record(store, hoursAgo: 48, .of(["web": .pass, "old": .pass]))
        try state.accept(store, .of(["web": .pass, "old": .pass]))
        try state.record(store, hoursAgo: 2, .of(["web": .pass, "new": .fail], file: .fail))
        try state.record(store, hoursAgo: 1, .of(partiality: "no Engine was asked"))
      }
      let run = try state.run("status")
      #expect(run.status == 0)
      let lines = run.output.split(separator: "\n").map(String.init)
      let baseline = try #require(lines.first { $0.hasPrefix("Baseline") })
      #expect(baseline.hasPrefix("Baseline   1, accepted "))
      #expect(
        baseline.hasSuffix("Z, 2 days ago, by root, logged in as anna: as delivered"))
      let place = try #require(lines.firstIndex { $0.hasPrefix("Drift") })
      #expect(
        lines[place]
          == "Drift      3 changes since the baseline, when all of the host was seen last")
      #expect(
        lines[(place + 1)...(place + 3)].map { $0.trimmingCharacters(in: .whitespaces).prefix(11) }
          == ["appeared   ", "disappeared", "regressed  "])
      let status = try state.status()
      #expect(status["baselineState"] as? String == "accepted")
      let drift = try #require(status["drift"] as? [[String: Any]])
      #expect(
        drift.map { $0["change"] as? String } == ["appeared", "disappeared", "regressed"])
      #expect(drift.map { $0["slug"] as? String } == [nil, nil, "file-docker-service-mode"])
      #expect(drift.first?["failing"] as? [String] == ["container-privileged"])
      let accepted = try #require(status["baseline"] as? [String: Any])
      #expect(accepted["by"] as? String == "root, logged in as anna")
      #expect(accepted["reason"] as? String == "as delivered")
    }
  }

  @Test("says that the host is as it was accepted")
  func asAccepted() throws {
    try StateDirectory.with { state in
      do {
        let store = try state.store()
        try state.accept(store, .of(["web": .fail]))
        try state.record(store, hoursAgo: 1, .of(["web": .fail]))
      }
      #expect(
        try state.run("status").output.contains(
          "\nDrift      none: the host is as it was accepted\n"))
      #expect((try state.status()["drift"] as? [Any])?.isEmpty == true)
    }
  }

  @Test("notices a baseline that was tampered with", arguments: ["status", "history"])
  func tampered(_ command: String) throws {
    try StateDirectory.with { state in
      do {
        let store = try state.store()
        try state.accept(store, .of(["web": .pass]))
        try state.record(store, hoursAgo: 1, .of(["web": .fail]))
      }
      try FileManager.default.removeItem(atPath: "\(state.path)/baseline.key")
      let run = try state.run(command)
      #expect(run.status == 3)
      #expect(run.output.contains("TAMPERED WITH: the key "))
      #expect(
        run.errors.hasPrefix(
          "dockward: the baseline in '\(state.database)' was tampered with: the key '\(state.path)/baseline.key' is missing"
        ))
      let json = try state.run(command, "--format", "json")
      #expect(json.status == 3)
      #expect(
        json.output.contains(#""tampering": "the key "#))
    }
  }

  @Test("tells waivers that end, restarts that are awaited, and what flaps")
  func rest() throws {
    try StateDirectory.with { state in
      let text =
        WaiverText.entry("5.4", from: -40, to: -2) + WaiverText.entry("5.5", from: -40, to: 3)
        + WaiverText.entry("5.6", from: -1, to: 100)
      try text.write(toFile: state.waivers, atomically: false, encoding: .utf8)
      do {
        let store = try state.store()
        var flapping = Flapping()
        let event = DriftEvent(
          change: .regressed, slug: "container-privileged", subject: "container:ci", before: .none,
          after: .none)
        for time in 0..<6 { _ = flapping.take([event], at: 1000 + time) }
        try state.record(store, hoursAgo: 1, .of(["web": .pass]), flapping: flapping)
        try store.begin(.sample)
        try store.write([.sample(.pendingRestart)], of: "7f3a")
        try store.end("7f3a", at: .now)
      }
      let run = try state.run("status")
      #expect(run.status == 0)
      #expect(run.output.contains("Waivers    1 expired, 1 to end within 14 days ("))
      #expect(
        run.output.contains("5.4 for every subject: expired on \(WaiverText.day(-2)), 2 days ago"))
      #expect(run.output.contains("5.5 for every subject: ends on \(WaiverText.day(3)), in 3 days"))
      #expect(!run.output.contains("5.6 "))
      #expect(run.output.contains("Restarts   remediate 2.14 by root (7f3a): 1 pendingRestart\n"))
      #expect(run.output.contains("daemon-live-restore on daemon: \"live-restore\": true\n"))
      #expect(run.output.hasSuffix("Flapping   5.5 container-privileged  container:ci\n"))
      let status = try state.status()
      #expect(
        (status["waivers"] as? [[String: Any]])?.map { $0["state"] as? String } == [
          "expired", "endsSoon",
        ])
      #expect((status["awaitingRestart"] as? [[String: Any]])?.count == 1)
      #expect(
        (status["flapping"] as? [[String: Any]])?.first?["subject"] as? String == "container:ci")
    }
  }

  @Test("says where a file of waivers is wrong")
  func brokenWaivers() throws {
    try StateDirectory.with { state in
      try "- selector: [\n".write(toFile: state.waivers, atomically: false, encoding: .utf8)
      _ = try state.store()
      let run = try state.run("status")
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("dockward: \(state.waivers):"))
    }
  }

  @Test(
    "reads a state directory to which nobody can write", .enabled(if: geteuid() == 0, "mounts"),
    arguments: ["status", "history"])
  func readOnly(_ command: String) throws {
    try StateDirectory.with { state in
      do {
        let store = try state.store()
        try state.accept(store, .of(["web": .pass]))
        try state.record(store, hoursAgo: 1, .of(["web": .fail]))
      }
      let before = try FileManager.default.contentsOfDirectory(atPath: state.path).sorted()
      try state.bindReadOnly {
        let run = try state.run(command)
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.output.contains(command == "status" ? "1 change since" : "as delivered"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: state.path).sorted() == before)
    }
  }

  @Test("does not speak to the Engine", arguments: ["status", "history"])
  func quiet(_ command: String) throws {
    try StateDirectory.with { state in
      do { try state.accept(state.store(), .of(["web": .pass])) }
      let socket = (state.path as NSString).deletingLastPathComponent + "/docker.sock"
      try FakeEngine.run(at: socket) { _ in
        nil
      } _: { engine in
        let run = try Dockward.run(
          [command, "--state", state.path], environment: ["DOCKER_HOST": engine.address])
        #expect(run.status == 0)
        #expect(engine.connectionCount == 0)
      }
    }
  }

  @Test("lets no name reach a terminal", arguments: ["status", "history"])
  func hostile(_ command: String) throws {
    try StateDirectory.with { state in
      let text = HostileTextTests.text
      do {
        let store = try state.store()
        try state.accept(store, .of(["web": .pass]))
        let posture = Posture.of([text: .fail])
        try state.record(
          store, hoursAgo: 1, posture, events: Drift.diff(from: .of(["web": .pass]), to: posture))
        try state.record(store, hoursAgo: 0.5, .of(partiality: text))
      }
      let run = try state.run(command)
      #expect(run.status == 0)
      #expect(run.output.contains("appeared"))
      for scalar in (run.output + run.errors).unicodeScalars where scalar != "\n" {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse:
          Issue.record("U+\(String(scalar.value, radix: 16)) was printed")
        default: break
        }
      }
      #expect(!run.output.split(separator: "\n").contains { $0.hasPrefix("[PASS]") })
      let json = try state.run(command, "--format", "json").output
      let isPlain = json.unicodeScalars.allSatisfy {
        $0 == "\n" || !(($0.value < 0x20) || (0x7F...0x9F).contains($0.value))
      }
      #expect(isPlain)
    }
  }
}

extension StateDirectory {
  /// The JSON status.
  func status() throws -> [String: Any] {
    let run = try run("status", "--format", "json")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  /// Runs `body` while nothing in it can be written to.
  func bindReadOnly(_ body: () throws -> Void) throws {
    // MS_BIND, MS_REMOUNT and MS_RDONLY of mount(2), which Swift is not shown.
    guard mount(path, path, nil, 4096, nil) == 0 else { throw Failure("cannot bind '\(path)'") }
    defer { umount2(path, CInt(MNT_DETACH)) }
    guard mount(nil, path, nil, 4096 | 32 | 1, nil) == 0 else {
      throw Failure("cannot remount '\(path)'")
    }
    try body()
  }
}

extension Transaction {
  static let sample = Transaction(
    id: "7f3a", kind: .remediate, request: "2.14", by: Person(uid: 0, name: "root"),
    begunAt: Date.now.addingTimeInterval(-1800))
}

extension Transaction.Step {
  static func sample(_ status: Status) -> Transaction.Step {
    Transaction.Step(
      number: 1, slug: "daemon-live-restore", subject: "daemon",
      action: #""live-restore": true"#, status: status,
      begunAt: Date.now.addingTimeInterval(-1800))
  }
}
