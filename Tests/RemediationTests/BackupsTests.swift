import Foundation
import Glibc
import TestSupport
import Testing

@testable import Remediation

@Suite("Backups")
struct BackupsTests {
  private func with(_ body: (Backups, String) throws -> Void) throws {
    try TemporaryDirectory.with { directory in
      let path = directory + "/state/backups"
      try body(Backups(path), path)
    }
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test("keep bytes once, for their owner alone, by their digest")
  func keep() throws {
    try with { backups, path in
      let digest = try backups.keep(Array("abc".utf8))
      #expect(digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      var before = stat()
      try check(lstat(path + "/" + digest, &before), "look")
      #expect(before.st_mode & 0o7777 == 0o600)
      try backups.keep(Array("abc".utf8))
      var after = stat()
      try check(lstat(path + "/" + digest, &after), "look")
      #expect(before.st_ino == after.st_ino && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)
      #expect(try backups.bytes(of: digest) == Array("abc".utf8))
      for directory in [path, URL(filePath: path).deletingLastPathComponent().path] {
        var status = stat()
        try check(lstat(directory, &status), "look")
        #expect(status.st_mode & 0o7777 == 0o700)
      }
    }
  }

  @Test("give nothing that is not what was kept, and keep it anew", arguments: ["damaged", "gone"])
  func damaged(_ how: String) throws {
    try with { backups, path in
      let digest = try backups.keep([1, 2, 3])
      let file = path + "/" + digest
      if how == "damaged" {
        try Data([1, 2, 4]).write(to: URL(filePath: file))
        try check(chmod(file, 0o600), "chmod")
      } else {
        try check(unlink(file), "unlink")
      }
      let error = #expect(throws: RemediationError.self) { try backups.bytes(of: digest) }
      #expect(
        error?.description
          == "cannot find backup \(digest.prefix(12)) in '\(path)': it is \(how == "gone" ? "not there" : how)")
      try backups.keep([1, 2, 3])
      #expect(try backups.bytes(of: digest) == [1, 2, 3])
    }
  }

  @Test("lose what nobody needs, and what was left by killed processes, and nothing else")
  func prune() throws {
    try with { backups, path in
      try backups.prune(keeping: [])
      let one = try backups.keep([1])
      let other = try backups.keep([2])
      try Data().write(to: URL(filePath: path + "/.\(other).new"))
      try Data().write(to: URL(filePath: path + "/README"))
      try backups.prune(keeping: [one])
      #expect(try names(path) == [one, "README"].sorted())
    }
  }

  @Test("have a bound")
  func large() throws {
    try with { backups, path in
      #expect(throws: RemediationError.self) {
        try backups.keep([UInt8](repeating: 0, count: FileVersion.limit + 1))
      }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
