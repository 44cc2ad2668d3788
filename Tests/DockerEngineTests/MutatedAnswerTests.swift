import DockerEngine
import TestSupport
import Testing

@Suite("Mutated answers", .timeLimit(.minutes(2)))
struct MutatedAnswerTests {
  static let sound = [
    "HTTP/1.1 200 OK\r\nContent-Length: \(info.utf8.count)\r\n\r\n\(info)",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA:\r\n\r\n"
      + "6;a=b\r\n{\"ID\":\r\n19\r\n\"EXAMPLE\",\"Containers\":3}\r\n0\r\nX: y\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n\(info)",
    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nbytes",
    "HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n{\"message\":\"a\"}",
  ]

  /// Each mutation is an answer of its own, after which the Engine closes the connection. Whatever
  /// it is, the call ends in a value or an error, before its deadline, and leaves nothing open.
  @Test("end each call", arguments: 0..<UInt64(sound.count))
  func mutate(_ seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let text = Array(Self.sound[Int(seed)].utf8)
    let alphabet = Array("\r\n\t :;,0123456789abcdefHTP/.\u{0}\u{7f}ä{}\"".utf8)
    let answers = (0..<150).map { _ in random.mutated(text, alphabet: alphabet) }
    let script: HostileEngine.Script = { request in
      let path = request.target.split(separator: "/")
      guard path.count == 3, let number = Int(path[2]) else { return [ping] }
      return [.sendBytes(answers[number]), .close]
    }
    try await HostileEngine.run(script) { engine in
      let results = try await engine.withClient(limits: EngineLimits(callTimeout: .seconds(20))) {
        client in
        await client.getAll(answers.indices.map { "/numbered/\(String($0))" }, as: Info.self)
      }
      #expect(results.count == answers.count)
      for (index, result) in results.enumerated() {
        let request = "GET /numbered/\(index)"
        if case .failure(.deadlineExceeded) = result {
          Issue.record("\(request) waited: \(String(decoding: answers[index], as: UTF8.self))")
        }
      }
      #expect(results.contains { if case .failure(.malformed) = $0 { true } else { false } })
      try await engine.allConnectionsClosed()
    }
  }
}
