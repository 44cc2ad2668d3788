import Foundation
import TestSupport
import Testing

/// What is accepted on a real host with a real Engine, by the program itself.
@Suite(
  "The baseline of a real host",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct BaselineCommandTests {
  static let preparation = """
    set -e; exec >/dev/null 2>&1
    docker tag busybox:latest web:1
    docker run -d --name runs-the-tag web:1 sleep 86400
    docker run -d --name limited --memory 64m busybox:latest sleep 86400
    docker run -d --name to-remove busybox:latest sleep 86400
    """

  /// The others are about what is compared.
  static let deeds = DriftTests.deeds.prefix(5)

  @Test(
    "makes each deed told once by check, and so what undoes it", arguments: Machine.Suite.allCases)
  func deeds(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      let unit = try machine.shell("systemctl show -P FragmentPath docker")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let accepted = try machine.shell("dockward baseline accept --reason 'as built'")
      #expect(accepted.hasPrefix("Baseline 1, accepted "))
      #expect(accepted.contains("Reason: as built"))

      /// What `check` tells as `CHANGE … SUBJECT`, and what differs, by `baseline diff`.
      func expect(told: [String], differs: [String], _ what: String) throws {
        let run = try machine.run("dockward", "check")
        #expect(run.status == 0, "\(suite): \(what)")
        let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("dockward: drift: ") }
        #expect(lines.count == told.count, "\(suite): \(what): \(run.errors)")
        for (line, event) in zip(lines, told.map { $0.replacing("UNIT", with: unit) }) {
          for word in event.split(separator: " ") {
            #expect(line.contains(word), "\(suite): \(what): \(line)")
          }
        }
        #expect(
          try machine.differences() == differs.map { $0.replacing("UNIT", with: unit) },
          "\(suite): \(what)")
        let isWorse = differs.contains { !$0.hasPrefix("disappeared") }
        #expect(
          try machine.run("dockward", "check", "--fail-on", "drift").status == (isWorse ? 1 : 0),
          "\(suite): \(what)")
      }
      try expect(told: [], differs: [], "nothing was done")
      for deed in Self.deeds {
        try machine.shell("set -e; exec >/dev/null; \(deed.script)")
        try expect(told: [deed.told], differs: [deed.told], deed.script)
        try expect(told: [], differs: [deed.told], "after: \(deed.script)")
        try machine.shell("set -e; exec >/dev/null; \(deed.undoing)")
        try expect(told: [deed.toldOfUndoing], differs: [], deed.undoing)
        try expect(told: [], differs: [], "after: \(deed.undoing)")
      }
      print("\(suite): \(Self.deeds.count) deeds, each told once by check, and undone")
    }
  }

  @Test("is carried elsewhere as a file, and is missed when somebody changes it")
  func file() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.shell(Self.preparation)
      try machine.shell(
        """
        set -e; exec >/dev/null
        dockward baseline accept --reason first
        dockward baseline export /root/b.json
        dockward baseline import /root/b.json --state /var/lib/second
        dockward baseline export --state /var/lib/second /root/again.json
        """)
      #expect(try machine.differences("--state", "/var/lib/second").isEmpty)
      let states = "sed -n '/\"states\"/,$p'"
      try machine.shell(
        "\(states) /root/b.json > /root/1; \(states) /root/again.json > /root/2; cmp /root/1 /root/2"
      )

      // A byte of what was signed.
      try machine.shell(
        """
        set -e; cd /var/lib/second
        at=$(grep -abo '"reason":"first"' dockward.sqlite | head -n 1 | cut -d: -f1)
        [ -n "$at" ]
        printf F | dd of=dockward.sqlite bs=1 seek=$((at + 10)) conv=notrunc status=none
        """)
      for command in [["baseline", "show"], ["baseline", "diff"], ["check"]] {
        let run = try machine.run("dockward", command + ["--state", "/var/lib/second"])
        #expect(run.status == 3, "\(command)")
        #expect(
          run.errors.contains(
            "the baseline in '/var/lib/second/dockward.sqlite' was tampered with"),
          "\(command): \(run.errors)")
      }
      // The other is as it was.
      #expect(try machine.run("dockward", "baseline", "show").status == 0)
      print("trixie: a baseline as a file, and one with a byte changed")
    }
  }

  @Test("is not what is seen of a host without its Engine")
  func engine() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.shell("systemctl stop docker.socket docker.service 2>/dev/null")
      let run = try machine.run("dockward", "baseline", "accept")
      #expect(run.status == 3)
      #expect(run.errors.contains("nothing was accepted: the pass did not see all of this host"))
      #expect(try machine.run("test", "-e", "/var/lib/dockward/dockward.sqlite").status != 0)
    }
  }
}

extension Machine {
  /// What differs from what is accepted, as `CHANGE [CHECK] SUBJECT`.
  fileprivate func differences(_ arguments: String...) throws -> [String] {
    let run = try run("dockward", ["baseline", "diff", "--format", "json"] + arguments)
    try run.expectSuccess()
    struct Document: Decodable {
      struct Event: Decodable {
        var change: String
        var slug: String?
        var subject: String
      }
      var events: [Event]
    }
    return try JSONDecoder().decode(Document.self, from: Data(run.output.utf8)).events.map {
      ([$0.change] + [$0.slug].compactMap { $0 } + [$0.subject]).joined(separator: " ")
    }
  }

  fileprivate func run(_ program: String, _ arguments: [String]) throws -> Outcome {
    try run("/bin/sh", "-c", ([program] + arguments).joined(separator: " "))
  }
}
