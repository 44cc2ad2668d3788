import Foundation

/// A file system in memory at `path`, for faults that the file system of the tests cannot be made to have.
package struct MemoryFileSystem: Sendable {
  package static let mayMount = geteuid() == 0

  package let path: String

  package init(path: String) { self.path = path }

  /// Puts one of so many bytes at the path, which is made where it is not there.
  package func mount(size: Int) throws {
    mkdir(path, 0o700)
    guard Foundation.mount("tmpfs", path, "tmpfs", 0, "size=\(size),mode=0700") == 0 else {
      throw failure("mount")
    }
  }

  /// Makes it read-only, or writable again.
  package func remount(readOnly: Bool) throws {
    let flags = remountFlag | (readOnly ? readOnlyFlag : 0)
    guard Foundation.mount(nil, path, nil, UInt(flags), nil) == 0 else { throw failure("remount") }
  }

  /// Gives it another size.
  package func resize(to size: Int) throws {
    guard Foundation.mount(nil, path, nil, UInt(remountFlag), "size=\(size)") == 0 else {
      throw failure("remount")
    }
  }

  /// Runs `body` while the path can be read only, though the file system is not.
  package func bindReadOnly(_ body: () throws -> Void) throws {
    guard Foundation.mount(path, path, nil, UInt(bindFlag), nil) == 0 else { throw failure("bind") }
    defer { umount2(path, Int32(MNT_DETACH)) }
    guard Foundation.mount(nil, path, nil, UInt(remountFlag | bindFlag | readOnlyFlag), nil) == 0
    else { throw failure("remount") }
    try body()
  }

  /// Writes until there is no room left, to a file whose removal makes room again.
  package func fill(_ name: String) throws {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("open '\(name)'") }
    defer { close(descriptor) }
    let bytes = [UInt8](repeating: 0, count: 4096)
    while write(descriptor, bytes, bytes.count) > 0 {}
    guard errno == ENOSPC else { throw failure("fill") }
  }

  /// Takes all that was mounted away, lazily: what else may still hold it is not waited for.
  package func detach() {
    while umount2(path, Int32(MNT_DETACH)) == 0 {}
  }

  private func failure(_ attempt: String) -> Failure {
    Failure("cannot \(attempt) at '\(path)': \(String(cString: strerror(errno)))")
  }
}

// MS_RDONLY, MS_REMOUNT and MS_BIND of mount(2), which Swift is not shown.
private let readOnlyFlag = 1
private let remountFlag = 32
private let bindFlag = 4096
