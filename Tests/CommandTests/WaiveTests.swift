import Foundation
import Glibc
import TestSupport
import Testing

/// `dockward waive`, adding and removing.
@Suite("Entering waivers")
struct WaiveTests {
  private func waive(_ fixture: FixtureRoot, _ arguments: String...) throws -> Dockward {
    try Dockward.run(["waive", "--waivers", fixture.path + "/w.yaml"] + arguments)
  }

  @Test("are entered, listed, applied and removed")
  func whole() throws {
    try FixtureRoot.withWaivers(nil) { fixture, host in
      let file = fixture.path + "/w.yaml"
      let added = try waive(
        fixture, "container-privileged,5.11", "--subject", "container:idle", "--reason",
        "a: \"b\"\n\u{202E}# c", "--until", WaiverText.day(30))
      #expect(added.status == 0 && added.output == "")
      #expect(
        added.errors
          == "dockward: container-privileged,5.11 for container:idle is waived until \(WaiverText.day(30)) ('\(file)')\n"
      )
      #expect(try fixture.entries.contains(".w.yaml.lock"))
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o644)

      let waiver = try #require(try fixture.waivers(host).first)
      #expect(waiver["selector"] as? String == "container-privileged,5.11")
      #expect(waiver["benchmark"] as? String == "cis-1.8.0")
      #expect(waiver["reason"] as? String == "a: \"b\"\n\u{202E}# c")
      #expect(waiver["until"] as? String == WaiverText.day(30))
      #expect(waiver["entered"] as? String == WaiverText.day(0))
      #expect((waiver["who"] as? String)?.isEmpty == false)
      #expect(waiver["state"] as? String == "active")
      #expect(waiver["checks"] as? [String] == ["container-privileged", "container-memory-limit"])
      #expect(waiver["failures"] as? Int == 1)

      let pass = try Dockward.run(host + ["--waivers", file])
      #expect(pass.status == 0)
      #expect(pass.errors.split(separator: "\n").allSatisfy { !$0.contains("waiver") })
      #expect(pass.output.contains("\n[WAIVED] 5.11 "))
      #expect(pass.output.contains("\n1 checks WAIVED\n"))

