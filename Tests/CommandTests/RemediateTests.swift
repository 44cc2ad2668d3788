import Foundation
import TestSupport
import Testing

/// `dockward remediate` and `dockward undo` on a host that is mounted at a directory.
@Suite("Remediating")
struct RemediateTests {
  private static let unit = "/usr/lib/systemd/system/docker.service"

  /// A host whose unit everybody may write; it belongs to user 1000.
  private static func withHost(_ body: (FixtureRoot) throws -> Void) throws {
    try FixtureRoot.with { place in
      let host = FixtureRoot(path: place.path + "/host")
      try host.makeHost()
      try host.directory("/var/lib")
      try host.setMode(0o666, of: unit)
      #expect(chown(host.path + unit, 1000, 1000) == 0)
      try body(host)
    }
  }

  @Test("mends what was asked for, prints both states, and can be taken back exactly")
  func whole() throws {
    try Self.withHost { host in
      let before = try Status(host, Self.unit)
      let run = try Dockward.run("--remediate", "3.1, 3.2", "--root", host.path)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors == "")
      let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
      let id = try #require(lines.last { $0.contains("dockward undo") }?.split(separator: " ").last)
      #expect(
        lines.prefix(8) == [
          "[FIXED] 3.1 Ensure that the docker.service file ownership is set to root:root",
          "       file:\(Self.unit): owner 1000:1000 -> owner 0:0",
          "[FIXED] 3.2 Ensure that docker.service file permissions are appropriately set",
          "       file:\(Self.unit): mode 0666 -> mode 0644",
          "", "== Summary ==", "2 fixed", "To take it back: dockward undo \(id)",
        ])
      let after = try Status(host, Self.unit)
      #expect(after.uid == 0 && after.gid == 0 && after.mode == 0o644)

      let again = try Dockward.run("remediate", "3.1,3.2", "--root", host.path)
      #expect(again.status == 0)
      #expect(again.output.contains("2 already compliant"))
      #expect(try Status(host, Self.unit) == after, "nothing is touched")

