import Drift
import Testing

@Suite("A posture")
struct PostureTests {
  @Test("is the same whatever the order in which it was put together")
  func order() {
    let epoch = Posture.Epoch(benchmark: "cis-1.8.0", checks: ["a", "b"])
    let state = Posture.State(verdict: .pass, observed: "0644")
    let keys = ["a", "b"].map { Posture.Key(slug: $0, subject: "host") }
    var one = Posture(epoch: epoch)
    for key in keys { one.states[key] = state }
    var other = Posture(epoch: epoch)
    for key in keys.reversed() { other.states[key] = state }
    #expect(one == other)
  }
}
