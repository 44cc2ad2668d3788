import Foundation

/// A directory that stands for the file system of a host, and a place for other files.
package struct FixtureRoot: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Puts a file below the root and returns its whole path.
  @discardableResult
  package func file(_ path: String, _ text: String = "", mode: mode_t = 0o644) throws -> String {
    try file(path, bytes: Array(text.utf8), mode: mode)
  }

  @discardableResult
  package func file(_ path: String, bytes: [UInt8], mode: mode_t = 0o644) throws -> String {
    try makeParent(of: path)
    try Data(bytes).write(to: URL(filePath: self.path + path))
    try setMode(mode, of: path)
    return self.path + path
  }

  package func directory(_ path: String, mode: mode_t = 0o755) throws {
    try FileManager.default.createDirectory(
      atPath: self.path + path, withIntermediateDirectories: true)
    try setMode(mode, of: path)
  }

  package func link(_ path: String, to target: String) throws {
    try makeParent(of: path)
    try FileManager.default.createSymbolicLink(
      atPath: self.path + path, withDestinationPath: target)
  }

  package func makeParent(of path: String) throws {
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    try FileManager.default.createDirectory(
      atPath: "\(self.path)/\(parent)", withIntermediateDirectories: true)
  }

  package func setMode(_ mode: mode_t, of path: String) throws {
    guard chmod(self.path + path, mode) == 0 else {
      throw Failure("cannot set the mode of '\(self.path)\(path)'")
    }
  }

  package func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: self.path + path)), as: UTF8.self)
  }

  /// The names of what is in it.
  package var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

extension FixtureRoot {
  /// Makes it a host with Docker's files: all as they should be, but daemon.json, which all may write.
  package func makeHost() throws {
    try file("/etc/hostname", "fixture\n")
    try file("/etc/machine-id", String(repeating: "0", count: 32) + "\n")
    try file("/etc/group", "root:x:0:\ndocker:x:999:\n")
    try file("/etc/docker/daemon.json", "{}\n", mode: 0o666)
    try file(
      "/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n")
    try file("/usr/lib/systemd/system/docker.socket", "[Socket]\nListenStream=/run/docker.sock\n")
  }
}
