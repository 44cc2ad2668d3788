import CShims
import Foundation
import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import Remediation

/// On real files, as root.
@Suite("Owner and mode", .enabled(if: geteuid() == 0, "needs root: only root gives files away"))
struct AttributesTests {
  static let file = "/etc/docker/daemon.json"

  @Test("are changed, once, and taken back exactly", arguments: ["file", "directory", "socket"])
  func there(_ kind: String) async throws {
    try await Ground.with { ground in
      let path = "/etc/docker/thing"
      switch kind {
      case "file": try ground.write("{}", to: path)
      case "directory": try ground.makeDirectory(path)
      default: try listen(at: ground.place(path))
      }
      try check(chown(ground.place(path), 1000, 1000), "chown")
      try check(chmod(ground.place(path), 0o666), "chmod")
      let before = try ground.status(path)
      for change in [try ground.owner(of: path, to: 0, 0), try ground.mode(of: path, to: 0o644)] {
        let change = try reread(change)
        #expect(try await change.state(on: ground.host) == .before)
        try await change.apply(on: ground.host)
        #expect(try await change.state(on: ground.host) == .after)
        let once = try ground.everything()
        try await change.apply(on: ground.host)
        #expect(try ground.everything() == once)
      }
      #expect(try ground.attributes(path) == Attributes(uid: 0, gid: 0, mode: 0o644))
      try check(chown(ground.place(path), 1000, 1000), "chown")
      try check(chmod(ground.place(path), 0o666), "chmod")
      for change in [try ground.owner(of: path, to: 0, 0), try ground.mode(of: path, to: 0o644)] {
        try await change.apply(on: ground.host)
        try await change.revert(on: ground.host, isForced: false)
        #expect(try await change.state(on: ground.host) == .before)
        let once = try ground.everything()
        try await change.revert(on: ground.host, isForced: false)
        #expect(try ground.everything() == once)
      }
      let now = try ground.status(path)
      #expect(
        now.st_ino == before.st_ino && now.st_uid == 1000 && now.st_gid == 1000
          && now.st_mode == before.st_mode)
    }
  }

  @Test("are independent of each other, whichever is mended or taken back first")
  func independent() async throws {
    try await Ground.with { ground in
      try ground.write("{}", to: Self.file, mode: 0o666, uid: 1000)
      let owner = try ground.owner(of: Self.file, to: 0, 0)
      let mode = try ground.mode(of: Self.file, to: 0o644)
      try await owner.apply(on: ground.host)
      try await mode.apply(on: ground.host)
      try await owner.revert(on: ground.host, isForced: false)
      #expect(try ground.attributes(Self.file) == Attributes(uid: 1000, gid: 0, mode: 0o644))
      try await mode.revert(on: ground.host, isForced: false)
      #expect(try ground.attributes(Self.file) == Attributes(uid: 1000, gid: 0, mode: 0o666))
    }
  }

  @Test("are not taken back where somebody has changed them since, unless forced")
  func changedSince() async throws {
    try await Ground.with { ground in
      try ground.write("{}", to: Self.file, mode: 0o666)
      let change = try ground.mode(of: Self.file, to: 0o644)
      try await change.apply(on: ground.host)
      try check(chmod(ground.place(Self.file), 0o600), "chmod")
      #expect(try await change.state(on: ground.host) == .other("its mode 0600"))
      #expect(
        await reason { () throws(RemediationError) in
          try await change.revert(on: ground.host, isForced: false)
        } == "refused: '\(Self.file)' has changed since: its mode 0600")
      #expect(try ground.attributes(Self.file).mode == 0o600)
      try await change.revert(on: ground.host, isForced: true)
      #expect(try ground.attributes(Self.file).mode == 0o666)
    }
  }

  @Test("of a socket that was made anew are taken back")
  func remade() async throws {
    try await Ground.with { ground in
      let path = "/etc/docker/thing.sock"
      try listen(at: ground.place(path))
      try check(chmod(ground.place(path), 0o666), "chmod")
      let change = try ground.mode(of: path, to: 0o660)
      try await change.apply(on: ground.host)
      try check(rename(ground.place(path), ground.place("/old")), "rename")
      try listen(at: ground.place(path))
      try check(chmod(ground.place(path), 0o660), "chmod")
      try await change.revert(on: ground.host, isForced: false)
      #expect(try ground.attributes(path).mode == 0o666)
    }
  }

  @Test(
    "are refused where they are not safely what was judged", arguments: Refusal.ofAttributes)
  func refused(_ refusal: Refusal) async throws {
    try await refusal.expect { try $0.mode(of: Refusal.file, to: 0o644) }
  }

  @Test("of what runs with somebody's rights are not changed in one step")
  func rights() async throws {
    try await Ground.with { ground in
      try ground.write("x", to: Self.file, mode: 0o4755, uid: 1000)
      let change = try ground.owner(of: Self.file, to: 0, 0)
      #expect(
        await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
          == "refused: '\(Self.file)' is setuid or setgid (mode 04755); take that away first")
      #expect(try ground.attributes(Self.file) == Attributes(uid: 1000, gid: 0, mode: 0o4755))

      try check(chmod(ground.place(Self.file), 0o755), "chmod")
      // VFS_CAP_REVISION_2 with CAP_NET_BIND_SERVICE, see linux/capability.h.
      let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      try check(setAttribute("security.capability", capability, ground.place(Self.file)), "set")
      #expect(
        await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
          == "refused: '\(Self.file)' has file capabilities; take them away first")
      #expect(try attribute("security.capability", ground.place(Self.file)) == capability)
    }
  }

  @Test("in a mode keep an access control list, and give it back")
  func accessControlList() async throws {
    try await Ground.with { ground in
      try ground.write("x", to: Self.file)
      try check(
        setAttribute("system.posix_acl_access", sampleACL, ground.place(Self.file)), "set")
      let mode = try ground.attributes(Self.file).mode
      #expect(mode == 0o664)
      let change = try ground.mode(of: Self.file, to: 0o644)
      try await change.apply(on: ground.host)
      #expect(try attribute("system.posix_acl_access", ground.place(Self.file)) != sampleACL)
      try await change.revert(on: ground.host, isForced: false)
      #expect(try attribute("system.posix_acl_access", ground.place(Self.file)) == sampleACL)
    }
  }

  @Test("on a read-only file system stay, with a clear error")
  func readOnly() async throws {
    try await Ground.with { ground in
      try ground.write("{}", to: Self.file, mode: 0o666)
      let change = try ground.mode(of: Self.file, to: 0o644)
      try await Mount.with(readOnly: ground.place("/etc/docker")) {
        #expect(
          await reason { () throws(RemediationError) in try await change.apply(on: ground.host) }
            == "cannot change the mode of '\(Self.file)': read-only file system")
      }
      #expect(try ground.attributes(Self.file).mode == 0o666)
    }
  }
}
