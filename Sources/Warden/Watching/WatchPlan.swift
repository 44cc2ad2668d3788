import Glibc
import HardeningModel
import HostFacts

/// What has to be watched so that nothing happens to the paths of a list unnoticed: in each directory that
/// the kernel goes through on its way, symbolic links followed, the name that it looks for there. Where
/// the way ends early, that is the name that would have to come.
struct WatchPlan {
  /// What matters of one directory or file.
  struct Interest: Equatable {
    /// By this path it was reached; it has no symbolic links.
    var path: String
    var mask: Inotify.Mask
    /// In a directory: names, and what is touched by what happens to them.
    var names: [String: HostParts] = [:]
    /// In a directory: what is touched by whatever happens in it.
    var any = HostParts()
    /// What is touched by changes of the thing itself.
    var own = HostParts()

    /// What is touched when it is gone.
    var all: HostParts {
      names.values.reduce(into: any.union(own)) { $0.formUnion($1) }
    }
  }

  private(set) var interests: [FileIdentity: Interest] = [:]
  /// What could not be looked at.
  private(set) var problems: [String] = []
  private var seen: [String: Seen] = [:]

  /// Bounds of a tree; what lies beyond is not watched, and cannot be judged either.
  private static let treeDepth = 8
  private static let treeDirectories = 1000

  private enum Seen {
    case missing
    case link(String)
    case directory(FileIdentity)
    case file(FileIdentity)
    /// A device, or the like: others may write to it all the time.
    case other
  }

  init(_ list: WatchList) {
    for (path, parts) in list.paths { walk(path, parts) }
    for (path, parts) in list.folders { addFolder(path, parts) }
    for (path, parts) in list.trees {
      var directories = 0
      addTree(path, parts, depth: 0, &directories)
    }
  }

  /// Watches the way to `path` and what is there; returns the directory that is there, if it is one.
  @discardableResult
  private mutating func walk(_ path: String, _ parts: HostParts) -> (String, FileIdentity)? {
    var ahead: [Substring] = path.split(separator: "/").reversed()
    var way: [(path: String, identity: FileIdentity)] = []
    guard case .directory(let root) = look("/") else { return nil }
    way.append(("/", root))
    var links = 0
    while let name = ahead.popLast() {
      if name == "." { continue }
      if name == ".." {
        if way.count > 1 { way.removeLast() }
        continue
      }
      guard let here = way.last else { return nil }
      let next = here.path == "/" ? "/\(name)" : "\(here.path)/\(name)"
      let found = look(next)
      note(String(name), in: here, parts, mask: found)
      switch found {
      case .missing, .other: return nil
      case .directory(let identity): way.append((next, identity))
      case .file(let identity):
        if ahead.isEmpty { noteItself(next, identity, [.itself, .content], parts) }
        return nil
      case .link(let target):
        links += 1
        // As many as the kernel follows, see path_resolution(7).
        guard links <= 40 else { return nil }
        ahead += target.split(separator: "/").reversed()
        if target.hasPrefix("/") { way.removeSubrange(1...) }
      }
    }
    guard let end = way.last else { return nil }
    noteItself(end.path, end.identity, .entries, parts)
    return end
  }

  private mutating func addFolder(_ path: String, _ parts: HostParts) {
    guard let (path, identity) = walk(path, parts) else { return }
    noteAny(path, identity, parts)
  }

  private mutating func addTree(
    _ path: String, _ parts: HostParts, depth: Int, _ directories: inout Int
  ) {
    guard depth < Self.treeDepth, directories < Self.treeDirectories,
      let (path, identity) = walk(path, parts)
    else { return }
    directories += 1
    noteAny(path, identity, parts)
    guard let stream = opendir(path) else {
      problems.append("cannot read '\(path)': \(String(cString: strerror(errno)))")
      return
    }
    var names: [String] = []
    while let entry = readdir(stream), names.count < Self.treeDirectories {
      // A file system that does not tell the type is asked below.
      let type = Int32(entry.pointee.d_type)
      guard type == Int32(DT_DIR) || type == Int32(DT_LNK) || type == Int32(DT_UNKNOWN) else {
        continue
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    closedir(stream)
    for name in names { addTree("\(path)/\(name)", parts, depth: depth + 1, &directories) }
  }

  private mutating func note(
    _ name: String, in directory: (path: String, identity: FileIdentity), _ parts: HostParts,
    mask found: Seen
  ) {
    var mask = Inotify.Mask.entries
    // What is missing may come as a file.
    switch found {
    case .file, .missing: mask.insert(.content)
    default: break
    }
    change(directory.path, directory.identity, mask) {
      $0.names[name, default: HostParts()].formUnion(parts)
    }
  }

  private mutating func noteAny(_ path: String, _ identity: FileIdentity, _ parts: HostParts) {
    change(path, identity, [.entries, .content]) { $0.any.formUnion(parts) }
  }

  private mutating func noteItself(
    _ path: String, _ identity: FileIdentity, _ mask: Inotify.Mask, _ parts: HostParts
  ) {
    change(path, identity, mask) { $0.own.formUnion(parts) }
  }

  private mutating func change(
    _ path: String, _ identity: FileIdentity, _ mask: Inotify.Mask, _ edit: (inout Interest) -> Void
  ) {
    var interest = interests[identity] ?? Interest(path: path, mask: mask)
    interest.mask.formUnion(mask)
    edit(&interest)
    interests[identity] = interest
  }

  private mutating func look(_ path: String) -> Seen {
    if let known = seen[path] { return known }
    let found = Self.status(path)
    seen[path] = found
    return found
  }

  private static func status(_ path: String) -> Seen {
    var status = stat()
    guard lstat(path, &status) == 0 else { return .missing }
    let identity = FileIdentity(of: status)
    switch FileFact.Kind(status.st_mode) {
    case .directory: return .directory(identity)
    case .regular, .socket: return .file(identity)
    case .symbolicLink:
      let target = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) {
        buffer -> String? in
        guard let base = buffer.baseAddress else { return nil }
        let count = readlink(path, base, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self)
      }
      return target.map(Seen.link) ?? .missing
    default: return .other
    }
  }
}

extension HostParts {
  func union(_ other: HostParts) -> HostParts {
    var parts = self
    parts.formUnion(other)
    return parts
  }
}
