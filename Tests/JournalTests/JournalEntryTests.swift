import Foundation
import Testing

@testable import Journal

@Suite("Journal entries")
struct JournalEntryTests {
  static let texts = [
    "a\nPRIORITY=0\nMESSAGE=all is well", "\u{1B}[2J\u{1B}[31m", "\u{202E}drawkcab", "a\0b",
    "a=b", "\u{2028}MESSAGE=x", String(repeating: "ä", count: 100_000),
    String(repeating: "\u{1}", count: 100_000), String(repeating: "\u{10FFFF}", count: 100_000),
    "e" + String(repeating: "\u{301}", count: 100_000),
  ]

  @Test("take no field and no control from what they quote", arguments: texts)
  func hostile(_ text: String) throws {
    var entry = JournalEntry(.info, text, kind: .drift)
    entry.add(.subject, text)
    entry.add(.observed, text)
    let fields = try entry.assignments.map { assignment in
      let equals = try #require(assignment.utf8.firstIndex(of: UInt8(ascii: "=")))
      return (
        name: String(assignment[..<equals]), value: String(assignment[equals...].dropFirst())
      )
    }
    #expect(
      fields.map(\.name) == [
        "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "MESSAGE_ID", "DOCKWARD_EVENT",
        "DOCKWARD_SUBJECT", "DOCKWARD_OBSERVED",
      ])
    #expect(fields[1].value == "6")
    for field in fields {
      #expect(field.value.utf8.count <= JournalEntry.valueLimit)
      #expect(!field.value.unicodeScalars.contains { $0.properties.generalCategory == .control })
      #expect(!field.value.contains("\u{FFFD}"))
    }
    #expect(entry.message.utf8.count <= JournalEntry.messageLimit)
  }

  @Test("are bounded, whatever is added")
  func bounded() {
    var entry = JournalEntry(.info, String(repeating: "ä", count: 1 << 20), kind: .scan)
    for _ in 0..<1000 { entry.add(.observed, String(repeating: "ä", count: 1 << 14)) }
    // Less than net.core.wmem_default.
    #expect(entry.assignments.reduce(0) { $0 + $1.utf8.count } < 180_000)
  }

  @Test("say nothing where there is nothing to say")
  func fields() {
    var entry = JournalEntry(.warning, "it changed", kind: .drift)
    entry.add(.subject, "container:web")
    entry.add(.slug, nil)
    entry.add(.observed, "")
    #expect(
      entry.assignments == [
        "MESSAGE=it changed", "PRIORITY=4", "SYSLOG_IDENTIFIER=dockward",
        "MESSAGE_ID=\(JournalMessage.drift.id)", "DOCKWARD_EVENT=drift",
        "DOCKWARD_SUBJECT=container:web",
      ])
  }

  @Test("have names of fields that journald takes, and no two alike")
  func names() {
    let names = JournalField.allCases.map(\.rawValue)
    #expect(names.allSatisfy { $0.wholeMatch(of: /DOCKWARD_[A-Z_]{1,55}/) != nil })
    #expect(Set(names).count == names.count)
  }

  @Test("have ids of 128 bits, and no two alike")
  func ids() {
    let ids = JournalMessage.allCases.map(\.id)
    #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
    #expect(Set(ids).count == ids.count)
  }
}
