import DockerEngine
import NIOCore
import Testing

/// What an Engine answers to a request, and what has to become of it under `limits`.
struct HostileAnswer: Sendable, CustomTestStringConvertible {
  let name: String
  let steps: [HostileEngine.Step]
  /// nil where only the deadline can end it.
  let expected: EngineError?
  var testDescription: String { name }

  init(_ name: String, _ steps: HostileEngine.Step..., expected: EngineError? = nil) {
    self.name = name
    self.steps = steps
    self.expected = expected
  }

  /// Small, so that little goes beyond them.
  static func limits(callTimeout: Duration) -> EngineLimits {
    EngineLimits(callTimeout: callTimeout, bodyBytes: 4096, headerBytes: 1024)
  }
}

private let tooLarge = EngineError.tooLarge(request: "GET /info", limit: 4096)

private func malformed(_ reason: String) -> EngineError {
  .malformed(request: "GET /info", reason: reason)
}

private func status(_ code: Int, _ message: String) -> EngineError {
  .status(request: "GET /info", code: code, message: message)
}

extension HostileAnswer {
  /// Those that only the deadline can end.
  static let slow: [HostileAnswer] = [
    HostileAnswer("silence"),
    HostileAnswer(
      "a byte now and then", .send("HTTP/1.1 200 OK\r\nContent-Length: \(info.utf8.count)\r\n\r\n"),
      .trickle(info, every: .milliseconds(50))),
    HostileAnswer(
      "a header byte now and then",
      .trickle("HTTP/1.1 200 OK\r\nX-Pad: aaaaaaaaaaaaaaaa\r\n\r\n", every: .milliseconds(50))),
    HostileAnswer(
      "a head without its end", .send("HTTP/1.1 200 OK\r\nX-Pad: a\r\n")),
    HostileAnswer(
      "a body that stops", .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"ID\"")),
    HostileAnswer("endless 1xx", .endless("HTTP/1.1 103 Early Hints\r\n\r\n")),
    HostileAnswer("an endless reason", .send("HTTP/1.1 200 "), .endless("OK")),
    HostileAnswer(
      "an endless chunk extension", .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1"),
      .endless(";a=b")),
  ]

  /// Those that are known for what they are at once, each as the answer to `GET /info`.
  static let prompt: [HostileAnswer] = [
    HostileAnswer("garbage", .send("\u{0}\u{1}garbage\r\n\r\n"), expected: malformed("not HTTP/1")),
    HostileAnswer(
      "another protocol", .send("SSH-2.0-OpenSSH_9.2\r\n"), expected: malformed("not HTTP/1")),
    HostileAnswer("HTTP/2", .send("HTTP/2.0 200 OK\r\n\r\n"), expected: malformed("not HTTP/1")),
    HostileAnswer(
      "an endless header", .send("HTTP/1.1 200 OK\r\n"), .endless("X-Pad: aaaaaaaaaaaaaaaa\r\n"),
      expected: malformed("the header is too long")),
    HostileAnswer(
      "an endless header field", .send("HTTP/1.1 200 OK\r\nX-Pad: "), .endless("aaaaaaaaaaaaaaaa"),
      expected: malformed("the header is too long")),
    HostileAnswer(
      "an endless trailer",
      .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"),
      .endless("X-Pad: aaaaaaaaaaaaaaaa\r\n"), expected: malformed("the header is too long")),
    HostileAnswer(
      "an endless body", .send("HTTP/1.1 200 OK\r\n\r\n"), .endless("          "),
      expected: tooLarge),
    HostileAnswer(
      "endless chunks", .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
      .endless("5\r\n     \r\n"), expected: tooLarge),
    HostileAnswer(
      "a length beyond the limit", .send("HTTP/1.1 200 OK\r\nContent-Length: 4097\r\n\r\n"),
      expected: tooLarge),
    HostileAnswer(
      "a length beyond all numbers",
      .send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
      expected: malformed("not HTTP/1")),
    HostileAnswer(
      "two lengths",
      .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 31\r\n\r\n\(info)"),
      expected: malformed("not HTTP/1")),
    HostileAnswer(
      "fewer bytes than promised",
      .send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n\(info)"), .close,
      expected: malformed("it is cut off")),
    HostileAnswer(
      "chunks without an end",
      .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), .close,
      expected: malformed("it is cut off")),
    HostileAnswer(
      "a chunk that is cut off",
      .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}"), .close,
      expected: malformed("it is cut off")),
    HostileAnswer(
      "a head that is cut off", .send("HTTP/1.1 200 OK\r\nContent-"), .close,
      expected: malformed("it is cut off")),
    HostileAnswer(
      "no answer", .close, expected: malformed("the connection was closed without an answer")),
    HostileAnswer("no body", answer(""), expected: malformed("it has no body")),
    HostileAnswer(
      "204", .send("HTTP/1.1 204 No Content\r\n\r\n"), expected: malformed("it has no body")),
    HostileAnswer(
      "HTML", answer("<html></html>"), expected: malformed("no JSON value begins with '<'")),
    HostileAnswer(
      "half of the JSON", answer(#"{"ID":"EXA"#),
      expected: malformed("a text without its closing quote")
    ),
    HostileAnswer("no JSON object", answer("[]"), expected: malformed("the text is not an object")),
    HostileAnswer(
      "a field of another type", answer(#"{"ID":"EXAMPLE","Containers":"3"}"#),
      expected: malformed("'Containers' is not a number")),
    HostileAnswer(
      "a number beyond its type", answer(#"{"ID":"EXAMPLE","Containers":1e99}"#),
      expected: malformed("'Containers' is a number that does not fit Int")),
    HostileAnswer(
      "a missing field", answer("{}"), expected: malformed("the text lacks the key 'ID'")),
    HostileAnswer("null", answer(#"{"ID":null}"#), expected: malformed("'ID' is not a text")),
    HostileAnswer(
      "a deep nest of lists", answer(String(repeating: "[", count: 4096)),
      expected: malformed("nested deeper than 256 levels")),
    HostileAnswer(
      "a deep nest of objects", answer(String(repeating: #"{"a":"#, count: 800)),
      expected: malformed("nested deeper than 256 levels")),
    HostileAnswer(
      "a redirection",
      answer("", status: "301 Moved Permanently", header: "Location: http://elsewhere/info\r\n"),
      expected: status(301, "Moved Permanently")),
    HostileAnswer(
      "another protocol on request",
      .send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
      expected: status(101, "Switching Protocols")),
    HostileAnswer(
      "an error in HTML", answer("<html></html>", status: "500 Oops"),
      expected: status(500, "Internal Server Error")),
    HostileAnswer(
      "an error with an endless body", .send("HTTP/1.1 500 Oops\r\n\r\n"), .endless("Oops! "),
      expected: status(500, "Internal Server Error")),
    HostileAnswer(
      "an error with a length beyond the limit",
      .send("HTTP/1.1 503 Oops\r\nContent-Length: 999999\r\n\r\n"),
      expected: status(503, "Service Unavailable")),
    HostileAnswer(
      "an error with a message",
      answer(#"{"message":"client version 1.41 is too old"}"#, status: "400 Bad Request"),
      expected: status(400, "client version 1.41 is too old")),
    HostileAnswer(
      "a message that forges lines",
      answer(#"{"message":"a\n\u001b[31mb\u202ec"}"#, status: "400 Bad Request"),
      expected: status(400, #"a\u{A}\u{1B}[31mb\u{202E}c"#)),
    HostileAnswer(
      "a long message",
      answer(
        #"{"message":"\#(String(repeating: "a", count: 999))"}"#, status: "500 Internal Error"),
      expected: status(500, String(repeating: "a", count: 300) + "… (699 more)")),
    HostileAnswer(
      "not found", answer(#"{"message":"no such container"}"#, status: "404 Not Found"),
      expected: .notFound(request: "GET /info", message: "no such container")),
    HostileAnswer(
      "not found, unexplained", answer("404 page not found", status: "404 Not Found"),
      expected: .notFound(request: "GET /info", message: "Not Found")),
  ]
}
