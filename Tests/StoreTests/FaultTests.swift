import Foundation
import Store
import TestSupport
import Testing

/// What is told of a store after a fault: all that was acknowledged is there, and nothing is damaged.
private func expectWhole(_ store: Store, acknowledged lines: [String]) throws {
  #expect(try store.problems().isEmpty)
  let passes = Dictionary(
    try store.passes(limit: .max).map { ($0.scan.id, $0) }, uniquingKeysWith: { first, _ in first })
  for pass in passes.values {
    #expect(try Set(store.posture(of: pass).states.values.map(\.observed)) == [pass.scan.id])
  }
  let baselines = try store.acceptedBaselines()
  for baseline in baselines {
    guard case .found(let found) = baseline.reading, found.reason == found.scan.id else {
      Issue.record("\(baseline)")
      continue
    }
  }
  #expect(
    baselines.map(\.generation)
      == (1...Int64(max(1, baselines.count))).reversed().suffix(baselines.count))
  if let newest = baselines.first { #expect(try store.baseline() == newest.reading) }
  for line in lines {
    let words = line.split(separator: " ").map(String.init)
    switch words[0] {
    case "pass": #expect(passes[words[1]] != nil, "\(line)")
    case "baseline":
      let generation = try #require(Int64(words[1]))
      guard
        case .found(let found)? = baselines.first(where: { $0.generation == generation })?.reading
      else {
        Issue.record("\(line)")
        continue
      }
      #expect(found.reason == words[2])
    default:
      let step = try #require(try store.transaction(words[1])?.steps.first)
      #expect(step.status.rawValue == words[2] || words[2] == "begun", "\(line)")
    }
  }
}

@Suite("A store whose writers are killed")
struct KillTests {
  static let rounds = ProcessInfo.processInfo.environment["DOCKWARD_KILLS"].flatMap(Int.init) ?? 60

  @Test("has all that was acknowledged, and nothing by halves")
  func killed() throws {
    var random = SeededRandom(seed: 7)
    var (lineCount, beforeFirst) = (0, 0)
    // A fresh one now and then, since making one is a moment, too.
    for _ in 0..<(Self.rounds / 12) {
      let scratch = try Scratch()
      var acknowledged: [String] = []
      for round in 0..<12 {
        let writers = try (0..<2).map {
          try Writer(scratch, "write", scratch.state, "\(round).\($0)")
        }
        for writer in writers {
          // While it opens the store, or while it writes.
          if round >= 4 { try writer.waitForWord() }
          usleep(UInt32.random(in: 0...(round < 4 ? 60_000 : 30_000), using: &random))
          writer.kill()
        }
        let lines = try writers.flatMap { try $0.lines() }
        if lines.isEmpty { beforeFirst += 1 }
        acknowledged += lines
        guard Store.exists(in: scratch.state) else {
          #expect(acknowledged.isEmpty)
          continue
        }
        try expectWhole(try scratch.store(.existing), acknowledged: acknowledged)
      }
      lineCount += acknowledged.count
      // What was left by killed processes is in nobody's way.
      try scratch.store().acceptSample()
    }
    print(
      "killed \(Self.rounds / 12 * 24) writers, \(beforeFirst) times before the first line; \(lineCount) acknowledged, none lost"
    )
    #expect(lineCount > 0)
  }
}

@Suite(
  "A store on a file system that fails",
  .enabled(if: MemoryFileSystem.mayMount, "to mount takes root"))
