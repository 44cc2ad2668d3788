import Foundation
import Glibc
import TestSupport
import Testing

@testable import Documents

/// Only root has to be careful whose files it obeys; to anyone else they are their own.
@Suite(
  "Files that root obeys",
  .enabled(if: geteuid() == 0, "needs root: only root refuses what others may write"))
struct TrustedFileTests {
  /// A file `d/e/f` of mode 644 in directories of mode 755 within a temporary one, all root's.
  private func withFile(_ body: (String) throws -> Void) throws {
    try TemporaryDirectory.with { base in
      try FileManager.default.createDirectory(
        atPath: base + "/d/e", withIntermediateDirectories: true)
      try Data("x".utf8).write(to: URL(filePath: base + "/d/e/f"))
      for path in ["/d/e/f", "/d/e", "/d"] {
        try #require(chmod(base + path, path == "/d/e/f" ? 0o644 : 0o755) == 0)
      }
      try body(base)
    }
  }

  private func refusal(_ path: String) -> String? {
    do throws(DocumentError) {
      _ = try TextFile.read(path, limit: 10, trust: .rootOnly)
      return nil
    } catch {
      return error.description
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    var mode: mode_t = 0o755
    var owner: uid_t = 0
    var isRefused = true
    var testDescription: String { name }
  }

  @Test(
    "are refused where others may write them",
    arguments: [
      Row(name: "as they should be", path: "/d/e/f", mode: 0o644, isRefused: false),
      Row(name: "for all to read and run", path: "/d/e/f", mode: 0o555, isRefused: false),
      Row(name: "a group that only reads", path: "/d/e/f", mode: 0o640, isRefused: false),
      Row(name: "writable by the group", path: "/d/e/f", mode: 0o664),
      Row(name: "writable by the group alone", path: "/d/e/f", mode: 0o020),
      Row(name: "writable by all", path: "/d/e/f", mode: 0o602),
      Row(name: "sticky, and writable by all", path: "/d/e/f", mode: 0o1666),
      Row(name: "somebody else's", path: "/d/e/f", mode: 0o400, owner: 12_345),
      Row(name: "its directory, writable by the group", path: "/d/e", mode: 0o775),
      Row(name: "its directory, writable by all", path: "/d/e", mode: 0o757),
      Row(name: "its directory, somebody else's", path: "/d/e", mode: 0o755, owner: 12_345),
      Row(name: "the one above, writable by the group", path: "/d", mode: 0o775),
      Row(name: "the one above, somebody else's", path: "/d", mode: 0o700, owner: 12_345),
      Row(name: "a sticky directory, as /tmp is", path: "/d", mode: 0o1777, isRefused: false),
      Row(name: "somebody else's sticky directory", path: "/d", mode: 0o1777, owner: 12_345),
    ])
  func judge(_ row: Row) throws {
    try withFile { base in
      try #require(chown(base + row.path, row.owner, 0) == 0)
      try #require(chmod(base + row.path, row.mode) == 0)
      let file = base + "/d/e/f"
      let culprit = row.path == "/d/e/f" ? "it" : "'\(base)\(row.path)'"
      #expect(
        refusal(file)
          == (row.isRefused
            ? "cannot read '\(file)': \(culprit) is writable by others than root; it must not be"
            : nil))
    }
  }

  @Test("are judged by what a link leads to")
  func linkToLoose() throws {
    try withFile { base in
      let link = base + "/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "d/e/f")
      #expect(refusal(link) == nil)
      try #require(chmod(base + "/d/e", 0o777) == 0)
      #expect(
        refusal(link)
          == "cannot read '\(link)': '\(base)/d/e' is writable by others than root; it must not be")
      try #require(chmod(base + "/d/e", 0o755) == 0 && chmod(base + "/d/e/f", 0o666) == 0)
      #expect(
        refusal(link)
          == "cannot read '\(link)': it is writable by others than root; it must not be")
    }
  }

  /// Whoever may write the directory of a link chooses what root obeys.
  @Test("are judged by where a link stands")
  func linkInLoose() throws {
    try withFile { base in
      try FileManager.default.createDirectory(
        atPath: base + "/loose", withIntermediateDirectories: false)
      let link = base + "/loose/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../d/e/f")
      #expect(refusal(link) == nil)
      try #require(chmod(base + "/loose", 0o777) == 0)
      #expect(
        refusal(link)
          == "cannot read '\(link)': '\(base)/loose' is writable by others than root; it must not be"
      )
    }
  }

  @Test("are judged only when they are obeyed")
  func data() throws {
    try withFile { base in
      try #require(chmod(base + "/d/e/f", 0o666) == 0)
      #expect(try TextFile.read(base + "/d/e/f", limit: 10, trust: .anyone) == [0x78])
    }
  }
}
