import Foundation
import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The survey of files")
struct FileSurveyTests {
  private func look(
    at path: String, in fixture: FixtureRoot
  ) throws -> Reading<FileFact> {
    try fixture.opened { root in
      var survey = FileSurvey(root)
      return survey.look(at: path)
    }
  }

  @Test(
    "tells kinds",
    arguments: [
      ("/file", .regular), ("/directory", .directory), ("/socket", .socket), ("/fifo", .fifo),
      ("/", .directory), ("/link", .regular),
    ] as [(String, FileFact.Kind)])
  func kinds(_ path: String, kind: FileFact.Kind) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file")
      try fixture.directory("/directory")
      try fixture.socket("/socket")
      try fixture.fifo("/fifo")
      try fixture.link("/link", to: "/file")
      #expect(try look(at: path, in: fixture).value?.kind == kind)
    }
  }

  @Test(
    "has all the permission bits",
    arguments: [0, 0o644, 0o777, 0o4755, 0o2755, 0o1644, 0o7777] as [mode_t])
  func modes(_ mode: mode_t) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file", mode: mode)
      try fixture.link("/link", to: "file")
      #expect(try look(at: "/link", in: fixture).value?.mode == UInt16(mode))
    }
  }

  @Test(
    "has the owner of what a link leads to",
    .enabled(if: geteuid() == 0, "needs root: only root gives files away"))
  func owner() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file")
      try fixture.link("/link", to: "file")
      try #require(chown(fixture.path + "/file", 1234, 4_000_000_000) == 0)
      let fact = try look(at: "/link", in: fixture).value
      #expect(fact?.uid == 1234)
      #expect(fact?.gid == 4_000_000_000)
    }
  }

  @Test(
    "has paths without links, as seen from the root",
    arguments: [
      ("/etc/docker", "/etc/docker"), ("/", "/"), ("/..", "/"), ("//etc//docker/.", "/etc/docker"),
      ("/var/run/docker.sock", "/run/docker.sock"),
      ("/lib/docker.service", "/usr/lib/docker.service"),
      ("/var/run", "/run"), ("/a", "/etc/docker"), ("/chain", "/run/docker.sock"),
      ("/etc/docker/../../../../run/docker.sock", "/run/docker.sock"), ("/top", "/top"),
      ("/é\u{301}", "/é\u{301}"), ("/\u{301}", "/\u{301}"),
    ])
  func canonical(_ path: String, expected: String) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.directory("/etc/docker")
      try fixture.file("/run/docker.sock")
      try fixture.file("/usr/lib/docker.service")
      try fixture.file("/top")
      try fixture.file("/é\u{301}")
      try fixture.file("/\u{301}")
      try fixture.link("/var/run", to: "/run")
      try fixture.link("/lib", to: "usr/lib")
      try fixture.link("/a", to: "/var/../etc/docker")
      try fixture.link("/chain", to: "/var/run/docker.sock")
      #expect(try look(at: path, in: fixture).value?.canonical == expected)
    }
  }

  @Test(
    "tells what is absent from what cannot be looked at",
    arguments: [
      ("/x", .absent), ("/x/y", .absent), ("/file/x", .absent), ("/dangling", .absent),
      ("/outside", .absent), ("", .absent),
      ("/loop", .unreadable("cannot look at '/loop': too many levels of symbolic links")),
      ("/loop/x", .unreadable("cannot look at '/loop/x': too many levels of symbolic links")),
      ("/a\0", .unreadable("cannot look at '/a\0': invalid argument")),
      (
        "/" + String(repeating: "a", count: 256),
        .unreadable(
          "cannot look at '/\(String(repeating: "a", count: 256))': file name too long")
      ),
    ] as [(String, Reading<FileFact>)])
  func missing(_ path: String, reading: Reading<FileFact>) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file")
      try fixture.link("/dangling", to: "/x")
      try fixture.link("/outside", to: "/etc/passwd")
      try fixture.link("/loop", to: "loop")
      #expect(try look(at: path, in: fixture) == reading)
    }
  }

  @Test("knows a file under all its names")
  func identity() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/a/file")
      try fixture.file("/a/other")
      try fixture.directory("/b")
      try #require(Glibc.link(fixture.path + "/a/file", fixture.path + "/b/same") == 0)
      let file = try #require(try look(at: "/a/file", in: fixture).value)
      let same = try #require(try look(at: "/b/same", in: fixture).value)
      let other = try #require(try look(at: "/a/other", in: fixture).value)
      #expect(file.identity == same.identity)
      #expect(file.identity != other.identity)
      #expect(file.ancestors != same.ancestors)
      #expect(file.ancestors == other.ancestors)
    }
  }

  @Test("knows the directories above, up to the root")
  func ancestors() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/a/b/file")
      try fixture.link("/link", to: "/a/b/file")
      let names = ["/a/b", "/a", "/"]
      let above = try names.map { try #require(try look(at: $0, in: fixture).value).identity }
      #expect(try look(at: "/link", in: fixture).value?.ancestors == above)
      #expect(try look(at: "/", in: fixture).value?.ancestors == [])
    }
  }

  @Test("looks at each name once, and keeps it under that name")
  func once() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file")
      try fixture.link("/link", to: "/file")
      try fixture.opened { root in
        var survey = FileSurvey(root)
        let first = survey.look(at: "/file")
        let linked = survey.look(at: "/link")
        try FileManager.default.removeItem(atPath: fixture.path + "/file")
        #expect(survey.look(at: "/file") == first)
        #expect(survey.look(at: "/link") == linked)
        #expect(survey.look(at: "//file") == .absent)
        #expect(survey.files == ["/file": first, "/link": linked, "//file": .absent])
      }
    }
  }

  /// To Swift the two names are one text; to the kernel they are two files.
  @Test("does not take one file for another that is written alike")
  func alike() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/caf\u{E9}", mode: 0o600)
      try fixture.file("/cafe\u{301}", mode: 0o666)
      try fixture.opened { root in
        var survey = FileSurvey(root)
        survey.look(at: "/caf\u{E9}")
        #expect(survey.look(at: "/cafe\u{301}").value?.mode != 0o600)
      }
    }
  }
}
