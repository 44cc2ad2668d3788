import CShims
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is to be changed: what it holds, and what it is.
package struct FileContents: Sendable, Equatable {
  /// Without symbolic links, as seen from the root of that host.
  package var canonical: String
  /// `nil` where there is no such file.
  package var found: Found?
  /// The directory of the file, where that is missing, too.
  package var missingDirectory: String?

  package struct Found: Sendable, Equatable {
    package var bytes: [UInt8]
    package var uid: UInt32
    package var gid: UInt32
    package var mode: UInt16

    package init(bytes: [UInt8], uid: UInt32, gid: UInt32, mode: UInt16) {
      self.bytes = bytes
      self.uid = uid
      self.gid = gid
      self.mode = mode
    }
  }

  package init(canonical: String, found: Found?, missingDirectory: String? = nil) {
    self.canonical = canonical
    self.found = found
    self.missingDirectory = missingDirectory
  }

  /// Reads the file at `path` of the host whose file system is mounted at `root`.
  ///
  /// Throws where it cannot be read or is no regular file, where it is a link that leads nowhere, and
  /// where more than its directory is missing.
  package init(
    reading path: String, root: String, limit: Int = 1 << 20
  ) throws(HostReader.Failure) {
    do {
      let root = try HostRoot(root)
      defer { root.close() }
      self = try Self.contents(of: path, root, limit: limit)
    } catch {
      throw HostReader.Failure(description: "\(error)")
    }
  }

  private static func contents(
    of path: String, _ root: HostRoot, limit: Int
  ) throws(ReadFailure) -> FileContents {
    var survey = FileSurvey(root)
    switch survey.look(at: path) {
    case .found(let fact):
      let found = Found(
        bytes: try root.contents(of: path, limit: limit), uid: fact.uid, gid: fact.gid,
        mode: fact.mode)
      return FileContents(canonical: fact.canonical, found: found)
    case .unreadable(let reason): throw ReadFailure(reason)
    case .absent: break
    }
    if (try? root.link(at: path)) != nil {
      throw ReadFailure("'\(path)' is a symbolic link that leads nowhere")
    }
    let file = FilePath(path)
    let directory = file.removingLastComponent()
    guard file.isAbsolute, let name = file.lastComponent else {
      throw ReadFailure("'\(path)' is not the path of a file")
    }
    if let found = try canonical(directory, &survey) {
      return FileContents(canonical: found.appending(name).string, found: nil)
    }
    guard let last = directory.lastComponent,
      let parent = try canonical(directory.removingLastComponent(), &survey)
    else {
      throw ReadFailure(
        "cannot make '\(path)': '\(directory.removingLastComponent())' is not there")
    }
    let made = parent.appending(last)
    return FileContents(
      canonical: made.appending(name).string, found: nil, missingDirectory: made.string)
  }

  /// A directory without symbolic links; `nil` where it is not there.
  private static func canonical(
    _ directory: FilePath, _ survey: inout FileSurvey
  ) throws(ReadFailure) -> FilePath? {
    switch survey.look(at: directory.string) {
    case .found(let fact) where fact.kind == .directory: return FilePath(fact.canonical)
    case .found: throw ReadFailure("'\(directory)' is not a directory")
    case .unreadable(let reason): throw ReadFailure(reason)
    case .absent: return nil
    }
  }
}
