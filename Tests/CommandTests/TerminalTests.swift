import TestSupport
import Testing

@Suite("Colour and progress")
struct TerminalTests {
  private static let colour = "\u{1B}["
  private static let clearing = "\r\u{1B}[K"

  private func withHost(_ body: ([String]) throws -> Void) throws {
    try FixtureRoot.with { fixture in
      try fixture.makeHost()
      try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        try body(["--root", fixture.path, "--host", engine.address])
      }
    }
  }

  @Test("are not for a pipe", arguments: [[], ["--color", "auto"], ["--color", "never"]])
  func pipe(_ option: [String]) throws {
    try withHost { arguments in
      let run = try Dockward.run(arguments + option)
      #expect(!run.output.contains("\u{1B}"))
      #expect(!run.errors.contains("\u{1B}") && !run.errors.contains("\r"))
      #expect(run.output.contains("[FAIL] "))
    }
  }

  @Test("are there where colour is asked for, and progress is not")
  func always() throws {
    try withHost { arguments in
      let run = try Dockward.run(arguments + ["--color", "always"], environment: ["NO_COLOR": "1"])
      #expect(run.output.contains("[\u{1B}[31mFAIL\u{1B}[0m] "))
      #expect(!run.errors.contains("\u{1B}"))
      let plain = try Dockward.run(arguments).output
      #expect(run.output.replacing(/\u{1B}\[\d+m/, with: "") == plain)
    }
  }

  @Test("are never in JSON")
  func json() throws {
    try withHost { arguments in
      let run = try Dockward.run(arguments + ["--color", "always", "--format", "json"])
      #expect(!run.output.contains("\u{1B}"))
    }
  }

  @Test(
    "are for a terminal, unless somebody minds",
    arguments: [
      ([], [:], true), ([], ["NO_COLOR": ""], true), ([], ["NO_COLOR": "1"], false),
      ([], ["TERM": "dumb"], false), (["--color", "never"], [:], false),
      (["--color", "always"], ["TERM": "dumb"], true),
    ] as [([String], [String: String], Bool)])
  func terminal(_ option: [String], environment: [String: String], isColoured: Bool) throws {
    try withHost { arguments in
      let output = try PseudoTerminal.run(arguments + option, environment: environment)
      #expect(output.contains("\u{1B}[31mFAIL\u{1B}[0m") == isColoured)
      #expect(output.contains("FAIL"))
    }
  }

  @Test("tell how far the pass has come, and leave no trace of it")
  func progress() throws {
    try withHost { arguments in
      let output = try PseudoTerminal.run(arguments + ["--color", "never"])
      #expect(output.contains(Self.clearing + "asking the Engine …"))
      #expect(output.contains(Self.clearing + "containers: 1 of 1"))
      // The last of it is that the line is cleared; what follows is the report.
      let report = output.split(separator: Self.clearing, omittingEmptySubsequences: false).last
      #expect(report?.hasPrefix("[INFO] ") == true)
      #expect(report?.contains("\u{1B}") == false)
    }
  }
}
