import DockerEngine
import Testing

@Suite("Paths")
struct EnginePathTests {
  @Test(
    "hold what is interpolated in one segment",
    arguments: [
      ("web", "web"),
      ("a-b_c.d~e0Z", "a-b_c.d~e0Z"),
      ("sha256:0a1b", "sha256%3A0a1b"),
      ("../../version", "..%2F..%2Fversion"),
      ("a b", "a%20b"),
      ("a?all=1#b&c", "a%3Fall%3D1%23b%26c"),
      ("a\r\nHost: b", "a%0D%0AHost%3A%20b"),
      ("\u{0}%\u{7f}", "%00%25%7F"),
      ("ä", "%C3%A4"),
      ("", ""),
    ])
  func encode(_ id: String, encoded: String) {
    #expect(EnginePath.container(id).text == "/containers/\(encoded)/json")
    #expect(EnginePath.image(id).text == "/images/\(encoded)/json")
    #expect(
      ("/events?filters=\(id)&since=0" as EnginePath).text == "/events?filters=\(encoded)&since=0")
  }

  @Test("are written as they are")
  func literal() {
    #expect(("/containers/json?all=1" as EnginePath).description == "/containers/json?all=1")
  }

  @Test("that could not be a request line are our own mistake")
  func invalidLiterals() async {
    await #expect(processExitsWith: .failure) { _ = "info" as EnginePath }
    await #expect(processExitsWith: .failure) { _ = "/info HTTP/1.1\r\n" as EnginePath }
  }
}
