import HardeningModel
import Netlink
import TestSupport
import Testing

@testable import Remediation

@Suite("A watch of the kernel's audit system")
struct AuditWatchTests {
  @Test("is one line, and the rule that the kernel lists for it")
  func line() throws {
    let watch = try #require(AuditWatch(path: "/etc/docker", isDirectory: true, key: "d"))
    #expect(watch.line == "-w /etc/docker -p wa -k d")
    #expect("\(watch.rule)" == "-a always,exit -F dir=/etc/docker -F perm=wa -F key=d")
    let file = try #require(AuditWatch(path: "/etc/hosts", isDirectory: false, key: "d"))
    #expect("\(file.rule)" == "-a always,exit -F path=/etc/hosts -F perm=wa -F key=d")
  }

  /// What auditctl 4.0.2 sends for `-w /etc/docker -p wa -k d`.
  @Test("is sent as auditctl sends it")
  func wire() throws {
    let watch = try #require(AuditWatch(path: "/etc/docker", isDirectory: true, key: "d"))
    let wire = try #require(watch.rule.wire)
    #expect(wire.count == 1052)
    func word(_ offset: Int) -> UInt32 {
      wire[offset..<offset + 4].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }
    // flags AUDIT_FILTER_EXIT, action AUDIT_ALWAYS, field_count
    #expect([0, 4, 8].map(word) == [4, 2, 3])
    #expect((0..<64).allSatisfy { word(12 + 4 * $0) == .max })
    // fields AUDIT_DIR, AUDIT_PERM, AUDIT_FILTERKEY
    #expect([268, 272, 276, 280].map(word) == [107, 106, 210, 0])
    #expect([524, 528, 532].map(word) == [11, 10, 1])
    #expect([780, 784, 788].map(word) == [0x4000_0000, 0x4000_0000, 0x4000_0000])
    #expect(word(1036) == 12)
    #expect(wire[1040...].elementsEqual("/etc/dockerd".utf8))
    #expect(try AuditRule(wire: wire[...]) == watch.rule)
  }

  @Test(
    "is not made of what no line of a rules file can name",
    arguments: [
      "etc/docker", "/etc/docker/", "/etc//docker", "/etc/../docker", "/with blank", "/with\ttab",
      "/with\nnewline", "/quote\"", "/quote'", "/back\\slash", "/hash#", "/ümlaut",
      "/" + String(repeating: "a", count: 4095), "",
    ])
  func refused(_ path: String) {
    #expect(AuditWatch(path: path, isDirectory: false, key: "d") == nil)
  }
}

/// Rules on the kernel that the tests run on: each is about a path of its own and has a key of its own, and
/// is gone when its test is.
@Suite("An audit rule in the kernel", .serialized)
struct AuditRuleTests {
  private static let host = HostAccess(backups: "/nonexistent")

  private static func change(_ path: String, isDirectory: Bool) throws -> AuditRuleChange {
    let watch = try #require(
      AuditWatch(path: path, isDirectory: isDirectory, key: "dockward-tests"))
    return AuditRuleChange(text: watch.line, wire: try #require(watch.rule.wire))
  }

  /// Why no rule can be added here; `nil` where one can. Asked by deleting one that is not there.
  static let obstacle: String? = {
    do {
      let socket = try AuditSocket(deadline: .now + .seconds(2))
      defer { socket.close() }
      try socket.delete(try change("/nonexistent/dockward", isDirectory: false).wire)
      return "the kernel deleted a rule that was not there"
    } catch NetlinkSocket.Failure.refused(.noSuchFileOrDirectory) {
      return nil
    } catch {
      return "the kernel takes no audit rules from here: \(error)"
    }
  }()

  @Test(
    "is added once, seen, and taken out",
    .enabled(if: AuditRuleTests.obstacle == nil, "\(AuditRuleTests.obstacle ?? "")"),
    arguments: [true, false])
  func roundTrip(isDirectory: Bool) async throws {
    try await TemporaryDirectory.with { directory async throws in
      let change = try Self.change(
        isDirectory ? directory : directory + "/file", isDirectory: isDirectory)
      defer { try? change.revert(on: Self.host, isForced: true) }
      #expect(try change.state(on: Self.host) == .before)
      #expect(throws: RemediationError.self) { try change.revert(on: Self.host, isForced: false) }
      try change.revert(on: Self.host, isForced: true)
      try change.apply(on: Self.host)
      #expect(try change.state(on: Self.host) == .after)
      #expect(throws: RemediationError.self) { try change.apply(on: Self.host) }
      try change.revert(on: Self.host, isForced: false)
      #expect(try change.state(on: Self.host) == .before)
    }
    print(
      "the kernel's audit rules: a watch of a \(isDirectory ? "directory" : "file") added and deleted"
    )
  }

  @Test("is not added to the kernel for a file system that is mounted somewhere")
  func otherRoot() throws {
    let change = try Self.change("/etc/docker", isDirectory: true)
    let host = HostAccess(root: "/mnt", backups: "/nonexistent")
    let error = #expect(throws: RemediationError.self) { try change.apply(on: host) }
    #expect(error?.description.contains("'/mnt' is no running system") == true)
  }
}
