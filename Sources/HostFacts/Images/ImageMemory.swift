import Documents
import FoundationEssentials
import HardeningModel
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What earlier passes found out about images. An image never changes under its id, so that neither its
/// history has to be asked for again nor its layers have to be walked again.
struct ImageMemory: Codable, Sendable, Equatable {
  /// Another number whenever what is kept, or how it is found, changes.
  static let currentSchema = "dockward.images.v1"

  var schema = ImageMemory.currentSchema
  /// The Engine that said so: another one may call something else by the same id.
  var endpoint: String
  var images: [String: Image] = [:]
  /// The files with setuid or setgid of single layers, by `LayerStamp.key`.
  var layers: [String: [File]] = [:]
  /// When the Engine was built. To be asked for it, it runs other programs, which takes it as long as
  /// all containers of a small host.
  var build: Build?

  init(endpoint: String) { self.endpoint = endpoint }

  struct Build: Codable, Sendable, Equatable {
    /// Which program it was that said so, and since when it is what it is.
    var program: String
    var time: String
  }

  struct Image: Codable, Sendable, Equatable {
    var healthCheck: Reading<String>
    var secrets: Reading<[SecretTrace]>
    var history: Reading<ImageHistory>
    var layerCount: Reading<Int>
    /// Where they could be read.
    var files: Files?

    /// Whether nothing has to be asked again.
    var isWhole: Bool {
      switch (healthCheck, secrets, history, layerCount) {
      case (.unreadable, _, _, _), (_, .unreadable, _, _), (_, _, .unreadable, _),
        (_, _, _, .unreadable):
        false
      default: true
      }
    }
  }

  /// The files with setuid or setgid that an image shows, with the layers that were looked at.
  struct Files: Codable, Sendable, Equatable {
    var layers: [LayerStamp]
    var found: [PrivilegedFile]
  }

  /// One of a layer; each byte of its path is one character, so that none is lost.
  struct File: Codable, Sendable, Equatable {
    var path: [String]
    var mode: UInt16
    var uid: UInt32
    var gid: UInt32
  }
}

/// A layer's directory as it was when it was walked: another directory, or one that was written to, is
/// walked again.
struct LayerStamp: Codable, Sendable, Hashable {
  var directory: LayerDirectory
  var device: UInt64
  var inode: UInt64
  /// When the directory was last changed, in nanoseconds.
  var changed: Int64

  init(_ directory: LayerDirectory, _ status: stat) {
    self.directory = directory
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
  }

  var key: String { "\(directory.chainID) \(directory.path) \(device):\(inode) \(changed)" }

  /// Whether the directory is still what it was.
  func isValid(_ root: HostRoot) -> Bool {
    var status = stat()
    guard let file = try? root.open(directory.path, flags: O_RDONLY | O_DIRECTORY) else {
      return false
    }
    defer { try? file.close() }
    return fstat(file.rawValue, &status) == 0 && LayerStamp(directory, status) == self
  }
}

extension ImageMemory.File {
  init(_ entry: PrivilegedEntry) {
    path = entry.components.map { component in
      var text = ""
      for byte in component { text.unicodeScalars.append(Unicode.Scalar(byte)) }
      return text
    }
    mode = entry.mode
    uid = entry.uid
    gid = entry.gid
  }

  /// `nil` where it is no file of a layer.
  var entry: PrivilegedEntry? {
    let components = path.map { $0.unicodeScalars.compactMap { UInt8(exactly: $0.value) } }
    let isValid =
      !components.isEmpty
      && components.allSatisfy {
        !$0.isEmpty && !$0.contains(0) && !$0.contains(UInt8(ascii: "/")) && $0 != Array("..".utf8)
      }
    return isValid
      ? PrivilegedEntry(components: components, mode: mode, uid: uid, gid: gid) : nil
  }
}

/// Where an `ImageMemory` is kept between passes: a file below dockward's state directory. That it is
/// lost or cannot be written is no error; that somebody else wrote it makes it worth nothing.
struct ImageMemoryFile: Sendable {
  /// e.g. `/var/lib/dockward`
  let state: String
  let endpoint: String

  private static let sizeLimit = 16 << 20
  private var name: String {
    "images-\(SHA256.hexadecimal(of: endpoint.utf8).prefix(16)).json"
  }

  /// What is kept there; `nil` when there is nothing that can be trusted.
  func load() -> ImageMemory? {
    guard let directory = open(creating: false) else { return nil }
    defer { close(directory) }
    let number = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else { return nil }
    let file = FileDescriptor(rawValue: number)
    defer { try? file.close() }
    guard Self.isOwn(number, S_IFREG, forbidden: 0o077),
      let bytes = try? TextFile.readAll(file, limit: Self.sizeLimit),
      let text = try? JSONText(parsing: bytes, file: name),
      let memory = try? text.decode(ImageMemory.self),
      memory.schema == ImageMemory.currentSchema, memory.endpoint == endpoint
    else { return nil }
    return memory
  }

  /// Replaces what is kept there, if it can be.
  func save(_ memory: ImageMemory) {
    guard let bytes = try? JSONEncoder().encode(memory), bytes.count <= Self.sizeLimit,
      let directory = open(creating: true)
    else { return }
    defer { close(directory) }
    let temporary = ".\(name).\(getpid())"
    let number = openat(
      directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { return }
    let file = FileDescriptor(rawValue: number)
    do {
      try file.closeAfter { _ = try file.writeAll(bytes) }
      guard renameat(directory, temporary, directory, name) == 0 else {
        throw Errno(rawValue: errno)
      }
    } catch {
      unlinkat(directory, temporary, 0)
    }
  }

  /// The directory `cache` below the state directory, if nobody else may write in either.
  private func open(creating: Bool) -> CInt? {
    if creating { mkdir(state, 0o700) }
    let outer = Glibc.open(state, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard outer >= 0 else { return nil }
    defer { close(outer) }
    guard Self.isOwn(outer, S_IFDIR, forbidden: 0o022) else { return nil }
    if creating { mkdirat(outer, "cache", 0o700) }
    let inner = openat(outer, "cache", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard inner >= 0 else { return nil }
    guard Self.isOwn(inner, S_IFDIR, forbidden: 0o022) else {
      close(inner)
      return nil
    }
    return inner
  }

  private static func isOwn(_ file: CInt, _ kind: mode_t, forbidden: mode_t) -> Bool {
    var status = stat()
    return fstat(file, &status) == 0 && status.st_mode & S_IFMT == kind
      && status.st_uid == geteuid() && status.st_mode & forbidden == 0
  }
}
