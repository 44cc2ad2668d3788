import DockerEngine
import HardeningModel
import Testing

@Suite("Errors")
struct ErrorWordingTests {
  static let wordings: [(EngineError, String)] = [
    (
      .badEndpoint("tcp://h", reason: "'tcp' is not supported, only 'unix' is"),
      "cannot use 'tcp://h' as the Engine's endpoint: 'tcp' is not supported, only 'unix' is"
    ),
    (
      .unreachable(.standard, reason: "connection refused"),
      "cannot reach the Engine at unix:///var/run/docker.sock: connection refused"
    ),
    (
      .deadlineExceeded(request: "GET /containers/abc/json"),
      "GET /containers/abc/json: no answer within the deadline"
    ),
    (.cancelled(request: "GET /info"), "GET /info: cancelled"),
    (
      .notFound(request: "GET /containers/abc/json", message: "No such container: abc"),
      "GET /containers/abc/json: not found: No such container: abc"
    ),
    (
      .status(request: "GET /info", code: 500, message: "oops"),
      "GET /info: the Engine answered 500: oops"
    ),
    (
      .tooLarge(request: "GET /info", limit: 16),
      "GET /info: the answer is larger than 16 bytes"
    ),
    (
      .malformed(request: "GET /info", reason: "'ID' is not a string"),
      "GET /info: malformed answer: 'ID' is not a string"
    ),
    (
      .unsupportedVersion(engineMinimum: "1.60", ours: "1.52"),
      "cannot speak to the Engine: it requires API 1.60, the newest known is 1.52"
    ),
  ]

  @Test("say what failed, on what, and why", arguments: wordings)
  func wording(_ error: EngineError, text: String) {
    #expect(error.description == text)
  }

  @Test(
    "are fit to be printed",
    arguments: [
      ("plain äöü 漢字", "plain äöü 漢字"),
      ("a\nb\tc\u{1b}[0m\u{85}", #"a\u{A}b\u{9}c\u{1B}[0m\u{85}"#),
      ("\u{202e}rtl\u{200b}\u{2028}", #"\u{202E}rtl\u{200B}\u{2028}"#),
      (String(repeating: "x", count: 40), String(repeating: "x", count: 40)),
      (String(repeating: "x", count: 41), String(repeating: "x", count: 40) + "… (1 more)"),
      (
        "e" + String(repeating: "\u{301}", count: 99),
        "e" + String(repeating: "\u{301}", count: 39) + "… (60 more)"
      ),
    ])
  func print(_ text: String, expected: String) {
    #expect(Printable.text(text, limit: 40) == expected)
  }
}
