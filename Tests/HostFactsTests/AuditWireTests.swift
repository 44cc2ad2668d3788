import HardeningModel
import Netlink
import Testing

@testable import HostFacts

/// Rules as the kernel sends them. The bytes are those of Linux 6.18 on x86_64, for the rules that
/// auditctl 4.0.2 makes of the lines quoted with them.
@Suite("An audit rule of the kernel")
struct AuditWireTests {
  @Test("is what it says")
  func decoding() throws {
    // -w /etc/docker -p wa -k d
    let bytes = WireRule(
      filter: 4,  // AUDIT_FILTER_EXIT
      action: 2,  // AUDIT_ALWAYS
      mask: WireRule.allCalls,
      fields: [
        (107, 11, 0x4000_0000),  // AUDIT_DIR, of 11 bytes, AUDIT_EQUAL
        (106, 10, 0x4000_0000),  // AUDIT_PERM, AUDIT_PERM_WRITE | AUDIT_PERM_ATTR
        (210, 1, 0x4000_0000),  // AUDIT_FILTERKEY, of 1 byte
      ],
      texts: "/etc/dockerd"
    ).bytes
    #expect(bytes.count == 1052)
    let rule = try AuditRule(wire: bytes[...])
    #expect(
      rule
        == AuditRule(fields: [
          .init("dir", text: "/etc/docker"), .init("perm", value: 10), .init("key", text: "d"),
        ]))
    #expect("\(rule)" == "-a always,exit -F dir=/etc/docker -F perm=wa -F key=d")
  }

  @Test("has the numbers of its system calls, its machine and its other conditions")
  func conditions() throws {
    // -a never,exit -F arch=b64 -S open -S openat2 -F auid>=1000 -F auid!=unset -F success=0
    let bytes = WireRule(
      filter: 4, action: 0, mask: [0: 1 << 2, 13: 1 << 21],
      fields: [
        (11, 0xC000_003E, 0x4000_0000), (9, 1000, 0x6000_0000), (9, .max, 0x3000_0000),
        (104, 0, 0x4000_0000), (999, 7, 0x1000_0000), (1, 5, 0x7777_7777),
      ]
    ).bytes
    let rule = try AuditRule(wire: bytes[...])
    #expect(rule.systemCalls == [2, 437])
    #expect(
      "\(rule)"
        == "-a never,exit -S 2 -S 437 -F arch=x86_64 -F auid>=1000 -F auid!=unset -F success=0 "
        + "-F field 999<7 -F uid?5")
  }

  @Test(
    "tells its filter and action",
    arguments: [
      (0, 0, "-a never,user"), (1, 2, "-a always,task"), (4, 1, "-a possible,exit"),
      (5, 2, "-a always,exclude"), (6, 0, "-a never,filesystem"), (7, 2, "-a always,io_uring"),
      (8, 3, "-a other,other"), (0x14, 2, "-a always,exit"),
    ] as [(UInt32, UInt32, String)])
  func filters(_ filter: UInt32, action: UInt32, text: String) throws {
    let bytes = WireRule(filter: filter, action: action, mask: WireRule.allCalls).bytes
    #expect(try AuditRule(wire: bytes[...]).description == text)
  }

  @Test("that is cut off anywhere is refused")
  func truncated() throws {
    let bytes = WireRule(
      filter: 4, action: 2, fields: [(105, 10, 0x4000_0000)], texts: "/etc/hosts"
    ).bytes
    for count in bytes.indices {
      #expect(throws: NetlinkMessage.Malformed.self) { try AuditRule(wire: bytes[..<count]) }
    }
  }

  @Test("that contradicts itself is refused")
  func hostile() throws {
    var tooMany = WireRule(filter: 4, action: 2).bytes
    // field_count
    tooMany.replaceSubrange(8..<12, with: [65, 0, 0, 0])
    #expect(throws: NetlinkMessage.Malformed.self) { try AuditRule(wire: tooMany[...]) }
    tooMany.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: NetlinkMessage.Malformed.self) { try AuditRule(wire: tooMany[...]) }
    // A text longer than all texts together.
    for length in [11, 0xFFFF_FFFF] as [UInt32] {
      let bytes = WireRule(
        filter: 4, action: 2, fields: [(105, length, 0x4000_0000)], texts: "/etc/hosts"
      ).bytes
      #expect(throws: NetlinkMessage.Malformed.self) { try AuditRule(wire: bytes[...]) }
    }
  }

  @Test("whose path is not UTF-8 names no path that exists")
  func notUTF8() throws {
    var bytes = WireRule(
      filter: 4, action: 2, fields: [(105, 5, 0x4000_0000)], texts: "/etc/"
    ).bytes
    bytes[bytes.count - 1] = 0xFF
    #expect(try AuditRule(wire: bytes[...]).fields[0].text == "/etc\u{FFFD}")
  }

  @Test("of the kernel's answers makes the state of the audit system")
  func state() throws {
    // struct audit_status: mask, enabled, failure, …
    let status = WireRule.words([0, 2, 1, 0, 0, 64, 0, 0])
    let rule = WireRule(filter: 1, action: 0).bytes
    let kernel = try AuditReader.kernel(
      status: status[...], rules: [rule[...]], machine: "x86_64")
    #expect(kernel.enabled == 2)
    #expect(kernel.rules == [AuditRule(.task, .never, systemCalls: [], fields: [])])
    #expect(throws: NetlinkSocket.Failure.self) {
      try AuditReader.kernel(status: status[..<7], rules: [], machine: "")
    }
    #expect(throws: NetlinkSocket.Failure.self) {
      try AuditReader.kernel(status: status[...], rules: [rule[..<1000]], machine: "")
    }
  }
}

/// A `struct audit_rule_data` of `linux/audit.h`.
struct WireRule {
  var filter: UInt32
  var action: UInt32
  /// The words of the mask that are not 0.
  var mask: [Int: UInt32] = [:]
  /// Number, value and comparison.
  var fields: [(UInt32, UInt32, UInt32)] = []
  var texts = ""

  /// As the kernel lists it: the last sixteen bits stand for classes, and it has cleared them.
  static let allCalls: [Int: UInt32] = Dictionary(
    uniqueKeysWithValues: (0..<64).map { ($0, $0 == 63 ? 0xFFFF : .max) })

  var bytes: [UInt8] {
    func padded(_ values: [UInt32]) -> [UInt32] {
      values + [UInt32](repeating: 0, count: 64 - values.count)
    }
    return Self.words(
      [filter, action, UInt32(fields.count)] + (0..<64).map { mask[$0] ?? 0 }
        + padded(fields.map(\.0)) + padded(fields.map(\.1)) + padded(fields.map(\.2))
        + [UInt32(texts.utf8.count)]) + Array(texts.utf8)
  }

  /// Numbers in the byte order of this machine.
  static func words(_ values: [UInt32]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
  }
}
