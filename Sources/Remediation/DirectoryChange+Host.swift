import Documents
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The directory gets its name when it is whole, as a file does.
extension DirectoryChange: HostChange {
  private static let attributes = Attributes(uid: 0, gid: 0, mode: 0o755)

  var action: String { "mkdir \(path)" }
  var beforeText: String { "no directory" }
  var afterText: String { "a directory, \(Self.attributes.modeText)" }

  func state(on host: HostAccess) async throws(RemediationError) -> ChangeState {
    let root = try TrustedRoot(of: host)
    try sweep(in: root)
    return state(of: try root.pin(path))
  }

  private func state(of file: PinnedFile?) -> ChangeState {
    guard let file else { return .before }
    guard file.kind == .directory else { return .other("it is \(file.kind.name)") }
    let now = file.attributes
    return now == Self.attributes
      ? .after : .other("its \(now.ownerText), its \(now.modeText)")
  }

  func apply(on host: HostAccess) async throws(RemediationError) {
    let root = try TrustedRoot(of: host)
    try sweep(in: root)
    switch state(of: try root.pin(path)) {
    case .after: return
    case .other(let what): throw .refused("refused: '\(path)' has changed since: \(what)")
    case .before: break
    }
    guard let parent = try root.directory(of: path) else {
      throw .refused(
        "cannot make '\(path)': there is no directory '\(FilePath(path).removingLastComponent())'")
    }
    let name = try TrustedRoot.name(path)
    let temporary = StagedFile.temporary(name)
    do throws(Errno) {
      guard mkdirat(parent.descriptor.rawValue, temporary, 0o700) == 0 else {
        throw Errno(rawValue: errno)
      }
      do throws(Errno) {
        let made = try parent.directory(temporary)
        let number = made.descriptor.rawValue
        guard fchown(number, 0, 0) == 0, fchmod(number, mode_t(Self.attributes.mode)) == 0,
          fsync(number) == 0
        else { throw Errno(rawValue: errno) }
        try StagedFile.rename(temporary, toNew: name, in: parent.descriptor)
      } catch {
        unlinkat(parent.descriptor.rawValue, temporary, AT_REMOVEDIR)
        throw error
      }
      try parent.synchronise()
    } catch {
      throw .failed("cannot make '\(path)': \(error.reason)")
    }
  }

  /// Only an empty directory is removed, whether forced or not.
  func revert(on host: HostAccess, isForced: Bool) async throws(RemediationError) {
    let root = try TrustedRoot(of: host)
    try sweep(in: root)
    let file = try root.pin(path)
    switch state(of: file) {
    case .before: return
    case .other(let what) where !isForced || file?.kind != .directory:
      throw .refused("refused: '\(path)' has changed since: \(what)")
    case .other, .after: break
    }
    guard let parent = try root.directory(of: path) else { return }
    let name = try TrustedRoot.name(path)
    do throws(Errno) {
      guard unlinkat(parent.descriptor.rawValue, name, AT_REMOVEDIR) == 0
      else { throw Errno(rawValue: errno) }
      try parent.synchronise()
    } catch {
      switch error {
      case .directoryNotEmpty:
        throw .refused("refused: '\(path)' has changed since: there is something in it")
      default: throw .failed("cannot remove '\(path)': \(error.reason)")
      }
    }
  }

  private func sweep(in root: borrowing TrustedRoot) throws(RemediationError) {
    guard let parent = try root.directory(of: path) else { return }
    unlinkat(
      parent.descriptor.rawValue, StagedFile.temporary(try TrustedRoot.name(path)), AT_REMOVEDIR)
  }
}
