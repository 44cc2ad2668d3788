import Drift
import HardeningModel
import TestSupport
import Testing

/// What holds of any two postures.
@Suite("A difference")
struct PropertyTests {
  private static let seeds: Range<UInt64> = 0..<400

  /// Two postures that have something in common.
  private func pair(_ seed: UInt64) -> (Posture, Posture) {
    var random = SeededRandom(seed: seed)
    let one = Posture.random(&random)
    if seed.isMultiple(of: 3) { return (one, .random(&random)) }
    var other = one
    for _ in 0..<Int.random(in: 0...12, using: &random) { other.change(&random) }
    return (one, other)
  }

  @Test("of a posture from itself is empty", arguments: seeds)
  func same(_ seed: UInt64) {
    let (posture, _) = pair(seed)
    let difference = Drift.difference(from: posture, to: posture)
    #expect(difference.events.isEmpty)
    #expect(difference.quiet.isEmpty)
  }

  @Test("makes the one of the other", arguments: seeds)
  func apply(_ seed: UInt64) {
    let (one, other) = pair(seed)
    let difference = Drift.difference(from: one, to: other)
    #expect(Drift.apply(difference, to: one) == other)
  }

  @Test("says each thing once, with a before and an after", arguments: seeds)
  func parts(_ seed: UInt64) {
    let (one, other) = pair(seed)
    let difference = Drift.difference(from: one, to: other)
    let parts = difference.events.flatMap(\.parts) + difference.quiet
    #expect(Set(parts.map(\.key)).count == parts.count)
    for part in parts {
      #expect(part.before == one.states[part.key])
      #expect(part.after == other.states[part.key])
    }
    for event in difference.events {
      #expect(!event.parts.isEmpty)
      if event.change == .disappeared { #expect(event.after == .none) }
      if event.change == .appeared { #expect(event.before == .none) }
      if let slug = event.slug {
        #expect(event.parts.contains { $0.key.slug == slug && $0.key.subject == event.subject })
        #expect(event.before != event.after, "\(event)")
      }
    }
    let topics = difference.events.map { "\($0.subject) \($0.slug ?? "") \($0.change)" }
    #expect(Set(topics).count == topics.count)
  }

  @Test("does not depend on any order", arguments: seeds)
  func order(_ seed: UInt64) {
    let (one, other) = pair(seed)
    var random = SeededRandom(seed: seed)
    var shuffled = Posture(epoch: other.epoch, partiality: other.partiality)
    for (key, state) in other.states.shuffled(using: &random) { shuffled.states[key] = state }
    #expect(
      Drift.difference(from: one, to: shuffled) == Drift.difference(from: one, to: other))
  }

  @Test("to a partial pass lets nothing disappear", arguments: seeds)
  func partial(_ seed: UInt64) {
    var (one, other) = pair(seed)
    other.partiality = "selectors"
    for event in Drift.diff(from: one, to: other) {
      #expect(event.change != .disappeared)
      for part in event.parts { #expect(part.after != nil, "\(event)") }
    }
    one.partiality = "selectors"
    for event in Drift.diff(from: one, to: other) { #expect(event.change != .appeared) }
  }

  @Test("never takes the unknown for a regression", arguments: seeds)
  func unknown(_ seed: UInt64) {
    let (one, other) = pair(seed)
    for event in Drift.diff(from: one, to: other) where event.change == .regressed {
      #expect(event.after.verdict != .unknown)
      #expect(event.before.verdict != .unknown)
    }
  }

  @Test("tells nothing of what only one of two catalogs judges", arguments: seeds)
  func epochs(_ seed: UInt64) {
    let (one, other) = pair(seed)
    let common = Set(one.epoch.checks).intersection(other.epoch.checks)
    for event in Drift.diff(from: one, to: other) {
      let slugs = event.slug.map { [$0] } ?? event.parts.map(\.key.slug)
      if event.change == .regressed || event.change == .improved {
        #expect(slugs.allSatisfy(common.contains), "\(event)")
      }
    }
  }

  @Test("is told once", arguments: seeds)
  func once(_ seed: UInt64) {
    let (baseline, pass) = pair(seed)
    let first = Drift.news(baseline: baseline, told: nil, current: pass)
    let second = Drift.news(baseline: baseline, told: first.told, current: pass)
    #expect(second.events.isEmpty)
    let third = Drift.news(baseline: baseline, told: second.told, current: pass)
    #expect(third.events.isEmpty)
    #expect(third.told == second.told)
  }

  /// Whatever is out of sight meanwhile: what was told is not told again, and what changed is told.
  @Test("is not told again after it was out of sight", arguments: seeds)
  func outOfSight(_ seed: UInt64) {
    let (one, other) = pair(seed)
    var (before, after) = (one, other)
    (before.partiality, after.partiality) = (nil, nil)
    after.epoch = before.epoch
    let told = Told(before)
    let lost = Drift.news(baseline: before, told: told, current: before.withoutEngine)
    let back = Drift.news(baseline: before, told: lost.told, current: before)
    #expect(back.events.allSatisfy { $0.change == .regainedSight }, "\(back.events)")
    #expect(back.told.posture == before)
    let changed = Drift.news(baseline: before, told: lost.told, current: after)
    let direct = Drift.news(baseline: before, told: told, current: after)
    func news(_ events: [DriftEvent]) -> [String] {
      events.filter { ![.regainedSight, .lostSight].contains($0.change) }.map(\.testDescription)
    }
    // What was unknown all along may be told as regained with the rest.
    let known = before.states.allSatisfy { $0.value.verdict != .unknown }
    if known, after.states.allSatisfy({ $0.value.verdict != .unknown }) {
      #expect(news(changed.events) == news(direct.events))
    }
  }
}
