import Foundation
import TestSupport
import Testing

@Suite("The list of checks")
struct ListTests {
  @Test("has a line for each check where it is piped")
  func piped() throws {
    let run = try Dockward.run("list", "--check", "5.23,3.2,3.7")
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(
      run.output == """
        NUMBER  CHECK                      LVL  ASSESSED   SURFACE   STRIDE  TITLE
        3.2     file-docker-service-mode   1    Automated  host      TE      Ensure that docker.service file permissions are appropriately set
        3.7     file-registry-certs-owner  1    Manual     registry  ST      Ensure that registry certificate file ownership is set to root:root
        5.23    container-exec-privileged  2    Manual     client    RE      Ensure that docker exec commands are not used with the privileged option

        """)
  }

  @Test(
    "keeps to the width of a terminal", arguments: [40, 60, 80, 100, 120, 200] as [UInt16],
    ["1.2", "1.8"])
  func terminal(_ columns: UInt16, benchmark: String) throws {
    let list = ["list", "--benchmark", benchmark]
    let output = try PseudoTerminal.run(list, columns: columns).replacing("\r\n", with: "\n")
    let lines = output.split(separator: "\n")
    let widest = lines.map(\.count).max() ?? 0
    // What stands before the titles is not broken.
    #expect(widest <= max(Int(columns), 80), "\(widest)")
    #expect(!output.contains(" \n"))
    let plain = try Dockward.run(list).output
    func words(_ text: String) -> [String] {
      text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    #expect(words(output) == words(plain))
  }

  @Test("is the same on a terminal that does not tell its width as in a pipe")
  func unknownWidth() throws {
    let output = try PseudoTerminal.run(["list"]).replacing("\r\n", with: "\n")
    #expect(output == (try Dockward.run("list").output))
  }

  @Test(
    "is of the benchmark in use",
    arguments: [([], "5.5", "Manual"), (["--benchmark", "1.2"], "5.4", "Scored")])
  func benchmark(_ arguments: [String], number: String, assessed: String) throws {
    let output = try Dockward.run(["list", "--check", "container-privileged"] + arguments).output
    let cells = try #require(output.split(separator: "\n").last).split(separator: " ").map(
      String.init)
    #expect(cells.prefix(6) == [number, "container-privileged", "1", assessed, "host", "E"])
  }

  @Test("is JSON where that is asked for, which keeps its form")
  func json() throws {
    let run = try Dockward.run("list", "--check", "5.4", "--benchmark", "1.2", "--format", "json")
    #expect(
      run.output == """
        {
          "schema": "dockward.list.v1",
          "benchmark": {
            "id": "cis-1.2.0",
            "title": "CIS Docker Benchmark 1.2.0",
            "version": "1.2.0"
          },
          "checks": [
            {
              "id": "5.4",
              "slug": "container-privileged",
              "title": "Ensure that privileged containers are not used",
              "section": "5",
              "level": 1,
              "scored": true,
              "assessment": null,
              "surface": "host",
              "stride": [
                "E"
              ]
            }
          ]
        }

        """)
  }

  @Test("lists what a pass would judge", arguments: [[], ["--level", "1", "--stride", "E"]])
  func same(_ choice: [String]) throws {
    try FixtureRoot.with { fixture in
      let report = try Dockward.run(["--root", fixture.path, "--format", "json"] + choice).report()
      let list = try Dockward.run(["list"] + choice).output.split(separator: "\n").dropFirst()
      #expect(list.map { $0.prefix { $0 != " " } } == report.checks.map { $0.id[...] })
    }
  }
}
