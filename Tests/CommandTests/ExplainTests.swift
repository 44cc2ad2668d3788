import Testing

@Suite("Explanations of checks")
struct ExplainTests {
  private static func explain(_ arguments: String...) throws -> String {
    let run = try Dockward.run(["explain"] + arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    return run.output
  }

  @Test("say all there is to say of a check")
  func whole() throws {
    #expect(
      try Self.explain("5.5") == """
        5.5 Ensure that privileged containers are not used
        container-privileged

        Benchmarks
          CIS Docker Benchmark 1.8.0  5.5  level 1  Manual
          CIS Docker Benchmark 1.7.0  5.5  level 1  Manual
          CIS Docker Benchmark 1.6.0  5.5  level 1  Manual
          CIS Docker Benchmark 1.2.0  5.4  level 1  Scored

        What is read
          HostConfig.Privileged of each container.

        When it passes
          It is false.

        Why it matters
          A privileged container has every capability and every device, and no seccomp
          filter, AppArmor profile or SELinux type that confines it: an attacker who is
          root in it can mount the host's disk and is root on the host (elevation of
          privilege).
          Surface: host. Threats (STRIDE): elevation of privilege (E).

        How to mend it
          Create the container again without --privileged; --cap-add gives it the single
          capabilities that it needs.
          The container has to be created again, and is down meanwhile.

        What --remediate does
          Nothing: dockward does not mend this by itself. A person does, by the steps
          above.

        """)
  }

  @Test(
    "are of the checks that are named, in that order, each once",
    arguments: [
      (["5.5,3.1"], ["container-privileged", "file-docker-service-owner"]),
      (["5.5", "3.1"], ["container-privileged", "file-docker-service-owner"]),
      (
        ["5.5", " 3.1 , 5.5", "container-privileged"],
        ["container-privileged", "file-docker-service-owner"]
      ),
      (["file-docker-service-*"], ["file-docker-service-owner", "file-docker-service-mode"]),
      (["5.4", "--benchmark", "1.2"], ["container-privileged"]),
      (["5.4", "--docker-version", "18.09"], ["container-privileged"]),
      // 1.2.0 does not have it.
      (["file-containerd-sock-mode", "--benchmark", "1.2"], ["file-containerd-sock-mode"]),
    ])
  func named(_ arguments: [String], slugs: [String]) throws {
    let output = try Dockward.run(["explain"] + arguments).output
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    let headings = lines.indices.filter { lines[$0] == "Benchmarks" }
    #expect(headings.map { String(lines[$0 - 2]) } == slugs)
  }

  @Test("begin with the number and title of the benchmark in use")
  func heading() throws {
    let output = try Self.explain("container-docker-socket", "--benchmark", "1.2")
    #expect(
      output.hasPrefix("5.31 Ensure that the Docker socket is not mounted inside any containers\n"))
    let other = try Self.explain("file-containerd-sock-mode", "--benchmark", "1.2")
    #expect(other.hasPrefix("3.24 "))
    #expect(!other.contains("1.2.0"))
  }

  @Test(
    "keep to the width of a terminal, or to 80 columns", arguments: [0, 40, 80, 120] as [UInt16])
  func width(_ columns: UInt16) throws {
    let output = try PseudoTerminal.run(["explain", "3,5"], columns: columns)
      .replacing("\r\n", with: "\n")
    let widest = output.split(separator: "\n").map(\.count).max() ?? 0
    let limit = columns == 0 ? 80 : Int(columns)
    // The lines of the benchmarks are not broken.
    #expect(widest <= max(limit, 60), "\(widest)")
    #expect(widest > limit - 10)
    #expect(!output.contains(" \n"))
  }

  @Test("have no links, and nothing that a terminal obeys")
  func plain() throws {
    let output = try Self.explain("*")
    #expect(!output.contains("http") && !output.contains("]("))
    #expect(
      output.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }

  @Test("are JSON where that is asked for, which keeps its form")
  func json() throws {
    let output = try Self.explain("container-memory-limit", "--format", "json")
    #expect(
      output.hasPrefix(
        """
        {
          "schema": "dockward.explain.v1",
          "checks": [
            {
              "slug": "container-memory-limit",
              "surface": "host",
              "stride": [
                "D"
              ],
              "reads": "HostConfig.Memory of each container.",
              "passes": "It is above 0, and not so large (1152921504606846976, which is 1 EiB) that it limits nothing.",
              "threat": "
        """))
    #expect(
      output.hasSuffix(
        """
                {
                  "benchmark": "cis-1.2.0",
                  "id": "5.10",
                  "slug": "container-memory-limit",
                  "title": "Ensure that the memory usage for container is limited",
                  "section": "5",
                  "level": 1,
                  "scored": true,
                  "assessment": null
                }
              ]
            }
          ]
        }

        """))
  }

  @Test(
    "of what does not exist name what is near",
    arguments: [
      (["container-privleged"], "'container-privleged'; did you mean 'container-privileged'"),
      (["5.5", "5.99"], "'5.99'; did you mean '5."), (["5.5,"], "''"), ([""], "''"),
      (["5.5.a"], "'5.5.a'"),
    ])
  func unknown(_ selectors: [String], message: String) throws {
    let run = try Dockward.run(["explain"] + selectors)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(
      run.errors.hasPrefix("dockward: no check of CIS Docker Benchmark 1.8.0 is called \(message)"))
  }

  @Test("of nothing are an error")
  func nothing() throws {
    let run = try Dockward.run("explain")
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("Error: Missing expected argument '<selectors> ...'\n"))
  }
}
