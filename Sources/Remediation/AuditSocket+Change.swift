import CShims
import Netlink

extension AuditSocket {
  /// Requests of `linux/audit.h` that change the kernel's rules.
  private static let addition: UInt16 = 1011
  private static let deletion: UInt16 = 1012

  /// Puts a rule, `struct audit_rule_data`, behind the others of its filter.
  func add(_ rule: [UInt8]) throws(NetlinkSocket.Failure) {
    try change(Self.addition, rule, sequence: 3)
  }

  /// Takes out the rule that equals `rule`.
  func delete(_ rule: [UInt8]) throws(NetlinkSocket.Failure) {
    try change(Self.deletion, rule, sequence: 4)
  }

  private func change(
    _ request: UInt16, _ rule: [UInt8], sequence: UInt32
  ) throws(NetlinkSocket.Failure) {
    try socket.confirmation(
      of: NetlinkMessage.request(request, sequence: sequence, payload: rule), sequence: sequence)
  }
}