      let undo = try Dockward.run("undo", String(id), "--root", host.path)
      #expect(undo.status == 0, "\(undo.errors)")
      #expect(undo.output.contains("2 undone"))
      let undone = try Status(host, Self.unit)
      #expect(undone.uid == before.uid && undone.gid == before.gid && undone.mode == before.mode)
      #expect(undone.inode == before.inode)
      let nothing = try Dockward.run("undo", "--root", host.path)
      nothing.expectUsageError("there is no remediation that could be taken back")
    }
  }

  @Test("is planned by --dry-run, which changes nothing")
  func dryRun() throws {
    try Self.withHost { host in
      let before = try Self.tree(host)
      for checks in ["3", "2.2,2.15", "1.1.3,4.5"] {
        let run = try Dockward.run("remediate", checks, "--root", host.path, "--dry-run")
        #expect(run.output.contains("(--dry-run)"), "\(run.output)\(run.errors)")
        #expect(try Self.tree(host) == before)
      }
      let run = try Dockward.run("remediate", "3.2", "--root", host.path, "--dry-run")
      #expect(run.status == 0)
      #expect(run.output.hasPrefix("[PLANNED] 3.2 "))
    }
  }

  @Test("exits with 4 from a dry run where something would be refused")
  func refusedDryRun() throws {
    try Self.withHost { host in
      let run = try Dockward.run("remediate", "3.2,5.4", "--root", host.path, "--dry-run")
      #expect(run.status == 4)
      #expect(run.output.contains("[PLANNED] 3.2 ") && run.output.contains("[REFUSED] 5.4 "))
    }
  }

  /// A remediation of files reads no more of a host than these take.
  @Test("sees what a whole pass sees")
  func sameAsCheck() throws {
    struct Document: Decodable {
      struct Result: Decodable { var slug, subject, status, before: String }
      var results: [Result]
    }
    try Self.withHost { host in
      try host.file("/etc/sysconfig/docker", "", mode: 0o666)
      let run = try Dockward.run(
        "remediate", "3,4.5", "--root", host.path, "--dry-run", "--format", "json")
      let results = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8)).results
      let report = try Dockward.run(
        "check", "--check", "3,4.5", "--root", host.path, "--format", "json"
      ).report()
      var compared = 0
      for check in report.checks {
        for subject in check.subjects {
          let result = try #require(
            results.first { $0.slug == check.slug && $0.subject == subject.subject })
          #expect(result.before == subject.observed, "\(check.slug)")
          let isWell = ["pass", "notApplicable"].contains(subject.verdict)
          #expect((result.status == "alreadyCompliant") == isWell, "\(check.slug): \(result)")
          compared += 1
        }
      }
      #expect(compared >= 24)
    }
  }

  @Test("writes nothing where all is as it should be")
  func compliant() throws {
    try Self.withHost { host in
      let before = try Self.tree(host)
      let run = try Dockward.run("remediate", "3.3,3.4", "--root", host.path)
      #expect(run.status == 0)
      #expect(run.output.contains("2 already compliant"))
      #expect(try Self.tree(host) == before)
    }
  }

  @Test("is told by JSON in one form")
  func json() throws {
    struct Document: Decodable {
      struct Result: Decodable { var id, slug, subject, status, before, after: String }
      var schema: String
      var transaction: String
      var dryRun: Bool
      var results: [Result]
    }
    try Self.withHost { host in
      let run = try Dockward.run("remediate", "3.2", "--root", host.path, "--format", "json")
      let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
      #expect(document.schema == "dockward.remediation.v1")
      #expect(document.results.map(\.status) == ["fixed"])
      #expect(document.results.map(\.before) == ["mode 0666"])
      #expect(document.results.map(\.after) == ["mode 0644"])
      #expect(document.transaction.count == 8 && !document.dryRun)
    }
  }

  @Test("does the rest of the list where one is refused, and exits with 4")
  func refused() throws {
    try Self.withHost { host in
      // A second name, by which somebody else may mean something else.
      #expect(link(host.path + Self.unit, host.path + "/elsewhere") == 0)
      let run = try Dockward.run("remediate", "3.2,3.18,5.4", "--root", host.path)
      #expect(run.status == 4)
      #expect(run.output.contains("[REFUSED] 3.2 "))
      #expect(run.output.contains("[FIXED] 3.18 "))
      #expect(run.output.contains("[REFUSED] 5.4 "))
      #expect(try Status(host, "/elsewhere").mode == 0o666)
      #expect(try Status(host, "/etc/docker/daemon.json").mode == 0o644)
    }
  }

  @Test("refuses what names nothing, and does nothing then")
  func unknown() throws {
    try Self.withHost { host in
      let before = try Self.tree(host)
      let run = try Dockward.run("remediate", "3.2,3.99", "--root", host.path)
      run.expectUsageError(
        "no check of CIS Docker Benchmark 1.8.0 is called '3.99'; did you mean '3.19' or '3.9' or '2.19'?"
      )
      #expect(try Self.tree(host) == before)
      let none = try Dockward.run("undo", "--root", host.path)
      none.expectUsageError(
        "there is no remediation to take back: no store in '\(host.path)/var/lib/dockward'")
    }
  }

  @Test("changes nothing where it cannot be recorded, and exits with 4")
  func unrecorded() throws {
    try Self.withHost { host in
      try host.file("/var/lib/dockward", "not a directory")
      let before = try Self.tree(host)
      let run = try Dockward.run("remediate", "3.2", "--root", host.path)
      #expect(run.status == 4)
      #expect(run.output.contains("[REFUSED] 3.2 "))
      #expect(run.output.contains("nothing is changed that cannot be recorded"))
      #expect(try Self.tree(host) == before)
    }
  }

  @Test("is done by one process at a time")
  func lock() throws {
    try Self.withHost { host in
      try host.directory("/var/lib/dockward", mode: 0o700)
      let path = host.path + "/var/lib/dockward/remediation.lock"
      let file = open(path, O_RDWR | O_CREAT, 0o600)
      try #require(file >= 0 && flock(file, LOCK_EX) == 0)
      // Longer than the other would wait.
      let run = try Dockward.run("remediate", "3.2", "--root", host.path)
      #expect(run.status == 4)
      #expect(run.output.contains("another remediation is under way"))
      #expect(try Status(host, Self.unit).mode == 0o666)
      close(file)
      #expect(try Dockward.run("remediate", "3.2", "--root", host.path).status == 0)
    }
  }

  /// What lstat(2) says that a change would show in.
  private struct Status: Equatable {
    var inode: UInt64
    var uid, gid: UInt32
    var mode: UInt32
    var modified, changed: Int

    init(_ host: FixtureRoot, _ path: String) throws {
      var status = stat()
      try #require(lstat(host.path + path, &status) == 0)
      inode = UInt64(status.st_ino)
      (uid, gid, mode) = (status.st_uid, status.st_gid, status.st_mode & 0o7777)
      modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
      changed = status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
    }
  }

  /// All that there is, with all that lstat(2) says of it.
  private static func tree(_ host: FixtureRoot) throws -> [String: Status] {
    var tree: [String: Status] = ["/": try Status(host, "/")]
    let paths = FileManager.default.enumerator(atPath: host.path)
    while let path = paths?.nextObject() as? String { tree[path] = try Status(host, "/" + path) }
    return tree
  }
}
