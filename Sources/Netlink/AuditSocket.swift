import CShims

/// A conversation with the kernel's audit system over netlink(7). It changes nothing: two requests are
/// made, both of which only ask.
package struct AuditSocket {
  /// Requests, `AUDIT_GET` and `AUDIT_LIST_RULES` of `linux/audit.h`; the answers bear the same numbers.
  package static let status: UInt16 = 1000
  package static let rules: UInt16 = 1013

  package let socket: NetlinkSocket

  /// The caller calls `close()`.
  package init(deadline: ContinuousClock.Instant) throws(NetlinkSocket.Failure) {
    socket = try NetlinkSocket(family: dockward_netlink_audit, deadline: deadline)
  }

  package func close() { socket.close() }

  /// The payload of the kernel's answer to `AUDIT_GET`.
  package func statusAnswer() throws(NetlinkSocket.Failure) -> ArraySlice<UInt8> {
    let answers = try answers(to: Self.status, sequence: 1) { $0.type == Self.status }
    guard let answer = answers.first else { throw .malformed("no status in the answer") }
    return answer
  }

  /// The payloads of the rules, in the kernel's order.
  package func ruleAnswers() throws(NetlinkSocket.Failure) -> [ArraySlice<UInt8>] {
    try answers(to: Self.rules, sequence: 2) { $0.type == NetlinkMessage.done }
  }

  private func answers(
    to request: UInt16, sequence: UInt32, isLast: (NetlinkMessage) -> Bool
  ) throws(NetlinkSocket.Failure) -> [ArraySlice<UInt8>] {
    try socket.answers(
      to: NetlinkMessage.request(request, sequence: sequence), type: request, sequence: sequence,
      isLast: isLast)
  }
}
