import Foundation
import GRDB
import Store
import Testing

@Suite("Opening a store")
struct OpeningTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func mode(_ path: String) throws -> mode_t {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return status.st_mode & 0o7777
  }

  @Test("makes a directory and files that only their owner may use")
  func modes() throws {
    let store = try scratch.store()
    try store.acceptSample()
    #expect(try mode(scratch.state) == 0o700)
    for name in try scratch.files().keys { #expect(try mode("\(scratch.state)/\(name)") == 0o600) }
  }

  @Test(
    "makes nothing where a store has to be there", arguments: [Store.Access.existing, .reading])
  func absent(access: Store.Access) throws {
    #expect(storeError { _ = try scratch.store(access) }?.reason == .absent)
    #expect(!FileManager.default.fileExists(atPath: scratch.state))
    mkdir(scratch.state, 0o700)
    #expect(storeError { _ = try scratch.store(access) }?.reason == .absent)
    #expect(try scratch.files().isEmpty)
    #expect(!Store.exists(in: scratch.state))
  }

  @Test("synchronises each transaction, with a write-ahead log")
  func durability() throws {
    let store = try scratch.store()
    #expect(try store.settings() == ["journal_mode": "wal", "synchronous": "2"])
  }

  @Test("refuses a directory that is not safe")
  func directories() throws {
    _ = try scratch.store()
    #expect(Store.exists(in: scratch.state))
    func reason(_ directory: String) -> String? {
      storeError { _ = try Store(in: directory, .creating) }.map { "\($0.reason)" }
    }
    chmod(scratch.state, 0o770)
    #expect(reason(scratch.state) == "others than its owner may write to it")
    chmod(scratch.state, 0o755)
    #expect(reason(scratch.state) == nil)
    symlink(scratch.state, "\(scratch.path)/link")
    #expect(reason("\(scratch.path)/link") == "it is a symbolic link")
    #expect(reason(scratch.database) == "it is not a directory")
    chmod(scratch.path, 0o777)
    #expect(
      reason(scratch.state) == "others than its owner may write to '\(scratch.path)' above it")
    chmod(scratch.path, 0o1777)
    #expect(reason(scratch.state) == nil)
    #expect(reason("\(scratch.path)/none/state") == "no such file or directory")
  }

  @Test("refuses a file that is not safe")
  func files() throws {
    _ = try scratch.store()
    func reason() -> String? {
      storeError { _ = try scratch.store() }.map { "\($0.reason)" }
    }
    chmod(scratch.database, 0o622)
    #expect(reason() == "others than its owner may write to it")
    chmod(scratch.database, 0o600)
    link(scratch.database, "\(scratch.path)/second")
    #expect(reason() == "it has a second name (hard link)")
    rename("\(scratch.path)/second", "\(scratch.path)/moved")
    unlink(scratch.database)
    symlink("\(scratch.path)/moved", scratch.database)
    #expect(reason() == "it is a symbolic link")
    unlink(scratch.database)
    mkdir(scratch.database, 0o700)
    #expect(reason() == "it is not a regular file; it was left as it is")
    rmdir(scratch.database)
    mkfifo(scratch.database, 0o600)
    #expect(reason() == "it is not a regular file; it was left as it is")
  }

  @Test("refuses somebody else's file", .enabled(if: geteuid() == 0, "takes root"))
  func owner() throws {
    _ = try scratch.store()
    chown(scratch.database, 65534, 65534)
    #expect(
      storeError { _ = try scratch.store() }?.reason == .untrusted("it belongs to user 65534"))
    chown(scratch.database, 0, 0)
    chown(scratch.state, 65534, 65534)
    #expect(
      storeError { _ = try scratch.store() }?.reason == .untrusted("it belongs to user 65534"))
  }

  @Test(
    "leaves alone what is no store",
    arguments: [
      ("not a database\n", "it is not an SQLite database"),
      (String(repeating: "x", count: 10_000), "it is not an SQLite database"),
    ])
  func foreignText(content: String, what: String) throws {
    mkdir(scratch.state, 0o700)
    try content.write(toFile: scratch.database, atomically: false, encoding: .utf8)
    let before = try scratch.files()
    for access in [Store.Access.creating, .existing, .reading] {
      #expect(storeError { _ = try scratch.store(access) }?.reason == .foreign(what))
    }
    #expect(try scratch.files() == before)
  }

  @Test("leaves alone another application's database, with what its log has")
  func foreignDatabase() throws {
    mkdir(scratch.state, 0o700)
    var configuration = Configuration()
    configuration.journalMode = .wal
    let other = try DatabaseQueue(path: scratch.database, configuration: configuration)
    try other.write { try $0.execute(sql: "CREATE TABLE theirs (value)") }
    let before = try scratch.files()
    #expect(before.count == 3)
    for access in [Store.Access.creating, .existing, .reading] {
      #expect(
        storeError { _ = try scratch.store(access) }?.reason
          == .foreign("it is an SQLite database of another application"))
    }
    #expect(try scratch.files() == before)
    try other.close()
  }

  @Test("leaves alone a later version's store")
  func newer() throws {
    _ = try scratch.store()
    let later = try DatabaseQueue(path: scratch.database)
    try later.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
    try later.close()
    let before = try scratch.files()[StoreTestsName.database]
    let error = storeError { _ = try scratch.store() }
    #expect(error?.reason == .newer("its schema has '99'"))
    #expect(
      error.map { "\($0)" }
        == "cannot open the store '\(scratch.database)': a later version of dockward made it (its schema has '99')"
    )
    #expect(try scratch.files()[StoreTestsName.database] == before)
  }

  @Test(
    "says that a file is damaged which is shorter than it was, and leaves it",
    arguments: [0, 1, 15, 16, 99, 100, 512, 4096, 4097, 40_000])
  func truncated(length: Int) throws {
    do {
      let store = try scratch.store()
      for number in 0..<20 {
        _ = try store.record(
          .sample(
            "\(number)",
            .sample(["host": String(repeating: "\(number)", count: 5000)])))
      }
    }
    let whole = try #require(try scratch.files()[StoreTestsName.database])
    #expect(whole.count > 100_000)
    truncate(scratch.database, length)
    let before = try scratch.files()
    for access in [Store.Access.creating, .existing, .reading] {
      let error = storeError { _ = try scratch.store(access) }
      guard case .damaged? = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(try scratch.files()[StoreTestsName.database] == before[StoreTestsName.database])
  }

  @Test("finds pages that hold something else, and never ends the process over them")
  func overwritten() throws {
    do {
      let store = try scratch.store()
      for number in 0..<50 {
        _ = try store.record(.sample("\(number)", .sample(["host": "\(number)"])))
      }
    }
    let whole = try #require(try scratch.files()[StoreTestsName.database])
    var found = 0
    for page in 1..<(whole.count / 4096) {
      var bytes = whole
      bytes.replaceSubrange(
        (page * 4096)..<((page + 1) * 4096), with: Data(repeating: 0x5A, count: 4096))
      try bytes.write(to: URL(filePath: scratch.database))
      let error = storeError {
        let store = try scratch.store(.existing)
        let problems = try store.problems()
        if !problems.isEmpty { found += 1 }
        for pass in try store.passes() { _ = try store.posture(of: pass) }
        _ = try store.events()
        _ = try store.baseline()
      }
      if case .damaged? = error?.reason { found += 1 }
    }
    #expect(found >= whole.count / 4096 - 2)
  }
}

enum StoreTestsName {
  static let database = "dockward.sqlite"
}
