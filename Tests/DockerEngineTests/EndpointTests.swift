import DockerEngine
import Testing

@Suite("Endpoints")
struct EndpointTests {
  static let longest = "/" + String(repeating: "a", count: 106)

  @Test(
    "are the paths of Unix sockets",
    arguments: [
      ("unix:///var/run/docker.sock", "/var/run/docker.sock"),
      ("/run/docker.sock", "/run/docker.sock"),
      ("unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock"),
      ("/run/my engine:1/ä.sock", "/run/my engine:1/ä.sock"),
      (longest, longest),
    ])
  func parse(_ text: String, path: String) throws {
    let endpoint = try EngineEndpoint(parsing: text)
    #expect(endpoint.socketPath == path)
    #expect(endpoint.description == "unix://" + path)
    #expect(try EngineEndpoint(parsing: endpoint.description) == endpoint)
  }

  @Test("are dockerd's own by default")
  func standard() throws {
    #expect(try EngineEndpoint(parsing: "unix:///var/run/docker.sock") == .standard)
  }

  @Test(
    "are nothing else",
    arguments: [
      ("", "it is empty"),
      ("tcp://127.0.0.1:2375", "'tcp' is not supported, only 'unix' is"),
      ("ssh://root@host", "'ssh' is not supported, only 'unix' is"),
      ("npipe:////./pipe/docker_engine", "'npipe' is not supported, only 'unix' is"),
      ("fd://", "'fd' is not supported, only 'unix' is"),
      ("UNIX:///run/docker.sock", "'UNIX' is not supported, only 'unix' is"),
      ("://", "'' is not supported, only 'unix' is"),
      ("unix://", "the path is not absolute"),
      ("unix://run/docker.sock", "the path is not absolute"),
      ("unix:/run/docker.sock", "the path is not absolute"),
      ("run/docker.sock", "the path is not absolute"),
      (" /run/docker.sock", "the path is not absolute"),
      ("/run/docker\u{0}.sock", "the path contains a control character"),
      ("/run/docker.sock\n", "the path contains a control character"),
      (longest + "a", "the path is longer than 107 bytes"),
      ("/" + String(repeating: "ä", count: 54), "the path is longer than 107 bytes"),
    ])
  func refuse(_ text: String, reason: String) {
    #expect(throws: EngineError.self) { try EngineEndpoint(parsing: text) }
    do throws(EngineError) {
      _ = try EngineEndpoint(parsing: text)
    } catch {
      guard case .badEndpoint(_, reason) = error else {
        Issue.record("\(error) does not say '\(reason)'")
        return
      }
    }
  }
}
