import HardeningModel

/// Whether the kernel's audit rules see to it that every change of a path is recorded.
///
/// The kernel tries the rules of a filter in their order, and the first one that matches decides. So a
/// rule covers a path when it is about the path and nothing narrows it, and when none before it says
/// never. See audit.rules(7) and the kernel's `kernel/auditfilter.c`, `audit_watch.c` and
/// `audit_tree.c`.
package struct AuditCoverage {
  let kernel: KernelAudit
  let places: AuditPlaces

  package enum Outcome: Equatable {
    /// By these rules.
    case covered(String)
    case uncovered(String)
    /// Why it cannot be told.
    case unsure(String)
  }

  package init(_ kernel: KernelAudit, in snapshot: HostSnapshot) {
    self.kernel = kernel
    places = AuditPlaces(snapshot)
  }

  package func of(_ file: FileFact) -> Outcome {
    guard kernel.enabled != 0 else {
      return .uncovered("auditing is switched off in the kernel (enabled 0), whatever its rules")
    }
    if let hole = exemption() { return hole }
    var search = CoverageSearch(file: file, coverage: self)
    for rule in kernel.rules where rule.filter == .exit {
      if let outcome = search.outcome(after: rule) { return outcome }
    }
    return search.outcome
  }

  /// What keeps events from being recorded, whatever the rules about paths say.
  private func exemption() -> Outcome? {
    for rule in kernel.rules {
      switch rule.filter {
      case .task where rule.action == .never:
        return .uncovered("'\(rule)' keeps processes from being audited")
      case .exclude where rule.canExcludeFiles:
        return .uncovered("'\(rule)' keeps records of such events from being written")
      case .filesystem where rule.action == .never && !rule.isAboutKernelFileSystem:
        return .unsure("cannot tell whether '\(rule)' is about its file system")
      default: break
      }
    }
    return nil
  }
}

extension AuditRule {
  /// `AUDIT_SYSCALL` and `AUDIT_PATH` of `linux/audit.h`, without which a record does not say who did
  /// what to which file.
  private static let recordsOfFiles: [UInt32] = [1300, 1302]

  /// Whether a rule of the exclude filter, of which each drops what it matches, may match the records of
  /// a change of a file.
  fileprivate var canExcludeFiles: Bool {
    let types = fields.filter { $0.name == "msgtype" }
    return Self.recordsOfFiles.contains { record in types.allSatisfy { $0.holds(for: record) } }
  }

  /// Whether a rule of the filesystem filter is about tracefs or debugfs, where nothing of Docker lies.
  fileprivate var isAboutKernelFileSystem: Bool {
    fields.contains {
      $0.name == "fstype" && $0.comparison == "=" && [0x7472_6163, 0x6462_6720].contains($0.value)
    }
  }
}

extension AuditRule.Field {
  fileprivate func holds(for number: UInt32) -> Bool {
    switch comparison {
    case "=": number == value
    case "!=": number != value
    case "<": number < value
    case ">": number > value
    case "<=": number <= value
    case ">=": number >= value
    // What is not understood might hold.
    default: true
    }
  }
}

/// The search for rules that cover one file, rule by rule.
private struct CoverageSearch {
  let file: FileFact
  let coverage: AuditCoverage
  /// The machines whose programs could still change the file unseen; `nil` where those of this kernel
  /// are not known, so that only a rule about all machines will do.
  private var open: [(machine: AuditMachine, isSure: Bool)]?
  private var covering: [AuditRule] = []
  /// The best reasons so far for not being covered, and for not knowing.
  private var nearMiss: String?
  private var doubt: String?

  init(file: FileFact, coverage: AuditCoverage) {
    self.file = file
    self.coverage = coverage
    open = coverage.kernel.machines
  }

  /// What is left to say when there are no more rules.
  var outcome: AuditCoverage.Outcome {
    if !covering.isEmpty {
      let rules = covering.map { "'\($0)'" }.joined(separator: ", ")
      guard let open else { return .unsure("cannot tell what programs \(rules) is about here") }
      let names = open.map(\.machine.name).joined(separator: ", ")
      if open.contains(where: \.isSure) {
        return .uncovered("\(rules) sees nothing of what \(names) programs do")
      }
      return .unsure("cannot tell whether this kernel runs \(names) programs, which \(rules) omits")
    }
    if let doubt { return .unsure(doubt) }
    return .uncovered(nearMiss ?? "no audit rule is about it")
  }

