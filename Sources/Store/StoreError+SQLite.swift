import GRDB
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension StoreError.Reason {
  /// Why an access to the database at `path` failed, `timeout` seconds being waited for others.
  init(_ error: any Error, at path: String, timeout: Double) {
    switch error {
    case let error as StoreError: self = error.reason
    case let error as Errno: self = .init(errno: error.rawValue)
    case let error as DatabaseError: self = .init(error, at: path, timeout: timeout)
    case let error as Inconsistency: self = .damaged(error.description)
    default: self = .other("\(error)")
    }
  }

  private init(_ error: DatabaseError, at path: String, timeout: Double) {
    let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .busy(seconds: timeout)
    case .SQLITE_FULL: self = .full
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(message)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_IOERR:
      // SQLite says what it could not do; why, the file system does.
      var system = statvfs()
      let folder = FilePath(path).removingLastComponent().string
      if statvfs(folder, &system) != 0 {
        self = .init(errno: errno)
      } else if system.f_flag & UInt(ST_RDONLY) != 0 {
        self = .readOnly
      } else if system.f_bavail == 0 {
        self = .full
      } else {
        let isRefused = access(path, R_OK | W_OK) != 0 && errno != ENOENT
        self = isRefused ? .init(errno: errno) : .other(message)
      }
    default: self = .other(message)
    }
  }
}
