import Foundation
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Journal

@Suite("The log in the journal")
struct JournalLogHandlerTests {
  private struct Mishap: Error, CustomStringConvertible { let description = "no luck" }

  @Test("has a line's place, and what comes with it")
  func entry() {
    var handler = JournalLogHandler(label: "warden", journal: Journal(fallback: nil))
    handler[metadataKey: "container"] = "web"
    handler[metadataKey: "scan"] = "1"
    let entry = handler.entry(
      of: LogEvent(
        level: .error, message: "cannot\nread", error: Mishap(),
        metadata: ["scan": "2", "exit code": "3"], source: nil, file: "Warden/Watch.swift",
        function: "watch()", line: 17))
    #expect(
      entry.assignments == [
        #"MESSAGE=cannot\u{A}read: no luck"#, "PRIORITY=3", "SYSLOG_IDENTIFIER=dockward",
        "CODE_FILE=Warden/Watch.swift", "CODE_LINE=17", "CODE_FUNC=watch()",
        "DOCKWARD_LOGGER=warden", "DOCKWARD_ERROR=no luck", "DOCKWARD_CONTAINER=web",
        "DOCKWARD_EXIT_CODE=3", "DOCKWARD_SCAN=2",
      ])
  }

  @Test("goes to standard error where journald does not take it", arguments: [true, false])
  func elsewhere(isThere: Bool) throws {
    try TemporaryDirectory.with { directory in
      let socket = directory + "/socket"
      let listener = isThere ? try Listener(at: socket) : nil
      if isThere { try fillSocket(at: socket) }
      let pipe = PipeEnd()
      let journal = Journal(
        socket: socket, fallback: FileDescriptor(rawValue: pipe.descriptor), environment: [:],
        patience: .milliseconds(1))
      let logger = Logger(label: "warden") { JournalLogHandler(label: $0, journal: journal) }
      logger.warning("slow")
      logger.debug("too much")
      #expect(try pipe.text() == "dockward: warning: slow\n")
      #expect(listener?.next() == (isThere ? [1] : nil))
    }
  }

  @Test(
    "makes names of fields of keys",
    arguments: [
      ("container", "DOCKWARD_CONTAINER"), ("exit code", "DOCKWARD_EXIT_CODE"),
      ("containerName", "DOCKWARD_CONTAINER_NAME"),
      ("engine.api-version", "DOCKWARD_ENGINE_API_VERSION"),
      ("a=b\nc", "DOCKWARD_A_B_C"), ("é", "DOCKWARD___"), ("", "DOCKWARD_"),
      (String(repeating: "x", count: 99), "DOCKWARD_" + String(repeating: "X", count: 55)),
    ])
  func names(_ key: String, _ name: String) {
    #expect(JournalLogHandler.fieldName(of: key) == name)
  }

  @Test(
    "keeps the order of levels",
    arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
  func levels(_ level: Logger.Level, _ number: Int) {
    #expect(Priority(level).rawValue == number)
  }
}
