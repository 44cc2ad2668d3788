import HardeningModel
import Reporting

extension BenchReport {
  /// What dockward's own checks say, in the form of docker-bench.
  package init(_ report: Report) {
    self.init(
      id: report.benchmark.id, title: report.benchmark.title,
      groups: report.sections.map { section in
        Group(id: section.id, title: section.title, results: section.results.map(Result.init))
      })
  }
}

extension BenchReport.Result {
  fileprivate init(_ result: Report.Result) {
    let status: BenchReport.Status =
      switch result.verdict {
      case .pass: .pass
      case .fail: .fail
      case .manual, .unknown, .waived: .warn
      case .notApplicable: .info
      }
    self.init(
      id: result.entry.id, title: "\(result.entry.title) (\(result.entry.marking.rawValue))",
      status: status)
    remediation = result.remedy.advice
    actual = TextReport().evidence(of: result).joined(separator: "\n")
    expected = Set(result.findings.map(\.expected)).sorted().joined(separator: " AND ")
    isScored = [.scored, .automated].contains(result.entry.marking)
    reason = result.reason
    isUnknown = result.verdict == .unknown
  }
}
