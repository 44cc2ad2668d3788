import Foundation
import Glibc
import TestSupport
import Testing

/// What a pass makes of the waivers in a file.
@Suite("Waivers of a pass")
struct WaivedPassTests {
  static let waivers =
    WaiverText.entry("container-memory-limit", to: 30)
    + WaiverText.entry("file-daemon-json-mode", to: -1)
    + WaiverText.entry("5.5", subject: "container:idle", to: 5)
    + WaiverText.entry("container-cpu-shares", subject: "container:gone", to: 30)

  @Test("are applied by a pass, which tells of those that are over or match nothing")
  func pass() throws {
    try FixtureRoot.withWaivers(Self.waivers) { fixture, host in
      let run = try Dockward.run(
        host + ["--waivers", fixture.path + "/w.yaml", "--format", "json"])
      #expect(run.status == 0)
      let report = try run.report()
      #expect(try report.check("container-memory-limit").verdict == "waived")
      #expect(report.verdicts(on: "idle")["container-memory-limit"] == "waived")
      #expect(try report.check("container-cpu-shares").verdict == "fail")
      #expect(try report.check("file-daemon-json-mode").verdict == "fail")
      #expect(report.summary["waived"] == 1)
      let file = fixture.path + "/w.yaml"
      let told = run.errors.split(separator: "\n").filter { $0.contains(file) }
      #expect(
        told == [
          "dockward: \(file):7:13: the waiver of file-daemon-json-mode for every subject expired on \(WaiverText.day(-1))",
          "dockward: \(file):13:13: the waiver of 5.5 for container:idle matches nothing that fails",
          "dockward: \(file):19:13: the waiver of container-cpu-shares for container:gone matches nothing that fails",
        ])
    }
  }

  @Test("that match nothing are not told of where not all was judged")
  func partial() throws {
    try FixtureRoot.withWaivers(Self.waivers) { fixture, host in
      let waivers = ["--waivers", fixture.path + "/w.yaml"]
      for choice in [["--check", "5"], ["--container", "idle"], ["--level", "1"]] {
        let run = try Dockward.run(host + waivers + choice)
        #expect(!run.errors.contains("matches nothing"))
        #expect(run.errors.contains("expired on"))
      }
      let unreachable = try Dockward.run(
        ["--root", fixture.path, "--host", "unix:///nonexistent"] + waivers)
      #expect(!unreachable.errors.contains("matches nothing"))
    }
  }

  @Test("are no failure to --fail-on, nor to grep")
  func failOn() throws {
    try FixtureRoot.withWaivers(WaiverText.entry("container-memory-limit", to: 3)) {
      fixture, host in
      func status(_ arguments: String...) throws -> Int32 {
        try Dockward.run(host + ["--check", "container-memory-limit"] + arguments).status
      }
      #expect(try status("--fail-on", "fail") == 1)
      let waivers = fixture.path + "/w.yaml"
      #expect(try status("--fail-on", "fail", "--waivers", waivers) == 0)
      #expect(try status("--fail-on", "unknown", "--waivers", waivers) == 0)
      let run = try Dockward.run(
        host + ["--check", "container-memory-limit", "--waivers", waivers])
      #expect(run.output.hasPrefix("[INFO] 5 "))
      #expect(!run.output.contains("[FAIL]"))
    }
  }

  @Test("in a broken file stop the command before anything is read")
  func broken() throws {
    try FixtureRoot.with { fixture in
      let bad = try fixture.file("/w.yaml", "- selector: 5.5\n  raeson: r\n")
      let message = "\(bad):2:3: unknown key 'raeson'; did you mean 'reason'?"
      for arguments in [
        ["--waivers", bad], ["waive", "--waivers", bad, "--list"],
        ["waive", "--waivers", bad, "5.5", "--remove"],
        ["waive", "--waivers", bad, "5.5", "--reason", "r", "--until", WaiverText.day(1)],
      ] {
        try Dockward.run(arguments).expectUsageError(message)
      }
      let unknown = try fixture.file("/u.yaml", WaiverText.entry("container-priviledged", to: 3))
      try Dockward.run("--root", fixture.path, "--waivers", unknown).expectUsageError(
        "\(unknown):1:13: no check of CIS Docker Benchmark 1.8.0 is called 'container-priviledged'; did you mean 'container-privileged' or 'container-exec-privileged' or 'container-privileged-ports'?"
      )
      let missing = fixture.path + "/none.yaml"
      try Dockward.run("--root", fixture.path, "--waivers", missing).expectUsageError(
        "cannot read '\(missing)': no such file or directory")
    }
  }

  @Test(
    "that others could write are refused",
    .enabled(if: geteuid() == 0, "needs root: only root refuses what others may write"))
  func loose() throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/w.yaml", "[]\n", mode: 0o666)
      let message = "cannot read '\(file)': it is writable by others than root; it must not be"
      try Dockward.run("--root", fixture.path, "--waivers", file).expectUsageError(message)
      try Dockward.run(
        "waive", "--waivers", file, "5.5", "--reason", "r", "--until", WaiverText.day(1)
      ).expectUsageError(message)
      #expect(try fixture.text("/w.yaml") == "[]\n")
    }
  }

  /// Those of this host were entered for this host.
  @Test(
    "in the standard file are those of this host alone",
    .enabled(if: geteuid() == 0, "needs root: it mounts a file system over /etc"))
  func standard() throws {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      let waivers = try fixture.file("/w.yaml", "broken: [")
      let script =
        #"mount -t tmpfs none /etc && mkdir /etc/dockward && cp "$0" /etc/dockward/waivers.yaml && exec "$@""#
      func run(_ arguments: [String]) throws -> Dockward {
        try Dockward.run(
          "/usr/bin/unshare",
          ["-m", "/bin/sh", "-c", script, waivers, Dockward.executable] + arguments)
      }
      #expect(try run(["--root", fixture.path, "--check", "3.1"]).status == 0)
      #expect(try run(["--check", "3.1", "--state", fixture.path]).status == 2)
      #expect(try run(["waive", "--list"]).status == 2)
    }
  }
}
