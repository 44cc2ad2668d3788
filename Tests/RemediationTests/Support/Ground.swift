import CShims
import Foundation
import Glibc
import HardeningModel
import TestSupport

@testable import Remediation

/// A file system of its own, `root` in a directory for this test, with backups beside it.
struct Ground {
  let directory: String
  let host: HostAccess

  /// What `body` returns, given a ground that is there only as long as it runs.
  static func with<Outcome>(_ body: (Ground) async throws -> Outcome) async throws -> Outcome {
    try await TemporaryDirectory.with { directory in
      let ground = Ground(
        directory: directory,
        host: HostAccess(root: directory + "/root", backups: directory + "/state/backups"))
      try ground.makeDirectory("")
      try ground.makeDirectory("/etc")
      try ground.makeDirectory("/etc/docker")
      return try await body(ground)
    }
  }

  /// Where a path of the host is in truth.
  func place(_ path: String) -> String { host.root + path }

  func makeDirectory(_ path: String, mode: mode_t = 0o755) throws {
    try check(mkdir(place(path), 0o700), "make '\(path)'")
    try check(chmod(place(path), mode), "chmod '\(path)'")
  }

  func write(
    _ text: String, to path: String, mode: mode_t = 0o644, uid: uid_t = 0, gid: gid_t = 0
  ) throws {
    try Data(text.utf8).write(to: URL(filePath: place(path)))
    try check(chown(place(path), uid, gid), "chown '\(path)'")
    try check(chmod(place(path), mode), "chmod '\(path)'")
  }

  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: place(path))), as: UTF8.self)
  }

  func status(_ path: String) throws -> stat {
    var status = stat()
    try check(lstat(place(path), &status), "look at '\(path)'")
    return status
  }

  func attributes(_ path: String) throws -> Attributes {
    let status = try status(path)
    return Attributes(
      uid: status.st_uid, gid: status.st_gid, mode: UInt16(status.st_mode & 0o7777))
  }

  func identity(_ path: String) throws -> FileIdentity {
    let status = try status(path)
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: place(path)).sorted()
  }

  /// Names, owners, modes, contents and times of all that is in the directory of this test.
  func everything() throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
    return try names.map { name in
      var status = stat()
      try check(lstat(directory + "/" + name, &status), "look at '\(name)'")
      let bytes = FileManager.default.contents(atPath: directory + "/" + name)?.base64EncodedString()
      return """
        \(name) \(status.st_ino) \(status.st_uid):\(status.st_gid) \(status.st_mode) \
        \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \
        \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec) \(bytes ?? "")
        """
    }
  }

  /// A change of the owner of what is at `path` now.
  func owner(of path: String, to uid: UInt32, _ gid: UInt32) throws -> AttributesChange {
    var after = try attributes(path)
    (after.uid, after.gid) = (uid, gid)
    return try change(of: path, to: after)
  }

  func mode(of path: String, to mode: UInt16) throws -> AttributesChange {
    var after = try attributes(path)
    after.mode = mode
    return try change(of: path, to: after)
  }

  private func change(of path: String, to after: Attributes) throws -> AttributesChange {
    AttributesChange(
      path: path, canonical: path, identity: try identity(path),
      kind: FileFact.Kind(try status(path).st_mode), before: try attributes(path), after: after)
  }

  func contents(of path: String, to text: String) throws -> ContentsChange {
    let change = try ContentsChange.planned(path, Array(text.utf8), on: host)
    guard let change else { throw Failure("'\(path)' has these contents already") }
    return change
  }
}

func check(_ result: CInt, _ attempt: String) throws {
  guard result == 0 else { throw Failure("cannot \(attempt): \(String(cString: strerror(errno)))") }
}

/// A change as the ledger has it: without the bytes.
func reread<Value: Codable>(_ change: Value) throws -> Value {
  try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(change))
}

/// Why it failed; `nil` where it did not.
func reason(_ body: () async throws(RemediationError) -> Void) async -> String? {
  do {
    try await body()
    return nil
  } catch {
    return error.description
  }
}
