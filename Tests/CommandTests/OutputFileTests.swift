import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Writing to a file")
struct OutputFileTests {
  private func run(
    _ fixture: FixtureRoot, to path: String, standardOutput: FileHandle? = nil
  ) throws -> Dockward {
    try Dockward.run(
      "--root", fixture.path, "--check", "3.1", "--output", path, standardOutput: standardOutput)
  }

  private func inode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
  }

  /// Where a link leads; `nil` where it is none.
  private func target(of link: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: link)
  }

  @Test("leaves nothing on standard output")
  func file() throws {
    try FixtureRoot.with { fixture in
      let run = try run(fixture, to: fixture.path + "/out")
      #expect(run.status == 0)
      #expect(run.output == "")
      #expect(
        try fixture.text("/out") == Dockward.run("--root", fixture.path, "--check", "3.1").output)
      let mode = try FileManager.default.attributesOfItem(atPath: fixture.path + "/out")[
        .posixPermissions]
      #expect(mode as? Int == 0o644)
      #expect(try fixture.entries == ["out"])
    }
  }

  /// Whoever has the old file open, or under another name, keeps it whole.
  @Test("replaces a file as a whole")
  func replace() throws {
    try FixtureRoot.with { fixture in
      let path = try fixture.file("/out", "old")
      try #require(Glibc.link(path, fixture.path + "/kept") == 0)
      #expect(try run(fixture, to: path).status == 0)
      #expect(try fixture.text("/out").contains("== Summary =="))
      #expect(try fixture.text("/kept") == "old")
      #expect(try fixture.entries == ["kept", "out"])
    }
  }

  /// Somebody had a reason to keep it from others.
  @Test(
    "does not show to others what they could not see", arguments: ["--output", "--save-snapshot"],
    [("/file", 0o600), ("/link", 0o600), ("/file", 0o644), ("/link", 0o644)])
  func mode(_ option: String, old: (path: String, mode: mode_t)) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/file", "old", mode: old.mode)
      try #require(symlink("file", fixture.path + "/link") == 0)
      let run = try Dockward.run(
        "--root", fixture.path, "--check", "3.1", option, fixture.path + old.path)
      #expect(run.status == 0)
      #expect(try fixture.text("/file") != "old")
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      // A snapshot is for nobody else's eyes, a report for no more than those of the old one.
      let allowed = option == "--output" ? Int(old.mode) : 0o600
      #expect(attributes[.posixPermissions] as? Int == allowed)
    }
  }

  @Test("leaves the old file where there is no report")
  func failure() throws {
    try FixtureRoot.with { fixture in
      let path = try fixture.file("/out", "old")
      let before = try inode(path)
      let run = try Dockward.run("--root", fixture.path, "--output", path, "--check", "nonsense")
      #expect(run.status == 2)
      #expect(try fixture.text("/out") == "old")
      #expect(try inode(path) == before)
    }
  }

  @Test("writes to what is no regular file", arguments: ["/dev/stdout", "/proc/self/fd/1"])
  func standardOutput(_ path: String) throws {
    try FixtureRoot.with { fixture in
      let run = try run(fixture, to: path)
      #expect(run.status == 0)
      #expect(run.output.contains("== Summary =="))
    }
  }

  /// `/dev/stdout` is such a link. As root, replacing it would break every other program that uses it.
  @Test("writes through a link to standard output, which may be a file")
  func redirected() throws {
    try FixtureRoot.with { fixture in
      let link = fixture.path + "/stdout"
      try #require(symlink("/proc/self/fd/1", link) == 0)
      let file = try fixture.file("/target")
      let output = try #require(FileHandle(forWritingAtPath: file))
      defer { try? output.close() }
      #expect(try run(fixture, to: link, standardOutput: output).status == 0)
      #expect(target(of: link) == "/proc/self/fd/1")
      #expect(try fixture.text("/target").contains("== Summary =="))
      #expect(try fixture.entries == ["stdout", "target"])
    }
  }

  @Test("writes to what a link leads to", arguments: [true, false])
  func link(exists: Bool) throws {
    try FixtureRoot.with { fixture in
      if exists { try fixture.file("/target", "old") }
      try #require(symlink("target", fixture.path + "/link") == 0)
      #expect(try run(fixture, to: fixture.path + "/link").status == 0)
      #expect(target(of: fixture.path + "/link") == "target")
      #expect(try fixture.text("/target").contains("== Summary =="))
    }
  }

  /// A name made of the process number can be foreseen: a shell hands its own on to what it executes.
  @Test("leaves alone whatever stands beside it")
  func foreign() throws {
    try FixtureRoot.with { fixture in
      let script = #"echo mine > "$0/out.$$.tmp"; exec "$@""#
      let run = try Dockward.run(
        "/bin/sh",
        [
          "-c", script, fixture.path, Dockward.executable, "--root", fixture.path, "--check", "3.1",
          "--output", fixture.path + "/out",
        ])
      #expect(run.status == 0 || run.status == 3)
      let others = try fixture.entries.filter { $0 != "out" }
      #expect(others.count == 1)
      for other in others { #expect(try fixture.text("/" + other) == "mine\n") }
    }
  }
}
