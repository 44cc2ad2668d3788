import Foundation
import Store
import TestSupport

/// A directory of a test, which is gone with it.
final class Scratch {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    path = url.path(percentEncoded: false)
  }

  deinit {
    // A mount first, lazily: what else may still hold it is not waited for.
    while umount2(state, Int32(MNT_DETACH)) == 0 {}
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Where the store goes.
  var state: String { "\(path)/state" }
  var database: String { "\(state)/dockward.sqlite" }

  func store(
    _ access: Store.Access = .creating, busyTimeout: Double = 5,
    durability: Store.Durability = .full
  ) throws -> Store {
    var options = Store.Options()
    options.busyTimeout = busyTimeout
    options.durability = durability
    return try Store(in: state, access, options: options)
  }

  /// Puts a file system of so many bytes, in memory, where the store goes.
  func mountMemory(size: Int) throws {
    mkdir(state, 0o700)
    guard mount("tmpfs", state, "tmpfs", 0, "size=\(size),mode=0700") == 0 else {
      throw Failure("cannot mount: \(String(cString: strerror(errno)))")
    }
  }

  /// Makes what `mountMemory` has mounted read-only, or writable again.
  func remount(readOnly: Bool) throws {
    let flags = remountFlag | (readOnly ? readOnlyFlag : 0)
    guard mount(nil, state, nil, UInt(flags), nil) == 0 else {
      throw Failure("cannot remount: \(String(cString: strerror(errno)))")
    }
  }

  /// Gives it another size.
  func resize(to size: Int) throws {
    guard mount(nil, state, nil, UInt(remountFlag), "size=\(size)") == 0 else {
      throw Failure("cannot remount: \(String(cString: strerror(errno)))")
    }
  }

  /// Runs `body` while the place of the store can be read only, though the file system is not.
  func bindReadOnly(_ body: () throws -> Void) throws {
    guard mount(state, state, nil, UInt(bindFlag), nil) == 0 else {
      throw Failure("cannot bind: \(String(cString: strerror(errno)))")
    }
    defer { umount2(state, Int32(MNT_DETACH)) }
    guard mount(nil, state, nil, UInt(remountFlag | bindFlag | readOnlyFlag), nil) == 0 else {
      throw Failure("cannot remount: \(String(cString: strerror(errno)))")
    }
    try body()
  }

  /// Each file where the store goes, with its content.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: state) {
      files[name] = try Data(contentsOf: URL(filePath: "\(state)/\(name)"))
    }
    return files
  }

  static let mayMount = geteuid() == 0
}

// MS_RDONLY, MS_REMOUNT and MS_BIND of mount(2), which Swift is not shown.
private let readOnlyFlag = 1
private let remountFlag = 32
private let bindFlag = 4096
