import Foundation
import GRDB
import Store
import Testing

@Suite("The accepted baseline")
struct BaselineTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("is read as it was accepted, with who, when and why")
  func roundTrip() throws {
    let store = try scratch.store()
    #expect(try store.baseline() == .absent)
    let baseline = try store.acceptSample(.sample(["host": "ü\0"]), reason: "set up\nby anna")
    #expect(baseline.generation == 1)
    #expect(try scratch.store(.reading).baseline() == .found(baseline))
    #expect(baseline.by == .anna)
    #expect("\(baseline.by)" == "root, logged in as anna")
    #expect(baseline.acceptedAt.rfc3339 == "2026-01-02T03:04:05Z")
  }

  @Test("is the last of those that were accepted, which are kept")
  func history() throws {
    let store = try scratch.store()
    let first = try store.acceptSample(.sample(["host": "a"]))
    let second = try store.acceptSample(.sample(["host": "b", "daemon": "c"]))
    let third = try store.acceptSample(.sample(["host": "a"], benchmark: "cis-1.6.0"))
    #expect(try store.baseline() == .found(third))
    let all = try store.acceptedBaselines()
    #expect(all.map(\.generation) == [3, 2, 1])
    #expect(all.map(\.reading) == [.found(third), .found(second), .found(first)])
  }

  @Test("is never what was only partly seen")
  func partial() throws {
    let store = try scratch.store()
    let error = storeError { try store.acceptSample(.sample(partiality: "a part")) }
    #expect(
      error?.reason == .refused("a pass that did not see all of the host is no baseline: a part"))
    #expect(try store.baseline() == .absent)
  }

  /// What somebody may do who can write to the database, or to the directory, but has no key.
  enum Tampering: String, CaseIterable {
    case observed = "UPDATE state SET observed = 'other' WHERE observed = 'b'"
    case verdict = "UPDATE state SET verdict = 'pass' WHERE observed = 'b'"
    case subject = "UPDATE finding SET subject = 'other'"
    case taken = "DELETE FROM span WHERE until IS NULL"
    case missing = "DELETE FROM state"
    case added =
      "INSERT INTO span SELECT line, finding + 100, since, NULL, state FROM span WHERE until IS NULL; INSERT INTO finding SELECT id + 100, slug, 'other' FROM finding"
    case reason = "UPDATE baseline SET document = replace(document, 'second', 'other')"
    case person = "UPDATE baseline SET document = replace(document, 'anna', 'fred')"
    case benchmark = "UPDATE line SET benchmark = 'cis-1.6.0'"
    case checks = "UPDATE line SET checks = '[]'"
    case partiality = "UPDATE line SET partiality = 'x'"
    case document = "UPDATE baseline SET document = 'x'"
    case type = "UPDATE baseline SET document = x'00', mac = 7, version = 'x'"
    case signature = "UPDATE baseline SET mac = x'00'"
    case null = "UPDATE baseline SET mac = zeroblob(32)"
    case olderVersion = "UPDATE baseline SET version = 1 WHERE generation = 2"
    case olderSignature =
      "UPDATE baseline SET (line, version, document, mac) = (SELECT line, version, document, mac FROM baseline WHERE generation = 1) WHERE generation = 2"
    case rolledBack = "DELETE FROM baseline WHERE generation = 2"
    case renumbered =
      "DELETE FROM baseline WHERE generation = 2; UPDATE baseline SET generation = 2"
    case removed = "DELETE FROM baseline"
    case pretended =
      "UPDATE baseline SET generation = generation + 10; UPDATE baseline SET document = replace(document, '\"generation\":2', '\"generation\":12')"
  }

  @Test("shows that it was tampered with", arguments: Tampering.allCases)
  func tampered(_ tampering: Tampering) throws {
    do {
      let store = try scratch.store()
      try store.acceptSample(.sample(["host": "a"]), reason: "first")
      try store.acceptSample(.sample(["host": "b"]), reason: "second")
    }
    let queue = try DatabaseQueue(path: scratch.database)
    try queue.write { try $0.execute(sql: tampering.rawValue) }
    try queue.close()
    let store = try scratch.store()
    guard case .tampered = try store.baseline() else {
      Issue.record("\(try store.baseline())")
      return
    }
    // Who accepts one is told, and all is well again.
    let (accepted, previous) = try store.accept(
      .sample(["host": "c"]), scan: .sample(), by: .anna, reason: "looked at", at: .now)
    #expect(reason(previous) != nil)
    #expect(try store.baseline() == .found(accepted))
    #expect(accepted.generation >= 3)
  }

  private func reason(_ reading: BaselineReading) -> String? {
    if case .tampered(let reason) = reading { reason } else { nil }
  }

  @Test(
    "shows that its key or its number was tampered with",
    arguments: [
      ("baseline.key", nil, "is missing"), ("baseline.head", nil, "is missing"),
      ("baseline.key", "short", "not 32 bytes long"),
      ("baseline.key", "0123456789abcdef0123456789abcdef", "the key did not sign it"),
      ("baseline.head", "1 00\n", "the key did not sign it"),
      ("baseline.head", "", "the key did not sign it"),
      ("baseline.head", "-1 é\n", "the key did not sign it"),
      ("baseline.head", String(repeating: "x", count: 10_000), "larger than 4096 bytes"),
    ] as [(String, String?, String)])
  func files(name: String, content: String?, why: String) throws {
    let store = try scratch.store()
    try store.acceptSample()
    let path = "\(scratch.state)/\(name)"
    unlink(path)
    if let content {
      try content.write(toFile: path, atomically: false, encoding: .utf8)
      chmod(path, 0o600)
    }
    let found = try store.baseline()
    #expect(reason(found)?.contains(why) == true, "\(found)")
    #expect(reason(found)?.contains(path) == true || name == "baseline.key", "\(found)")
    let accepted = try store.acceptSample()
    #expect(accepted.generation == 2)
    #expect(try store.baseline() == .found(accepted))
  }

  @Test("is not believed where others could read the key, or put a link in its place")
  func loose() throws {
    let store = try scratch.store()
    try store.acceptSample()
    let path = "\(scratch.state)/baseline.key"
    chmod(path, 0o640)
    #expect(reason(try store.baseline())?.hasSuffix("others than its owner may read it") == true)
    chmod(path, 0o600)
    rename(path, "\(scratch.path)/key")
    symlink("\(scratch.path)/key", path)
    #expect(reason(try store.baseline())?.hasSuffix("it is a symbolic link") == true)
  }

  @Test("shows that an older copy of the whole database was put back")
  func olderCopy() throws {
    do { try scratch.store().acceptSample(.sample(["host": "a"])) }
    let old = try #require(try scratch.files()["dockward.sqlite"])
    do { try scratch.store().acceptSample(.sample(["host": "b"])) }
    try old.write(to: URL(filePath: scratch.database))
    #expect(
      try scratch.store().baseline()
        == .tampered("baseline 2 was accepted, and the newest in the store is 1"))
    unlink(scratch.database)
    #expect(
      try scratch.store().baseline()
        == .tampered("baseline 2 was accepted, and the store has none"))
  }

  @Test("is as believable where the process was killed before it wrote down its number")
  func killedBetween() throws {
    let store = try scratch.store()
    try store.acceptSample(.sample(["host": "a"]))
    let head = try Data(contentsOf: URL(filePath: "\(scratch.state)/baseline.head"))
    let second = try store.acceptSample(.sample(["host": "b"]))
    try head.write(to: URL(filePath: "\(scratch.state)/baseline.head"))
    #expect(try store.baseline() == .found(second))
    #expect(try store.acceptSample(.sample(["host": "c"])).generation == 3)
  }
}
