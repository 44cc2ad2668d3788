import Drift
import Foundation
import Store
import Testing

@Suite("Pruning")
struct PruningTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private let start = Date(timeIntervalSince1970: 1_767_323_045)
  private func day(_ number: Int) -> Date { start.addingTimeInterval(86_400 * Double(number)) }

  @Test("takes away what is old, and leaves every posture that is left as it was")
  func postures() throws {
    let store = try scratch.store(durability: .process)
    var postures: [String: Posture] = [:]
    for number in 0..<100 {
      // Some findings come and go, some stay, and of one kind of posture nothing new comes.
      var posture = Posture.sample(
        ["host": "\(number / 7)", "container:\(number / 30)": "x", "daemon": "same"])
      if number < 10 { posture.partiality = "a part" }
      postures["\(number)"] = posture
      _ = try store.record(.sample("\(number)", at: day(number), posture)) { _ in
        Store.Consequences(events: [
          DriftEvent(
            change: .changed, slug: "some-check", subject: "\(number)",
            before: .init(verdict: .pass, observed: "before \(number)"),
            after: .init(verdict: .fail, observed: "after \(number)"))
        ])
      }
    }
    let baseline = try store.acceptSample(.sample(["host": "0"]))
    #expect(try store.prune(before: day(40)) == Store.Pruned(passes: 40, events: 40))
    let left = try store.passes()
    #expect(left.map(\.scan.id) == (40..<100).reversed().map { "\($0)" })
    for pass in left { #expect(try store.posture(of: pass) == postures[pass.scan.id]) }
    #expect(try store.events().count == 60)
    #expect(try store.baseline() == .found(baseline))
    #expect(try store.problems().isEmpty)
    // What comes after it is compared with what it left.
    #expect(try !store.record(.sample("100", try #require(postures["99"]))).pass.foundChange)
  }

  @Test("keeps what the present rests on, however old")
  func present() throws {
    let store = try scratch.store()
    _ = try store.record(.sample("other", at: day(0)))
    _ = try store.record(.sample("whole", at: day(1)))
    _ = try store.record(.sample("part", at: day(2), .sample(partiality: "a part")))
    _ = try store.record(.sample("last", at: day(3), .sample(partiality: "a part")))
    for (id, ended, status) in [
      ("done", true, Transaction.Step.Status.fixed), ("cut short", false, .begun),
      ("pending", true, .pendingRestart),
    ] {
      try store.begin(
        Transaction(id: id, kind: .remediate, request: "", by: .anna, begunAt: day(0)))
      try store.write(
        [.init(number: 1, slug: "a", subject: "b", action: "c", status: status, begunAt: day(0))],
        of: id)
      if ended { try store.end(id, at: day(1)) }
    }
    #expect(
      try store.prune(before: day(1000)) == Store.Pruned(passes: 2, events: 0, remediations: 1))
    #expect(try store.passes().map(\.scan.id) == ["last", "whole"])
    #expect(Set(try store.transactions().map(\.id)) == ["cut short", "pending"])
    let whole = try #require(try store.latestPass())
    #expect(try store.posture(of: whole) == .sample())
  }

  @Test("takes away more where the rest is too large")
  func limit() throws {
    let store = try scratch.store(durability: .process)
    for number in 0..<40 {
      let name = "container:\(number)"
      _ = try store.record(
        .sample("\(number)", at: day(number), .sample([name: String(repeating: name, count: 5000)]))
      )
    }
    try store.pruneDaily(keepDays: 365, now: day(40), limit: 1_200_000)
    let left = try store.passes().count
    #expect((5..<15).contains(left), "\(left)")
    try store.checkpoint()
    #expect(store.size() < 1_300_000)
    // What stays in any case is not too large.
    try store.pruneDaily(keepDays: 365, now: day(42), limit: 0)
    #expect(try store.passes().map(\.scan.id) == ["39"])
  }

  @Test("gives room back, and is done once a day")
  func room() throws {
    let store = try scratch.store(durability: .process)
    for number in 0..<50 {
      _ = try store.record(
        .sample(
          "\(number)", at: day(number),
          .sample(["host": String(repeating: "\(number) ", count: 20_000)])))
    }
    try store.checkpoint()
    let before = store.size()
    try store.pruneDaily(keepDays: 1, now: day(50))
    try store.checkpoint()
    #expect(store.size() < before / 10)
    #expect(try store.passes().count == 1)
    _ = try store.record(.sample("old", at: day(0)))
    _ = try store.record(.sample("new", at: day(51)))
    try store.pruneDaily(keepDays: 1, now: day(50).addingTimeInterval(86_399))
    #expect(try store.passes().count == 3)
    try store.pruneDaily(keepDays: 1, now: day(51))
    #expect(try store.passes().map(\.scan.id) == ["new"])
  }
}
