import Documents
import HardeningModel
import Netlink
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The audit system: what the kernel has in force, and what the rules files would have.
struct AuditReader {
  let root: HostRoot
  var patience: Duration = .seconds(1)

  func facts() -> AuditFacts {
    var facts = AuditFacts()
    facts.kernel = kernel()
    facts.configured = AuditRuleFiles(root: root).watches()
    return facts
  }

  private func kernel() -> Reading<KernelAudit> {
    guard root.isThisHost else {
      return .unreadable(
        "cannot read the kernel's audit rules: '\(root.path)' is no running system, "
          + "and the rules of this kernel are not its own")
    }
    do throws(NetlinkSocket.Failure) {
      let socket = try AuditSocket(deadline: .now + patience)
      defer { socket.close() }
      let status = try socket.statusAnswer()
      return .found(
        try Self.kernel(status: status, rules: try socket.ruleAnswers(), machine: Self.machine()))
    } catch {
      return .unreadable("cannot read the kernel's audit rules: \(Self.reason(error))")
    }
  }

  /// What the payloads of the kernel's answers say.
  static func kernel(
    status: ArraySlice<UInt8>, rules: [ArraySlice<UInt8>], machine: String
  ) throws(NetlinkSocket.Failure) -> KernelAudit {
    do {
      // struct audit_status begins with a mask of what is valid, and what is asked for here has
      // always been there.
      var reader = NativeBytes(status)
      _ = try reader.uint32()
      let enabled = try reader.uint32()
      var decoded: [AuditRule] = []
      for payload in rules { decoded.append(try AuditRule(wire: payload)) }
      return KernelAudit(enabled: enabled, machine: machine, rules: decoded)
    } catch {
      throw .malformed(error.description)
    }
  }

  static func reason(_ failure: NetlinkSocket.Failure) -> String {
    switch failure {
    case .refused(.notPermitted), .refused(.permissionDenied):
      "the kernel gives them only to root with CAP_AUDIT_CONTROL, and in no container"
    case .refused(.connectionRefused):
      "the kernel refuses the connection, as it does in a container with users of its own"
    case .refused(.protocolNotSupported), .refused(.addressFamilyNotSupported):
      "this kernel was built without an audit system"
    case .refused(let number): number.reason
    case .tooLate: "the kernel did not answer in time"
    case .tooMuch: "the kernel's answer is too large"
    case .malformed(let what): "the kernel's answer makes no sense: \(what)"
    }
  }

  /// What `uname -m` prints.
  private static func machine() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: &name.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
