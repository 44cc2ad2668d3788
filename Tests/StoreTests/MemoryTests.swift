import Drift
import Foundation
import HardeningModel
import Store
import TestSupport
import Testing

@Suite("What is remembered from pass to pass")
struct MemoryTests {
  @Test("decides what is news as it would without a store", arguments: 1...3)
  func news(seed: UInt64) throws {
    let scratch = try Scratch()
    var random = SeededRandom(seed: seed)
    var posture = Posture.sample(["host": "0"])
    var (told, flapping) = (nil as Told?, Flapping())
    for number in 0..<80 {
      let time = Date(timeIntervalSince1970: 1_767_323_045 + Double(number) * 1800)
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        let key = Posture.Key(
          slug: "some-check", subject: "container:\(Int.random(in: 0..<3, using: &random))")
        let verdict = Verdict.allCases.randomElement(using: &random)
        posture.states[key] = verdict.map { .init(verdict: $0, observed: $0 == .fail ? "ü" : "") }
      }
      posture.partiality = Int.random(in: 0..<8, using: &random) == 0 ? "a part" : nil
      if number == 50 { posture.epoch.checks.append("another") }
      let news = Drift.news(baseline: nil, told: told, current: posture)
      told = news.told
      let outcome = flapping.take(news.events, at: Int(time.timeIntervalSince1970))
      // As a command that runs once, and as a service that stays.
      let store = try scratch.store(durability: .process)
      let recording = try store.record(.sample("\(number)", at: time, posture)) { past in
        let news = Drift.news(baseline: nil, told: try past.told(), current: posture)
        var flapping = try past.flapping()
        let outcome = flapping.take(news.events, at: Int(time.timeIntervalSince1970))
        return Store.Consequences(
          events: outcome.told, quiet: outcome.quiet, told: news.told, flapping: flapping)
      }
      func withoutParts(_ events: [DriftEvent]) -> [DriftEvent] {
        events.map { event in
          var event = event
          event.parts = []
          return event
        }
      }
      #expect(
        recording.events.map(\.event) == withoutParts(outcome.told) + withoutParts(outcome.quiet))
      let machine = Report.Scan.sample().machineID
      #expect(try store.told(of: machine) == told)
      #expect(try store.flapping(of: machine) == flapping)
      #expect(try store.told(of: "another") == nil)
    }
  }

  @Test("does not grow with what was told before")
  func size() throws {
    let scratch = try Scratch()
    let store = try scratch.store(durability: .process)
    var posture = Posture.sample([:])
    for number in 0..<3000 {
      posture.states[.init(slug: "some-check", subject: "container:\(number)")] = .init(
        verdict: .pass, observed: "\(number % 7)")
    }
    _ = try store.record(.sample("0", posture)) { _ in Store.Consequences(told: Told(posture)) }
    try store.checkpoint()
    let before = store.size()
    for number in 1...200 {
      var other = posture
      other.states[.init(slug: "some-check", subject: "container:1")]?.observed = "\(number % 2)"
      _ = try store.record(.sample("\(number)", posture)) { _ in
        Store.Consequences(told: Told(other))
      }
    }
    try store.checkpoint()
    #expect(store.size() < before + 65_536)
  }
}