  /// The outcome where `rule` settles it.
  mutating func outcome(after rule: AuditRule) -> AuditCoverage.Outcome? {
    switch rule.action {
    case .always:
      guard covers(rule) else { return nil }
      covering.append(rule)
      guard let machine = rule.fields.first(where: { $0.name == "arch" })?.value else {
        return .covered(covered)
      }
      open?.removeAll { $0.machine.rawValue == machine }
      return open?.isEmpty == true ? .covered(covered) : nil
    case .never:
      return exempts(rule)
        ? .uncovered("'\(rule)' comes first and leaves changes unrecorded") : nil
    // The kernel accepts no others.
    case .possible, .other: return nil
    }
  }

  private var covered: String { covering.map(\.description).joined(separator: "; ") }

  /// Whether the rule records every change of the file that programs of its machine make.
  private mutating func covers(_ rule: AuditRule) -> Bool {
    let place = coverage.places.relation(of: rule, to: file)
    switch place {
    case .elsewhere(let why):
      nearMiss = nearMiss ?? why
      return false
    case .unsure(let why):
      doubt = doubt ?? why
      return false
    case .about: break
    }
    if let field = rule.fields.first(where: { !$0.narrowsNothing }) {
      nearMiss = "'\(rule)' is narrowed by '\(field)'"
      return false
    }
    let permissions = rule.permissions
    guard permissions & (AuditRule.Permission.write | AuditRule.Permission.attribute) != 0 else {
      nearMiss = "'\(rule)' is about neither writing nor attributes"
      return false
    }
    switch rule.seesChanges(permissions, on: open?.map(\.machine)) {
    case true?: return true
    case false?:
      nearMiss = "'\(rule)' leaves out system calls that change files"
      return false
    case nil:
      doubt = doubt ?? "cannot tell which system calls '\(rule)' is about on this machine"
      return false
    }
  }

  /// Whether the rule keeps some change of the file from being recorded.
  private func exempts(_ rule: AuditRule) -> Bool {
    var machines = open?.map(\.machine)
    if let arch = rule.fields.first(where: { $0.name == "arch" && $0.comparison == "=" })?.value {
      machines = machines?.filter { $0.rawValue == arch }
      if machines?.isEmpty == true { return false }
    }
    // A program that opens a file to read and write it does match a rule about reading.
    guard rule.permissions & ~AuditRule.Permission.execute != 0 else { return false }
    if let calls = rule.systemCalls, let machines {
      let changing = machines.compactMap { AuditSystemCalls.of($0)?.all }
      if changing.count == machines.count, changing.allSatisfy({ $0.isDisjoint(with: calls) }) {
        return false
      }
    }
    return coverage.places.mayTouch(rule, file)
  }
}

extension AuditRule {
  /// The permissions that the rule is about: all of them where it does not say.
  fileprivate var permissions: UInt32 {
    fields.filter { $0.name == "perm" && $0.comparison == "=" }.reduce(0b1111) { $0 & $1.value }
  }

  /// Whether it is about all system calls of the machine that change a file in one of the ways of
  /// `permissions`; `nil` where the machine's are not known.
  fileprivate func seesChanges(_ permissions: UInt32, on machines: [AuditMachine]?) -> Bool? {
    guard let systemCalls else { return true }
    let arch = fields.first { $0.name == "arch" }?.value
    let asked = arch.map { AuditMachine(rawValue: $0).map { [$0] } } ?? machines
    guard let asked, !asked.isEmpty else { return nil }
    let mask = Set(systemCalls)
    for machine in asked {
      guard let calls = AuditSystemCalls.of(machine) else { return nil }
      let writes =
        permissions & Permission.write != 0 && calls.writing.isSubset(of: mask)
      let attributes =
        permissions & Permission.attribute != 0 && calls.attributes.isSubset(of: mask)
      guard writes || attributes else { return false }
    }
    return true
  }
}

extension AuditRule.Field {
  /// Whether it leaves no change of the file out: which path, which permissions and which machine are
  /// judged by themselves.
  fileprivate var narrowsNothing: Bool {
    switch name {
    case "key": true
    case "path", "dir", "perm", "arch": comparison == "="
    default: false
    }
  }
}
