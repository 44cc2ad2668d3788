import HardeningModel
import Reporting

extension BenchReport {
  /// What dockward's own checks say, in the form of docker-bench. Where that has two checks in the place of one,
  /// `2.13.a` and `2.13.b`, both are there, and say the same; of these, with `numbers`, those that are among them,
  /// unless the whole is.
  package init(_ report: Report, numbers: Set<String>? = nil) {
    func parts(of entry: Benchmark.Entry) -> [String] {
      let parts = entry.parts.map { "\(entry.id).\($0)" }
      let chosen = parts.filter { numbers?.contains($0) ?? true }
      return parts.isEmpty ? [entry.id] : chosen.isEmpty ? parts : chosen
    }
    self.init(
      id: report.benchmark.id, title: report.benchmark.title,
      groups: report.sections.map { section in
        Group(
          id: section.id, title: section.title,
          results: section.results.flatMap { result in
            parts(of: result.entry).map { Result(result, id: $0) }
          })
      })
  }
}

extension BenchReport.Result {
  fileprivate init(_ result: Report.Result, id: String) {
    let status: BenchReport.Status =
      switch result.verdict {
      case .pass: .pass
      case .fail: .fail
      case .manual, .unknown, .waived: .warn
      case .notApplicable: .info
      }
    self.init(
      id: id, title: "\(result.entry.title) (\(result.entry.marking.rawValue))",
      status: status)
    remediation = result.remedy.advice
    actual = TextReport().evidence(of: result).joined(separator: "\n")
    expected = Set(result.findings.map(\.expected)).sorted().joined(separator: " AND ")
    isScored = [.scored, .automated].contains(result.entry.marking)
    reason = result.reason
    isUnknown = result.verdict == .unknown
  }
}
