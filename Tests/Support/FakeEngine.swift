import Foundation
import Glibc
import Synchronization

/// Stands for an Engine that does what a real one cannot be made to do: that a container is gone
/// between the list and its inspection, that one inspection is broken, that nobody answers. What it
/// says otherwise are the answers of a real one, see `Fixtures`.
package struct FakeEngine: Sendable {
  package struct Answer: Sendable {
    package var status: String
    package var body: String
    /// Whether what `emit` gives follows the body, without end.
    package var isStream = false

    package init(status: String = "200 OK", body: String) {
      self.status = status
      self.body = body
    }

    package static let gone = Answer(
      status: "404 Not Found", body: #"{"message":"No such container"}"#)
    /// A stream that begins with nothing.
    package static let stream: Answer = {
      var answer = Answer(body: "")
      answer.isStream = true
      return answer
    }()
  }

  /// The answer to a path without its API version; `nil` never answers.
  package typealias Script = @Sendable (String) -> Answer?

  package let path: String
  private let state = State()
  private let listener: CInt
  private let threads = DispatchGroup()

  package var address: String { "unix://" + path }
  /// The paths that were asked for, without their API version, as they came.
  package var requests: [String] { state.requests.withLock { $0 } }
  package var connectionCount: Int { state.connections.withLock { $0.count } }
  package var streamCount: Int { state.streams.withLock { $0.count } }

  /// Forgets what was asked for so far.
  package func forgetRequests() { state.requests.withLock { $0 = [] } }

  /// Sends `text` to whoever follows a stream.
  package func emit(_ text: String) {
    let chunk = "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    for connection in state.streams.withLock({ $0 }) {
      Self.send(Array(chunk.utf8), on: connection)
    }
  }

  /// What `body` returns, given an Engine that listens at `path` and plays `script`.
  package static func run<Outcome>(
    at path: String, _ script: @escaping Script, _ body: (FakeEngine) throws -> Outcome
  ) throws -> Outcome {
    let engine = try FakeEngine(at: path, script)
    defer { engine.end() }
    return try body(engine)
  }

  package static func run<Outcome>(
    at path: String, _ script: @escaping Script, _ body: (FakeEngine) async throws -> Outcome
  ) async throws -> Outcome {
    let engine = try FakeEngine(at: path, script)
    defer { engine.end() }
    return try await body(engine)
  }

  private init(at path: String, _ script: @escaping Script) throws {
    self.path = path
    listener = try Self.boundSocket(SOCK_STREAM, at: path)
    guard listen(listener, 16) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    threads.enter()
    Thread.detachNewThread { [listener, threads, state] in
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        state.connections.withLock { $0.append(connection) }
        threads.enter()
        Thread.detachNewThread {
          Self.serve(connection, script, state)
          threads.leave()
        }
      }
      threads.leave()
    }
  }

  private func end() {
    // Wakes the threads, see shutdown(2).
    shutdown(listener, CInt(SHUT_RDWR))
    for connection in state.connections.withLock({ $0 }) { shutdown(connection, CInt(SHUT_RDWR)) }
    threads.wait()
    for connection in state.connections.withLock({ $0 }) { close(connection) }
    close(listener)
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
    let length =
      answer.isStream
      ? "Transfer-Encoding: chunked" : "Content-Length: \(answer.body.utf8.count)"
    let head =
      "HTTP/1.1 \(answer.status)\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\n"
      + "Content-Type: application/json\r\n\(length)\r\n\r\n"
    defer { if answer.isStream { state.streams.withLock { $0.append(connection) } } }
    return send(Array((head + answer.body).utf8), on: connection)
  }

  @discardableResult
  private static func send(_ bytes: [UInt8], on connection: CInt) -> Bool {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      bytes = bytes.dropFirst(sent)
    }
    return true
  }

  /// A socket of `kind` that is bound to `path`; the caller closes it.
  package static func boundSocket(_ kind: __socket_type, at path: String) throws -> CInt {
    let descriptor = socket(AF_UNIX, CInt(kind.rawValue) | O_CLOEXEC, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return descriptor
  }
}

private final class State: Sendable {
  let requests = Mutex<[String]>([])
  let connections = Mutex<[CInt]>([])
  let streams = Mutex<[CInt]>([])
}
