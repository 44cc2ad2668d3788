import Drift
import Foundation
import HardeningModel
import Store
import TestSupport

/// A state directory that a test fills.
struct StateDirectory {
  let path: String
  var database: String { "\(path)/dockward.sqlite" }

  /// What `body` returns, given a directory that is not there yet, in one that is there only as long as
  /// it runs, beside an empty file of waivers.
  static func with<Outcome>(_ body: (StateDirectory) throws -> Outcome) throws -> Outcome {
    try FixtureRoot.with { fixture in
      try fixture.file("/w.yaml", "[]\n")
      return try body(StateDirectory(path: "\(fixture.path)/state"))
    }
  }

  var waivers: String {
    (path as NSString).deletingLastPathComponent + "/w.yaml"
  }

  func store() throws -> Store { try Store(in: path, .creating) }

  /// Runs a command that reads it.
  func run(_ command: String, _ arguments: String...) throws -> Dockward {
    let waivers = command == "status" ? ["--waivers", waivers] : []
    return try Dockward.run([command, "--state", path] + waivers + arguments)
  }

  /// Records a pass `hoursAgo`, which found `posture` and `events`.
  func record(
    _ store: Store, hoursAgo: Double, _ posture: Posture, events: [DriftEvent] = [],
    quiet: [DriftEvent] = [], flapping: Flapping? = nil
  ) throws {
    let pass = Pass(
      scan: .of(hoursAgo: hoursAgo),
      counts: VerdictCounts(pass: 80, fail: 20, manual: 7, notApplicable: 3, unknown: 1, waived: 2),
      posture: posture)
    _ = try store.record(pass) { _ in
      Store.Consequences(events: events, quiet: quiet, told: nil, flapping: flapping)
    }
  }

  @discardableResult
  func accept(_ store: Store, hoursAgo: Double = 48, _ posture: Posture) throws -> Baseline {
    try store.accept(
      posture, scan: .of(hoursAgo: hoursAgo),
      by: Person(uid: 0, name: "root", loginUID: 1000, loginName: "anna"), reason: "as delivered",
      at: Date.now.addingTimeInterval(-3600 * hoursAgo)
    ).baseline
  }
}

extension Report.Scan {
  static func of(hoursAgo: Double) -> Report.Scan {
    Report.Scan(
      id: "scan-\(hoursAgo)", startedAt: Date.now.addingTimeInterval(-3600 * hoursAgo).rfc3339,
      durationMilliseconds: 48, host: "web-1", machineID: "0123456789abcdef", version: "0.1.0")
  }
}

extension Posture {
  /// Verdicts on privileged containers, by the containers' names, and on one file.
  static func of(
    _ containers: [String: Verdict] = [:], file: Verdict = .pass, partiality: String? = nil
  ) -> Posture {
    var posture = Posture(
      epoch: Epoch(
        benchmark: "cis-1.8.0",
        checks: ["container-privileged", "file-docker-service-mode", Key.image]),
      partiality: partiality)
    for (name, verdict) in containers {
      let subject = "container:\(name)"
      posture.states[Key(slug: "container-privileged", subject: subject)] = State(
        verdict: verdict, observed: "Privileged: \(verdict == .fail)")
      posture.states[Key(slug: Key.image, subject: subject)] = State(
        verdict: .notApplicable, observed: "sha256:0")
    }
    posture.states[Key(slug: "file-docker-service-mode", subject: "file:/u/docker.service")] =
      State(
        verdict: file, observed: file == .pass ? "mode 0644" : "mode 0666")
    return posture
  }
}
