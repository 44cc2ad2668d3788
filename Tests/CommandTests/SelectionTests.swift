import TestSupport
import Testing

@Suite("Choosing checks")
struct SelectionTests {
  @Test(
    "takes numbers, sections and names",
    arguments: [
      (["--check", "3.1"], ["3.1"]), (["--check", "3.2,3.1"], ["3.1", "3.2"]),
      (["--check", " 3.1 , 3.2 "], ["3.1", "3.2"]), (["-c", "3.1", "-c", "5.1"], ["3.1", "5.1"]),
      (["--check", "file-docker-service-owner"], ["3.1"]),
      (["--check", "file-docker-service-*"], ["3.1", "3.2"]),
      (["--check", "3.1,5", "--exclude", "5.*"], ["3.1"]),
      (["--check", "3.1,3.2", "--exclude", "file-docker-service-mode"], ["3.1"]),
      (["--section", "3", "--surface", "registry"], ["3.7", "3.8"]),
      (["--section", "3", "--stride", "i", "--surface", "client, Registry"], ["3.13", "3.14"]),
      (["--check", "5.22,5.23", "--stride", "repudiation"], ["5.23"]),
      (["--check", "5.22,5.23", "--stride", "R, elevation-of-privilege"], ["5.22", "5.23"]),
      (["--check", "5.22,5.23", "--level", "1"], ["5.22"]),
      (["--check", "5.22,5.23", "--level", "2"], ["5.22", "5.23"]),
      (["--check", "3.1,3.7,5.5", "--scored"], ["3.1"]),
      (["--check", "3.1,3.7,5.4,5.27", "--scored", "--benchmark", "1.2"], ["3.1", "3.7", "5.4"]),
    ])
  func select(_ arguments: [String], ids: [String]) throws {
    try FixtureRoot.with { fixture in
      let run = try Dockward.run(["--root", fixture.path, "--format", "json"] + arguments)
      #expect(run.status == 0)
      #expect(try run.report().checks.map(\.id) == ids)
    }
  }

  @Test("takes whole sections", arguments: ["3", "3.*"])
  func section(_ selector: String) throws {
    try FixtureRoot.with { fixture in
      let report = try Dockward.run(
        "--root", fixture.path, "--format", "json", "--check", selector
      ).report()
      #expect(report.checks.count > 20)
      #expect(report.checks.allSatisfy { $0.section == "3" })
    }
  }

  @Test(
    "knows the benchmark by its names and by the Engine's version",
    arguments: [
      ([], "cis-1.8.0"), (["--benchmark", "cis-1.2.0"], "cis-1.2.0"),
      (["--benchmark", "cis-1.2"], "cis-1.2.0"), (["--benchmark", "1.6"], "cis-1.6.0"),
      (["--benchmark", "1.7.0"], "cis-1.7.0"), (["--benchmark", "1.8"], "cis-1.8.0"),
      (["--docker-version", "18.09"], "cis-1.2.0"), (["--docker-version", "19.03.5"], "cis-1.2.0"),
      (["--docker-version", "20.10"], "cis-1.6.0"), (["--docker-version", "v20.10"], "cis-1.6.0"),
      (["--docker-version", "20"], "cis-1.6.0"), (["--docker-version", "28.5.1"], "cis-1.6.0"),
    ])
  func benchmark(_ arguments: [String], id: String) throws {
    try FixtureRoot.with { fixture in
      let run = try Dockward.run(["--root", fixture.path, "--format", "json"] + arguments)
      #expect(try run.report().benchmark.id == id)
    }
  }

