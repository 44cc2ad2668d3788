import Foundation
import GRDB
import Synchronization
import SystemPackage

/// What dockward remembers of a host: passes, drift, the accepted baseline, remediations.
///
/// Safe with the service and a command at once, each with a store of its own; within a process, calls
/// wait for one another. What a call that returns has written stays, whatever happens to the process or
/// the machine. Calls block, for at most the busy timeout and the disk's time.
package final class Store: Sendable {
  package enum Access: Sendable {
    /// Makes the directory and the store where they are not there.
    case creating
    /// The store must be there; it is written to.
    case existing
    /// The store must be there, and is only read: works on a read-only file system too.
    case reading
  }

  package enum Durability: String, Sendable {
    /// What has been acknowledged outlives a power failure.
    case full
    /// It outlives the process only: for tests that write a year.
    case process
  }

  package struct Options: Sendable {
    /// How long to wait for another process, in seconds.
    package var busyTimeout = 5.0
    package var durability = Durability.full

    package init() {}
  }

  /// The file that a message names.
  package let path: String
  package let access: Access
  let directory: String
  let options: Options
  let queue: DatabaseQueue
  /// What the lines end with that this process recorded last.
  let latest = Mutex<KnownLines>([:])

  /// The directory of a host's store where nobody says otherwise.
  package static let standardDirectory = "/var/lib/dockward"

  /// Whether there is something in `directory` that `init` would open or refuse, or whether this process
  /// may not even see; costs a stat(2).
  package static func exists(in directory: String) -> Bool {
    var status = stat()
    return lstat("\(directory)/\(StoreFile.name)", &status) == 0
      || (errno != ENOENT && errno != ENOTDIR)
  }

  /// Opens the store in `directory`.
  ///
  /// A later version's store, a damaged one, anything else under its name and a place where others may
  /// write are errors, and are left as they are.
  package init(
    in directory: String, _ access: Access, options: Options = Options()
  ) throws(StoreError) {
    let attempt = "open the store"
    let directory = Self.absolute(directory)
    let path = "\(directory)/\(StoreFile.name)"
    self.directory = directory
    self.path = path
    self.access = access
    self.options = options
    let place = try StoreDirectory(directory, creating: access == .creating, attempt: attempt)
    do {
      try StoreFile.require(in: place, at: path, attempt: attempt)
    } catch  where error.reason == .absent && access == .creating {
      try place.locked(upTo: options.busyTimeout, attempt: attempt) { () throws(StoreError) in
        try Self.create(in: place, at: path, attempt: attempt)
      }
      try StoreFile.require(in: place, at: path, attempt: attempt)
    }
    queue = try Self.open(path, access, options, attempt: attempt)
    try migrate(place, attempt: attempt)
  }

  private static func absolute(_ directory: String) -> String {
    let path = FilePath(directory).lexicallyNormalized()
    if path.isAbsolute { return path.string }
    return FilePath(FileManager.default.currentDirectoryPath).pushing(path).string
  }

  /// Makes the store under another name and then gives it its own, so that a file of that name is never
  /// half a store, and one that is empty or short has lost something.
  private static func create(
    in place: borrowing StoreDirectory, at path: String, attempt: String
  ) throws(StoreError) {
    do {
      try StoreFile.require(in: place, at: path, attempt: attempt)
      return
    } catch  where error.reason == .absent {}
    let name = "\(StoreFile.name).new"
    let temporary = "\(place.path)/\(name)"
    func discard() {
      for suffix in ["", "-journal", "-wal", "-shm"] {
        place.discard(name + suffix)
      }
    }
    // Under the lock, one that is there was left by a process that is no more.
    discard()
    do {
      // SQLite would make it readable for all.
      let number = openat(
        place.descriptor.rawValue, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard number >= 0 else { throw Errno(rawValue: errno) }
      close(number)
      let queue = try DatabaseQueue(path: temporary)
      try queue.writeWithoutTransaction { database in
        // So that pruning can give room back to the file system.
        try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        try database.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      try Schema.migrator.migrate(queue)
      // The last to close it moves all into the file and removes the log.
      try queue.close()
      try place.rename(name, to: StoreFile.name, exclusively: true)
    } catch {
      // Before the disk has room again.
      let reason = StoreError.Reason(error, at: path, timeout: 0)
      discard()
      throw StoreError(attempt, path, reason)
    }
  }

  private static func open(
    _ path: String, _ access: Access, _ options: Options, attempt: String
  ) throws(StoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "dockward.store"
    configuration.busyMode = .timeout(options.busyTimeout)
    configuration.readonly = access == .reading
    let synchronous = options.durability == .full ? "FULL" : "OFF"
    configuration.prepareDatabase { database in
      // What somebody put into the schema must not run.
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
      try database.execute(sql: "PRAGMA cell_size_check = ON")
      try database.execute(sql: "PRAGMA synchronous = \(synchronous)")
      // The log is cut back to this after it grew in one large transaction.
      try database.execute(sql: "PRAGMA journal_size_limit = \(4 << 20)")
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      let reason = StoreError.Reason(error, at: path, timeout: options.busyTimeout)
      // To read a log takes an index beside it. Without a log, the file is all there is.
      if access == .reading, reason == .readOnly || reason == .full, !hasLog(path),
        let queue = try? DatabaseQueue(path: unchanging(path), configuration: configuration)
      {
        return queue
      }
      throw StoreError(attempt, path, reason)
    }
  }

  private static func hasLog(_ path: String) -> Bool {
    var status = stat()
    return lstat("\(path)-wal", &status) == 0 && status.st_size > 0
  }

  /// The file as SQLite opens what nobody can change meanwhile.
  private static func unchanging(_ path: String) -> String {
    var name = "file://"
    for byte in path.utf8 {
      let isPlain = UnicodeScalar(byte).properties.isAlphabetic && byte < 0x80
      if isPlain || "0123456789/._-".utf8.contains(byte) {
        name.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return name + "?immutable=1"
  }

  /// Brings an older store up to date; a later one is left alone.
  private func migrate(_ place: borrowing StoreDirectory, attempt: String) throws(StoreError) {
    func isCurrent() throws(StoreError) -> Bool {
      try reading(attempt) { database in
        let migrator = Schema.migrator
        let unknown = try migrator.appliedIdentifiers(database).subtracting(migrator.migrations)
        guard unknown.isEmpty else {
          let later = unknown.sorted().map { "'\($0)'" }.joined(separator: ", ")
          throw StoreError(attempt, self.path, .newer("its schema has \(later)"))
        }
        return try migrator.hasCompletedMigrations(database)
      }
    }
    if try isCurrent() { return }
    guard access != .reading else {
      throw StoreError(
        attempt, path,
        .refused("an earlier version of dockward made it, and it has to be opened for writing once")
      )
    }
    try place.locked(upTo: options.busyTimeout, attempt: attempt) { () throws(StoreError) in
      if try isCurrent() { return }
      do {
        try Schema.migrator.migrate(queue)
      } catch {
        throw StoreError(attempt, path, .init(error, at: path, timeout: options.busyTimeout))
      }
    }
  }

  /// What `body` reads, all of one moment.
  func reading<Value>(
    _ attempt: String, _ body: (Database) throws -> Value
  ) throws(StoreError) -> Value {
    do { return try queue.read(body) } catch { throw failure(attempt, error) }
  }

  /// What `body` gives, after what it wrote is on the disk; all of it, or nothing where it throws.
  func writing<Value>(
    _ attempt: String, _ body: (Database) throws -> Value
  ) throws(StoreError) -> Value {
    guard access != .reading else {
      throw StoreError(attempt, path, .refused("it was opened for reading only"))
    }
    do { return try queue.write(body) } catch { throw failure(attempt, error) }
  }

  private func failure(_ attempt: String, _ error: any Error) -> StoreError {
    error as? StoreError
      ?? StoreError(attempt, path, .init(error, at: path, timeout: options.busyTimeout))
  }

  /// What is wrong in the file, a sentence each; reads all of it.
  package func problems() throws(StoreError) -> [String] {
    try reading("check") { database in
      try String.fetchAll(database, sql: "PRAGMA quick_check(20)").filter { $0 != "ok" }
    }
  }

  /// How many bytes the file takes, what is yet in its log included.
  package func size() -> Int64 {
    ["", "-wal"].reduce(0) { sum, suffix in
      var status = stat()
      return lstat(path + suffix, &status) == 0 ? sum + Int64(status.st_size) : sum
    }
  }
}
