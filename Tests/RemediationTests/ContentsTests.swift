import CShims
import Documents
import Foundation
import Glibc
import HardeningModel
import SystemPackage
import TestSupport
import Testing

@testable import Remediation

/// On real files, as root.
@Suite("Contents of a file", .enabled(if: geteuid() == 0, "needs root: only root gives files away"))
struct ContentsTests {
  static let file = "/etc/docker/daemon.json"

  @Test("are replaced, once, and taken back exactly")
  func replaced() async throws {
    try await Ground.with { ground in
      try ground.write("{}\n", to: Self.file, mode: 0o640, uid: 7, gid: 12_345)
      let place = ground.place(Self.file)
      try check(setAttribute("user.note", Array("kept".utf8), place), "set")
      try check(setAttribute("trusted.note", Array("kept too".utf8), place), "set")
      try check(setAttribute("system.posix_acl_access", sampleACL, place), "set")
      let before = try ground.attributes(Self.file)
      let change = try ground.contents(of: Self.file, to: "{\"icc\": false}\n")
      #expect(try await change.state(on: ground.host) == .before)

      try await change.apply(on: ground.host)
      func expectKept() throws {
        #expect(try ground.attributes(Self.file) == before)
        #expect(try attribute("user.note", place) == Array("kept".utf8))
        #expect(try attribute("trusted.note", place) == Array("kept too".utf8))
        #expect(try attribute("system.posix_acl_access", place) == sampleACL)
        #expect(try ground.names(in: "/etc/docker") == ["daemon.json"])
      }
      #expect(try ground.text(Self.file) == "{\"icc\": false}\n")
      try expectKept()

      let once = try ground.everything()
      try await change.apply(on: ground.host)
      #expect(try ground.everything() == once)

      let kept = try reread(change)
      #expect(try await kept.state(on: ground.host) == .after)
      try await kept.revert(on: ground.host, isForced: false)
      #expect(try ground.text(Self.file) == "{}\n")
      try expectKept()
      let twice = try ground.everything()
      try await kept.revert(on: ground.host, isForced: false)
      #expect(try ground.everything() == twice)
    }
  }

