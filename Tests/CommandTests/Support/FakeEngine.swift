import Foundation
import Glibc
import Synchronization
import Testing

/// Stands for an Engine that does what a real one cannot be made to do: that a container is gone
/// between the list and its inspection, that one inspection is broken, that nobody answers. What it
/// says otherwise are the answers of a real one, see `Fixtures`.
struct FakeEngine {
  struct Answer {
    var status = "200 OK"
    var body: String

    static let gone = Answer(status: "404 Not Found", body: #"{"message":"No such container"}"#)
  }

  /// The answer to a path without its API version; `nil` never answers.
  typealias Script = @Sendable (String) -> Answer?

  let path: String
  private let state = State()

  var address: String { "unix://" + path }
  /// The paths that were asked for, without their API version, as they came.
  var requests: [String] { state.requests.withLock { $0 } }
  var connectionCount: Int { state.connections.withLock { $0.count } }

  /// What `body` returns, given an Engine that listens at `path` and plays `script`.
  static func run<Outcome>(
    at path: String, _ script: @escaping Script, _ body: (FakeEngine) throws -> Outcome
  ) throws -> Outcome {
    let engine = FakeEngine(path: path)
    let listener = try boundSocket(SOCK_STREAM, at: path)
    defer { close(listener) }
    try #require(listen(listener, 16) == 0)
    let state = engine.state
    let threads = DispatchGroup()
    threads.enter()
    Thread.detachNewThread {
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        state.connections.withLock { $0.append(connection) }
        threads.enter()
        Thread.detachNewThread {
          serve(connection, script, state)
          threads.leave()
        }
      }
      threads.leave()
    }
    defer {
      // Wakes the threads, see shutdown(2).
      shutdown(listener, CInt(SHUT_RDWR))
      for connection in state.connections.withLock({ $0 }) { shutdown(connection, CInt(SHUT_RDWR)) }
      threads.wait()
      for connection in state.connections.withLock({ $0 }) { close(connection) }
    }
    return try body(engine)
  }

  private static func serve(_ connection: CInt, _ script: Script, _ state: State) {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = read(connection, &buffer, buffer.count), count > 0 {
      received += buffer[..<count]
      while let end = received.firstRange(of: [13, 10, 13, 10]) {
        guard answer(received[..<end.lowerBound], on: connection, script, state) else { return }
        received.removeSubrange(..<end.upperBound)
      }
    }
  }

  /// Answers one request; `false` where the connection is of no use any more.
  private static func answer(
    _ request: ArraySlice<UInt8>, on connection: CInt, _ script: Script, _ state: State
  ) -> Bool {
    let words = String(decoding: request, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return false }
    let path = String(words[1]).replacing(/^\/v\d+\.\d+/, with: "")
    state.requests.withLock { $0.append(path) }
    guard let answer = script(path) else { return true }
    let head =
      "HTTP/1.1 \(answer.status)\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\n"
      + "Content-Type: application/json\r\nContent-Length: \(answer.body.utf8.count)\r\n\r\n"
    var bytes = Array((head + answer.body).utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      bytes = bytes.dropFirst(sent)
    }
    return true
  }
}

private final class State: Sendable {
  let requests = Mutex<[String]>([])
  let connections = Mutex<[CInt]>([])
}

/// A socket of `kind` that is bound to `path`; the caller closes it.
func boundSocket(_ kind: __socket_type, at path: String) throws -> CInt {
  let descriptor = socket(AF_UNIX, CInt(kind.rawValue) | O_CLOEXEC, 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let result = withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  try #require(result == 0)
  return descriptor
}
