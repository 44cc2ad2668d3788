import Netlink
import SystemPackage
import Testing

@testable import HostFacts

@Suite("Messages of netlink")
struct NetlinkMessageTests {
  /// A message with its header: length, type and flags, sequence number, port.
  private static func message(
    _ type: UInt16, sequence: UInt32, payload: [UInt8] = [], length: UInt32? = nil
  ) -> [UInt8] {
    WireRule.words([
      length ?? UInt32(16 + payload.count), UInt32(type), sequence, 0,
    ]) + payload
  }

  @Test("ask")
  func request() {
    #expect(
      NetlinkMessage.request(1013, sequence: 2)
        == WireRule.words([
          16,  // nlmsg_len
          1013 | 5 << 16,  // nlmsg_type AUDIT_LIST_RULES, nlmsg_flags NLM_F_REQUEST | NLM_F_ACK
          2,  // nlmsg_seq
          0,  // nlmsg_pid
        ]))
  }

  @Test("are taken apart")
  func parsing() throws {
    // Each begins at a multiple of four bytes.
    let bytes =
      Self.message(1013, sequence: 2, payload: [1, 2, 3]) + [0]
      + Self.message(3, sequence: 2)
    let messages = try NetlinkMessage.messages(in: bytes)
    #expect(messages.map(\.type) == [1013, 3])
    #expect(messages.map(\.sequence) == [2, 2])
    #expect(messages.map { Array($0.payload) } == [[1, 2, 3], []])
    #expect(try NetlinkMessage.messages(in: []) == [])
  }

  @Test(
    "that say they are longer or shorter than they can be are refused",
    arguments: [0, 1, 15, 18, 1 << 20, UInt32.max])
  func length(_ length: UInt32) {
    #expect(throws: NetlinkMessage.Malformed.self) {
      try NetlinkMessage.messages(in: Self.message(3, sequence: 1, payload: [0], length: length))
    }
  }

  @Test("that are cut off are refused", arguments: 1..<16)
  func truncated(_ count: Int) {
    #expect(throws: NetlinkMessage.Malformed.self) {
      try NetlinkMessage.messages(in: Array(Self.message(3, sequence: 1).prefix(count)))
    }
  }

  @Test("that are errors say which one")
  func errors() throws {
    func outcome(_ payload: [UInt8]) -> NetlinkSocket.Failure? {
      do {
        try NetlinkSocket.acknowledge(
          NetlinkMessage(type: NetlinkMessage.error, sequence: 1, payload: payload[...]))
        return nil
      } catch {
        return error
      }
    }
    #expect(outcome(WireRule.words([0])) == nil)
    // -EPERM
    #expect(outcome(WireRule.words([0xFFFF_FFFF])) == .refused(.notPermitted))
    #expect(outcome(WireRule.words([0x8000_0000])) == .refused(.ioError))
    #expect(outcome([1, 2]) == .malformed("an error without a number"))
  }

  @Test(
    "that refuse have their reason told",
    arguments: [
      (.refused(.notPermitted), "CAP_AUDIT_CONTROL"),
      (.refused(.connectionRefused), "container with users of its own"),
      (.refused(.protocolNotSupported), "without an audit system"),
      (.refused(.noMemory), "memory"), (.tooLate, "in time"), (.tooMuch, "too large"),
      (.malformed("x"), "makes no sense: x"),
    ] as [(NetlinkSocket.Failure, String)])
  func reasons(_ failure: NetlinkSocket.Failure, text: String) {
    #expect(AuditReader.reason(failure).contains(text))
  }
}
