import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Journal

@Suite("The journal")
struct JournalTests {
  private func journal(_ socket: String, _ pipe: PipeEnd?, _ environment: [String: String] = [:])
    -> Journal
  {
    Journal(
      socket: socket, fallback: pipe.map { FileDescriptor(rawValue: $0.descriptor) },
      environment: environment, patience: .milliseconds(20))
  }

  @Test("that nobody listens to is standard error", arguments: ["missing", "left over", "a file"])
  func fallback(_ kind: String) throws {
    try TemporaryDirectory.with { directory in
      let socket = directory + "/socket"
      if kind == "left over" { _ = try Listener(at: socket) }
      if kind == "a file" { try Data().write(to: URL(filePath: socket)) }
      let pipe = PipeEnd()
      let journal = journal(socket, pipe)
      #expect(!journal.isListening)
      #expect(
        try journal.tell(JournalEntry(.error, "it\ngot worse", kind: .drift)) == .standardError)
      #expect(try journal.tell(JournalEntry(.info, "38 pass", kind: .scan)) == .standardError)
      #expect(try journal.tell(JournalEntry(.warning, "slow")) == .standardError)
      #expect(
        try pipe.text() == """
          dockward: error: drift: it\\u{A}got worse
          dockward: scan: 38 pass
          dockward: warning: slow

          """)
    }
  }

  @Test("says so where nobody takes an entry")
  func nobody() throws {
    try TemporaryDirectory.with { directory in
      let socket = directory + "/socket"
      let entry = JournalEntry(.info, "text")
      #expect(throws: JournalError.unreachable(socket: socket, .noSuchFileOrDirectory)) {
        try journal(socket, nil).tell(entry)
      }
      let pipe = PipeEnd()
      pipe.fill()
      #expect(throws: JournalError.standardError(.resourceTemporarilyUnavailable)) {
        try journal(socket, pipe).tell(entry)
      }
      #expect(
        "\(JournalError.unreachable(socket: "/run/x", .noSuchFileOrDirectory))"
          == "cannot tell the journal at '/run/x': no such file or directory")
    }
  }

  @Test("that does not read is waited for, but not for long")
  func busy() throws {
    try TemporaryDirectory.with { directory in
      let socket = directory + "/socket"
      let listener = try Listener(at: socket)
      try fillSocket(at: socket)
      let pipe = PipeEnd()
      let journal = journal(socket, pipe)
      #expect(journal.isListening)
      let began = ContinuousClock.now
      #expect(throws: JournalError.busy(socket: socket)) {
        try journal.tell(JournalEntry(.info, "text"))
      }
      #expect((.milliseconds(20)..<Duration.seconds(5)).contains(.now - began))
      // It is not told on standard error, since it is going to be told again.
      #expect(try pipe.text() == "")
      #expect(listener.next() == [1])
    }
  }

  @Test("is told by the number of the priority where standard error leads there")
  func stream() throws {
    try TemporaryDirectory.with { directory in
      let pipe = PipeEnd()
      var status = stat()
      fstat(pipe.descriptor, &status)
      let own = ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]
      try journal(directory + "/socket", pipe, own).tell(
        JournalEntry(.error, "worse", kind: .drift))
      // Of a standard error that was redirected.
      try journal(directory + "/socket", pipe, ["JOURNAL_STREAM": "1:2"])
        .tell(JournalEntry(.error, "worse"))
      #expect(try pipe.text() == "<3>worse\ndockward: error: worse\n")
    }
  }
}
