import DockerEngine
import Testing

@Suite("Answers that no Engine should give", .timeLimit(.minutes(1)))
struct HostileAnswerTests {
  /// The answer to the very first request, so that nothing else has to be done in time.
  @Test("end at the call's deadline", arguments: HostileAnswer.slow)
  func endLate(_ hostile: HostileAnswer) async throws {
    try await HostileEngine.run({ _ in hostile.steps }) { engine in
      let timeout = Duration.milliseconds(300)
      let elapsed = await ContinuousClock().measure {
        await #expect(throws: EngineError.deadlineExceeded(request: "GET /_ping")) {
          try await engine.info(limits: HostileAnswer.limits(callTimeout: timeout))
        }
      }
      #expect(elapsed >= timeout)
      #expect(elapsed < .seconds(10))
      try await engine.allConnectionsClosed()
    }
  }

  @Test("end at once", arguments: HostileAnswer.prompt)
  func endPromptly(_ hostile: HostileAnswer) async throws {
    let expected = try #require(hostile.expected)
    try await HostileEngine.run({ $0.target == "/_ping" ? [ping] : hostile.steps }) { engine in
      let timeout = Duration.seconds(20)
      let elapsed = await ContinuousClock().measure {
        await #expect(throws: expected) {
          try await engine.info(limits: HostileAnswer.limits(callTimeout: timeout))
        }
      }
      #expect(elapsed < timeout)
      try await engine.allConnectionsClosed()
    }
  }
}
