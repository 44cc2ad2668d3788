import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

@Suite("What the journal has to be told")
struct OutboxTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("is what is recorded from now on, in its order, until it was told")
  func outbox() throws {
    let store = try scratch.store()
    _ = try record(["before"], in: store)
    #expect(try store.eventsForJournal().isEmpty)
    _ = try record(["one", "two"], quiet: ["flaps"], in: store)
    #expect(try subjects(store) == ["one", "two"])
    let first = try #require(try store.eventsForJournal().first)
    try store.noteInJournal(first)
    // Of another process, after this one was killed.
    let next = try scratch.store()
    #expect(try subjects(next) == ["two"])
    _ = try record(["three"], in: store)
    #expect(try subjects(next) == ["two", "three"])
    #expect(try next.eventsForJournal(limit: 1).map(\.event.subject) == ["two"])
    for event in try next.eventsForJournal() { try next.noteInJournal(event) }
    #expect(try subjects(store).isEmpty)
  }

  @Test("is everything where it was asked for before anything happened")
  func fromTheBeginning() throws {
    let store = try scratch.store()
    #expect(try store.eventsForJournal().isEmpty)
    _ = try record(["one"], in: store)
    #expect(try subjects(store) == ["one"])
  }

  private func subjects(_ store: Store) throws -> [String] {
    try store.eventsForJournal().map(\.event.subject)
  }

  private func record(
    _ told: [String], quiet: [String] = [], in store: Store
  ) throws -> Store.Recording {
    func events(_ subjects: [String]) -> [DriftEvent] {
      subjects.map {
        DriftEvent(
          change: .regressed, slug: "some-check", subject: $0,
          before: .init(verdict: .pass), after: .init(verdict: .fail))
      }
    }
    return try store.record(.sample(told.joined(), Posture.sample([:]))) { _ in
      Store.Consequences(events: events(told), quiet: events(quiet))
    }
  }
}

@Suite("Commands that were seen")
struct SeenExecTests {
  @Test("are remembered for their machine")
  func remembered() throws {
    let store = try Scratch().store()
    #expect(try store.pastExecs(of: "m") == nil)
    var privileged = ExecProcess.Configuration()
    privileged.privileged = .value(true)
    let execs = [
      PastExec(containerID: "c", configuration: .found(privileged), seenAt: "2026-01-02T03:04:05Z"),
      PastExec(containerID: "d", configuration: .unreadable("x"), seenAt: "2026-01-02T03:04:06Z"),
    ]
    try store.remember(execs, of: "m")
    #expect(try store.pastExecs(of: "m") == execs)
    #expect(try store.pastExecs(of: "n") == nil)
  }
}
