import HardeningModel

/// One thing that is changed on a host, as a whole or not at all, and what taking it back needs.
///
/// It is written to the ledger before it is done, so that after a crash the host tells whether it was.
package enum Change: Codable, Sendable, Equatable {
  case attributes(AttributesChange)
  case contents(ContentsChange)
  case directory(DirectoryChange)
  case auditRule(AuditRuleChange)
  case container(ContainerChange)
}

/// The owner or the permission bits of a file, directory or socket that is there; never both in one
/// change, since no single call of the kernel sets both.
package struct AttributesChange: Codable, Sendable, Equatable {
  /// The path as it was judged.
  package var path: String
  /// The path without symbolic links, as seen from the root of that host.
  package var canonical: String
  /// Which file was judged, and what it is.
  package var identity: FileIdentity
  package var kind: FileFact.Kind
  package var before: Attributes
  package var after: Attributes

  package init(
    path: String, canonical: String, identity: FileIdentity, kind: FileFact.Kind = .regular,
    before: Attributes, after: Attributes
  ) {
    self.path = path
    self.canonical = canonical
    self.identity = identity
    self.kind = kind
    self.before = before
    self.after = after
  }
}

/// Owner and permission bits.
package struct Attributes: Codable, Sendable, Equatable {
  package var uid: UInt32
  package var gid: UInt32
  /// With setuid, setgid and sticky: `mode & 0o7777`.
  package var mode: UInt16

  package init(uid: UInt32, gid: UInt32, mode: UInt16) {
    self.uid = uid
    self.gid = gid
    self.mode = mode
  }
}

/// The contents of a regular file, which may come into being. Owner, mode, access control list and
/// extended attributes of one that is there stay as they are.
package struct ContentsChange: Codable, Sendable, Equatable {
  /// The path as people know it.
  package var path: String
  /// The path without symbolic links, as seen from the root of that host.
  package var canonical: String
  /// `nil` where there is no such file.
  package var before: FileVersion?
  package var after: FileVersion

  package init(path: String, canonical: String, before: FileVersion?, after: FileVersion) {
    self.path = path
    self.canonical = canonical
    self.before = before
    self.after = after
  }
}

/// What a file holds, and whose it is.
package struct FileVersion: Codable, Sendable, Equatable {
  /// SHA-256 of the bytes, in lower-case hexadecimal digits.
  package var digest: String
  package var attributes: Attributes
  /// The bytes, while they are in memory: a change that was planned here has them, one that was read from
  /// the ledger finds them in the backups by their digest.
  package var bytes: [UInt8]?

  private enum CodingKeys: String, CodingKey { case digest, attributes }

  package init(digest: String, attributes: Attributes) {
    self.digest = digest
    self.attributes = attributes
  }

  /// Whether it is the same version, be its bytes at hand or not.
  package static func == (one: FileVersion, other: FileVersion) -> Bool {
    one.digest == other.digest && one.attributes == other.attributes
  }
}

/// A directory that comes into being, empty, owned by root and with mode 755.
package struct DirectoryChange: Codable, Sendable, Equatable {
  /// Without symbolic links, as seen from the root of that host.
  package var path: String

  package init(path: String) { self.path = path }
}

/// A rule that the kernel's audit system gets.
package struct AuditRuleChange: Codable, Sendable, Equatable {
  /// The rule as auditctl(8) takes it.
  package var text: String
  /// The rule as the kernel takes it: `struct audit_rule_data` of `linux/audit.h`.
  package var wire: [UInt8]

  package init(text: String, wire: [UInt8]) {
    self.text = text
    self.wire = wire
  }
}

/// What a container may use.
package struct ContainerChange: Codable, Sendable, Equatable {
  package var id: String
  package var name: String
  package var limit: ContainerLimit
  /// The body of `POST /containers/{id}/update` that leads there, and what inspecting the container then
  /// tells of the same members.
  package var before: ContainerLimits
  package var after: ContainerLimits

  package init(
    id: String, name: String, limit: ContainerLimit, before: ContainerLimits,
    after: ContainerLimits
  ) {
    self.id = id
    self.name = name
    self.limit = limit
    self.before = before
    self.after = after
  }
}

/// Members of a container's `HostConfig` that an update can change; `nil` for those that stay.
package struct ContainerLimits: Codable, Sendable, Equatable {
  /// In bytes.
  package var memory: Int64?
  /// In bytes, memory included.
  package var memorySwap: Int64?
  package var cpuShares: Int64?
  package var pidsLimit: Int64?
  package var restartPolicyName: String?
  package var restartPolicyMaximumRetryCount: Int?

  package init() {}
}
