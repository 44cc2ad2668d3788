import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a file is, told by its first bytes alone: SQLite is given nothing that is not ours, since to open
/// a database may change it.
enum StoreFile {
  static let name = "dockward.sqlite"

  /// `PRAGMA application_id` of a store: `DkWd`.
  static let applicationID: Int32 = 0x446B_5764

  /// Throws where `name` in `directory` is no store; `absent` where there is nothing.
  static func require(
    in directory: borrowing StoreDirectory, at path: String, attempt: String
  ) throws(StoreError) {
    func failure(_ reason: StoreError.Reason) -> StoreError { StoreError(attempt, path, reason) }
    let number = openat(
      directory.descriptor.rawValue, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else {
      switch errno {
      case ENOENT: throw failure(.absent)
      case ELOOP: throw failure(.untrusted("it is a symbolic link"))
      case let number: throw failure(.init(errno: number))
      }
    }
    defer { close(number) }
    var status = stat()
    guard fstat(number, &status) == 0 else { throw failure(.init(errno: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw failure(.foreign("it is not a regular file"))
    }
    if let loose = StoreDirectory.looseness(of: status) { throw failure(.untrusted(loose)) }
    // A second name of it would lead SQLite to another write-ahead log.
    guard status.st_nlink == 1 else {
      throw failure(.untrusted("it has a second name (hard link)"))
    }
    var header = [UInt8](repeating: 0, count: 100)
    let count = header.withUnsafeMutableBytes { pread(number, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw failure(.init(errno: errno)) }
    if let reason = judge(header.prefix(count)) { throw failure(reason) }
  }

  /// What is wrong with a file that begins so; `nil` for one that is a store.
  ///
  /// Source: SQLite's file format, 1.3: the magic at 0, `application_id` at 68, both big-endian. They
  /// stand in the file itself from its first day, not only in its write-ahead log.
  static func judge(_ header: some Collection<UInt8>) -> StoreError.Reason? {
    let bytes = Array(header)
    if bytes.isEmpty { return .damaged("it is empty") }
    let magic = Array("SQLite format 3\0".utf8)
    guard bytes.count >= magic.count ? bytes.starts(with: magic) : magic.starts(with: bytes) else {
      return .foreign("it is not an SQLite database")
    }
    guard bytes.count == 100 else { return .damaged("it is truncated to \(bytes.count) bytes") }
    let id = bytes[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    guard id == applicationID else {
      return .foreign("it is an SQLite database of another application")
    }
    return nil
  }
}
