import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Errors in files that a person wrote")
struct ConfigurationErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ message: String) {
      self.name = name
      self.text = text
      self.message = message
    }
  }

  @Test(
    "of the configuration have their place",
    arguments: [
      Row(
        "a misspelt key", "swarmExpected: true\nallowedMount: []\n",
        "2:1: unknown key 'allowedMount'; did you mean 'allowedMounts'?"),
      Row(
        "another case", "SwarmExpected: true\n",
        "1:1: unknown key 'SwarmExpected'; did you mean 'swarmExpected'?"),
      Row("no mapping", "- swarmExpected\n", "1:1: expected a mapping, found a list"),
      Row("no list", "allowedMounts: /etc\n", "1:16: expected a list, found '/etc'"),
      Row(
        "no absolute path", "allowedMounts:\n  - /etc\n  - etc:rw\n",
        "3:5: 'etc:rw' is no absolute path, with or without ':rw' after it"),
      Row(
        "no truth value", "# é\nswarmExpected: yes\n", "2:16: expected true or false, found 'yes'"),
      Row(
        "no state", "containerStates: [running, runing]\n",
        "1:28: 'runing' is none of created, running, paused, restarting, removing, exited, dead"),
      Row("no text", "allowedDevices: [[]]\n", "1:18: expected a text, found a list"),
      Row(
        "a key given twice", "swarmExpected: true\nswarmExpected: false\n",
        "1:1: 'swarmExpected' given twice in this mapping"),
      Row("no YAML", "allowedMounts: [\n", "2:1: invalid YAML: did not find expected node content"),
      Row(
        "a tab", "allowedMounts:\n\t- /etc\n",
        "2:1: invalid YAML: found character that cannot start any token"),
    ])
  func configuration(_ row: Row) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/dockward.yaml", row.text)
      try Dockward.run("--root", fixture.path, "--config", file)
        .expectUsageError("\(file):\(row.message)")
    }
  }

  @Test("do not end the program", arguments: ["[", "a: {", "- "])
  func deep(_ opener: String) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/f", String(repeating: opener, count: 100_000))
      let run = try Dockward.run("--root", fixture.path, "--config", file)
      #expect(run.signal == nil)
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix("dockward: \(file):1:"))
    }
  }

  @Test("are none where it says nothing", arguments: ["", "# nothing\n", "---\n", "{}", "~"])
  func empty(_ text: String) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/dockward.yaml", text)
      let run = try Dockward.run("--root", fixture.path, "--config", file, "--check", "3.1")
      #expect(run.status == 0)
      #expect(
        run.errors
          == "dockward: no Engine was asked: only the file system of that host is here; the checks that need it are unknown\n"
      )
    }
  }

  @Test("are told where it cannot be read")
  func unreadable() throws {
    try FixtureRoot.with { fixture in
      try fixture.file("/file")
      try #require(mkfifo(fixture.path + "/fifo", 0o600) == 0)
      let large = try fixture.file("/large", String(repeating: "# \n", count: 400_000))
      for (path, reason) in [
        (fixture.path + "/nothing", "no such file or directory"),
        (fixture.path, "not a regular file"), (fixture.path + "/fifo", "not a regular file"),
        (fixture.path + "/file/x", "not a directory"), (large, "larger than 1048576 bytes"),
      ] {
        try Dockward.run("--root", fixture.path, "--config", path)
          .expectUsageError("cannot read '\(path)': \(reason)")
      }
    }
  }

  @Test(
    "are its permissions, too",
    .enabled(if: geteuid() == 0, "needs root: only root refuses what others may write"))
  func loose() throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/dockward.yaml", "swarmExpected: true\n", mode: 0o664)
      try Dockward.run("--root", fixture.path, "--config", file).expectUsageError(
        "cannot read '\(file)': it is writable by others than root; it must not be")
    }
  }

  /// Somebody who made a link meant a file: to judge by the defaults would be to judge by other rules.
  @Test(
    "are links that lead nowhere, where it is not even named",
    .enabled(if: geteuid() == 0, "needs root, which may mount a file system over /etc"),
    arguments: [
      ("ln -s nowhere /etc/dockward/dockward.yaml", "no such file or directory"),
      ("rmdir /etc/dockward && ln -s nowhere /etc/dockward", "no such file or directory"),
      ("mkdir /etc/dockward/dockward.yaml", "not a regular file"),
      ("rmdir /etc/dockward && touch /etc/dockward", "not a directory"),
      ("true", nil), ("rmdir /etc/dockward", nil),
      ("mkdir /etc/real && rmdir /etc/dockward && ln -s real /etc/dockward", nil),
    ] as [(String, String?)])
  func standardPlace(_ script: String, reason: String?) throws {
    try FixtureRoot.with { fixture in
      let command =
        #"mount -t tmpfs none /etc && mkdir /etc/dockward && \#(script) && exec "$0" "$@""#
      let run = try Dockward.run(
        "/usr/bin/unshare",
        [
          "--mount", "sh", "-c", command, Dockward.executable, "--root", fixture.path, "--check",
          "3.1",
        ])
      if let reason {
        run.expectUsageError("cannot read '/etc/dockward/dockward.yaml': \(reason)")
      } else {
        #expect(run.status == 0)
        #expect(run.output.contains(" 3.1 "))
      }
    }
  }

  private static let head = "id: cis-9.9.9\ntitle: T\nversion: 9.9.9\nsections:\n"
  private static let section = head + "- id: \"3\"\n  title: S\n  checks:\n"

  @Test(
    "of a benchmark have their place",
    arguments: [
      Row("nothing", "", "1:1: the file is empty"),
      Row("no YAML", head + "- {", "6:1: invalid YAML: did not find expected node content"),
      Row(
        "an unknown check",
        section
          + "  - {id: \"3.1\", check: file-docker-servise-owner, assessment: manual, title: T}\n",
        "8:24: the catalog has no check 'file-docker-servise-owner'; did you mean 'file-docker-service-owner' or 'file-docker-service-mode' or 'file-docker-sock-owner'?"
      ),
      Row(
        "a missing key",
        section + "  - {id: \"3.1\", check: file-tls-ca-owner, assessment: manual}\n",
        "8:5: the key 'title' is missing here"),
      Row(
        "an unknown key",
        section + "  - {id: \"3.1\", check: file-tls-ca-owner, assesment: manual, title: T}\n",
        "8:43: unknown key 'assesment'; did you mean 'assessment'?"),
      Row(
        "neither marking", section + "  - {id: \"3.1\", check: file-tls-ca-owner, title: T}\n",
        "8:5: expected one of 'scored' and 'assessment'"),
      Row(
        "a level beyond",
        section + "  - {id: \"3.1\", check: file-tls-ca-owner, level: 3, scored: true, title: T}\n",
        "8:50: expected a number from 1 to 2, found '3'"),
      Row(
        "another id than its name", head.replacing("9.9.9", with: "9.9.8").dropLast() + " []\n",
        "1:1: the file is called 'cis-9.9.9' but its benchmark 'cis-9.9.8'"),
    ])
  func benchmark(_ row: Row) throws {
    try FixtureRoot.with { fixture in
      let file = try fixture.file("/benchmarks/cis-9.9.9.yaml", row.text)
      try Dockward.run("--root", fixture.path, "--benchmarks", fixture.path + "/benchmarks")
        .expectUsageError("\(file):\(row.message)")
    }
  }

  @Test("are told where there are no benchmarks")
  func noBenchmarks() throws {
    try FixtureRoot.with { fixture in
      try fixture.file("/empty/README")
      try Dockward.run("--root", fixture.path, "--benchmarks", fixture.path + "/empty")
        .expectUsageError("there is no benchmark index file")
      try Dockward.run("--root", fixture.path, "--benchmarks", fixture.path + "/none")
        .expectUsageError("cannot read '\(fixture.path)/none': no such directory")
    }
  }

  /// What controls a terminal in a file would control it from standard error.
  @Test("do not repeat what a terminal obeys")
  func escapes() throws {
    try FixtureRoot.with { fixture in
      let yaml = try fixture.file("/f.yaml", "\"\\e[2J\\nfake\\u202e\": 1\n")
      let json = try fixture.file("/f.json", #"{"\u001b[2J\n\u202e":1,"\u001b[2J\n\u202e":2}"#)
      for arguments in [["--root", fixture.path, "--config", yaml], ["--snapshot", json]] {
        let run = try Dockward.run(arguments)
        #expect(run.status == 2)
        #expect(run.errors.contains("[2J"))
        let scalars = run.errors.dropLast().unicodeScalars
        #expect(
          !scalars.contains { [.control, .format].contains($0.properties.generalCategory) })
      }
    }
  }
}
