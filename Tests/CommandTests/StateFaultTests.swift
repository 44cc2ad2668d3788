import Foundation
import GRDB
import TestSupport
import Testing

/// A pass whose store is there and cannot be written to: it is printed, says what is wrong, and what was
/// accepted stays.
@Suite("A pass that cannot be recorded")
struct StateFaultTests {
  private struct Host {
    let fixture: FixtureRoot
    let engine: FakeEngine
    var state: String { fixture.path + "/state" }
    var memory: MemoryFileSystem { MemoryFileSystem(path: state) }

    func run(_ arguments: String...) throws -> Dockward {
      try Dockward.run(arguments + ["--state", state, "--host", engine.address])
    }

    /// What `body` returns, given a host that was accepted, in a state directory of a file system of its
    /// own where there is a `size`.
    static func with<Outcome>(size: Int? = nil, _ body: (Host) throws -> Outcome) throws -> Outcome
    {
      try FixtureRoot.with { fixture in
        try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
          let host = Host(fixture: fixture, engine: engine)
          defer { host.memory.detach() }
          if let size { try host.memory.mount(size: size) }
          #expect(try host.run("baseline", "accept").status == 0)
          return try body(host)
        }
      }
    }

    func expectPrinted(butNotRecorded reason: String) throws {
      for condition in ["never", "drift"] {
        let run = try run("check", "--fail-on", condition)
        #expect(run.status == 3)
        #expect(run.output.contains("== Summary =="))
        #expect(run.errors.contains(reason), "\(run.errors)")
        #expect(run.errors.contains("'\(state)/dockward.sqlite'"))
      }
    }

    func expectAsAccepted() throws {
      let run = try run("check", "--fail-on", "drift")
      #expect(run.status == 0, "\(run.errors)")
      #expect(!run.errors.contains("drift"))
    }
  }

  @Test(
    "since the disk is full is printed",
    .enabled(if: MemoryFileSystem.mayMount, "to mount takes root"))
  func full() throws {
    try Host.with(size: 4 << 20) { host in
      try host.memory.fill("else")
      try host.expectPrinted(butNotRecorded: "no space left on the file system")
      try FileManager.default.removeItem(atPath: host.state + "/else")
      try host.expectAsAccepted()
    }
  }

  @Test(
    "since the state directory is read-only is printed",
    .enabled(if: MemoryFileSystem.mayMount, "to mount takes root"))
  func readOnly() throws {
    try Host.with(size: 4 << 20) { host in
      try host.memory.remount(readOnly: true)
      try host.expectPrinted(butNotRecorded: "read-only")
      let status = try Dockward.run("status", "--state", host.state)
      #expect(status.status == 0)
      #expect(status.output.contains("Baseline   1, accepted "))
      try host.memory.remount(readOnly: false)
      try host.expectAsAccepted()
    }
  }

  @Test("since another process does not let go of the store is printed")
  func busy() throws {
    try Host.with { host in
      let other = try DatabaseQueue(path: host.state + "/dockward.sqlite")
      try other.inDatabase { database in
        try database.execute(sql: "BEGIN IMMEDIATE")
        let run = try host.run("check")
        #expect(run.status == 3)
        #expect(run.output.contains("== Summary =="))
        #expect(run.errors.contains("another process"), "\(run.errors)")
        try database.execute(sql: "ROLLBACK")
      }
      try host.expectAsAccepted()
    }
  }

  @Test("beside others that are made at the same time is recorded as they are")
  func together() throws {
    try FixtureRoot.with { fixture in
      try FakeEngine.run(at: fixture.path + "/s", RealAnswers.script()) { engine in
        let host = Host(fixture: fixture, engine: engine)
        #expect(try host.run("baseline", "accept").status == 0)
        let runs = DispatchGroup()
        for _ in 0..<6 {
          runs.enter()
          Thread.detachNewThread {
            let run = try? host.run("check", "--fail-on", "drift")
            #expect(run?.status == 0)
            runs.leave()
          }
        }
        runs.wait()
        let history = try Dockward.run(
          "history", "--state", host.state, "--only", "passes")
        #expect(history.output.split(separator: "\n").count == 7)
      }
    }
  }
}