struct FileSystemTests {
  @Test("that is full: says so, and keeps what was acknowledged")
  func full() throws {
    let scratch = try Scratch()
    try scratch.memory.mount(size: 1 << 20)
    let store = try scratch.store()
    var acknowledged: [String] = []
    var failure: StoreError?
    while failure == nil {
      let id = "\(acknowledged.count)"
      failure = storeError {
        _ = try store.record(
          .sample(id, .sample(["host": id, "daemon": String(repeating: id, count: 10_000)])))
        acknowledged.append(id)
      }
      #expect(acknowledged.count < 10_000)
    }
    #expect(failure?.reason == .full)
    #expect(
      failure.map { "\($0)" }
        == "cannot record the pass in '\(scratch.database)': no space left on the file system")
    #expect(acknowledged.count > 3)
    let error = storeError { try store.acceptSample() }
    #expect(error?.reason == .full)
    #expect(try store.baseline() == .absent)
    for store in [store, try scratch.store(.reading)] {
      #expect(try store.passes().reversed().map(\.scan.id) == acknowledged)
      #expect(try store.problems().isEmpty)
    }
    // Room again.
    try scratch.memory.resize(to: 8 << 20)
    try store.acceptSample()
    _ = try store.record(.sample("after"))
    #expect(try store.latestPass()?.scan.id == "after")
    #expect(try scratch.store().baseline() != .absent)
  }

  @Test("that is full from the start: leaves nothing behind")
  func fullFromTheStart() throws {
    let scratch = try Scratch()
    try scratch.memory.mount(size: 16_384)
    #expect(storeError { _ = try scratch.store() }?.reason == .full)
    #expect(try scratch.files().isEmpty)
  }

  @Test("that is full while a baseline is accepted: has the old one or the new one, and says which")
  func fullWhileAccepting() throws {
    let scratch = try Scratch()
    try scratch.memory.mount(size: 512 << 10)
    let store = try scratch.store()
    let large = String(repeating: "x", count: 3000)
    var accepted = try store.acceptSample(.sample(["host": "\(large)0"]))
    for number in 1..<1000 {
      let error = storeError {
        accepted = try store.acceptSample(.sample(["host": "\(large)\(number)"]))
      }
      #expect(try store.baseline() == .found(accepted))
      guard let error else { continue }
      #expect(error.reason == .full)
      return
    }
    Issue.record("never full")
  }

  @Test("that is read-only: can be read, and says so when written to")
  func readOnly() throws {
    let scratch = try Scratch()
    try scratch.memory.mount(size: 4 << 20)
    do {
      let store = try scratch.store()
      _ = try store.record(.sample("one"))
      try store.acceptSample()
    }
    try scratch.memory.remount(readOnly: true)
    defer { try? scratch.memory.remount(readOnly: false) }
    for access in [Store.Access.creating, .existing] {
      let error = storeError { _ = try scratch.store(access) }
      #expect(error?.reason == .readOnly, "\(access): \(String(describing: error))")
    }
    let store = try scratch.store(.reading)
    #expect(try store.latestPass()?.scan.id == "one")
    guard case .found = try store.baseline() else {
      Issue.record("\(try store.baseline())")
      return
    }
    #expect(
      storeError { _ = try store.record(.sample("two")) }?.reason
        == .refused("it was opened for reading only"))
  }

  @Test("that becomes read-only while it is open: says so")
  func becomesReadOnly() throws {
    let scratch = try Scratch()
    try scratch.memory.mount(size: 4 << 20)
    try scratch.memory.bindReadOnly {
      let error = storeError { _ = try scratch.store(.creating) }
      #expect(error?.reason == .readOnly, "\(String(describing: error))")
    }
    let store = try scratch.store()
    _ = try store.record(.sample("one"))
    try scratch.memory.bindReadOnly {
      let error = storeError { _ = try scratch.store(.existing).record(.sample("two")) }
      #expect(error?.reason == .readOnly, "\(String(describing: error))")
    }
    #expect(try store.latestPass()?.scan.id == "one")
  }
}

@Suite("A store with more than one writer")
struct WritersTests {
  @Test("has what both have written, and each event once")
  func twoWriters() throws {
    let scratch = try Scratch()
    let writers = try ["a", "b", "c"].map { try Writer(scratch, "count", scratch.state, $0, "40") }
    for writer in writers { try writer.expectSuccess() }
    let store = try scratch.store(.existing)
    #expect(Set(try store.passes().map(\.scan.id)).count == 120)
    #expect(
      try store.events().reversed().map(\.event.subject) == (1...40).map { "number:\($0)" })
    #expect(try store.problems().isEmpty)
  }

  @Test("waits for another, and says when it waits no longer")
  func locked() throws {
    let scratch = try Scratch()
    do { _ = try scratch.store().record(.sample("one")) }
    let writer = try Writer(scratch, "hold", scratch.state)
    try writer.waitForWord()
    let store = try scratch.store(busyTimeout: 0.2)
    #expect(try store.latestPass()?.scan.id == "one")
    let began = ContinuousClock.now
    for attempt in [
      { _ = try store.record(.sample("two")) }, { _ = try store.acceptSample() },
    ] as [() throws -> Void] {
      #expect(storeError(attempt)?.reason == .busy(seconds: 0.2))
    }
    let waited = ContinuousClock.now - began
    #expect(waited > .seconds(0.4) && waited < .seconds(5))
    writer.kill()
    _ = try store.record(.sample("two"))
    try store.acceptSample()
  }
}
