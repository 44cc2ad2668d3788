import Foundation
import TestSupport
import Testing

@Suite("Exit statuses")
struct ExitStatusTests {
  @Test(
    "are 0 for help and version",
    arguments: [["--help"], ["check", "--help"], ["help"], ["--version"]])
  func help(_ arguments: [String]) throws {
    let run = try Dockward.run(arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let isVersion = run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil
    #expect(isVersion == (arguments == ["--version"]))
    #expect(isVersion != run.output.contains("USAGE: dockward"))
  }

  @Test(
    "are 1 where the condition of --fail-on holds, and the report is printed all the same",
    arguments: [
      ("file-daemon-json-mode", nil, 0), ("file-daemon-json-mode", "never", 0),
      ("file-daemon-json-mode", "fail", 1), ("file-daemon-json-mode", "unknown", 1),
      ("file-docker-service-mode", "fail", 0), ("file-docker-service-mode", "unknown", 0),
      ("container-privileged", nil, 0), ("container-privileged", "fail", 0),
      ("container-privileged", "unknown", 1), ("3", "fail", 1),
      ("file-default-docker-mode", "unknown", 0),
    ] as [(String, String?, Int32)])
  func failOn(_ check: String, condition: String?, status: Int32) throws {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      let option = condition.map { ["--fail-on", $0] } ?? []
      let run = try Dockward.run(["--root", fixture.path, "--check", check] + option)
      #expect(run.status == status)
      #expect(run.output.contains("== Summary =="))
    }
  }

  @Test(
    "are 2 for what is no command line",
    arguments: [
      ["--nonsense"], ["nonsense"], ["check", "nonsense"], ["--format", "yaml"],
      ["--color", "blue"],
      ["--fail-on", "pass"], ["--root"], ["--benchmark", "1.8", "--docker-version", "20.10"],
      ["--snapshot", "f", "--root", "/"], ["--snapshot", "f", "--host", "/s"],
      ["--snapshot", "f", "--save-snapshot", "g"], ["--timeout", "0"], ["--timeout", "-1"],
      ["--timeout", "3601"], ["--timeout", "nan"], ["--timeout", "soon"],
    ])
  func usage(_ arguments: [String]) throws {
    let run = try Dockward.run(arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.contains("Error: "))
  }

  @Test("are 2 where there is no such root")
  func root() throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/file")
      try Dockward.run("--root", file).expectUsageError(
        "cannot open the root '\(file)': not a directory")
      try Dockward.run("--root", file + "s").expectUsageError(
        "cannot open the root '\(file)s': no such file or directory")
    }
  }

  @Test("are 3 where the report cannot be written")
  func full() throws {
    try FixtureRoot.with { fixture in
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      defer { try? full.close() }
      for arguments in [["--format", "json"], ["--format", "text"]] {
        let run = try Dockward.run(["--root", fixture.path] + arguments, standardOutput: full)
        #expect(run.status == 3)
        #expect(run.errors == "dockward: cannot write 'standard output': no space left on device\n")
      }
    }
  }

  @Test(
    "are 3 where a file cannot be written",
    arguments: ["--output", "--save-snapshot"],
    [
      ("/dev/full", "no space left on device"), ("ROOT/missing/f", "no such file or directory"),
      ("ROOT/file/f", "not a directory"), ("ROOT", "is a directory"),
    ])
  func unwritable(_ option: String, target: (path: String, reason: String)) throws {
    try FixtureRoot.with { fixture in
      try fixture.file("/file")
      let path = target.path.replacing("ROOT", with: fixture.path)
      let run = try Dockward.run("--root", fixture.path, option, path)
      #expect(run.status == 3)
      #expect(run.errors.hasPrefix("dockward: cannot write '\(path)': \(target.reason)\n"))
      #expect(run.output == "")
      #expect(try fixture.entries == ["file"])
    }
  }

  /// As in `dockward | head -1`.
  @Test("are 0 where the reader has gone away")
  func brokenPipe() throws {
    try FixtureRoot.with { fixture in
      let pipe = Pipe()
      try pipe.fileHandleForReading.close()
      defer { try? pipe.fileHandleForWriting.close() }
      let run = try Dockward.run(
        "--root", fixture.path, standardOutput: pipe.fileHandleForWriting)
      #expect(run.signal == nil)
      #expect(run.status == 0)
      #expect(!run.errors.contains("cannot write"))
    }
  }
}
