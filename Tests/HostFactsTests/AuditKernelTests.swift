import CShims
import Glibc
import HardeningModel
import Netlink
import TestSupport
import Testing

@testable import HostFacts

/// The audit system of the kernel that the tests run on. A rule that a test adds is about a directory
/// of its own, and is deleted with it; nothing else is changed.
@Suite("The kernel's audit rules", .serialized)
struct AuditKernelTests {
  private func read() throws -> AuditFacts {
    let root = try HostRoot("/")
    defer { root.close() }
    return AuditReader(root: root).facts()
  }

  @Test("can be read, or the reason is known")
  func reading() throws {
    switch try read().kernel {
    case .found(let kernel):
      #expect(!kernel.machine.isEmpty)
      #expect(kernel.enabled <= 2)
    case .unreadable(let reason):
      #expect(reason.hasPrefix("cannot read the kernel's audit rules: "))
      print("the kernel's audit rules: \(reason)")
    case .absent: Issue.record("a kernel without rules has an empty list")
    }
  }

  @Test("are not those of a file system that is mounted somewhere")
  func otherRoot() async throws {
    try await FixtureRoot.with { fixture in
      let reason = try await fixture.snapshot().audit.kernel.failure
      #expect(reason?.contains("is no running system") == true)
    }
  }

  @Test("are unreadable when there is no time left")
  func deadline() throws {
    let root = try HostRoot("/")
    defer { root.close() }
    let reason = AuditReader(root: root, patience: .zero).facts().kernel.failure
    #expect(reason != nil)
  }

  @Test(
    "are read as they were added",
    .enabled(if: AuditKernelTests.obstacle == nil, "\(AuditKernelTests.obstacle ?? "")"))
  func added() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/file")
      try fixture.directory("/directory")
      let before = try read().kernel.value?.rules ?? []
      let path = fixture.path + "/file"
      let directory = fixture.path + "/directory"
      let machine: UInt32 = 0xC000_003E
      let rules = [
        WireRule(
          filter: 4, action: 2, mask: WireRule.allCalls,
          fields: [
            (105, UInt32(path.utf8.count), 0x4000_0000), (106, 10, 0x4000_0000),
            (210, 8, 0x4000_0000),
          ], texts: path + "dockward"),
        WireRule(
          filter: 4, action: 2, mask: WireRule.allCalls,
          fields: [
            (107, UInt32(directory.utf8.count), 0x4000_0000), (106, 2, 0x4000_0000),
            (9, 1000, 0x6000_0000),
          ], texts: directory),
        WireRule(
          filter: 4, action: 2, mask: [0: 1 << 2, 8: 1 << 1],
          fields: [
            (11, machine, 0x4000_0000), (107, UInt32(directory.utf8.count), 0x4000_0000),
          ], texts: directory),
      ]
      for rule in rules { try Self.change(.add, rule) }
      defer { for rule in rules { try? Self.change(.delete, rule) } }
      let kernel = try #require(try read().kernel.value)
      let own = kernel.rules.filter { "\($0)".contains(fixture.path) }
      #expect(
        own == [
          AuditRule(fields: [
            .init("path", text: path), .init("perm", value: 10), .init("key", text: "dockward"),
          ]),
          AuditRule(fields: [
            .init("dir", text: directory), .init("perm", value: 2),
            .init("auid", ">=", value: 1000),
          ]),
          AuditRule(
            systemCalls: [2, 257],
            fields: [.init("arch", value: machine), .init("dir", text: directory)]),
        ])
      #expect(kernel.rules.count == before.count + own.count)
      print("the kernel's audit rules: \(own.count) added, read and deleted")
    }
  }

  @Test(
    "are read to the last when there are many",
    .enabled(if: AuditKernelTests.obstacle == nil, "\(AuditKernelTests.obstacle ?? "")"))
  func many() async throws {
    try await FixtureRoot.with { fixture in
      let rules = (0..<500).map { number in
        let path = "\(fixture.path)/\(number)"
        return WireRule(
          filter: 4, action: 2, mask: WireRule.allCalls,
          fields: [(105, UInt32(path.utf8.count), 0x4000_0000)], texts: path)
      }
      for number in 0..<500 { try fixture.file("/\(number)") }
      defer { for rule in rules { try? Self.change(.delete, rule) } }
      for rule in rules { try Self.change(.add, rule) }
      let read = try #require(try read().kernel.value).rules
      #expect(read.filter { "\($0)".contains(fixture.path + "/") }.count == 500)
    }
  }

  // MARK: - Changing rules

  /// `AUDIT_ADD_RULE` and `AUDIT_DEL_RULE`.
  private enum Change: UInt16 { case add = 1011, delete = 1012 }

  private struct Refused: Error { let number: Int32 }

  /// Adds or deletes a rule; throws what the kernel says against it.
  private static func change(_ change: Change, _ rule: WireRule) throws {
    let descriptor = dockward_netlink_open(dockward_netlink_audit)
    guard descriptor >= 0 else { throw Refused(number: errno) }
    defer { close(descriptor) }
    let payload = rule.bytes
    let message =
      WireRule.words([
        UInt32(16 + payload.count), UInt32(change.rawValue) | 5 << 16, 1, 0,
      ]) + payload
    let sent = message.withUnsafeBytes {
      dockward_netlink_send(descriptor, $0.baseAddress, $0.count)
    }
    guard sent >= 0 else { throw Refused(number: errno) }
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, 2000) == 1 else { throw Refused(number: ETIMEDOUT) }
    var answer = [UInt8](repeating: 0, count: 8192)
    var sender: UInt32 = 0
    let count = answer.withUnsafeMutableBytes {
      dockward_netlink_receive(descriptor, $0.baseAddress, $0.count, &sender)
    }
    guard count >= 20 else { throw Refused(number: EIO) }
    var reader = NativeBytes(answer[16..<20])
    let number = Int32(bitPattern: try reader.uint32())
    guard number == 0 else { throw Refused(number: -number) }
  }

  /// Why no rule can be added here; `nil` where one can. Asked by deleting a rule that is not there.
  private static let obstacle: String? = {
    do {
      try change(.delete, WireRule(filter: 4, action: 2, mask: [0: 1]))
      return "the kernel deleted a rule that was not there"
    } catch let refusal as Refused {
      if refusal.number == ENOENT { return nil }
      return "the kernel takes no audit rules from here: "
        + String(cString: strerror(refusal.number))
    } catch {
      return "\(error)"
    }
  }()
}
