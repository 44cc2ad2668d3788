import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

@Suite("Passes")
struct PassTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("are read as they were recorded")
  func roundTrip() throws {
    let store = try scratch.store()
    #expect(try store.latestPass() == nil)
    let time = Date(timeIntervalSince1970: 1_767_323_045)
    var posture = Posture.sample(["container:web": "8 capabilities", "host": ""])
    posture.states[.init(slug: "some-check", subject: "nul\0here")] = .init(
      verdict: .unknown, observed: "a\0b \u{202E} ü 🐳 '\"\n")
    let pass = Pass.sample("first", at: time, posture)
    let recorded = try store.record(pass).pass
    for store in [store, try scratch.store(.reading)] {
      let read = try #require(try store.latestPass())
      #expect(read == recorded)
      #expect(read.scan == pass.scan)
      #expect(read.counts == pass.counts)
      #expect(read.startedAt == time)
      #expect(read.benchmark == "cis-1.8.0")
      #expect(read.partiality == nil)
      #expect(read.foundChange)
      #expect(try store.posture(of: read) == posture)
    }
  }

  @Test("that find what the last one found take a few dozen bytes")
  func unchanged() throws {
    let store = try scratch.store(durability: .process)
    var posture = Posture.sample([:])
    for number in 0..<5000 {
      posture.states[.init(slug: "some-check", subject: "container:\(number)")] = .init(
        verdict: .pass, observed: "\(number)")
    }
    _ = try store.record(.sample("first", posture))
    try store.checkpoint()
    let before = store.size()
    for number in 0..<2000 {
      #expect(try !store.record(.sample("\(number)", posture)).pass.foundChange)
    }
    try store.checkpoint()
    let each = Double(store.size() - before) / 2000
    print("an unchanged pass takes \(each.formatted(.number.precision(.fractionLength(0)))) bytes")
    #expect(each < 100)
  }

  @Test("that saw a part are no end of what saw all")
  func partial() throws {
    let store = try scratch.store()
    let whole = Posture.sample(["host": "a", "container:web": "b"])
    let part = Posture.sample(["host": "a"], partiality: "the Engine does not answer")
    _ = try store.record(.sample("1", whole))
    _ = try store.record(.sample("2", part))
    #expect(try store.latestPass()?.scan.id == "1")
    let latest = try #require(try store.latestPass(partialToo: true))
    #expect(latest.scan.id == "2")
    #expect(latest.partiality == "the Engine does not answer")
    #expect(try store.posture(of: latest) == part)
    #expect(try !store.record(.sample("3", whole)).pass.foundChange)
    #expect(try !store.record(.sample("4", part)).pass.foundChange)
    #expect(try store.passes().map(\.scan.id) == ["4", "3", "2", "1"])
    #expect(try store.passes(limit: 2).map(\.scan.id) == ["4", "3"])
  }

  @Test("can each be read again, whatever came after", arguments: 1...4)
  func history(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var store = try scratch.store(durability: .process)
    var postures: [Int64: Posture] = [:]
    var current: [Posture] = [
      .sample([:]), .sample([:], benchmark: "cis-1.6.0"), .sample([:], partiality: "a part"),
    ]
    for number in 0..<150 {
      let index = Int.random(in: 0..<current.count, using: &random)
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let key = Posture.Key(
          slug: "some-check", subject: "container:\(Int.random(in: 0..<12, using: &random))")
        current[index].states[key] =
          Bool.random(using: &random)
          ? nil
          : .init(verdict: .fail, observed: "\(Int.random(in: 0..<3, using: &random))")
      }
      if Int.random(in: 0..<10, using: &random) == 0 {
        store = try scratch.store(durability: .process)
      }
      let recorded = try store.record(.sample("\(number)", current[index])).pass
      postures[recorded.number] = current[index]
    }
    for pass in try store.passes() {
      #expect(try store.posture(of: pass) == postures[pass.number])
    }
    #expect(try store.passes().count == 150)
  }

  @Test("are told what was known when they are recorded, and nothing stays of one that fails")
  func judging() throws {
    struct Refusal: Error {}
    let store = try scratch.store()
    _ = try store.record(.sample("1")) { past in
      let (latest, baseline) = (try past.latest(), try past.baseline())
      #expect(latest == nil && baseline == .absent)
      let (told, flapping) = (try past.told(), try past.flapping())
      #expect(told == nil && flapping == Flapping())
      return Store.Consequences(told: Told(.sample()))
    }
    let baseline = try store.acceptSample()
    let error = storeError {
      _ = try store.record(.sample("2", .sample(["host": "else"]))) { past in
        let latest = try past.latest()
        #expect(latest?.pass.scan.id == "1" && latest?.posture == .sample())
        let (told, accepted) = (try past.told(), try past.baseline())
        #expect(told == Told(.sample()) && accepted == .found(baseline))
        let untold = try past.untold(.waiverExpired, of: ["w"], at: .now)
        #expect(untold == ["w"])
        throw Refusal()
      }
    }
    #expect(error != nil)
    #expect(try store.passes().count == 1)
    #expect(try store.told(.waiverExpired).isEmpty)
    let end = try #require(try store.latestPass())
    #expect(try store.posture(of: end) == .sample())
    #expect(try !store.record(.sample("3")).pass.foundChange)
  }

  @Test("bring events, which are read by time and by check")
  func events() throws {
    let store = try scratch.store()
    func event(_ slug: String?, _ subject: String) -> DriftEvent {
      DriftEvent(
        change: slug == nil ? .appeared : .regressed, slug: slug, subject: subject,
        before: .init(verdict: .pass, observed: "before"),
        after: .init(verdict: .fail, observed: "after\0"), failing: slug == nil ? ["c", "d"] : [],
        isReturn: slug == "a")
    }
    let start = Date(timeIntervalSince1970: 1_767_323_045)
    for day in 0..<3 {
      let recording = try store.record(
        .sample("\(day)", at: start.addingTimeInterval(86_400 * Double(day)))
      ) { _ in
        Store.Consequences(
          events: [event("a", "\(day)"), event("b", "\(day)")], quiet: [event(nil, "\(day)")])
      }
      #expect(recording.events.count == 3)
    }
    #expect(
      try store.events().map(\.event.subject) == ["2", "2", "2", "1", "1", "1", "0", "0", "0"])
    #expect(try store.events(check: "a").map(\.scan) == ["2", "1", "0"])
    let since = try store.events(since: start.addingTimeInterval(86_400), check: "b")
    #expect(since.map(\.event) == [event("b", "2"), event("b", "1")])
    #expect(since.last?.time == start.addingTimeInterval(86_400))
    #expect(try store.events(limit: 1).map(\.event) == [event(nil, "2")])
    #expect(try store.events(limit: 3).map(\.isTold) == [false, true, true])
    #expect(try store.events(check: "d").map(\.event.subject) == ["2", "1", "0"])
    #expect(try store.events(check: "c\",\"d").isEmpty)
  }
}
