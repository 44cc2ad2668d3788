import CShims
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files that one pass has looked at; each path is looked at once.
struct FileSurvey {
  private let root: HostRoot
  private(set) var files: [String: Reading<FileFact>] = [:]
  private var directories: [String: FileIdentity] = [:]

  init(_ root: HostRoot) { self.root = root }

  /// One that has looked already at what `other` has.
  init(_ root: HostRoot, knowing other: FileSurvey) {
    self.root = root
    files = other.files
    directories = other.directories
  }

  /// What `path` names, its symbolic links followed; kept in `files`.
  @discardableResult
  mutating func look(at path: String) -> Reading<FileFact> {
    if let index = files.index(forKey: path) {
      // Swift takes two spellings of an accent for one text; the kernel takes them for two files.
      guard files[index].key.utf8.elementsEqual(path.utf8) else {
        return .unreadable("cannot look at '\(path)': another path is written alike")
      }
      return files[index].value
    }
    let reading: Reading<FileFact>
    do {
      reading = .found(try fact(of: path))
    } catch .noSuchFileOrDirectory, .notDirectory {
      reading = .absent
    } catch {
      reading = .unreadable("cannot look at '\(path)': \(error.reason)")
    }
    files[path] = reading
    return reading
  }

  /// Notes that `path`, which its directory lists, cannot be looked at under that name.
  mutating func noteHidden(_ path: String) {
    files[path] = .unreadable(
      "cannot look at '\(path)': its name is not UTF-8, or it has just disappeared")
  }

  private mutating func fact(of path: String) throws(Errno) -> FileFact {
    let file = try root.open(path, flags: dockward_o_path)
    defer { try? file.close() }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    let canonical = try root.canonicalPath(of: file)
    return FileFact(
      canonical: canonical, kind: FileFact.Kind(status.st_mode),
      mode: UInt16(status.st_mode & 0o7777), uid: status.st_uid, gid: status.st_gid,
      identity: FileIdentity(status), ancestors: try ancestors(of: canonical))
  }

  /// The identities of the directories above `path`, from its parent up to the root.
  private mutating func ancestors(of path: String) throws(Errno) -> [FileIdentity] {
    var identities: [FileIdentity] = []
    var directory = FilePath(path)
    while directory.removeLastComponent() {
      identities.append(try identity(ofDirectory: directory.string))
    }
    return identities
  }

  private mutating func identity(ofDirectory path: String) throws(Errno) -> FileIdentity {
    if let known = directories[path] { return known }
    let directory = try root.open(path, flags: dockward_o_path | O_DIRECTORY)
    defer { try? directory.close() }
    var status = stat()
    guard fstat(directory.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    let identity = FileIdentity(status)
    directories[path] = identity
    return identity
  }
}

extension FileIdentity {
  fileprivate init(_ status: stat) {
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}

extension FileFact.Kind {
  /// The file type of a `st_mode`, see inode(7).
  package init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .directory
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    case S_IFIFO: self = .fifo
    case S_IFLNK: self = .symbolicLink
    default: self = .other
    }
  }
}
