import Documents
import Testing

@testable import DockerEngine

@Suite("Events")
struct EngineEventTests {
  private static let container =
    "d861c39667b488e92c8592328785856f9d4046bae62816a5c7468d1229afd72a"
  private static let exec = "0443c2a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d"

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let line: String
    let expected: EngineEvent?
  }

  /// As Engines 20.10.24 (Debian 12) and 26.1.5 (Debian 13) send them, unless it says otherwise.
  static let cases = [
    Case(
      testDescription: "a container",
      line:
        #"{"status":"start","id":"\#(container)","from":"busybox:latest","Type":"container","Action":"start","Actor":{"ID":"\#(container)","Attributes":{"image":"busybox:latest","name":"aa","x":"y"}},"scope":"local","time":1795341730,"timeNano":1795341730535753531}"#,
      expected: EngineEvent(
        type: "container", action: "start", id: container, name: "aa", image: "busybox:latest",
        time: 1_795_341_730_535_753_531)),
    Case(
      testDescription: "a command",
      line:
        #"{"Type":"container","Action":"exec_start: sh -c echo hi; : {\"a\"}","Actor":{"ID":"\#(container)","Attributes":{"execID":"\#(exec)","image":"busybox:latest","name":"aa"}},"scope":"local","time":1795341730,"timeNano":1795341730581430569}"#,
      expected: EngineEvent(
        type: "container", action: "exec_start", id: container, execID: exec, name: "aa",
        image: "busybox:latest", time: 1_795_341_730_581_430_569)),
    Case(
      testDescription: "a network",
      line:
        #"{"Type":"network","Action":"connect","Actor":{"ID":"54a91c","Attributes":{"container":"\#(container)","name":"bridge","type":"bridge"}},"scope":"local","time":1795341730,"timeNano":1795341730268545329}"#,
      expected: EngineEvent(
        type: "network", action: "connect", id: "54a91c", container: container, name: "bridge",
        time: 1_795_341_730_268_545_329)),
    Case(
      testDescription: "without attributes and time (made up)",
      line: #"{"Type":"new","Action":"done","Actor":{"ID":"","Attributes":null}}"#,
      expected: EngineEvent(type: "new", action: "done", id: "")),
    Case(
      testDescription: "with texts without end (made up)",
      line:
        #"{"Type":"container","Action":"start","Actor":{"ID":"\#(String(repeating: "a", count: 9999))"}}"#,
      expected: EngineEvent(
        type: "container", action: "start", id: String(repeating: "a", count: 512))),
    Case(testDescription: "no event", line: #"{"Type":"container"}"#, expected: nil),
    Case(testDescription: "another kind of value", line: "[]", expected: nil),
    Case(
      testDescription: "an attribute of another kind",
      line: #"{"Type":"a","Action":"b","Actor":{"ID":"c","Attributes":{"name":[]}}}"#,
      expected: nil),
  ]

  @Test("are read as Engines send them", arguments: cases)
  func decoding(_ example: Case) {
    let event = try? JSONText(parsing: Array(example.line.utf8), file: "").decode(EngineEvent.self)
    #expect(event == example.expected)
  }

  @Test("are asked for from a time on, by their actions")
  func query() {
    let path = EventQuery.path(since: 1_795_341_730_000_000_042).text
    #expect(path.hasPrefix("/events?since=1795341730.000000042&filters=%7B%22event%22%3A%7B%22"))
    #expect(path.contains("%22exec_start%22%3Atrue"))
    // Beginnings are compared: none may let through what comes all the time.
    for noise in ["exec_create", "exec_detach", "health_status", "top", "resize", "kill", "attach"]
    {
      #expect(!EventQuery.actions.contains { noise.hasPrefix($0) })
    }
  }

  @Test("Attempts to connect are made at once, then ever more seldom")
  func pauses() {
    var pauses = Pauses(EventStreamLimits())
    let all = (0..<12).map { _ in pauses.next(jitter: 0) }
    #expect(
      all
        == [0, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000].map {
          .milliseconds($0)
        })
    #expect(pauses.next(jitter: 1) == .seconds(15))
    for _ in 0..<1000 { _ = pauses.next(jitter: 0) }
    pauses.reset()
    #expect(pauses.next(jitter: 0) == .zero)
  }
}
