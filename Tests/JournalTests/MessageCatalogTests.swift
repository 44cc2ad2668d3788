import Drift
import Foundation
import HardeningModel
import Reporting
import TestSupport
import Testing

@testable import Journal

@Suite("The message catalog")
struct MessageCatalogTests {
  private struct Entry {
    var id: String
    var headers: [String: String]
    var body: String
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func entries() throws -> [Entry] {
    let file = root.appending(path: "systemd/dockward.catalog")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    return try text.split(separator: "\n-- ").dropFirst().map { part in
      let halves = part.split(separator: "\n\n", maxSplits: 1)
      try #require(halves.count == 2)
      let lines = halves[0].split(separator: "\n")
      let headers = lines.dropFirst().compactMap { line -> (String, String)? in
        let parts = line.split(separator: ": ", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
      }
      return Entry(
        id: String(lines[0]), headers: Dictionary(uniqueKeysWithValues: headers),
        body: String(halves[1]))
    }
  }

  @Test("explains every kind of event, once, and nothing else")
  func complete() throws {
    let ids = try Self.entries().map(\.id)
    #expect(ids.sorted() == JournalMessage.allCases.map(\.id).sorted())
  }

  @Test("says of each what it is and where to read more")
  func headers() throws {
    for entry in try Self.entries() {
      #expect(Set(entry.headers.keys) == ["Subject", "Defined-By", "Documentation"])
      #expect(entry.headers["Defined-By"] == "dockward")
      let page = try #require(entry.headers["Documentation"]?.split(separator: "/").last)
      #expect(FileManager.default.fileExists(atPath: Self.root.path + "/docs/\(page)"))
      #expect(entry.body.split(separator: "\n\n").count >= 2)
    }
  }

  /// An entry of the kind with as few fields as it ever has.
  private static func least(_ kind: JournalMessage) throws -> JournalEntry {
    let benchmark = Benchmark(id: "cis-1.8.0", title: "", version: "1.8.0", sections: [])
    let events = JournalEvents(benchmark)
    let scan = Report.Scan(
      id: "1", startedAt: "2026-01-02T03:04:05Z", durationMilliseconds: 1, host: "", machineID: "",
      version: "")
    let result = RemediationReport.Result(
      id: "", slug: "a", title: "", subject: "host", status: .failed)
    switch kind {
    case .scan:
      return events.scan(
        Report(scan: scan, engine: .init(.absent), benchmark: benchmark, sections: []))
    case .drift:
      return events.drift(
        DriftEvent(
          change: .appeared, slug: nil, subject: "host", before: .none, after: .none), scan: "1")
    case .remediation, .undo:
      var report = RemediationReport(transaction: nil, results: [result])
      report.undoes = kind == .undo ? "2" : nil
      return try #require(events.remediation(report, by: "root").first)
    case .contest:
      return events.contest(
        slug: "a", subject: "host", repairs: 3, window: .seconds(60), opponent: nil)
    case .baseline:
      return JournalEvents.baseline(
        BaselineSummary(
          generation: 1, acceptedAt: 0, by: "root", reason: "", benchmark: "cis-1.8.0",
          importedFrom: nil, scan: scan))
    case .waiver:
      let day = Day(year: 2026, month: 1, day: 1)
      return events.waiver(
        Waiver(selector: "5", reason: "x", entered: day, until: day, who: ""), .expired, by: nil)
    case .engine: return events.engine(reachable: false, at: "unix:///x", "it hangs")
    case .tamper: return JournalEvents.tamper("why", path: "/x")
    }
  }

  /// journalctl prints the name of a field that an entry does not have.
  @Test("names only fields that its entries always have", arguments: JournalMessage.allCases)
  func fields(_ kind: JournalMessage) throws {
    let explanation = try #require(try Self.entries().first { $0.id == kind.id })
    let entry = try Self.least(kind)
    #expect(entry.kind == kind)
    let names = Set(entry.assignments.map { String($0.prefix { $0 != "=" }) })
    let text = explanation.body + (explanation.headers["Subject"] ?? "")
    for match in text.matches(of: /@([A-Z_]+)@/) {
      #expect(names.contains(String(match.1)), "@\(match.1)@")
    }
    // Those that a person is told to look at are at least fields that there are.
    for match in text.matches(of: /DOCKWARD_[A-Z_]+/) {
      #expect(JournalField(rawValue: String(match.0)) != nil, "\(match.0)")
    }
  }

  @Test("and the table of fields in the documentation are of the same fields")
  func documentation() throws {
    let file = Self.root.appending(path: "docs/service.md")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let documented = text.matches(of: /`(DOCKWARD_[A-Z_]+)`/).map { String($0.1) }
    #expect(
      Set(documented) == Set(JournalField.allCases.map(\.rawValue)).union(["DOCKWARD_EVENT"]))
    for kind in JournalMessage.allCases { #expect(text.contains(kind.id), "\(kind)") }
  }
}
