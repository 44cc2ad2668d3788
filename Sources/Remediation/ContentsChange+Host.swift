import Documents
import HardeningModel
import SystemPackage

/// Before a file is touched, the backups have both versions: what was there, and what takes its place.
extension ContentsChange: HostChange {
  var action: String { before == nil ? "create \(canonical)" : "write \(canonical)" }
  var beforeText: String { before.map { "contents \($0.digest.prefix(12))" } ?? "no file" }
  var afterText: String { "contents \(after.digest.prefix(12))" }

  func state(on host: HostAccess) async throws(RemediationError) -> ChangeState {
    let root = try TrustedRoot(of: host)
    try sweep(in: root, of: host)
    return try state(of: FilePlace(canonical, in: root))
  }

  func apply(on host: HostAccess) async throws(RemediationError) {
    let root = try TrustedRoot(of: host)
    try sweep(in: root, of: host)
    let place = try FilePlace(canonical, in: root)
    switch try state(of: place) {
    case .after: return
    case .other(let what): throw .refused("refused: '\(canonical)' has changed since: \(what)")
    case .before: break
    }
    let backups = Backups(host.backups)
    let bytes = try after.bytes(in: backups)
    guard FileVersion.digest(of: bytes) == after.digest else {
      throw .refused("cannot write '\(canonical)': the bytes are not those that were planned")
    }
    try place.requireReplaceable(in: root)
    if let old = place.bytes { try backups.keep(old) }
    try backups.keep(bytes)
    try place.replace(with: bytes, asNew: after.attributes, in: root)
  }

  /// Where there was no file, there is none then. With `isForced`, what somebody else has written
  /// meanwhile is kept in the backups.
  func revert(on host: HostAccess, isForced: Bool) async throws(RemediationError) {
    let root = try TrustedRoot(of: host)
    try sweep(in: root, of: host)
    let place = try FilePlace(canonical, in: root)
    let backups = Backups(host.backups)
    switch try state(of: place) {
    case .before: return
    case .other(let what) where !isForced:
      throw .refused("refused: '\(canonical)' has changed since: \(what)")
    case .other:
      try place.requireReplaceable(in: root)
      if let theirs = place.bytes { try backups.keep(theirs) }
    case .after: try place.requireReplaceable(in: root)
    }
    if let before {
      try place.replace(
        with: before.bytes(in: backups), asNew: before.attributes, in: root)
    } else {
      try place.remove(in: root)
    }
  }

  /// Removes what a killed process has left. What is not of dockward's making is somebody else's that was
  /// taken out of its place in the moment in which it came there: it gets that place again, or stays.
  private func sweep(
    in root: borrowing TrustedRoot, of host: HostAccess
  ) throws(RemediationError) {
    guard let directory = try root.directory(of: canonical) else { return }
    let name = try TrustedRoot.name(canonical)
    let temporary = StagedFile.temporary(name)
    let path = AbsolutePath.joined(directory.path, temporary)
    guard let left = try root.pin(path) else { return }
    if left.kind == .regular, left.status.st_nlink == 1,
      try Backups(host.backups).hasOne(beginningWith: left.contents(limit: FileVersion.limit))
    {
      return StagedFile.sweep(beside: name, in: directory.descriptor)
    }
    do throws(Errno) {
      try StagedFile.rename(temporary, toNew: name, in: directory.descriptor)
    } catch {
      throw .refused(
        "refused: '\(path)' is somebody else's and stands where '\(canonical)' is written; move it away"
      )
    }
  }

  private func state(of place: borrowing FilePlace) throws(RemediationError) -> ChangeState {
    guard let file = place.file else {
      return before == nil ? .before : .other("it is gone")
    }
    guard let bytes = place.bytes else { return .other("it is \(file.kind.name)") }
    let digest = FileVersion.digest(of: bytes)
    // One that would be removed must be just what was made.
    guard before != nil || file.attributes == after.attributes else {
      return .other("its \(file.attributes.ownerText), its \(file.attributes.modeText)")
    }
    if digest == after.digest { return .after }
    return digest == before?.digest ? .before : .other("its contents are others")
  }
}
