import HardeningModel

extension Report {
  /// The sample, of which one check fails, and another that fails for two of its subjects, with the
  /// first waived, and one of the others. `text` is what somebody has typed.
  static func waivedSample(text: String = "known, and to be mended") -> Report {
    var report = Report.sample()
    let entry = Benchmark.Entry(
      id: "5.12", slug: "container-d", title: "Ensure that containers do d", level: 1,
      marking: .automated)
    let check = Check(
      slug: "container-d", surface: .host, stride: [.tampering],
      explanation: Explanation(reads: "It.", passes: "It is.", threat: "It may not be."),
      remedy: .assist(.recreate, "Make it with d.")
    ) { _ in [] }
    report.sections[1].results.append(
      Result(
        entry: entry, check: check,
        findings: ["web", "db", "batch"].map { name in
          Finding(
            subject: .container(name), verdict: name == "batch" ? .pass : .fail,
            observed: "d: \(name == "batch")", expected: "d: true",
            source: "GET /containers/{id}/json")
        }))
    return report.waived(by: waivers(text: text), on: today)
  }

  static let today = Day(year: 2026, month: 1, day: 31)

  static func waivers(text: String) -> [ResolvedWaiver] {
    let waivers = [
      Waiver(
        selector: "3", benchmark: "sample-1.0", reason: text,
        entered: Day(year: 2026, month: 1, day: 1),
        until: Day(year: 2026, month: 12, day: 31), who: "ada"),
      Waiver(
        selector: "container-d", subject: Glob("container:web"), reason: text,
        entered: Day(year: 2026, month: 1, day: 1), until: Day(year: 2026, month: 1, day: 31),
        who: text),
    ]
    return zip(waivers, [["file-a", "file-c"], ["container-d"]] as [Set<String>]).map {
      ResolvedWaiver(waiver: $0, slugs: $1)
    }
  }
}
