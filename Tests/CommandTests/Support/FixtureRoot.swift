import Foundation
import Glibc
import Testing

/// A directory that stands for the file system of another host, and a place for other files.
struct FixtureRoot {
  let path: String

  /// What `body` returns, given an empty root that is there only as long as it runs. Its path is
  /// short enough for the address of a socket in it.
  static func with<Outcome>(_ body: (FixtureRoot) throws -> Outcome) throws -> Outcome {
    var template = Array("/tmp/dockward-command-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(FixtureRoot(path: path))
  }

  /// Puts a file below the root and returns its whole path.
  @discardableResult
  func file(_ path: String, _ text: String = "", mode: mode_t = 0o644) throws -> String {
    let file = URL(filePath: self.path + path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    try #require(chmod(file.path, mode) == 0)
    return file.path
  }

  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: self.path + path)), as: UTF8.self)
  }

  var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// Makes it a host with Docker's files: all as they should be, but daemon.json, which all may write.
  func makeHost() throws {
    try file("/etc/hostname", "fixture\n")
    try file("/etc/machine-id", String(repeating: "0", count: 32) + "\n")
    try file("/etc/group", "root:x:0:\ndocker:x:999:\n")
    try file("/etc/docker/daemon.json", "{}\n", mode: 0o666)
    try file(
      "/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n")
    try file("/usr/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/run/docker.sock\n")
  }
}
