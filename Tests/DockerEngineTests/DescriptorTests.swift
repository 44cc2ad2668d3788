import DockerEngine
import FoundationEssentials
import Testing

@Suite("Descriptors", .timeLimit(.minutes(2)))
struct DescriptorTests {
  /// In a process of its own, as below, where no other test opens or closes anything.
  @Test("are as many after 50 hostile passes as before")
  func leaks() async {
    await #expect(processExitsWith: .success) {
      let hostile = HostileAnswer.prompt + HostileAnswer.slow
      // The first pass starts the threads, which keep descriptors of their own.
      try await DescriptorTests.pass(hostile[0])
      let before = try DescriptorTests.countDescriptors()
      for index in 0..<50 {
        try await DescriptorTests.pass(hostile[index % hostile.count])
      }
      let after = try DescriptorTests.countDescriptors()
      #expect(after == before)
    }
  }

  @Test("are as many after passes that reach nothing as before")
  func leaksWithoutEngine() async {
    await #expect(processExitsWith: .success) {
      let endpoint = try EngineEndpoint(parsing: "/proc/self/no-engine.sock")
      func fail() async {
        await #expect(throws: EngineError.self) {
          try await EngineClient.withClient(endpoint: endpoint, deadline: .now + .seconds(5)) { _ in
          }
        }
      }
      await fail()
      let before = try DescriptorTests.countDescriptors()
      for _ in 0..<5 { await fail() }
      let after = try DescriptorTests.countDescriptors()
      #expect(after == before)
    }
  }

  /// A pass that asks for eight hostile answers and gets none, however far it comes.
  private static func pass(_ hostile: HostileAnswer) async throws {
    let limits = HostileAnswer.limits(callTimeout: .milliseconds(50))
    try await HostileEngine.run({ $0.target == "/_ping" ? [ping] : hostile.steps }) { engine in
      let results = try? await EngineClient.withClient(
        endpoint: engine.endpoint, limits: limits, deadline: .now + .milliseconds(500)
      ) { client in
        await client.getAll(Array(repeating: "/info", count: 8), as: Info.self)
      }
      #expect(results?.contains { if case .success = $0 { true } else { false } } != true)
    }
  }

  /// Of this process; the one that lists them is always among them.
  private static func countDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}
