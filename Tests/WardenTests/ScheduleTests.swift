import Testing

@testable import Warden

@Suite("The schedule")
struct ScheduleTests {
  @Test("keeps to its interval, give or take a tenth", arguments: [60, 3600, 604_800])
  func interval(seconds: Int) {
    let schedule = Schedule(interval: seconds)
    #expect(schedule.wait(random: 0) == .milliseconds(seconds * 900))
    #expect(schedule.wait(random: 0.5) == .milliseconds(seconds * 1000))
    #expect(schedule.wait(random: 1) == .milliseconds(seconds * 1100))
  }

  @Test("asks an Engine that does not answer less and less often, but once a minute")
  func patience() {
    var patience = Patience()
    let waits = (0..<20).map { _ in patience.next() }
    #expect(waits.prefix(4) == [.seconds(4), .seconds(8), .seconds(16), .seconds(32)])
    #expect(waits == waits.sorted() && waits.last == .seconds(60))
    patience.reset()
    #expect(patience.next() == .seconds(4))
  }
}
