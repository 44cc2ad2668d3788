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
    memory.detach()
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

  /// What may be mounted where the store goes.
  var memory: MemoryFileSystem { MemoryFileSystem(path: state) }

  /// Each file where the store goes, with its content.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: state) {
      files[name] = try Data(contentsOf: URL(filePath: "\(state)/\(name)"))
    }
    return files
  }
}
