import Foundation
import HardeningModel
import Reporting
import Testing

@Suite("Waivers in reports")
struct WaiverTests {
  static let texts = ["known, and to be mended", Report.hostile]

  @Test("are as they were, as text")
  func text() throws {
    try expectGolden(TextReport().text(of: .waivedSample()), "report-waived.txt")
    try expectGolden(
      TextReport().text(of: .waivedSample(text: Report.hostile)), "report-waived-hostile.txt")
  }

  @Test("are as they were, as JSON")
  func json() async throws {
    try expectGolden(
      String(decoding: await JSONReport.bytes(of: .waivedSample()), as: UTF8.self),
      "report-waived.json")
  }

  /// This is how the users of docker-bench find what failed.
  @Test("are not found by whoever greps for failures", arguments: texts)
  func grep(_ text: String) {
    let lines = TextReport().text(of: .waivedSample(text: text)).split(separator: "\n")
    #expect(
      lines.filter { $0.contains("FAIL") } == [
        "[FAIL] 5.12 Ensure that containers do d (Automated)", "1 checks FAIL",
      ])
    #expect(
      lines.filter { $0.contains("[WAIVED]") } == [
        "[WAIVED] 3.1 Ensure that a is owned by root (Scored)"
      ])
    #expect(lines.last == "1 checks WAIVED")
    #expect(!lines.contains("3.1 Give a to root."))
  }

  @Test("say of each subject whether it is waived")
  func subjects() {
    let lines = TextReport().text(of: .waivedSample()).split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("       container:") }.suffix(2) == [
        "       container:db: d: false; expected d: true (GET /containers/{id}/json)",
        "       container:web: waived until 2026-01-31 by known, and to be mended: known, and to be mended; d: false; expected d: true (GET /containers/{id}/json)",
      ])
  }

  @Test("have nothing in them that a terminal would obey or hide", arguments: texts)
  func printable(_ text: String) {
    for text in [
      TextReport().text(of: .waivedSample(text: text)), Self.listing(text: text).text,
    ] {
      for scalar in text.unicodeScalars where scalar != "\n" {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
          Issue.record("U+\(String(scalar.value, radix: 16)) is in the text")
        default: break
        }
      }
    }
  }

  @Test("are in JSON with the check and with its subjects", arguments: texts)
  func members(_ text: String) async throws {
    let bytes = await JSONReport.bytes(of: .waivedSample(text: text))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let summary = try #require(root["summary"] as? [String: Int])
    #expect(summary["waived"] == 1 && summary["fail"] == 1)
    let checks = try #require(root["checks"] as? [[String: Any]])
    let waived = try #require(checks.first)
    #expect(waived["verdict"] as? String == "waived")
    let waiver = try #require(waived["waiver"] as? [String: Any])
    #expect(
      Set(waiver.keys) == ["selector", "benchmark", "subject", "reason", "until", "who", "entered"])
    #expect(
      (waiver["reason"] as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    #expect(waiver["until"] as? String == "2026-12-31")
    let failed = try #require(checks.last)
    #expect(failed["verdict"] as? String == "fail")
    #expect(failed["waiver"] is NSNull)
    let subjects = try #require(failed["subjects"] as? [[String: Any]])
    #expect(subjects.map { $0["verdict"] as? String } == ["pass", "fail", "waived"])
    #expect(subjects.map { $0["waiver"] is NSNull } == [true, true, false])
  }

  // MARK: the list

  static func listing(text: String = "known, and to be mended") -> WaiverListing {
    var waivers = Report.waivers(text: text).map(\.waiver)
    var last = waivers[1]
    last.entered = Day(year: 2026, month: 2, day: 1)
    last.until = Day(year: 2026, month: 2, day: 1)
    waivers.append(last)
    last.entered = Day(year: 2025, month: 2, day: 1)
    last.until = Day(year: 2026, month: 1, day: 30)
    last.subject = Glob("container:*")
    waivers.append(last)
    let uses: [WaiverUse] = [.failures(2), .none, .unknown, .none]
    return WaiverListing(
      file: "/etc/dockward/waivers.yaml", benchmark: "cis-1.8.0", today: Report.today,
      rows: zip(waivers, uses).map {
        WaiverListing.Row(waiver: $0, checks: ["container-d"], use: $1)
      })
  }

  @Test("are listed as they were")
  func list() throws {
    try expectGolden(Self.listing().text, "waivers.txt")
    try expectGolden(String(decoding: Self.listing().json, as: UTF8.self), "waivers.json")
  }

  @Test("are listed a line each", arguments: texts)
  func lines(_ text: String) {
    #expect(Self.listing(text: text).text.split(separator: "\n").count == 5)
  }
}
