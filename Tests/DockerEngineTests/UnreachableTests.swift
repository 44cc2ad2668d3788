import DockerEngine
import Glibc
import TestSupport
import Testing

@Suite("Engines that cannot be reached", .timeLimit(.minutes(1)))
struct UnreachableTests {
  /// What is at the socket's path, before anything listens there.
  enum Place: String, CaseIterable, Sendable {
    case nothing = "no such file or directory"
    case regularFile = "not a socket"
    case directory = "not a socket (directory)"
    case socketWithoutListener = "connection refused"
    case datagramSocket = "not a stream socket"
    case fullBacklog = "its backlog is full"
    case loop = "too many levels of symbolic links"
    case belowFile = "not a directory"
  }

  @Test("say why", arguments: Place.allCases)
  func reason(_ place: Place) async throws {
    try await TemporaryDirectory.with { directory in
      var path = directory + "/engine.sock"
      var descriptors: [CInt] = []
      defer { descriptors.forEach { _ = close($0) } }
      var reason = place.rawValue
      switch place {
      case .nothing: break
      case .regularFile: descriptors = [open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)]
      case .directory:
        #expect(mkdir(path, 0o700) == 0)
        reason = "not a socket"
      case .socketWithoutListener: descriptors = [boundSocket(SOCK_STREAM, at: path)]
      case .datagramSocket: descriptors = [boundSocket(SOCK_DGRAM, at: path)]
      case .fullBacklog:
        descriptors = [boundSocket(SOCK_STREAM, at: path)]
        #expect(listen(descriptors[0], 0) == 0)
        while let descriptor = connectedSocket(to: path) { descriptors.append(descriptor) }
        #expect(errno == EAGAIN)
      case .loop: #expect(symlink(path, path) == 0)
      case .belowFile:
        descriptors = [open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)]
        path += "/engine.sock"
      }
      let endpoint = try EngineEndpoint(parsing: path)
      await #expect(throws: EngineError.unreachable(endpoint, reason: reason)) {
        try await EngineClient.withClient(endpoint: endpoint, deadline: .now + .seconds(30)) { _ in
        }
      }
    }
  }

  @Test("say that it is forbidden")
  func permission() async throws {
    try await TemporaryDirectory.with { directory in
      let path = directory + "/engine.sock"
      let descriptor = boundSocket(SOCK_STREAM, at: path)
      defer { close(descriptor) }
      #expect(listen(descriptor, 8) == 0)
      #expect(chmod(directory, 0o711) == 0 && chmod(path, 0) == 0)
      // To root nothing is forbidden, so this takes a process that can stop being root.
      await #expect(processExitsWith: .success) { [path = path as String] in
        if getuid() == 0 { #expect(setuid(65534) == 0) }
        let endpoint = try EngineEndpoint(parsing: path)
        await #expect(
          throws: EngineError.unreachable(endpoint, reason: "permission denied")
        ) {
          try await EngineClient.withClient(endpoint: endpoint, deadline: .now + .seconds(30)) {
            _ in
          }
        }
      }
    }
  }

  @Test("who is behind the socket is known")
  func peer() async throws {
    try await HostileEngine.run({ _ in [ping] }) { engine in
      let peer = try await engine.withClient { $0.peer }
      #expect(peer == PeerCredentials(processID: getpid(), userID: getuid(), groupID: getgid()))
    }
  }
}
