/// A rule that records every writing to a file, or to a directory and all in it, and every change of
/// their attributes, as `-w PATH -p wa -k KEY` makes it, see auditctl(8).
package struct AuditWatch: Sendable, Equatable {
  package var path: String
  package var isDirectory: Bool
  package var key: String

  /// The longest path that the kernel takes, and the longest key (`AUDIT_MAX_KEY_LEN`).
  private static let pathLimit = 4095
  private static let keyLimit = 256

  /// `nil` for a path that no line of a rules file can name: it is not absolute, too long, or has a blank,
  /// a quotation mark, or another character that auditctl(8) takes for something else.
  package init?(path: String, isDirectory: Bool, key: String) {
    guard path.hasPrefix("/"), AbsolutePath.normal(path) == path, path.utf8.count <= Self.pathLimit,
      Self.isPlain(path), !key.isEmpty, key.utf8.count <= Self.keyLimit, Self.isPlain(key)
    else { return nil }
    self.path = path
    self.isDirectory = isDirectory
    self.key = key
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"'\\#`$".utf8.contains($0) }
  }

  /// The line of a rules file, without its end.
  package var line: String { "-w \(path) -p wa -k \(key)" }

  /// The rule as the kernel lists it then.
  package var rule: AuditRule {
    AuditRule(fields: [
      .init(isDirectory ? "dir" : "path", text: path),
      .init("perm", value: AuditRule.Permission.write | AuditRule.Permission.attribute),
      .init("key", text: key),
    ])
  }
}
