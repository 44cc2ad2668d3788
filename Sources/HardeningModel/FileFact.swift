/// What the kernel says of one path, its symbolic links followed to the end.
package struct FileFact: Codable, Sendable, Equatable {
  package enum Kind: String, Codable, Sendable {
    case regular, directory, socket, characterDevice, blockDevice, fifo, symbolicLink, other
  }

  /// The path without symbolic links, as seen from the judged root.
  package var canonical: String
  package var kind: Kind
  /// The permission bits with setuid, setgid and sticky: `mode & 0o7777`.
  package var mode: UInt16
  package var uid: UInt32
  package var gid: UInt32
  package var identity: FileIdentity
  /// The identities of the directories above, from the parent up to the root; a directory that is
  /// bound to a second place has the same identity at both.
  package var ancestors: [FileIdentity]

  package init(
    canonical: String, kind: Kind, mode: UInt16, uid: UInt32, gid: UInt32, identity: FileIdentity,
    ancestors: [FileIdentity] = []
  ) {
    self.canonical = canonical
    self.kind = kind
    self.mode = mode
    self.uid = uid
    self.gid = gid
    self.identity = identity
    self.ancestors = ancestors
  }

  /// Whether this is what `other` is, or lies beneath it, whatever either is called.
  package func isAtOrBeneath(_ other: FileFact) -> Bool {
    identity == other.identity || ancestors.contains(other.identity)
      || AbsolutePath.isAtOrBeneath(canonical, other.canonical)
  }
}

extension FileFact.Kind {
  /// The kind with its article, for a sentence.
  package var name: String {
    switch self {
    case .regular: "a regular file"
    case .directory: "a directory"
    case .socket: "a socket"
    case .characterDevice: "a character device"
    case .blockDevice: "a block device"
    case .fifo: "a named pipe"
    case .symbolicLink: "a symbolic link"
    case .other: "of unknown kind"
    }
  }
}

/// Which file it is, by device and inode number.
package struct FileIdentity: Codable, Sendable, Hashable {
  package var device: UInt64
  package var inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// Absolute paths, compared whole.
package enum AbsolutePath {
  /// Whether `path` is `directory` or lies beneath it, by whole components: `/etcetera` is not
  /// beneath `/etc`. Neither is resolved; both are put into normal form first.
  package static func isAtOrBeneath(_ path: String, _ directory: String) -> Bool {
    // Byte by byte: a letter and its accent may be written in two ways, which Swift takes for one
    // text and the kernel for two names.
    let path = normal(path).utf8
    let directory = normal(directory).utf8
    let slash = UInt8(ascii: "/")
    guard path.starts(with: directory) else { return false }
    let rest = path.dropFirst(directory.count)
    return rest.isEmpty || rest.first == slash || directory.elementsEqual([slash])
  }

  /// The path without empty, `.` and `..` components, e.g. `/a/c` for `//a/./b/../c/`.
  package static func normal(_ path: String) -> String {
    if isNormal(path) { return path }
    var components: [Substring.UTF8View] = []
    for component in path.utf8.split(separator: UInt8(ascii: "/")) {
      if component.elementsEqual(".".utf8) { continue }
      if component.elementsEqual("..".utf8) {
        _ = components.popLast()
      } else {
        components.append(component)
      }
    }
    return "/" + components.map { String(Substring($0)) }.joined(separator: "/")
  }

  /// Whether `path` begins with a slash, does not end in one, and has no empty or dotted component.
  private static func isNormal(_ path: String) -> Bool {
    var previous: UInt8 = 0
    var isFirst = true
    for byte in path.utf8 {
      let slash = UInt8(ascii: "/")
      if isFirst, byte != slash { return false }
      if previous == slash, byte == slash || byte == UInt8(ascii: ".") { return false }
      previous = byte
      isFirst = false
    }
    return !isFirst && (previous != UInt8(ascii: "/"))
  }
}
