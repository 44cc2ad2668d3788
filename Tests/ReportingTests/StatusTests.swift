import Drift
import Foundation
import HardeningModel
import Testing

@testable import Reporting

@Suite("Status and history")
struct StatusTests {
  static let texts = ["plain", Report.hostile]

  @Test("are as they were, as text")
  func text() throws {
    try expectGolden(Kept.status().text, "status.txt")
    try expectGolden(Kept.status(Report.hostile).text, "status-hostile.txt")
    try expectGolden(Kept.newStatus.text, "status-new.txt")
    try expectGolden(Kept.history().text, "history.txt")
    try expectGolden(Kept.history(Report.hostile).text, "history-hostile.txt")
  }

  @Test("are as they were, as JSON")
  func json() throws {
    try expectGolden(String(decoding: Kept.status().json, as: UTF8.self), "status.json")
    try expectGolden(String(decoding: Kept.newStatus.json, as: UTF8.self), "status-new.json")
    try expectGolden(String(decoding: Kept.history().json, as: UTF8.self), "history.json")
  }

  @Test("have nothing in them that a terminal would obey or hide", arguments: texts)
  func printable(_ text: String) {
    for text in [Kept.status(text).text, Kept.history(text).text] {
      for scalar in text.unicodeScalars where scalar != "\n" {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
          Issue.record("U+\(String(scalar.value, radix: 16)) is in the text")
        default: break
        }
      }
    }
  }

  @Test("have as many lines whatever things are called", arguments: texts)
  func lines(_ text: String) {
    #expect(Kept.history(text).text.split(separator: "\n").count == 7)
    #expect(
      Kept.status(text).text.split(separator: "\n").count
        == Kept.status().text.split(separator: "\n").count)
  }

  @Test("have the names of things as they are in JSON", arguments: texts)
  func names(_ text: String) throws {
    let status = try #require(
      try JSONSerialization.jsonObject(with: Data(Kept.status(text).json)) as? [String: Any])
    let drift = try #require(status["drift"] as? [[String: Any]])
    let subject = try #require(drift.first?["subject"] as? String)
    #expect(subject.unicodeScalars.elementsEqual("container:\(text)".unicodeScalars))
    let history = try #require(
      try JSONSerialization.jsonObject(with: Data(Kept.history(text).json)) as? [String: Any])
    let entries = try #require(history["entries"] as? [[String: Any]])
    #expect(
      entries.map { $0["kind"] as? String } == [
        "baseline", "baseline", "pass", "drift", "drift", "remediation", "pass",
      ])
  }

  @Test("name no reason where none was given")
  func withoutReason() {
    #expect(
      Kept.status("").text.contains(
        "\nBaseline   1, accepted 2026-01-28T12:00:00Z, 3 days ago, by root"))
    #expect(!Kept.status("").text.contains("anna:"))
    #expect(!Kept.history("").text.contains("anna:"))
  }

  @Test("have what a pass found after it, though another was made in the same second")
  func sameSecond() {
    func pass(_ id: String) -> HistoryListing.Entry {
      let pass = Kept.pass(id, secondsAgo: 5, "web-1")
      return .init(time: pass.startedAt, what: .pass(pass))
    }
    func drift(_ scan: String) -> HistoryListing.Entry {
      .init(
        time: pass("").time,
        what: .drift(
          DriftEvent(
            change: .disappeared, slug: nil, subject: "container:\(scan)", before: .none,
            after: .none),
          scan: scan, isTold: true))
    }
    let listing = HistoryListing(
      [pass("a"), pass("b"), drift("a"), drift("b"), drift("gone")], since: nil, checks: nil,
      isComplete: true, names: Kept.history().names)
    let texts = listing.text.split(separator: "\n").map {
      $0.split(separator: "  ")[1] + " " + ($0.firstMatch(of: /container:(\w+)/)?.1 ?? "")
    }
    #expect(texts == ["pass ", "drift a", "pass ", "drift b", "drift gone"])
  }

  @Test(
    "say how long ago something was",
    arguments: [
      (0, "0 seconds ago"), (1, "1 second ago"), (-30, "0 seconds ago"), (119, "119 seconds ago"),
      (120, "2 minutes ago"), (7199, "119 minutes ago"), (7200, "2 hours ago"),
      (172_799, "47 hours ago"), (172_800, "2 days ago"),
      (-61, "which is to come by this host's clock"),
    ])
  func age(_ seconds: Int, _ text: String) {
    #expect("\(Age(seconds: seconds))" == text)
  }

  @Test(
    "say what a host without passes, or with a baseline that is none, is like",
    arguments: [
      (HostStatus.Acceptance.none, "none; 'dockward baseline accept' accepts what is"),
      (.tampered("baseline 1 is gone"), "TAMPERED WITH: baseline 1 is gone"),
    ])
  func withoutBaseline(_ baseline: HostStatus.Acceptance, _ words: String) {
    var status = Kept.newStatus
    status.baseline = baseline
    #expect(status.text.contains("\nBaseline   \(words)\n"))
    #expect(
      status.text.contains("\nDrift      not known: there is no baseline to compare with\n"))
    status.last = Kept.pass("first", secondsAgo: 5, "web-1", partiality: "no Engine")
    #expect(status.text.contains("it did not see all of the host: no Engine\n"))
    #expect(status.text.contains("no other did\n"))
  }
}
