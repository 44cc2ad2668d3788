import Drift
import Foundation
import TestSupport
import Testing

@Suite("A posture")
struct PostureTests {
  private static let seeds: Range<UInt64> = 0..<50

  @Test("is the same in whatever order it was put together", arguments: seeds)
  func order(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let one = Posture.random(&random)
    var other = Posture(epoch: one.epoch, partiality: one.partiality)
    for (key, state) in one.states.shuffled(using: &random) { other.states[key] = state }
    #expect(one == other)
    #expect(one.digest == other.digest)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(one) == encoder.encode(other))
  }

  @Test("survives its encoding", arguments: seeds)
  func roundTrip(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let posture = Posture.random(&random)
    let copy = try JSONDecoder().decode(Posture.self, from: JSONEncoder().encode(posture))
    #expect(copy == posture)
    #expect(copy.digest == posture.digest)
  }

  @Test("has another digest when anything in it is other", arguments: seeds)
  func digest(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let posture = Posture.random(&random)
    var other = posture
    for _ in 0..<100 where other == posture { other.change(&random) }
    #expect(other != posture)
    #expect(other.digest != posture.digest)
    var partial = posture
    partial.partiality = (posture.partiality ?? "") + "x"
    #expect(partial.digest != posture.digest)
  }

  @Test("keeps two names apart that Unicode takes for one")
  func names() {
    let posture = Posture.of(
      "file:/caf\u{E9} file-docker-service-mode pass 0644",
      "file:/cafe\u{301} file-docker-service-mode fail 0666")
    #expect(posture.states.count == 2)
    let one = Posture.of("file:/caf\u{E9} file-docker-service-mode pass 0644")
    #expect(one.digest != Posture.of("file:/cafe\u{301} file-docker-service-mode pass 0644").digest)
  }

  @Test("that says two things of one subject is refused")
  func twice() {
    let line = #"{"check": "a", "verdict": "pass"}"#
    let text = """
      {"epoch": {"benchmark": "b", "checks": []},
       "subjects": [{"subject": "host", "checks": [\(line), \(line)]}]}
      """
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Posture.self, from: Data(text.utf8))
    }
  }
}
