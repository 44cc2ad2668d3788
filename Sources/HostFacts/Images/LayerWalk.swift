import CShims
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A regular file of a layer with setuid or setgid, by its path within the layer as bytes: what names
/// an image has is up to whoever made it.
struct PrivilegedEntry: Hashable, Sendable {
  var components: [[UInt8]]
  var mode: UInt16
  var uid: UInt32
  var gid: UInt32
}

/// How much of a layer is looked at.
struct LayerBounds: Sendable {
  var entries = 2_000_000
  var depth = 128
  var found = 10_000
  var deadline: ContinuousClock.Instant
}

/// The extended attributes by which overlayfs marks directories, see the kernel's
/// Documentation/filesystems/overlayfs.rst.
struct OverlayAttributes: Sendable {
  /// `trusted.overlay.`; `user.overlay.` where the Engine runs without root. An image may bring `user.`
  /// attributes of its own, so that these count nowhere else.
  var prefix: String

  /// Whether the directory hides what lower layers have in it.
  func isOpaque(_ directory: CInt) -> Bool { value("opaque", of: directory) == [UInt8(ascii: "y")] }

  /// Whether the directory shows what lower layers have elsewhere.
  func isRedirect(_ directory: CInt) -> Bool { value("redirect", of: directory) != nil }

  private func value(_ name: String, of directory: CInt) -> [UInt8]? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { buffer in
      let count = dockward_attribute(directory, prefix + name, buffer.baseAddress, buffer.count)
      // A value that is longer than the buffer is there, too.
      guard count >= 0 else { return errno == ERANGE ? [] : nil }
      return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }
  }
}

/// One way through the directory of a layer. Nothing in it is followed: every directory is opened by its
/// name in the one above, and only if it is a directory and no link.
struct LayerWalk {
  private let attributes: OverlayAttributes
  private let bounds: LayerBounds
  private var found: [PrivilegedEntry] = []
  private(set) var entryCount = 0
  private var path: [[UInt8]] = []

  /// The files with setuid or setgid in the layer whose directory is `directory`, and how many entries
  /// the layer has.
  static func files(
    in directory: CInt, attributes: OverlayAttributes, bounds: LayerBounds
  ) throws(ReadFailure) -> (files: [PrivilegedEntry], entryCount: Int) {
    var walk = LayerWalk(attributes: attributes, bounds: bounds)
    let copy = fcntl(directory, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw ReadFailure("cannot read a layer: \(Errno(rawValue: errno).reason)")
    }
    try walk.enter(copy)
    return (walk.found, walk.entryCount)
  }

  private init(attributes: OverlayAttributes, bounds: LayerBounds) {
    self.attributes = attributes
    self.bounds = bounds
  }

  /// Reads the directory, and closes it.
  private mutating func enter(_ directory: CInt) throws(ReadFailure) {
    guard let stream = fdopendir(directory) else {
      let failure = failure()
      close(directory)
      throw failure
    }
    defer { closedir(stream) }
    guard path.count < bounds.depth else {
      throw ReadFailure("a layer nests more than \(bounds.depth) directories")
    }
    if attributes.isRedirect(directory) {
      throw ReadFailure("a layer has renamed directories (redirect_dir), which are not followed")
    }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw failure() }
        return
      }
      try count()
      let kind = entry.pointee.d_type
      guard kind == UInt8(DT_REG) || kind == UInt8(DT_DIR) || kind == UInt8(DT_UNKNOWN) else {
        continue
      }
      // The name is read where it lies: a file without these bits, as nearly all are, needs no copy.
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { continue }
      let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      if name[0] == 0x2E, name[1] == 0 || (name[1] == 0x2E && name[2] == 0) { continue }
      var isDirectory = kind == UInt8(DT_DIR)
      if !isDirectory {
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
          // What is gone meanwhile is not in the layer.
          if errno == ENOENT { continue }
          throw failure()
        }
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        try take(status, name)
      }
      if isDirectory { try descend(directory, name) }
    }
  }

  private mutating func count() throws(ReadFailure) {
    entryCount += 1
    if entryCount > bounds.entries {
      throw ReadFailure("a layer has more than \(bounds.entries) files")
    }
    if entryCount & 0xFF == 0, ContinuousClock.now > bounds.deadline {
      throw ReadFailure("the layers were not read within the time of the pass (--timeout)")
    }
  }

  private mutating func take(_ status: stat, _ name: UnsafePointer<CChar>) throws(ReadFailure) {
    guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & (S_ISUID | S_ISGID) != 0 else {
      return
    }
    guard found.count < bounds.found else {
      throw ReadFailure("a layer has more than \(bounds.found) files with setuid or setgid")
    }
    found.append(
      PrivilegedEntry(
        components: path + [Self.bytes(name)], mode: UInt16(status.st_mode & 0o7777),
        uid: status.st_uid, gid: status.st_gid))
  }

  private mutating func descend(
    _ directory: CInt, _ name: UnsafePointer<CChar>
  ) throws(ReadFailure) {
    let inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard inner >= 0 else {
      // It was replaced or is gone.
      if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return }
      throw failure()
    }
    path.append(Self.bytes(name))
    try enter(inner)
    path.removeLast()
  }

  private static func bytes(_ name: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeRawBufferPointer(start: name, count: strlen(name)).map { $0 }
  }

  private func failure() -> ReadFailure {
    ReadFailure("cannot read a layer: \(Errno(rawValue: errno).reason)")
  }
}
