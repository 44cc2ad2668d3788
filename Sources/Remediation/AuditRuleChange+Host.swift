import HardeningModel
import Netlink
import SystemPackage

extension AuditRuleChange: HostChange {
  /// How long the kernel may take for one answer.
  private static let patience = Duration.seconds(2)

  var action: String { "auditctl \(text)" }
  var beforeText: String { "no such audit rule" }
  var afterText: String { "the audit rule '\(text)'" }

  func state(on host: HostAccess) throws(RemediationError) -> ChangeState {
    try asking(host, "read") { socket throws(NetlinkSocket.Failure) in
      try Self.holds(try rule(), socket) ? .after : .before
    }
  }

  func apply(on host: HostAccess) throws(RemediationError) {
    try asking(host, "add") { socket throws(NetlinkSocket.Failure) in
      guard try !Self.holds(try rule(), socket) else { throw .refused(.fileExists) }
      try changing(socket, until: true) { () throws(NetlinkSocket.Failure) in try socket.add(wire) }
    }
  }

  func revert(on host: HostAccess, isForced: Bool) throws(RemediationError) {
    try asking(host, "delete") { socket throws(NetlinkSocket.Failure) in
      guard try Self.holds(try rule(), socket) else {
        if isForced { return }
        throw .refused(.noSuchFileOrDirectory)
      }
      try changing(socket, until: false) { () throws(NetlinkSocket.Failure) in
        try socket.delete(wire)
      }
    }
  }

  /// Does something of which the kernel's answer may get lost; then its list tells.
  private func changing(
    _ socket: AuditSocket, until holds: Bool,
    _ body: () throws(NetlinkSocket.Failure) -> Void
  ) throws(NetlinkSocket.Failure) {
    do {
      try body()
    } catch {
      if case .refused = error { throw error }
      let second = try AuditSocket(deadline: .now + Self.patience)
      defer { second.close() }
      guard try Self.holds(try rule(), second) == holds else { throw error }
    }
  }

  private func rule() throws(NetlinkSocket.Failure) -> AuditRule {
    do { return try AuditRule(wire: wire[...]) } catch { throw .malformed(error.description) }
  }

  private static func holds(
    _ rule: AuditRule, _ socket: AuditSocket
  ) throws(NetlinkSocket.Failure) -> Bool {
    for answer in try socket.ruleAnswers() {
      // One that is not understood is not the one that was added.
      if let other = try? AuditRule(wire: answer), other == rule { return true }
    }
    return false
  }

  private func asking<Outcome>(
    _ host: HostAccess, _ verb: String,
    _ body: (AuditSocket) throws(NetlinkSocket.Failure) -> Outcome
  ) throws(RemediationError) -> Outcome {
    let attempt = "cannot \(verb) the audit rule '\(text)'"
    guard host.root == "/" else {
      throw .refused("\(attempt): '\(host.root)' is no running system")
    }
    do throws(NetlinkSocket.Failure) {
      let socket = try AuditSocket(deadline: .now + Self.patience)
      defer { socket.close() }
      return try body(socket)
    } catch {
      let reason = "\(attempt): \(Self.reason(error))"
      if case .refused(let number) = error, Self.refusals.contains(number) {
        throw .refused(reason)
      }
      throw .failed(reason)
    }
  }

  /// What the kernel says before it has done anything, and what no second try would mend.
  private static let refusals: Set<Errno> = [
    .notPermitted, .permissionDenied, .connectionRefused, .protocolNotSupported,
    .addressFamilyNotSupported, .fileExists, .noSuchFileOrDirectory,
  ]

  static func reason(_ failure: NetlinkSocket.Failure) -> String {
    switch failure {
    case .refused(.notPermitted), .refused(.permissionDenied):
      "the kernel takes audit rules only from root with CAP_AUDIT_CONTROL, in no container, and not "
        + "when they are locked (enabled 2)"
    case .refused(.connectionRefused):
      "the kernel refuses the connection, as it does in a container with users of its own"
    case .refused(.protocolNotSupported), .refused(.addressFamilyNotSupported):
      "this kernel was built without an audit system"
    case .refused(.fileExists): "the kernel has it already"
    case .refused(.noSuchFileOrDirectory): "the kernel has no such rule"
    case .refused(let number): number.reason
    case .tooLate: "the kernel did not answer in time"
    case .tooMuch: "the kernel's answer is too large"
    case .malformed(let reason): "what the kernel sent makes no sense: \(reason)"
    }
  }
}