  /// An Engine is at hand, and is not even asked.
  @Test(
    "of what does not exist is an error that names what is near, before anything is done",
    arguments: [
      (
        ["--check", "file-docker-servise-owner"],
        "'file-docker-servise-owner'; did you mean 'file-docker-service-owner'"
      ),
      (["--check", "3.1,3.99"], "'3.99'; did you mean "), (["--check", "9"], "'9'"),
      (["--check", ""], "''"), (["--check", "3.1,"], "''"), (["--exclude", "3.1.2"], "'3.1.2'"),
      (["--check", "5.1.a"], "'5.1.a'"), (["--check", "5.1.a", "--benchmark", "1.2"], "'5.1.a'"),
      (["--check", "nothing-*"], "'nothing-*'"),
      (["--check", "3.1", "--exclude", "flie-*"], "'flie-*'"),
    ])
  func unknown(_ arguments: [String], message: String) throws {
    try FixtureRoot.with { fixture in
      try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        let run = try Dockward.run(
          ["--root", fixture.path, "--host", engine.address, "--output", fixture.path + "/out"]
            + arguments)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("dockward: no check of "))
        #expect(run.errors.contains(" is called \(message)"))
        #expect(engine.connectionCount == 0)
        #expect(try fixture.entries == ["s"])
      }
    }
  }

  @Test(
    "that leaves nothing is an error that repeats it",
    arguments: [
      ["--check 3.1", "--exclude 3.1"], ["--level 1", "--surface client", "--section 5"],
      ["--scored", "--surface registry"], ["--check 5.23", "--stride s,t"],
    ])
  func nothing(_ options: [String]) throws {
    try FixtureRoot.with { fixture in
      let arguments = options.flatMap { $0.split(separator: " ").map(String.init) }
      for command in [["check", "--root", fixture.path], ["list"]] {
        try Dockward.run(command + arguments).expectUsageError(
          "no check of CIS Docker Benchmark 1.8.0 is left by \(options.joined(separator: " "))")
      }
    }
  }

  @Test(
    "by what is no level, surface, threat or section is an error",
    arguments: [
      (["--level", "3"], "--level: '3' is none of 1, 2"),
      (["--level", ""], "--level: '' is none of 1, 2"),
      (["--surface", "host, hots"], "--surface: 'hots' is none of client, host, registry"),
      (["--surface", ""], "--surface: '' is none of client, host, registry"),
      (["--stride", "S,X"], "--stride: 'X' is none of S, T, R, I, D, E"),
    ])
  func invalid(_ arguments: [String], message: String) throws {
    for command in ["check", "list"] {
      let run = try Dockward.run([command] + arguments)
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
    }
  }

  @Test(
    "and its options of few values name these where they get another",
    arguments: [
      (["--format", "xml"], "--format: 'xml' is none of text, json"),
      (["--format", ""], "--format: '' is none of text, json"),
      (["--color", "red"], "--color: 'red' is none of auto, always, never"),
      (["--fail-on", "Fail"], "--fail-on: 'Fail' is none of never, fail, unknown, drift"),
      (["--timeout", "ten"], "--timeout takes seconds above 0 and up to 3600"),
      (["--timeout", "0"], "--timeout takes seconds above 0 and up to 3600"),
      (["--timeout", "nan"], "--timeout takes seconds above 0 and up to 3600"),
      (["--timeout", "3601"], "--timeout takes seconds above 0 and up to 3600"),
    ])
  func invalidValue(_ arguments: [String], message: String) throws {
    let run = try Dockward.run(["check"] + arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }

  @Test("by a section that is none names those there are")
  func unknownSection() throws {
    for command in ["check", "list"] {
      let run = try Dockward.run([command, "--section", "3,99"])
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(
        run.errors.hasPrefix(
          "dockward: CIS Docker Benchmark 1.8.0 has no section '99'; it has "))
    }
  }

  /// The pass that was begun has to end with it.
  @Test("of what does not exist does not wait for the Engine")
  func prompt() throws {
    try FixtureRoot.with { fixture in
      try FakeEngine.run(at: fixture.path + "/s", { _ in nil }) { engine in
        let began = ContinuousClock.now
        let run = try Dockward.run(
          "--root", fixture.path, "--host", engine.address, "--check", "nonsense", "--timeout", "50"
        )
        #expect(run.status == 2)
        #expect(ContinuousClock.now - began < .seconds(20))
      }
    }
  }

  @Test(
    "of an unknown benchmark is an error that names those there are",
    arguments: [
      (
        ["--benchmark", "1.9"],
        "there is no benchmark '1.9'; known are cis-1.2.0, cis-1.6.0, cis-1.7.0, cis-1.8.0"
      ),
      (
        ["--benchmark", ""],
        "there is no benchmark ''; known are cis-1.2.0, cis-1.6.0, cis-1.7.0, cis-1.8.0"
      ),
      (
        ["--docker-version", "17.06"],
        "there is no benchmark 'cis-1.1'; known are cis-1.2.0, cis-1.6.0, cis-1.7.0, cis-1.8.0"
      ),
      (["--docker-version", "1.12"], "no benchmark covers Docker 1.12, which is before 1.13"),
      (
        ["--docker-version", "latest"],
        "'latest' is no Docker version; one looks like 18.09 or 20.10.24"
      ),
    ])
  func unknownBenchmark(_ arguments: [String], message: String) throws {
    try FixtureRoot.with { fixture in
      try Dockward.run(["--root", fixture.path] + arguments).expectUsageError(message)
    }
  }
}
