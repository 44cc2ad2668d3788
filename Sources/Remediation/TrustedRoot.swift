import CShims
import Documents
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The file system that is changed. It is entered by directories only that root alone can change, one
/// after the other and held open, and never by a symbolic link: what is found at the end is what root has
/// put there, and nobody else can put something else in its place meanwhile.
///
/// A directory with the sticky bit (`/tmp`) is refused like any that others may write to. It keeps them
/// from renaming what is root's, but what is mended is often not root's yet, and its owner may rename it
/// there.
struct TrustedRoot: ~Copyable {
  /// Where it is mounted, without symbolic links.
  private let path: String
  private let directory: OpenDirectory

  init(of host: HostAccess) throws(RemediationError) {
    func refusal(_ error: Errno) -> RemediationError {
      .refused("cannot open the root '\(host.root)': \(error.reason)")
    }
    let number = open(host.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw refusal(Errno(rawValue: errno)) }
    let directory = OpenDirectory(FileDescriptor(rawValue: number), path: "/")
    let path: String
    do throws(Errno) {
      path = try directory.descriptor.kernelPath()
    } catch {
      throw refusal(error)
    }
    try directory.requireTrust()
    self.path = path
    self.directory = directory
  }

  /// The directory that the thing at `path` is in; `nil` where that directory is not there.
  func directory(of path: String) throws(RemediationError) -> OpenDirectory? {
    var names = try Self.names(path)
    names.removeLast()
    var current: OpenDirectory
    do throws(Errno) {
      current = try directory.again()
    } catch {
      throw .refused("cannot open '/': \(error.reason)")
    }
    for name in names {
      let place = AbsolutePath.joined(current.path, name)
      do throws(Errno) {
        current = try current.directory(name)
      } catch {
        if error == .noSuchFileOrDirectory { return nil }
        throw Self.refusal(of: place, error)
      }
      try current.requireTrust()
    }
    return current
  }

  /// What is at `path`, held; `nil` where nothing is.
  func pin(_ path: String) throws(RemediationError) -> PinnedFile? {
    guard let directory = try directory(of: path), let name = try Self.names(path).last else {
      return nil
    }
    let number = dockward_openat2(
      directory.descriptor.rawValue, name, UInt64(dockward_o_path | O_CLOEXEC),
      dockward_resolve_without_links)
    guard number >= 0 else {
      if errno == ENOENT { return nil }
      throw Self.refusal(of: path, Errno(rawValue: errno))
    }
    do throws(Errno) {
      return try PinnedFile(
        FileDescriptor(rawValue: number), named: name, path: path, in: directory)
    } catch {
      throw Self.refusal(of: path, error)
    }
  }

  /// The last component of a canonical path.
  static func name(_ path: String) throws(RemediationError) -> String {
    try names(path).last ?? ""
  }

  private static func names(_ path: String) throws(RemediationError) -> [String] {
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.first == "", names.count > 1,
      names.dropFirst().allSatisfy({ !["", ".", ".."].contains($0) && !$0.utf8.contains(0) })
    else {
      throw .refused("cannot open '\(path)': it is not an absolute path in its shortest form")
    }
    return Array(names.dropFirst())
  }

  private static func refusal(of path: String, _ error: Errno) -> RemediationError {
    switch error {
    case .tooManySymbolicLinkLevels: .refused("refused: '\(path)' is a symbolic link")
    case .notDirectory: .refused("refused: '\(path)' is not a directory")
    default: .refused("cannot open '\(path)': \(error.reason)")
    }
  }

  /// `path` without symbolic links, as seen from this root. Where nothing is there, that of what is there
  /// of the directories above, with the rest as it is; a link that leads nowhere is refused.
  func canonical(_ path: String) throws(RemediationError) -> String {
    var there = FilePath(AbsolutePath.normal(path))
    var missing: [String] = []
    while true {
      let number = dockward_openat2(
        directory.descriptor.rawValue, there.string, UInt64(dockward_o_path | O_CLOEXEC),
        dockward_resolve_in_root)
      if number >= 0 {
        let file = FileDescriptor(rawValue: number)
        defer { try? file.close() }
        do throws(Errno) {
          let place = try pathInside(file.kernelPath())
          return missing.reduce(place, AbsolutePath.joined)
        } catch {
          throw Self.refusal(of: path, error)
        }
      }
      let error = Errno(rawValue: errno)
      guard error == .noSuchFileOrDirectory, let name = there.lastComponent else {
        throw Self.refusal(of: path, error)
      }
      let link = dockward_openat2(
        directory.descriptor.rawValue, there.string,
        UInt64(dockward_o_path | O_NOFOLLOW | O_CLOEXEC), dockward_resolve_in_root)
      if link >= 0 {
        close(link)
        throw .refused("refused: '\(there)' is a symbolic link that leads nowhere")
      }
      missing.insert(name.string, at: 0)
      there.removeLastComponent()
    }
  }

  private func pathInside(_ full: String) -> String {
    if path == "/" || !full.utf8.starts(with: (path + "/").utf8) {
      return full.utf8.elementsEqual(path.utf8) ? "/" : full
    }
    return String(Substring(full.utf8.dropFirst(path.utf8.count)))
  }
}
