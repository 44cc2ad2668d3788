/// What a file is to say from now on, before it is known what it says now.
package struct FileDraft: Sendable {
  /// Without symbolic links, as seen from the root of that host.
  package var path: String
  /// What a file gets that comes into being; root owns it.
  package var mode: UInt16
  /// What people should know where its directory has to be made, since nothing reads it there yet.
  package var noteWithoutDirectory: String?
  /// The new bytes from the old ones, which are `nil` where there is no file; the same bytes where it says
  /// all that already.
  package var edit: @Sendable ([UInt8]?) throws(RemediationError) -> [UInt8]

  /// A file that is to end in these lines, in this order, beside whatever else it says; a new one begins
  /// with `heading`. Lines that it has already, one after the other, are not added again.
  static func appending(
    _ lines: [String], to path: String, mode: UInt16 = 0o644, heading: [String],
    noteWithoutDirectory: String? = nil
  ) -> FileDraft {
    FileDraft(path: path, mode: mode, noteWithoutDirectory: noteWithoutDirectory) { old in
      let newline = UInt8(ascii: "\n")
      let added = lines.map { Array($0.utf8) }
      guard var bytes = old else {
        return (heading + lines).flatMap { Array($0.utf8) + [newline] }
      }
      let present = bytes.split(separator: newline, omittingEmptySubsequences: false).map(
        Array.init)
      if present.indices.contains(where: { present[$0...].starts(with: added) }) { return bytes }
      if let last = bytes.last, last != newline { bytes.append(newline) }
      return bytes + added.flatMap { $0 + [newline] }
    }
  }

  /// A file of dockward's own that says this and nothing else; one that says something else is refused.
  static func exactly(_ lines: [String], at path: String) -> FileDraft {
    FileDraft(path: path, mode: 0o644) { old throws(RemediationError) in
      let bytes = lines.flatMap { Array("\($0)\n".utf8) }
      guard old == nil || old == bytes else {
        throw .refused("'\(path)' is there already and says something else")
      }
      return bytes
    }
  }
}

/// What is to be done about one failed finding, before the files are read that have to be changed for it.
package struct Draft: Sendable {
  /// Its changes come after those of the files.
  package var intervention: Intervention
  package var files: [FileDraft]
}
