import HardeningModel

/// Files that several interventions write to: each goes on from what the one before it leaves, so they are
/// made in the order in which they were planned.
package struct PlannedFiles: Sendable {
  /// The last change of each file, by its path.
  private var last: [String: ContentsChange] = [:]
  private var directories: Set<String> = []

  package init() {}

  /// The intervention that `draft` asks for, with the changes of the files first.
  ///
  /// Throws where a file cannot be read or must not be changed, and plans nothing then.
  package mutating func intervention(
    from draft: Draft, on host: HostAccess
  ) throws(RemediationError) -> Intervention {
    var next = self
    var intervention = draft.intervention
    var changes: [Change] = []
    var diff: [String] = []
    for file in draft.files {
      guard let change = try next.change(to: file, on: host) else { continue }
      let missing = try DirectoryChange.planned(for: file.path, on: host)
      for directory in missing where next.directories.insert(directory.path).inserted {
        changes.append(.directory(directory))
        diff += directory.diff
      }
      if !missing.isEmpty, let note = file.noteWithoutDirectory { intervention.notes.append(note) }
      changes.append(.contents(change))
      diff += change.diff
    }
    intervention.changes = changes + intervention.changes
    intervention.diff = diff + intervention.diff
    self = next
    return intervention
  }

  private mutating func change(
    to file: FileDraft, on host: HostAccess
  ) throws(RemediationError) -> ContentsChange? {
    let change: ContentsChange?
    if let earlier = last[file.path], let old = earlier.after.bytes {
      let new = try file.edit(old)
      change =
        new == old
        ? nil
        : ContentsChange(
          path: file.path, canonical: earlier.canonical, before: earlier.after,
          after: FileVersion(new, earlier.after.attributes))
    } else {
      change = try ContentsChange.planned(
        file.path, on: host, attributes: Attributes(uid: 0, gid: 0, mode: file.mode)
      ) { old throws(RemediationError) in try file.edit(old) }
    }
    if let change { last[file.path] = change }
    return change
  }
}
