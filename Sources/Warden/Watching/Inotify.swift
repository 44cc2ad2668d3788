import CShims
import Glibc
import HardeningModel
import SystemPackage

/// The kernel's file watches, see inotify(7).
struct Inotify: Sendable {
  /// Why nothing can be watched, or a path cannot.
  struct Failure: Error, CustomStringConvertible {
    var description: String
    /// Whether the path is not what it was.
    var isAbsence = false
  }

  /// One thing that happened.
  struct Event {
    var watch: Int32
    var mask: UInt32
    /// In a directory: the name of what it happened to; empty for the watched thing itself.
    var name: String

    func isAny(of bits: Int32...) -> Bool {
      bits.contains { mask & UInt32(bitPattern: $0) != 0 }
    }
  }

  /// What is asked of a watch.
  struct Mask: OptionSet, Hashable {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ bits: Int32) { rawValue = UInt32(bitPattern: bits) }

    /// That it goes away itself, or that its owner or mode changes.
    static let itself = Mask(IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)
    /// That content changes: its own, or that of what is in the directory.
    static let content = Mask(IN_MODIFY | IN_CLOSE_WRITE)
    /// That what is in a directory comes, goes, or changes its owner or mode.
    static let entries: Mask = [
      itself, Mask(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_EXCL_UNLINK),
    ]
  }

  let descriptor: Int32

  init() throws(Failure) {
    descriptor = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
    guard descriptor >= 0 else {
      let number = Errno(rawValue: errno)
      let limit = "the limit of inotify instances (fs.inotify.max_user_instances) is reached"
      throw Failure(
        description: "cannot watch files: \(number == .tooManyOpenFiles ? limit : number.reason)")
    }
  }

  func close() { _ = Glibc.close(descriptor) }

  /// Watches what is at `path` and is no symbolic link, provided that it is `identity`; returns the
  /// number of the watch.
  func add(
    _ path: String, expecting identity: FileIdentity, _ mask: Mask
  ) throws(Failure) -> Int32 {
    func failure(_ number: Errno) -> Failure {
      let limit = "the limit of inotify watches (fs.inotify.max_user_watches) is reached"
      return Failure(
        description: "cannot watch '\(path)': \(number == .noSpace ? limit : number.reason)",
        isAbsence: [.noSuchFileOrDirectory, .notDirectory].contains(number))
    }
    // What was opened is watched, whatever the path leads to by then.
    let file = open(path, dockward_o_path | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw failure(Errno(rawValue: errno)) }
    defer { _ = Glibc.close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure(Errno(rawValue: errno)) }
    guard FileIdentity(of: status) == identity else {
      throw Failure(
        description: "cannot watch '\(path)': it has just been replaced", isAbsence: true)
    }
    let watch = inotify_add_watch(descriptor, "/proc/self/fd/\(file)", mask.rawValue)
    guard watch >= 0 else { throw failure(Errno(rawValue: errno)) }
    return watch
  }

  func remove(_ watch: Int32) { _ = inotify_rm_watch(descriptor, watch) }

  /// Calls `tell` for each event that waits, at most some ten thousands; the rest waits on.
  func read(_ tell: (Event) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { buffer in
      for _ in 0..<64 {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), tell)
      }
    }
  }

  /// Calls `tell` for each `struct inotify_event` of `bytes`: `wd`, `mask`, `cookie` and `len`, four bytes
  /// each, and a name of `len` bytes that is filled up with NUL.
  private static func parse(_ bytes: UnsafeRawBufferPointer, _ tell: (Event) -> Void) {
    var offset = 0
    while bytes.count - offset >= 16 {
      let watch = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
      let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
      let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
      offset += 16
      guard length <= bytes.count - offset else { return }
      let name = bytes[offset..<offset + length].prefix { $0 != 0 }
      tell(Event(watch: watch, mask: mask, name: String(decoding: name, as: UTF8.self)))
      offset += length
    }
  }
}

extension FileIdentity {
  init(of status: stat) {
    self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
