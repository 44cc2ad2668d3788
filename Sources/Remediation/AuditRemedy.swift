import Catalog
import HardeningModel
import Netlink

/// A watch of the kernel's audit system for a path that has none, and the line that makes it last.
package enum AuditRemedy {
  /// By which the records are found (`ausearch -k dockward`), and the rules told from others.
  package static let key = "dockward"
  package static let file = "/etc/audit/rules.d/dockward.rules"

  /// What is done about a failed finding of the check `slug`.
  package static func draft(
    for finding: Finding, of slug: String, on snapshot: HostSnapshot
  ) throws(RemediationError) -> Draft {
    guard case .file(let path) = finding.subject, case .found(let fact)? = snapshot.files[path]
    else { throw .refused("there is no path to watch") }
    let isDirectory = fact.kind == .directory
    guard let watch = AuditWatch(path: fact.canonical, isDirectory: isDirectory, key: key) else {
      throw .refused("'\(fact.canonical)' has characters that no audit rule in a file can have")
    }
    var intervention = Intervention(slug: slug, subject: finding.subject, changes: [])
    intervention.notes = notes(watch)
    if snapshot.host.root == "/" {
      guard let wire = watch.rule.wire else { throw .refused("the kernel has no such rule") }
      try refuseInVain(watch.rule, fact, snapshot)
      intervention.changes = [.auditRule(AuditRuleChange(text: watch.line, wire: wire))]
      intervention.diff = ["+\(watch.rule)"]
    }
    let line = FileDraft.appending(
      [watch.line], to: file, mode: 0o640,
      heading: ["# Audit rules added by dockward remediate; dockward undo takes them out again."],
      noteWithoutDirectory:
        "there is no '/etc/audit/rules.d': the kernel has the rule until the next "
        + "boot, and after that only where auditd and augenrules(8) are installed")
    return Draft(intervention: intervention, files: [line])
  }

  /// Throws where the rule could not be added, or would change nothing.
  private static func refuseInVain(
    _ rule: AuditRule, _ fact: FileFact, _ snapshot: HostSnapshot
  ) throws(RemediationError) {
    switch snapshot.audit.kernel {
    case .absent: throw .refused("the kernel has no audit system")
    case .unreadable(let reason): throw .refused(reason)
    case .found(var kernel):
      guard kernel.enabled < 2 else {
        throw .refused("the kernel's audit rules are locked until the next boot (enabled 2)")
      }
      guard kernel.enabled == 1 else {
        throw .refused(
          "auditing is switched off in the kernel (enabled 0), so a rule alone records nothing: "
            + "auditctl -e 1 switches it on, and audit=1 on the kernel's command line for good")
      }
      kernel.rules.append(rule)
      switch AuditCoverage(kernel, in: snapshot).of(fact) {
      case .covered: return
      case .uncovered(let why), .unsure(let why):
        throw .refused("one more rule would not be enough: \(why)")
      }
    }
  }

  private static func notes(_ watch: AuditWatch) -> [String] {
    watch.isDirectory
      ? [
        "each writing to a file in '\(watch.path)' becomes a record from now on, however many there "
          + "are; what is mounted beneath it later is left out"
      ] : []
  }
}
