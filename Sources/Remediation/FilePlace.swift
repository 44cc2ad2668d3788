import Documents
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A place for a regular file, with what is there at one moment: nothing, or a file that is held.
struct FilePlace: ~Copyable {
  let path: String
  /// `nil` where nothing is there.
  let file: PinnedFile?
  /// What it holds, where it is a regular file.
  let bytes: [UInt8]?

  init(_ path: String, in root: borrowing TrustedRoot) throws(RemediationError) {
    let file = try root.pin(path)
    let bytes = file?.kind == .regular ? try file?.contents(limit: FileVersion.limit) : nil
    self.path = path
    self.file = file
    self.bytes = bytes
  }

  /// Throws where what is there must not be replaced, whatever by.
  func requireReplaceable(in root: borrowing TrustedRoot) throws(RemediationError) {
    guard let file else { return }
    guard file.kind == .regular else {
      throw .refused("refused: '\(path)' is \(file.kind.name), not a regular file")
    }
    guard !file.isImmutable else {
      throw .refused("cannot write '\(path)': it is immutable (chattr +i)")
    }
    try file.confirm(in: root)
  }

  /// Puts `new` in its place: with the owner, mode and extended attributes of what is there, else with
  /// `attributes`.
  func replace(
    with new: [UInt8], asNew attributes: Attributes, in root: borrowing TrustedRoot
  ) throws(RemediationError) {
    guard let directory = try root.directory(of: path) else {
      throw .refused(
        "cannot write '\(path)': there is no directory '\(FilePath(path).removingLastComponent())'")
    }
    let name = try TrustedRoot.name(path)
    let access = file?.attributes ?? attributes
    var staged: StagedFile
    do throws(Errno) {
      let original = try file?.reopened(O_RDONLY)
      defer { try? original?.close() }
      staged = try StagedFile(
        new, for: name, in: directory.descriptor,
        access: .init(uid: access.uid, gid: access.gid, mode: access.mode), like: original)
    } catch {
      throw failure(error)
    }
    try requireUnchanged(in: directory, root)
    do throws(Errno) {
      try staged.takePlace(of: file?.status)
    } catch {
      throw failure(error)
    }
  }

  /// Removes the file that is there.
  func remove(in root: borrowing TrustedRoot) throws(RemediationError) {
    guard let directory = try root.directory(of: path) else { return }
    let name = try TrustedRoot.name(path)
    try requireUnchanged(in: directory, root)
    guard let file else { return }
    do throws(Errno) {
      try StagedFile.remove(name, file.status, in: directory.descriptor)
    } catch {
      throw failure(error)
    }
  }

  /// Throws where the path leads elsewhere now, or where the file has been written meanwhile: to its
  /// times it may look the same, so it is read again.
  private func requireUnchanged(
    in directory: borrowing OpenDirectory, _ root: borrowing TrustedRoot
  ) throws(RemediationError) {
    let now = try FilePlace(path, in: root)
    guard let parent = try root.directory(of: path), try parent.isSame(as: directory),
      now.file?.identity == file?.identity, now.file?.version == file?.version, now.bytes == bytes
    else { throw .refused("refused: '\(path)' is being changed by somebody else") }
    try now.file?.confirm(in: root)
  }

  private func failure(_ error: Errno) -> RemediationError {
    if error == .fileExists || error == .resourceBusy {
      return .refused("refused: '\(path)' is being changed by somebody else")
    }
    return file?.failure("write", error) ?? .failed("cannot write '\(path)': \(error.reason)")
  }
}
