import CShims
import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Documents

@Suite("Editing a file")
struct FileEditingTests {
  /// A directory of which everything above is root's, and a file `f` in it.
  private func withFile(
    _ text: String? = "old", mode: mode_t = 0o644, _ body: (String) throws -> Void
  ) throws {
    try TemporaryDirectory.with { directory in
      let file = directory + "/f"
      if let text {
        try Data(text.utf8).write(to: URL(filePath: file))
        try #require(chmod(file, mode) == 0)
      }
      try body(file)
    }
  }

  private func edit(
    _ path: String, patience: Duration = .seconds(10), _ text: String
  ) throws {
    try TextFile.edit(path, limit: 100, trust: .rootOnly, patience: patience) { old in
      (old ?? Array("new:".utf8)) + Array(text.utf8)
    }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  private func names(beside path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path
    ).sorted()
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return status
  }

  @Test(
    "replaces it, with the mode that it had", arguments: [0o644, 0o600, 0o444, 0o640] as [mode_t])
  func mode(_ mode: mode_t) throws {
    try withFile(mode: mode) { file in
      let before = try status(file)
      try edit(file, "+1")
      #expect(try text(file) == "old+1")
      #expect(try status(file).st_mode & 0o7777 == mode)
      #expect(try status(file).st_ino != before.st_ino)
      #expect(try names(beside: file) == [".f.lock", "f"])
      let directory = URL(filePath: file).deletingLastPathComponent().path
      #expect(try status(directory + "/.f.lock").st_mode & 0o7777 == 0o600)
    }
  }

  @Test("keeps its group", .enabled(if: geteuid() == 0, "needs root: only root gives files away"))
  func owner() throws {
    try withFile(mode: 0o640) { file in
      try #require(chown(file, 0, 12_345) == 0)
      try edit(file, "+1")
      #expect(try status(file).st_uid == 0 && status(file).st_gid == 12_345)
      #expect(try status(file).st_mode & 0o7777 == 0o640)
    }
  }

  @Test("keeps its extended attributes, and gets none from its directory")
  func extendedAttributes() throws {
    try withFile { file in
      // version 2; tag, permissions and id of user::rw-, user:1000:rwx, group::r-x, mask::rwx, other::r--.
      let list: [UInt8] = [
        2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 7, 0, 0xE8, 3, 0, 0, 4, 0, 5, 0, 255, 255,
        255, 255, 0x10, 0, 7, 0, 255, 255, 255, 255, 0x20, 0, 4, 0, 255, 255, 255, 255,
      ]
      func set(_ name: String, _ value: [UInt8], _ path: String) -> CInt {
        value.withUnsafeBytes {
          dockward_set_attribute(
            path, name, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
      }
      let directory = URL(filePath: file).deletingLastPathComponent().path
      try #require(set("user.note", Array("kept".utf8), file) == 0)
      try #require(set("system.posix_acl_default", list, directory) == 0)
      try edit(file, "+1")
      let opened = try FileDescriptor.open(FilePath(file), .readOnly)
      defer { try? opened.close() }
      #expect(try ExtendedAttributes.value("user.note", of: opened) == Array("kept".utf8))
      #expect(try ExtendedAttributes.value("system.posix_acl_access", of: opened) == nil)
      #expect(try status(file).st_mode & 0o7777 == 0o644)
    }
  }

  /// Under other masks than that of the tests it is `dockward waive` that shows it: the mask belongs to
  /// the whole process.
  @Test("makes what is missing")
  func missing() throws {
    try withFile(nil) { file in
      try edit(file, "x")
      #expect(try text(file) == "new:x")
      #expect(try status(file).st_mode & 0o7777 == 0o644)
      let deeper = file + ".d/g"
      try edit(deeper, "y")
      #expect(try text(deeper) == "new:y")
      #expect(throws: TextFile.WriteFailure.self) { try edit(file + ".e/h/i", "z") }
    }
  }

  @Test("follows a link and leaves it")
  func link() throws {
    try withFile { file in
      let link = file + "-link"
      try #require(symlink("f", link) == 0)
      try edit(link, "+1")
      #expect(try text(file) == "old+1")
      #expect(try status(link).st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test("leaves it where nothing can be made of it")
  func refused() throws {
    struct Refusal: Error {}
    try withFile { file in
      let before = try status(file)
      #expect(throws: Refusal.self) {
        try TextFile.edit(file, limit: 100, trust: .rootOnly) { _ in throw Refusal() }
      }
      #expect(throws: DocumentError.self) {
        try TextFile.edit(file, limit: 1, trust: .rootOnly) { $0 ?? [] }
      }
      #expect(try status(file).st_ino == before.st_ino)
      #expect(try names(beside: file) == [".f.lock", "f"])
    }
  }

  @Test(
    "is refused where others could write it",
    .enabled(if: geteuid() == 0, "needs root: only root refuses what others may write"),
    arguments: [true, false])
  func loose(exists: Bool) throws {
    try withFile(exists ? "old" : nil) { file in
      let directory = URL(filePath: file).deletingLastPathComponent().path
      try #require(chmod(directory, 0o777) == 0)
      let error = #expect(throws: DocumentError.self) { try edit(file, "x") }
      #expect(
        error?.reason
          == "cannot write '\(file)': '\(directory)' is writable by others than root; it must not be"
      )
      #expect(try names(beside: file) == (exists ? ["f"] : []))
      if exists {
        try #require(chmod(directory, 0o755) == 0 && chmod(file, 0o666) == 0)
        #expect(throws: DocumentError.self) { try edit(file, "x") }
        #expect(try text(file) == "old")
      }
    }
  }

  /// An editor knows nothing of the lock.
  @Test("is refused where somebody else changes it meanwhile", arguments: ["replaced", "written"])
  func changed(_ way: String) throws {
    try withFile { file in
      let error = #expect(throws: TextFile.WriteFailure.self) {
        try TextFile.edit(file, limit: 100, trust: .rootOnly) { _ in
          try Data("theirs, and longer".utf8).write(
            to: URL(filePath: file), options: way == "replaced" ? .atomic : [])
          return Array("ours".utf8)
        }
      }
      #expect(
        error?.description == "cannot write '\(file)': somebody else has changed it meanwhile")
      let left = try text(file)
      #expect(left == "theirs, and longer")
      #expect(try names(beside: file) == [".f.lock", "f"])
    }
  }

  @Test("waits for whoever has the lock, but not for ever")
  func locked() throws {
    try withFile { file in
      try edit(file, "+1")
      let name = URL(filePath: file).deletingLastPathComponent().path + "/.f.lock"
      let lock = try FileDescriptor.open(name, .readWrite)
      try #require(flock(lock.rawValue, LOCK_EX) == 0)
      let error = #expect(throws: TextFile.WriteFailure.self) {
        try edit(file, patience: .milliseconds(50), "+2")
      }
      #expect(
        error?.description == "cannot lock '\(name)': another process has had it all the while")
      try lock.close()
      try edit(file, patience: .milliseconds(50), "+2")
      #expect(try text(file) == "old+1+2")
    }
  }

  @Test("loses nothing of what many do at once")
  func concurrent() async throws {
    try await TemporaryDirectory.with { directory in
      let file = directory + "/f"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<16 {
          group.addTask {
            try TextFile.edit(file, limit: 1000, trust: .rootOnly, patience: .seconds(60)) {
              ($0 ?? []) + Array("\(number)\n".utf8)
            }
          }
        }
        try await group.waitForAll()
      }
      let lines = try text(file).split(separator: "\n").compactMap { Int($0) }
      #expect(lines.sorted() == Array(0..<16))
    }
  }
}
