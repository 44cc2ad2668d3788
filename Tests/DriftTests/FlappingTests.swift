import Drift
import Foundation
import HardeningModel
import Testing

@Suite("Flapping")
struct FlappingTests {
  private static let hour = 3600
  private let limits = Flapping.Limits(changes: 3, window: 24 * hour, rest: 6 * hour)

  private func event(_ change: DriftEvent.Change, _ slug: String = "a") -> DriftEvent {
    let (good, bad) = (Posture.State(verdict: .pass), Posture.State(verdict: .fail))
    let isWorse = change == .regressed
    return DriftEvent(
      change: change, slug: slug, subject: "host", before: isWorse ? good : bad,
      after: isWorse ? bad : good)
  }

  /// What is told each hour of something that goes back and forth for `count` hours.
  private func toggle(_ count: Int, _ flapping: inout Flapping) -> [[DriftEvent.Change]] {
    (0..<count).map { index in
      flapping.take(
        [event(index.isMultiple(of: 2) ? .regressed : .improved)], at: index * Self.hour,
        limits: limits
      ).told.map(\.change)
    }
  }

  @Test("is told once, and then nothing until it rests")
  func story() {
    var flapping = Flapping()
    #expect(
      toggle(8, &flapping) == [
        [.regressed], [.improved], [.regressed], [.flapping], [], [], [], [],
      ])
    #expect(flapping.flapping.map(\.slug) == ["a"])
    for hour in 8..<13 {
      #expect(flapping.take([], at: hour * Self.hour, limits: limits).told.isEmpty)
    }
    let rested = flapping.take([], at: 13 * Self.hour, limits: limits).told
    #expect(rested.map(\.change) == [.rested])
    #expect(rested.first?.before.verdict == .fail)
    #expect(rested.first?.after.verdict == .pass)
    #expect(flapping == Flapping())
    #expect(flapping.take([], at: 20 * Self.hour, limits: limits).told.isEmpty)
  }

  @Test("what is kept quiet still happened")
  func quiet() {
    var flapping = Flapping()
    _ = toggle(3, &flapping)
    let outcome = flapping.take([event(.improved)], at: 3 * Self.hour, limits: limits)
    #expect(outcome.told.map(\.change) == [.flapping])
    #expect(outcome.quiet == [event(.improved)])
  }

  @Test("counts within the window only")
  func slow() {
    var flapping = Flapping()
    for index in 0..<20 {
      let told = flapping.take(
        [event(index.isMultiple(of: 2) ? .regressed : .improved)], at: index * 9 * Self.hour,
        limits: limits
      ).told
      #expect(told.count == 1 && told.first?.change != .flapping)
    }
  }

  @Test("of one thing keeps no other quiet")
  func others() {
    var flapping = Flapping()
    _ = toggle(6, &flapping)
    let told = flapping.take(
      [event(.regressed), event(.regressed, "b")], at: 6 * Self.hour, limits: limits
    ).told
    #expect(told == [event(.regressed, "b")])
  }

  @Test("ends though the clock was set back")
  func clock() {
    var flapping = Flapping()
    _ = toggle(6, &flapping)
    _ = flapping.take([event(.improved)], at: 1_000 * Self.hour, limits: limits)
    #expect(flapping.take([], at: 7 * Self.hour, limits: limits).told.isEmpty)
    #expect(flapping.take([], at: 13 * Self.hour, limits: limits).told.map(\.change) == [.rested])
  }

  @Test("outlives the process", arguments: [2, 5])
  func coding(_ count: Int) throws {
    var flapping = Flapping()
    _ = toggle(count, &flapping)
    let copy = try JSONDecoder().decode(
      Flapping.self, from: JSONEncoder().encode(flapping))
    #expect(copy == flapping)
  }

  @Test("by default begins with the fifth change of a day")
  func standard() {
    var flapping = Flapping()
    let changes = (0..<6).flatMap { index in
      flapping.take([event(.regressed)], at: index * Self.hour).told.map(\.change)
    }
    #expect(changes == [.regressed, .regressed, .regressed, .regressed, .flapping])
  }
}
