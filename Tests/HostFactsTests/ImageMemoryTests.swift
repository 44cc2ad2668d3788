import Foundation
import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// What is remembered of images between passes.
@Suite("Memory of images")
struct ImageMemoryTests {
  private static let endpoint = "unix:///run/docker.sock"

  private func memory() -> ImageMemory {
    var memory = ImageMemory(endpoint: Self.endpoint)
    memory.images["sha256:1"] = ImageMemory.Image(
      healthCheck: .absent, secrets: .found([.init(kind: "password", place: "ENV A", length: 7)]),
      history: .found(ImageHistory(stepCount: 2)), layerCount: .found(1))
    memory.layers["key"] = [ImageMemory.File(Self.entry)]
    return memory
  }

  private static let entry = PrivilegedEntry(
    components: [[0xFF, 0x0A, 0x22], Array("su".utf8)], mode: 0o4755, uid: 1, gid: 2)

  /// What `body` returns, given a state directory that is not there yet.
  private func with<Outcome>(_ body: (String, ImageMemoryFile) throws -> Outcome) async throws
    -> Outcome
  {
    try await FixtureRoot.with { fixture in
      let state = fixture.path + "/state"
      return try body(state, ImageMemoryFile(state: state, endpoint: Self.endpoint))
    }
  }

  private func file(_ state: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: state + "/cache")
    return state + "/cache/" + (try #require(names.first { !$0.hasPrefix(".") }))
  }

  @Test("is read as it was written, by its owner alone")
  func roundTrip() async throws {
    try await with { state, file in
      #expect(file.load() == nil)
      file.save(memory())
      #expect(file.load() == memory())
      #expect(file.load()?.layers["key"]?.first?.entry == Self.entry)
      for (path, mode) in [
        (state, 0o700), (state + "/cache", 0o700), (try self.file(state), 0o600),
      ] {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == mode_t(mode), "\(path)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/cache").count == 1)
    }
  }

  @Test("is of one Engine only")
  func endpoints() async throws {
    try await with { state, file in
      file.save(memory())
      let other = ImageMemoryFile(state: state, endpoint: "unix:///tmp/evil.sock")
      #expect(other.load() == nil)
      try #require(rename(self.file(state), state + "/x") == 0)
      other.save(ImageMemory(endpoint: "unix:///tmp/evil.sock"))
      #expect(other.load() != nil)
      try #require(rename(state + "/x", self.file(state)) == 0)
      #expect(other.load() == nil)
    }
  }

  @Test(
    "is ignored where it is broken",
    arguments: [
      "", "{", "null", "[]", "{\"schema\":\"dockward.images.v0\"}", "\u{0}",
      String(repeating: "[", count: 10_000),
    ])
  func corrupted(_ text: String) async throws {
    try await with { state, file in
      file.save(memory())
      let path = try self.file(state)
      try Data(text.utf8).write(to: URL(filePath: path))
      try #require(chmod(path, 0o600) == 0)
      #expect(file.load() == nil)
      file.save(memory())
      #expect(file.load() == memory())
    }
  }

  @Test("is ignored in every part of it that was cut off")
  func truncated() async throws {
    try await with { state, file in
      file.save(memory())
      let path = try self.file(state)
      let bytes = try Data(contentsOf: URL(filePath: path))
      for count in stride(from: 0, to: bytes.count, by: 7) {
        try bytes.prefix(count).write(to: URL(filePath: path))
        try #require(chmod(path, 0o600) == 0)
        #expect(file.load() == nil)
      }
    }
  }

  @Test("is ignored where others could have written it")
  func others() async throws {
    try await with { state, file in
      file.save(memory())
      let path = try self.file(state)
      for (target, loose, strict) in [
        (path, mode_t(0o622), mode_t(0o600)), (state, 0o777, 0o700),
        (state + "/cache", 0o770, 0o700),
      ] {
        try #require(chmod(target, loose) == 0)
        #expect(file.load() == nil, "\(target)")
        try #require(chmod(target, strict) == 0)
        #expect(file.load() != nil, "\(target)")
      }
      if geteuid() == 0 {
        try #require(chown(path, 1, 1) == 0)
        #expect(file.load() == nil)
      } else {
        print("not shown: a file of somebody else, which only root can make")
      }
    }
  }

  @Test("follows no link")
  func links() async throws {
    try await with { state, file in
      file.save(memory())
      let path = try self.file(state)
      try #require(rename(path, state + "/elsewhere") == 0)
      try #require(symlink(state + "/elsewhere", path) == 0)
      #expect(file.load() == nil)
      file.save(memory())
      #expect(file.load() == memory())
      try #require(rename(state + "/cache", state + "/real") == 0)
      try #require(symlink("real", state + "/cache") == 0)
      #expect(file.load() == nil)
    }
  }

  @Test(
    "that cannot be kept is no error",
    arguments: ["/proc/nothing", "/dev/null", "/proc/self/fd/x/y", ""])
  func unwritable(_ state: String) {
    let file = ImageMemoryFile(state: state, endpoint: Self.endpoint)
    file.save(memory())
    #expect(file.load() == nil)
  }

  @Test(
    "has no files that lead out of a layer",
    arguments: [[], [""], [".."], ["a/b"], ["a", "\u{0}"]])
  func entries(_ path: [String]) throws {
    let json = try JSONSerialization.data(
      withJSONObject: ["path": path, "mode": 0, "uid": 0, "gid": 0] as [String: Any])
    #expect(try JSONDecoder().decode(ImageMemory.File.self, from: json).entry == nil)
  }
}
