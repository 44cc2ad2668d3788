/// What the kernel's audit system is told to record.
package struct AuditFacts: Codable, Sendable, Equatable {
  /// What the kernel says of it.
  package var kernel: Reading<KernelAudit> = .unreadable("the kernel's audit rules were not read")
  /// The paths that the rules files name (`/etc/audit`), which need not be in force.
  package var configured: Reading<[ConfiguredWatch]> = .unreadable(
    "the audit rules files were not read")

  package init() {}
}

/// The audit system of the running kernel.
package struct KernelAudit: Codable, Sendable, Equatable {
  /// 0: nothing is recorded, whatever the rules; 1: on; 2: on, and locked until the next boot.
  package var enabled: UInt32
  /// What `uname -m` prints, e.g. `x86_64`: system calls are numbered for each machine.
  package var machine: String
  /// In the order in which the kernel tries them: those of one filter are together.
  package var rules: [AuditRule]

  package init(enabled: UInt32, machine: String, rules: [AuditRule]) {
    self.enabled = enabled
    self.machine = machine
    self.rules = rules
  }
}

/// One rule, see audit.rules(7).
package struct AuditRule: Codable, Sendable, Equatable {
  /// When it is tried.
  package enum Filter: String, Codable, Sendable {
    case user, task, entry, watch, exit, exclude, filesystem
    case ioUring = "io_uring"
    case other
  }

  package enum Action: String, Codable, Sendable {
    case never, possible, always, other
  }

  package var filter: Filter
  package var action: Action
  /// The numbers of the system calls that it is about; `nil` for all.
  package var systemCalls: [Int]?
  /// All of which must hold.
  package var fields: [Field]

  /// One condition, e.g. `auid>=1000`.
  package struct Field: Codable, Sendable, Equatable {
    /// As auditctl(8) calls it; `field N` where this is not known.
    package var name: String
    package var comparison: String
    package var value: UInt32
    /// The value of a field that is a text, such as `path`.
    package var text: String?

    package init(_ name: String, _ comparison: String = "=", value: UInt32 = 0, text: String? = nil)
    {
      self.name = name
      self.comparison = comparison
      self.value = value
      self.text = text
    }
  }

  package init(
    _ filter: Filter = .exit, _ action: Action = .always, systemCalls: [Int]? = nil,
    fields: [Field]
  ) {
    self.filter = filter
    self.action = action
    self.systemCalls = systemCalls
    self.fields = fields
  }

  /// Permissions of the field `perm`, `AUDIT_PERM_` in `linux/audit.h`.
  package enum Permission {
    package static let execute: UInt32 = 1
    package static let write: UInt32 = 2
    package static let read: UInt32 = 4
    package static let attribute: UInt32 = 8
  }
}

extension AuditRule: CustomStringConvertible {
  /// The rule as auditctl(8) takes it.
  package var description: String {
    var words = ["-a \(action.rawValue),\(filter.rawValue)"]
    if let systemCalls {
      let shown = systemCalls.prefix(4).map { "-S \($0)" }
      words += shown + (systemCalls.count > 4 ? ["… (\(systemCalls.count) system calls)"] : [])
    }
    return (words + fields.map { "-F \($0)" }).joined(separator: " ")
  }
}

extension AuditRule.Field: CustomStringConvertible {
  package var description: String { "\(name)\(comparison)\(shownValue)" }

  private var shownValue: String {
    if let text { return text }
    switch name {
    case "perm":
      let letters: [(UInt32, String)] = [
        (AuditRule.Permission.read, "r"), (AuditRule.Permission.write, "w"),
        (AuditRule.Permission.execute, "x"), (AuditRule.Permission.attribute, "a"),
      ]
      return letters.filter { value & $0.0 != 0 }.map(\.1).joined()
    case "arch": return AuditMachine(rawValue: value)?.name ?? "0x" + String(value, radix: 16)
    case "auid" where value == .max: return "unset"
    default: return String(value)
    }
  }
}

/// A machine whose system calls a rule can be about: `AUDIT_ARCH_` in `linux/audit.h`.
package enum AuditMachine: UInt32, Sendable, CaseIterable {
  case amd64 = 0xC000_003E
  case i386 = 0x4000_0003
  case aarch64 = 0xC000_00B7
  case arm = 0x4000_0028

  package var name: String {
    switch self {
    case .amd64: "x86_64"
    case .i386: "i386"
    case .aarch64: "aarch64"
    case .arm: "arm"
    }
  }
}

/// A path that a line of an audit rules file watches.
package struct ConfiguredWatch: Codable, Sendable, Equatable {
  package var file: String
  package var line: Int
  package var path: String

  package init(file: String, line: Int, path: String) {
    self.file = file
    self.line = line
    self.path = path
  }
}
