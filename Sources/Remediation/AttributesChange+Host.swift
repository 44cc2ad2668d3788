import CShims
import Documents
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Either the owner changes or the mode, never both: each is one call of the kernel, which is made or is
/// not made when the process dies. What it does not change it does not look at either, so that owner and
/// mode can be mended, and taken back, in any order.
extension AttributesChange: HostChange {
  private var changesOwner: Bool { before.owner != after.owner }

  var action: String {
    changesOwner
      ? "chown \(after.uid):\(after.gid) \(canonical)" : "chmod \(after.octal) \(canonical)"
  }

  var beforeText: String { text(before) }
  var afterText: String { text(after) }

  private func text(_ attributes: Attributes) -> String {
    changesOwner ? attributes.ownerText : attributes.modeText
  }

  func state(on host: HostAccess) async throws(RemediationError) -> ChangeState {
    let root = try TrustedRoot(of: host)
    guard let file = try root.pin(canonical) else { return .other("it is gone") }
    return state(of: file)
  }

  private func state(of file: PinnedFile) -> ChangeState {
    guard file.kind == kind else { return .other("it is \(file.kind.name)") }
    let now = file.attributes
    if has(now, after) { return .after }
    if has(now, before) { return .before }
    return .other("its \(text(now))")
  }

  private func has(_ now: Attributes, _ wanted: Attributes) -> Bool {
    changesOwner ? now.owner == wanted.owner : now.mode == wanted.mode
  }

  func apply(on host: HostAccess) async throws(RemediationError) {
    let root = try TrustedRoot(of: host)
    guard let file = try root.pin(canonical) else {
      throw .refused("cannot change '\(canonical)': it is gone")
    }
    guard file.identity == identity else {
      throw .refused("refused: '\(canonical)' is another file than the one that was judged")
    }
    switch state(of: file) {
    case .after: return
    case .other(let what): throw .refused("refused: '\(canonical)' has changed since: \(what)")
    case .before: try set(after, on: file, in: root)
    }
  }

  func revert(on host: HostAccess, isForced: Bool) async throws(RemediationError) {
    let root = try TrustedRoot(of: host)
    guard let file = try root.pin(canonical) else {
      throw .refused("cannot change '\(canonical)': it is gone")
    }
    switch state(of: file) {
    case .before: return
    case .other(let what) where !isForced || file.kind != kind:
      throw .refused("refused: '\(canonical)' has changed since: \(what)")
    case .other, .after: try set(before, on: file, in: root)
    }
  }

  private func set(
    _ wanted: Attributes, on file: PinnedFile, in root: borrowing TrustedRoot
  ) throws(RemediationError) {
    guard before.owner == after.owner || before.mode == after.mode else {
      throw .refused("refused: owner and mode of '\(canonical)' cannot be changed in one step")
    }
    let seen = file.attributes
    try file.confirm(in: root)
    guard file.attributes == seen else {
      throw .refused("refused: '\(canonical)' is being changed by somebody else")
    }
    let attempt = changesOwner ? "change the owner of" : "change the mode of"
    if changesOwner { try requireNothingLost(by: file) }
    do throws(Errno) {
      let synchronised = try opened(file)
      defer { try? synchronised?.close() }
      let number = file.descriptor.rawValue
      let result =
        changesOwner
        ? fchownat(number, "", wanted.uid, wanted.gid, dockward_at_empty_path)
        // fchmod(2) takes no descriptor of O_PATH; this path leads to the file itself.
        : chmod("/proc/self/fd/\(number)", mode_t(wanted.mode))
      guard result == 0 else { throw Errno(rawValue: errno) }
      if let synchronised, fsync(synchronised.rawValue) != 0 { throw Errno(rawValue: errno) }
    } catch {
      throw file.failure(attempt, error)
    }
  }

  /// A new owner makes the kernel take away rights that a file gives to whoever runs it: what would not
  /// be put back by taking the change back is not taken away.
  private func requireNothingLost(by file: PinnedFile) throws(RemediationError) {
    guard kind != .directory else { return }
    guard file.attributes.mode & 0o6000 == 0 else {
      throw .refused(
        "refused: '\(canonical)' is setuid or setgid (\(file.attributes.modeText)); take that away first"
      )
    }
    guard kind == .regular else { return }
    let capabilities: [UInt8]?
    do throws(Errno) {
      let opened = try file.reopened(O_RDONLY)
      defer { try? opened.close() }
      capabilities = try ExtendedAttributes.value("security.capability", of: opened)
    } catch {
      throw file.failure("read the capabilities of", error)
    }
    guard capabilities == nil else {
      throw .refused("refused: '\(canonical)' has file capabilities; take them away first")
    }
  }

  /// The file open for fsync(2). A socket cannot be opened, and need not last: whoever listens there makes
  /// it anew.
  private func opened(_ file: PinnedFile) throws(Errno) -> FileDescriptor? {
    switch kind {
    case .regular: try file.reopened(O_RDONLY)
    case .directory: try file.reopened(O_RDONLY | O_DIRECTORY)
    default: nil
    }
  }
}

extension Attributes {
  var owner: [UInt32] { [uid, gid] }
  var octal: String { "0" + String(mode, radix: 8) }
  var ownerText: String { "owner \(uid):\(gid)" }
  var modeText: String { "mode \(octal)" }
}
