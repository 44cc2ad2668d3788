import Foundation
import Store
import TestSupport
import Testing

/// `dockward remediate --opted-in`, as the service has it run.
@Suite("Remediating as the service")
struct OptedInTests {
  private static let unit = "/usr/lib/systemd/system/docker.service"
  private static let mode = "file-docker-service-mode"

  /// A host whose unit everybody may write, and what the configuration says below `remediation:`.
  private static func withHost(
    _ remediation: String,
    _ body: (FixtureRoot, _ run: (String...) throws -> Dockward) throws -> Void
  ) throws {
    try FixtureRoot.with { place in
      let host = FixtureRoot(path: place.path + "/host")
      try host.makeHost()
      try host.directory("/var/lib")
      try host.setMode(0o666, of: unit)
      let file = try place.file("/dockward.yaml", "remediation:\n  \(remediation)\n")
      try body(host) { arguments in
        try Dockward.run(
          ["remediate", "--opted-in", "--root", host.path, "--config", file] + arguments)
      }
    }
  }

  private static func store(_ host: FixtureRoot) throws -> Store {
    try Store(in: host.path + "/var/lib/dockward", .existing)
  }

  private static func isMended(_ host: FixtureRoot) throws -> Bool {
    var status = stat()
    try #require(lstat(host.path + unit, &status) == 0)
    return status.st_mode & 0o7777 == 0o644
  }

  @Test("mends what was opted into, and is recorded as the service")
  func whole() throws {
    try Self.withHost("enabled: [3.2]") { host, run in
      let done = try run(Self.mode)
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.output.contains("1 fixed"))
      #expect(try Self.isMended(host))
      let transaction = try #require(try Self.store(host).transactions().first)
      #expect(transaction.by.isService && "\(transaction.by)" == "the service")
      #expect(transaction.by.unit == "dockward-remediate@\(Self.mode).service")
      #expect(transaction.request == Self.mode)
      let history = try Dockward.run("history", "--state", host.path + "/var/lib/dockward")
      #expect(history.output.contains("remediate \(Self.mode) by the service"))
      // There is nothing to do, and nothing to record.
      #expect(try run(Self.mode).status == 0)
      #expect(try Self.store(host).transactions().count == 1)
    }
  }

  @Test(
    "is refused for anything else, and nothing is done",
    arguments: [
      (
        "enabled: [3.1]", mode,
        "the service may not mend '\(mode)': it is not in remediation.enabled of the configuration"
      ),
      (
        "containers: {}", mode,
        "the service may not mend '\(mode)': it is not in remediation.enabled of the configuration"
      ),
      ("enabled: [3.1, 3.2]", "3.1,3.2", "--opted-in takes one check"),
      ("enabled: [3]", "3", "--opted-in takes one check, and '3' names 24"),
    ])
  func refused(remediation: String, selector: String, message: String) throws {
    try Self.withHost(remediation) { host, run in
      try run(selector).expectUsageError(message)
      #expect(try !Self.isMended(host))
      #expect(!Store.exists(in: host.path + "/var/lib/dockward"))
    }
  }

  @Test("is refused with the place of what is wrong in the configuration")
  func wrong() throws {
    try Self.withHost("enabled: [3.2, 5.5]") { host, run in
      let refused = try run(Self.mode)
      #expect(refused.status == 2)
      #expect(
        refused.errors.hasSuffix(
          "/dockward.yaml:2:18: '5.5' cannot be mended by the service: its remedy is a person's to apply\n"
        ), "\(refused.errors)")
      #expect(try !Self.isMended(host))
    }
  }

  @Test("does not go with what the configuration decides")
  func options() throws {
    try Self.withHost("enabled: [3.2]") { host, run in
      for option in [["--allow-restart"], ["--dry-run"], ["--container", "web"]] {
        let refused = try Dockward.run(
          ["remediate", "--opted-in", "--root", host.path, Self.mode] + option)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("--opted-in is bound by the configuration"))
      }
      #expect(try !Self.isMended(host))
    }
  }

  @Test("stops when something fights back, until a person has mended it")
  func breaker() throws {
    try Self.withHost("{enabled: [3.2], breaker: {repairs: 2}}") { host, run in
      for _ in 0..<2 {
        try host.setMode(0o666, of: Self.unit)
        #expect(try run(Self.mode).status == 0)
        #expect(try Self.isMended(host))
      }
      try host.setMode(0o666, of: Self.unit)
      let held = try run(Self.mode)
      #expect(held.status == 4)
      #expect(held.output.contains("[REFUSED] 3.2 "))
      #expect(held.output.contains("the service has tried 2 times, the last time at "))
      #expect(held.output.contains("'dockward remediate 3.2'"))
      #expect(try !Self.isMended(host))
      #expect(try Self.store(host).transactions().count == 2, "what is held back is no try")

      #expect(try Dockward.run("remediate", "3.2", "--root", host.path).status == 0)
      try host.setMode(0o666, of: Self.unit)
      #expect(try run(Self.mode).status == 0)
      #expect(try Self.isMended(host))
    }
  }

  @Test("leaves what a person took back")
  func takenBack() throws {
    try Self.withHost("enabled: [3.2]") { host, run in
      #expect(try run(Self.mode).status == 0)
      #expect(try Dockward.run("undo", "--root", host.path).status == 0)
      let held = try run(Self.mode)
      #expect(held.status == 4)
      #expect(held.output.contains("took the remediation back at "))
      #expect(try !Self.isMended(host))
    }
  }

  @Test("records what is refused, so that it is not tried for ever")
  func recordedRefusal() throws {
    try Self.withHost("{enabled: [3.2], breaker: {repairs: 2}}") { host, run in
      #expect(link(host.path + Self.unit, host.path + "/elsewhere") == 0)
      for count in 1...2 {
        let refused = try run(Self.mode)
        #expect(refused.status == 4)
        #expect(!refused.output.contains("the service has tried"))
        let transactions = try Self.store(host).transactions()
        #expect(transactions.count == count)
        #expect(transactions.allSatisfy { $0.steps.map(\.status) == [.refused] })
        #expect(transactions.allSatisfy { $0.endedAt != nil })
      }
      #expect(try run(Self.mode).output.contains("the service has tried 2 times"))
      #expect(try Self.store(host).transactions().count == 2)
      // Nothing of it can be taken back, and it does not keep other backups from being cleared away.
      let undo = try Dockward.run("undo", "--root", host.path)
      undo.expectUsageError("there is no remediation that could be taken back")
      #expect(try Dockward.run("remediate", "3.18", "--root", host.path).status == 0)
    }
  }
}