      let removed = try waive(
        fixture, "container-privileged,5.11", "--remove", "--subject", "container:idle")
      #expect(removed.status == 0)
      #expect(try fixture.waivers(host).isEmpty)
      #expect(try fixture.text("/w.yaml").hasPrefix("# Waivers: "))
    }
  }

  @Test("are in a file that all may read, whatever the mask", arguments: ["022", "077", "000"])
  func mask(_ mask: String) throws {
    try FixtureRoot.with { fixture in
      let file = fixture.path + "/new/w.yaml"
      let run = try Dockward.run(
        "/bin/sh",
        [
          "-c", #"umask $1; shift; exec "$@""#, "sh", mask, Dockward.executable, "waive",
          "container-privileged", "--waivers", file, "--reason", "r", "--until", WaiverText.day(30),
        ])
      #expect(run.status == 0, "\(run.errors)")
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o644)
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ arguments: [String], _ message: String) {
      self.name = name
      self.arguments = arguments
      self.message = message
    }
  }

  @Test(
    "that cannot be are refused, and nothing is written",
    arguments: [
      Row(
        "an unknown check",
        ["container-priviledged", "--reason", "r", "--until", WaiverText.day(1)],
        "no check of CIS Docker Benchmark 1.8.0 is called 'container-priviledged'; did you mean 'container-privileged' or 'container-exec-privileged' or 'container-privileged-ports'?"
      ),
      Row(
        "a number of another benchmark",
        ["8.1", "--reason", "r", "--until", WaiverText.day(1), "--benchmark", "1.8"],
        "no check of CIS Docker Benchmark 1.8.0 is called '8.1'; did you mean '2.1' or '3.1' or '4.1'?"
      ),
      Row(
        "a blank reason", ["5.5", "--reason", " \n", "--until", WaiverText.day(1)],
        "--reason: the text is empty"),
      Row(
        "no day", ["5.5", "--reason", "r", "--until", "tomorrow"],
        "--until: 'tomorrow' is no day, as 2026-01-31 is one"),
      Row(
        "yesterday", ["5.5", "--reason", "r", "--until", WaiverText.day(-1)],
        "--until: \(WaiverText.day(-1)) is past; today is \(WaiverText.day(0)) in UTC"),
      Row(
        "too long", ["5.5", "--reason", "r", "--until", WaiverText.day(367)],
        "--until: \(WaiverText.day(367)) is 367 days after it was entered, and a waiver may last 366 (waivers.maximumDays of the configuration)"
      ),
      Row(
        "a name for a subject",
        ["5.5", "--reason", "r", "--until", WaiverText.day(1), "--subject", "web"],
        "--subject: 'web' is no subject of a report, as container:web, image:debian:12 and file:/etc/docker are"
      ),
    ])
  func refused(_ row: Row) throws {
    try FixtureRoot.with { fixture in
      try Dockward.run(["waive", "--waivers", fixture.path + "/w.yaml"] + row.arguments)
        .expectUsageError(row.message)
      #expect(try fixture.entries == [])
    }
  }

  @Test(
    "of a command that is none are refused",
    arguments: [
      [], ["5.5"], ["5.5", "--reason", "r"], ["5.5", "--until", WaiverText.day(1)],
      ["--list", "5.5"],
      ["--list", "--remove"], ["5.5", "--remove", "--reason", "r"], ["--remove"],
      ["5.5", "--remove", "--format", "json"], ["5.5", "--remove", "--snapshot", "f"],
    ])
  func usage(_ arguments: [String]) throws {
    try FixtureRoot.with { fixture in
      let run = try Dockward.run(["waive", "--waivers", fixture.path + "/w.yaml"] + arguments)
      #expect(run.status == 2 && run.output == "")
      #expect(run.errors.hasPrefix("Error: "))
      #expect(try fixture.entries == [])
    }
  }

  @Test("may last as long as the configuration says")
  func maximum() throws {
    try FixtureRoot.with { fixture in
      let config = try fixture.file("/c.yaml", "waivers:\n  maximumDays: 7\n")
      let arguments = ["5.5", "--reason", "r", "--config", config, "--until"]
      func run(_ days: Int) throws -> Dockward {
        try Dockward.run(
          ["waive", "--waivers", fixture.path + "/w.yaml"] + arguments + [WaiverText.day(days)])
      }
      #expect(try run(8).status == 2)
      #expect(try run(7).status == 0)
    }
  }

  @Test("are there once, and are removed by what they are for")
  func twice() throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file(
        "/w.yaml", "# mine\n" + WaiverText.entry("5.5", subject: "container:a", to: 9))
      try #require(chmod(file, 0o600) == 0)
      let before = try fixture.text("/w.yaml")
      try waive(fixture, "5.5", "--remove").expectUsageError(
        "5.5 for every subject is not waived in '\(file)'; 5.5 is, for --subject 'container:a'")
      try waive(fixture, "5.6", "--remove").expectUsageError(
        "5.6 for every subject is not waived in '\(file)'")
      #expect(try fixture.text("/w.yaml") == before)
      #expect(
        try waive(
          fixture, "5.5", "--reason", "r", "--until", WaiverText.day(1), "--subject", "container:a"
        ).status == 0)
      try waive(
        fixture, "5.5", "--reason", "r", "--until", WaiverText.day(1), "--subject", "container:a"
      )
      .expectUsageError(
        "\(file):8:13: 5.5 for container:a is waived already, until \(WaiverText.day(1)); remove that first"
      )
      try waive(fixture, "5.5", "--remove", "--subject", "container:a").expectUsageError(
        "5.5 for container:a is waived in more than one benchmark; give --benchmark")
      #expect(
        try waive(
          fixture, "5.5", "--remove", "--subject", "container:a", "--benchmark", "1.8"
        ).status == 0)
      #expect(try fixture.text("/w.yaml") == before)
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("entered at once are all there")
  func concurrent() async throws {
    let fixture = FixtureRoot(path: "/tmp/dockward-waive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      atPath: fixture.path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: fixture.path) }
    let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in 1...8 {
        group.addTask {
          try Dockward.run(
            "waive", "--waivers", fixture.path + "/w.yaml", "5.\(number)", "--reason", "r",
            "--until", WaiverText.day(1)
          ).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 0, count: 8))
    #expect(try fixture.text("/w.yaml").split(separator: "\n").count { $0.hasPrefix("- ") } == 8)
    #expect(try fixture.entries == [".w.yaml.lock", "w.yaml"])
  }

  /// At whatever moment: what was acknowledged is there, the file is whole, and nobody waits for a lock.
  @Test("are there or not there where the command is killed")
  func killed() throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/w.yaml", "# mine\n[]\n")
      func arguments(_ subject: String) -> [String] {
        [
          "waive", "--waivers", file, "container-privileged", "--reason", "r", "--until",
          WaiverText.day(1), "--subject", subject,
        ]
      }
      let began = ContinuousClock.now
      #expect(try Dockward.run(arguments("container:c")).status == 0)
      let whole = (ContinuousClock.now - began) / .seconds(1)
      var acknowledged: Set<String> = ["container:c"]
      // Most of that time it only starts.
      for number in 0..<24 {
        let subject = "container:c\(number)"
        let limit = String(format: "%.4f", whole * (0.7 + Double(number) * 0.02))
        let run = try Dockward.run(
          "/usr/bin/timeout",
          ["--signal=KILL", limit, Dockward.executable] + arguments(subject))
        if run.status == 0 { acknowledged.insert(subject) }
        let entries = try fixture.waivers(["--root", fixture.path])
        let subjects = Set(entries.compactMap { $0["subject"] as? String })
        #expect(subjects.isSuperset(of: acknowledged))
        #expect(try fixture.text("/w.yaml").hasPrefix("# mine\n- "))
      }
      #expect(try Dockward.run(arguments("container:last")).status == 0)
      print("\(acknowledged.count) of 25 were entered before they were killed")
    }
  }

  @Test("stay as they were where the disk is full")
  func full() throws {
    try FixtureRoot.with { fixture in
      let script =
        #"mount -t tmpfs -o size=4k none "$0" && printf '# mine\n' > "$0/w.yaml" && "$@"; status=$?; cat "$0/w.yaml"; ls "$0"; exit $status"#
      let run = try Dockward.run(
        "/usr/bin/unshare",
        [
          "-m", "/bin/sh", "-c", script, fixture.path, Dockward.executable, "waive", "--waivers",
          fixture.path + "/w.yaml", "5.5", "--reason", "r", "--until", WaiverText.day(1),
        ])
      #expect(run.status == 3)
      #expect(
        run.errors
          == "dockward: cannot write '\(fixture.path)/w.yaml': no space left on device\n")
      #expect(run.output == "# mine\nw.yaml\n")
    }
  }
}