  @Test("come into being, and are gone again", arguments: [0o022, 0o077, 0] as [mode_t])
  func created(_ mask: mode_t) async {
    // In a process of its own, since a mask counts for all that others do meanwhile.
    await #expect(processExitsWith: .success) { [mask] in
      umask(mask)
      try await ContentsTests.expectCreated()
    }
  }

  private static func expectCreated() async throws {
    try await Ground.with { ground in
      let path = "/etc/systemd/system/docker.socket.d/50-dockward.conf"
      let directories = try DirectoryChange.planned(for: path, on: ground.host)
      #expect(
        directories.map(\.path) == [
          "/etc/systemd", "/etc/systemd/system", "/etc/systemd/system/docker.socket.d",
        ])
      let change = try ground.contents(of: path, to: "[Socket]\n")
      for directory in directories {
        #expect(try await directory.state(on: ground.host) == .before)
        try await directory.apply(on: ground.host)
        #expect(try await directory.state(on: ground.host) == .after)
        #expect(
          try ground.attributes(directory.path) == Attributes(uid: 0, gid: 0, mode: 0o755))
      }
      #expect(try await change.state(on: ground.host) == .before)
      try await change.apply(on: ground.host)
      #expect(try ground.attributes(path) == Attributes(uid: 0, gid: 0, mode: 0o644))
      let once = try ground.everything()
      for directory in directories { try await directory.apply(on: ground.host) }
      try await change.apply(on: ground.host)
      #expect(try ground.everything() == once)

      #expect(
        await reason { () throws(RemediationError) in
          try await directories[2].revert(on: ground.host, isForced: true)
        } == "refused: '\(directories[2].path)' has changed since: there is something in it")
      try await reread(change).revert(on: ground.host, isForced: false)
      for directory in directories.reversed() {
        try await directory.revert(on: ground.host, isForced: false)
      }
      #expect(try ground.names(in: "/etc") == ["docker"])
    }
  }

  @Test("are planned without a write, through links, and shown as a diff")
  func planned() async throws {
    try await Ground.with { ground in
      try ground.makeDirectory("/srv")
      try ground.write("{\n  \"debug\": true\n}\n", to: "/srv/daemon.json")
      try check(symlink("/srv/daemon.json", ground.place(Self.file)), "symlink")
      let before = try ground.everything()
      let change = try #require(
        try ContentsChange.planned(
          Self.file, Array("{\n  \"debug\": true,\n  \"a\": \"\u{1B}[2J\"\n}".utf8),
          on: ground.host))
      #expect(try ground.everything() == before)
      #expect(change.canonical == "/srv/daemon.json")
      #expect(
        change.diff == [
          "--- /srv/daemon.json", "+++ /srv/daemon.json", "@@ -1,3 +1,4 @@", " {",
          "-  \"debug\": true", "-}", "+  \"debug\": true,", "+  \"a\": \"\\u{1B}[2J\"", "+}",
          "\\ No newline at end of file",
        ])
      #expect(
        try ContentsChange.planned(
          Self.file, Array("{\n  \"debug\": true\n}\n".utf8), on: ground.host)
          == nil)
      try await change.apply(on: ground.host)
      #expect(try ground.status(Self.file).st_mode & S_IFMT == S_IFLNK)
      #expect(try ground.text("/srv/daemon.json").hasSuffix("}"))
    }
  }

  @Test("that others have written since stay, unless forced, and are kept then")
  func changedSince() async throws {
    try await Ground.with { ground in
      try ground.write("old", to: Self.file)
      let change = try ground.contents(of: Self.file, to: "new")
      try await change.apply(on: ground.host)
      try ground.write("theirs", to: Self.file)
      #expect(
        await reason { () throws(RemediationError) in
          try await change.revert(on: ground.host, isForced: false)
        } == "refused: '\(Self.file)' has changed since: its contents are others")
      #expect(try ground.text(Self.file) == "theirs")
      try await change.revert(on: ground.host, isForced: true)
      #expect(try ground.text(Self.file) == "old")
      let kept = Backups(ground.host.backups)
      #expect(
        try kept.bytes(of: FileVersion.digest(of: Array("theirs".utf8))) == Array("theirs".utf8))
    }
  }

  @Test("that are gone come back only by force")
  func gone() async throws {
    try await Ground.with { ground in
      try ground.write("old", to: Self.file, mode: 0o600)
      let change = try reread(ground.contents(of: Self.file, to: "new"))
      #expect(
        await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
          != nil)
      try await ground.contents(of: Self.file, to: "new").apply(on: ground.host)
      try check(unlink(ground.place(Self.file)), "unlink")
      #expect(
        await reason { () throws(RemediationError) in
          try await change.revert(on: ground.host, isForced: false)
        } == "refused: '\(Self.file)' has changed since: it is gone")
      try await change.revert(on: ground.host, isForced: true)
      #expect(try ground.text(Self.file) == "old")
      #expect(try ground.attributes(Self.file) == Attributes(uid: 0, gid: 0, mode: 0o600))
    }
  }

  @Test("leave nothing of a killed process", arguments: ["state", "apply", "revert"])
  func leftover(_ call: String) async throws {
    try await Ground.with { ground in
      try ground.write("old", to: Self.file)
      let change = try ground.contents(of: Self.file, to: "new")
      if call == "revert" { try await change.apply(on: ground.host) }
      let backups = Backups(ground.host.backups)
      try backups.keep(Array("new".utf8))
      try backups.keep(Array("old".utf8))
      // Half of what was to be written.
      try ground.write(
        call == "revert" ? "ol" : "ne",
        to: "/etc/docker/" + StagedFile.temporary("daemon.json"))
      switch call {
      case "state": _ = try await change.state(on: ground.host)
      case "apply": try await change.apply(on: ground.host)
      default: try await change.revert(on: ground.host, isForced: false)
      }
      #expect(try ground.names(in: "/etc/docker") == ["daemon.json"])
    }
  }

  @Test("leave alone what somebody else has put where they are written")
  func stranger() async throws {
    try await Ground.with { ground in
      try ground.write("old", to: Self.file)
      let change = try ground.contents(of: Self.file, to: "new")
      let temporary = "/etc/docker/" + StagedFile.temporary("daemon.json")
      try ground.write("theirs", to: temporary)
      let refusal =
        "refused: '\(temporary)' is somebody else's and stands where '\(Self.file)' is written; move it away"
      #expect(
        await reason { () throws(RemediationError) in _ = try await change.state(on: ground.host) }
          == refusal)
      #expect(
        await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
          == refusal)
      #expect(try ground.text(temporary) == "theirs" && ground.text(Self.file) == "old")
      // It was at the place when it was taken out of it, and nothing has come there since.
      try check(unlink(ground.place(Self.file)), "unlink")
      #expect(
        try await change.state(on: ground.host) == .other("its contents are others"))
      #expect(try ground.text(Self.file) == "theirs")
      #expect(try ground.names(in: "/etc/docker") == ["daemon.json"])
    }
  }

  /// What a process that was killed between two calls can leave; the rest of a crash is one or the other
  /// of these.
  @Test(
    "are what they were or what they are to be, wherever a process was killed",
    arguments: ["written", "exchanged", "taken away"])
  func killed(_ moment: String) async throws {
    try await Ground.with { ground in
      let temporary = "/etc/docker/" + StagedFile.temporary("daemon.json")
      if moment != "taken away" { try ground.write("old", to: Self.file) }
      let planned = try ground.contents(of: Self.file, to: "new")
      let change = try reread(planned)
      switch moment {
      case "written":
        try Backups(ground.host.backups).keep(Array("new".utf8))
        try ground.write("new", to: temporary)
      case "exchanged":
        try await planned.apply(on: ground.host)
        try ground.write("old", to: temporary)
      default:
        try await planned.apply(on: ground.host)
        try check(rename(ground.place(Self.file), ground.place(temporary)), "rename")
      }
      let state = try await change.state(on: ground.host)
      #expect(state == (moment == "exchanged" ? .after : .before))
      if state == .after { try await change.revert(on: ground.host, isForced: false) }
      #expect(
        try ground.names(in: "/etc/docker") == (moment == "taken away" ? [] : ["daemon.json"]))
      if moment != "taken away" { #expect(try ground.text(Self.file) == "old") }
    }
  }

  @Test("are refused where they are not safely what was read", arguments: Refusal.ofContents)
  func refused(_ refusal: Refusal) async throws {
    try await refusal.expect { try $0.contents(of: Refusal.file, to: "new") }
  }

  @Test("need a directory")
  func noDirectory() async throws {
    try await Ground.with { ground in
      let change = try ground.contents(of: "/etc/none/f", to: "new")
      #expect(
        await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
          == "cannot write '/etc/none/f': there is no directory '/etc/none'")
    }
  }

  @Test("stay where the file system is read-only")
  func readOnly() async throws {
    try await Ground.with { ground in
      try ground.write("{}", to: Self.file)
      let change = try ground.contents(of: Self.file, to: "new")
      let new = try ground.contents(of: "/etc/docker/new", to: "new")
      try await Mount.with(readOnly: ground.place("/etc/docker")) {
        #expect(
          await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
            == "cannot write '\(Self.file)': read-only file system")
        #expect(
          await reason { () throws(RemediationError) in try await new.apply(on: ground.host) }
            == "cannot write '/etc/docker/new': read-only file system")
      }
      #expect(try ground.text(Self.file) == "{}")
      #expect(try ground.names(in: "/etc/docker") == ["daemon.json"])
    }
  }

  @Test("stay where the disk is full, and nothing is left")
  func full() async throws {
    try await Ground.with { ground in
      try await Mount.with(bytes: 65_536, at: ground.place("/etc/docker")) {
        try ground.write("old", to: Self.file)
        let long = String(repeating: "x", count: 100_000)
        let change = try ground.contents(of: Self.file, to: long)
        #expect(
          await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
            == "cannot write '\(Self.file)': no space left on device")
        #expect(try ground.text(Self.file) == "old")
        #expect(try ground.names(in: "/etc/docker") == ["daemon.json"])
      }
    }
  }

  @Test("stay where what is replaced cannot be kept", arguments: ["full", "read-only", "loose"])
  func unwritableBackups(_ kind: String) async throws {
    try await Ground.with { ground in
      try ground.write("old", to: Self.file)
      let state = ground.directory + "/state"
      let change = try ground.contents(of: Self.file, to: String(repeating: "x", count: 100_000))
      try check(mkdir(state, 0o700), "mkdir")
      func expect(_ reason: String) async throws {
        let place = ground.host.backups
        #expect(
          await RemediationTests.reason { () throws(RemediationError) in
            try await change.apply(on: ground.host)
          } == "cannot keep what is replaced in '\(place)': \(reason)")
      }
      switch kind {
      case "full":
        try await Mount.with(bytes: 65_536, at: state) {
          try check(chmod(state, 0o700), "chmod")
          try await expect("no space left on device")
          #expect(
            try FileManager.default.contentsOfDirectory(atPath: state + "/backups").count == 1)
        }
      case "read-only":
        try await Mount.with(readOnly: state) {
          try await expect("the file system is read-only")
        }
      default:
        try check(chmod(state, 0o777), "chmod")
        try await expect("others than its owner may write to it")
      }
      #expect(try ground.text(Self.file) == "old")
      #expect(try ground.names(in: "/etc/docker") == ["daemon.json"])
    }
  }
}
