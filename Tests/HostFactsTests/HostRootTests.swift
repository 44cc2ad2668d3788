import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import HostFacts

/// A root is as strange to us as a container's file system: nothing in it may lead out of it.
@Suite("Roots")
struct HostRootTests {
  /// What reading `path` gives: the text, or why there is none.
  private func read(_ path: String, in root: HostRoot) -> String {
    do { return try root.text(of: path) } catch { return error.description }
  }

  private func withFixture(_ body: (FixtureRoot, HostRoot) throws -> Void) async throws {
    try await FixtureRoot.with { fixture in try fixture.opened { try body(fixture, $0) } }
  }

  @Test(
    "keep links inside",
    arguments: [
      ("/etc/name", "/etc/secret", "inside"),
      ("/etc/name", "secret", "inside"),
      ("/etc/name", "../etc/./secret", "inside"),
      ("/etc/name", "../../../../../../../../etc/secret", "inside"),
      ("/name", "/../../etc/secret", "inside"),
      ("/etc/name", "/etc/passwd", "cannot read '/etc/name': no such file or directory"),
      ("/etc/name", "../../../etc/passwd", "cannot read '/etc/name': no such file or directory"),
      (
        "/etc/name", "/proc/self/root/etc/passwd",
        "cannot read '/etc/name': no such file or directory"
      ),
      ("/etc/name", "name", "cannot read '/etc/name': too many levels of symbolic links"),
      ("/etc/name", "/", "cannot read '/etc/name': not a regular file"),
      ("/etc/name", "secret/x", "cannot read '/etc/name': not a directory"),
    ])
  func links(_ path: String, target: String, content: String) async throws {
    try await withFixture { fixture, root in
      try fixture.file("/etc/secret", "inside")
      try fixture.link(path, to: target)
      #expect(read(path, in: root) == content)
    }
  }

  /// A file beside the root, reached by climbing, by its true path and by a link in the middle.
  @Test("are not left", arguments: ["plain", "absolute", "climbing", "directory"])
  func outside(_ way: String) async throws {
    try await FixtureRoot.with { outside in
      try outside.file("/secret", "outside")
      try await withFixture { fixture, root in
        let name = try #require(outside.path.split(separator: "/").last)
        try fixture.directory("/etc")
        try fixture.link("/absolute", to: outside.path + "/secret")
        try fixture.link("/climbing", to: "../\(name)/secret")
        try fixture.link("/up", to: "..")
        let path =
          switch way {
          case "plain": "/../\(name)/secret"
          case "absolute", "climbing": "/" + way
          default: "/up/\(name)/secret"
          }
        #expect(read(path, in: root) == "cannot read '\(path)': no such file or directory")
        // The same ways do lead to it where they are not kept inside.
        #expect((try? String(contentsOfFile: fixture.path + path, encoding: .utf8)) == "outside")
      }
    }
  }

  @Test(
    "read regular files only",
    arguments: [
      ("/file", "text"), ("/empty", ""), ("//etc/..//file", "text"), ("file", "text"),
      ("/bytes", "a\u{FFFD}b"),
      ("/directory", "cannot read '/directory': not a regular file"),
      ("/fifo", "cannot read '/fifo': not a regular file"),
      ("/socket", "cannot read '/socket': no such device or address"),
      ("/missing", "cannot read '/missing': no such file or directory"),
      ("/file/x", "cannot read '/file/x': not a directory"),
      ("/file\0x", "cannot read '/file\0x': invalid argument"),
      ("", "cannot read '': no such file or directory"),
    ])
  func kinds(_ path: String, content: String) async throws {
    try await withFixture { fixture, root in
      try fixture.file("/file", "text")
      try fixture.file("/empty")
      try fixture.file("/bytes", bytes: [0x61, 0xFF, 0x62])
      try fixture.directory("/directory")
      try fixture.directory("/etc")
      try fixture.fifo("/fifo")
      try fixture.socket("/socket")
      #expect(read(path, in: root) == content)
    }
  }

  @Test("read up to a limit")
  func limit() async throws {
    try await withFixture { fixture, root in
      try fixture.file("/file", "12345")
      #expect(try root.contents(of: "/file", limit: 5).count == 5)
      let error = #expect(throws: ReadFailure.self) { try root.contents(of: "/file", limit: 4) }
      #expect(error?.description == "cannot read '/file': larger than 4 bytes")
      #expect(error?.isAbsence == false)
    }
  }

  @Test("tell absence from what cannot be read")
  func absence() async throws {
    try await withFixture { fixture, root in
      try fixture.file("/file")
      try fixture.link("/loop", to: "loop")
      for (path, isAbsent) in [("/x", true), ("/file/x", true), ("/loop", false), ("/", false)] {
        let error = #expect(throws: ReadFailure.self) { try root.contents(of: path) }
        #expect(error?.isAbsence == isAbsent, "\(path)")
      }
    }
  }

  @Test("list directories, sorted")
  func entries() async throws {
    try await withFixture { fixture, root in
      for name in ["b", "a", ".hidden", "é", "a b"] { try fixture.file("/d/" + name) }
      try fixture.directory("/empty")
      try fixture.link("/link", to: "/d")
      #expect(try root.entries(of: "/d") == [".hidden", "a", "a b", "b", "é"])
      #expect(try root.entries(of: "/link").count == 5)
      #expect(try root.entries(of: "/empty") == [])
      #expect(try root.entries(of: "/d", limit: 5).count == 5)
      let error = #expect(throws: ReadFailure.self) { try root.entries(of: "/d", limit: 4) }
      #expect(error?.description == "cannot read '/d': more than 4 entries")
      #expect(throws: ReadFailure.self) { try root.entries(of: "/d/a") }
    }
  }

  @Test("read links without following them")
  func link() async throws {
    try await withFixture { fixture, root in
      try fixture.link("/proc/1/exe", to: "/usr/sbin/dockerd (deleted)")
      try fixture.link("/proc/1/ns", to: "/elsewhere")
      try fixture.link("/elsewhere/pid", to: "pid:[4026531836]")
      #expect(try root.link(at: "/proc/1/exe") == "/usr/sbin/dockerd (deleted)")
      #expect(try root.link(at: "/proc/1/ns/pid") == "pid:[4026531836]")
      #expect(try #require(throws: ReadFailure.self) { try root.link(at: "/x") }.isAbsence)
    }
  }

  @Test("have the path that they are truly at")
  func path() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/host")
      try fixture.link("/link", to: "host")
      for path in ["/host", "/host/", "/link", "/./host/../link//."] {
        let root = try HostRoot(fixture.path + path)
        defer { root.close() }
        #expect(root.path == fixture.path + "/host")
        #expect(!root.isThisHost)
      }
    }
    for path in ["/", "//", "/tmp/..", "/proc/self/root"] {
      let root = try HostRoot(path)
      defer { root.close() }
      #expect(root.isThisHost, "\(path)")
    }
  }

  @Test("are directories")
  func refused() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file")
      for (path, reason) in [("/x", "no such file or directory"), ("/file", "not a directory")] {
        let error = #expect(throws: ReadFailure.self) { try HostRoot(fixture.path + path) }
        #expect(error?.description == "cannot open the root '\(fixture.path)\(path)': \(reason)")
      }
    }
  }
}
