import HardeningModel

/// What a remediation did as text, in the form of a report.
package struct RemediationText: Sendable {
  /// Whether the labels are coloured for a terminal.
  package var isColoured = false

  private static let indentation = "       "

  package init() {}

  /// The text, ended by a newline.
  package func text(of report: RemediationReport) -> String {
    var lines: [String] = []
    for results in checks(of: report) { lines += self.lines(of: results, report) }
    lines += summary(of: report)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The results of each check, in their order.
  private func checks(of report: RemediationReport) -> [[RemediationReport.Result]] {
    report.results.reduce(into: []) { checks, result in
      if let last = checks.indices.last, checks[last].first?.slug == result.slug {
        checks[last].append(result)
      } else {
        checks.append([result])
      }
    }
  }

  private func lines(
    of results: [RemediationReport.Result], _ report: RemediationReport
  ) -> [String] {
    guard let first = results.first else { return [] }
    let worst = results.map(\.status).min { $0.rank < $1.rank } ?? first.status
    let name = [first.id, first.title].filter { !$0.isEmpty }.joined(separator: " ")
    // Of what was in order already, people know enough by the check.
    let shown = results.filter { $0.status != .alreadyCompliant }
    return ["\(label(worst)) \(Printable.text(name))"]
      + shown.flatMap { self.lines(of: $0, isPlan: report.isDryRun) }
  }

  /// `file:/etc/docker/daemon.json: mode 0666 -> mode 0644`
  private func lines(of result: RemediationReport.Result, isPlan: Bool) -> [String] {
    var parts: [String] = []
    switch result.status {
    case .fixed, .undone:
      parts.append("\(Printable.text(result.before)) -> \(Printable.text(result.after))")
    case .planned, .pendingRestart, .refused, .failed, .rolledBack, .alreadyCompliant:
      parts.append(Printable.text(result.before))
    }
    parts.append(Printable.text(result.reason))
    let said = parts.filter { !$0.isEmpty }.joined(separator: "; ")
    var lines = ["\(Self.indentation)\(Printable.text(result.subject)): \(said)"]
    lines += result.steps.map { Self.indentation + "  $ " + Printable.text($0) }
    if isPlan {
      lines += result.diff.map { Self.indentation + "  " + Printable.text($0) }
      switch result.disruption {
      case .none: break
      case .reload:
        lines.append("\(Self.indentation)  dockerd is told to read its configuration again")
      case .restart: lines.append("\(Self.indentation)  in effect only once dockerd has restarted")
      case .recreate: lines.append("\(Self.indentation)  the container has to be made again")
      }
    }
    return lines
  }

  private func summary(of report: RemediationReport) -> [String] {
    let counts = RemediationReport.Status.allCases.compactMap { status -> String? in
      let count = report.results.count { $0.status == status }
      return count == 0 ? nil : "\(count) \(status.inWords)"
    }
    var lines = ["", "== Summary =="] + (counts.isEmpty ? ["nothing to do"] : counts)
    if report.isDryRun {
      lines.append("Nothing was changed (--dry-run).")
    } else if let transaction = report.transaction, report.undoes == nil,
      report.results.contains(where: { [.fixed, .pendingRestart].contains($0.status) })
    {
      lines.append("To take it back: dockward undo \(transaction)")
    }
    return lines
  }

  private func label(_ status: RemediationReport.Status) -> String {
    guard isColoured else { return "[\(status.label)]" }
    let colour =
      switch status {
      case .fixed, .alreadyCompliant, .undone: 32
      case .refused, .failed, .rolledBack: 31
      case .pendingRestart: 33
      case .planned: 36
      }
    return "[\u{1B}[\(colour)m\(status.label)\u{1B}[0m]"
  }
}

extension RemediationReport.Status {
  fileprivate var label: String {
    switch self {
    case .fixed: "FIXED"
    case .alreadyCompliant: "PASS"
    case .pendingRestart: "PENDING"
    case .refused: "REFUSED"
    case .failed: "FAILED"
    case .rolledBack: "ROLLED BACK"
    case .planned: "PLANNED"
    case .undone: "UNDONE"
    }
  }

  fileprivate var inWords: String {
    switch self {
    case .fixed: "fixed"
    case .alreadyCompliant: "already compliant"
    case .pendingRestart: "pending a restart of dockerd"
    case .refused: "refused"
    case .failed: "failed"
    case .rolledBack: "rolled back"
    case .planned: "planned"
    case .undone: "undone"
    }
  }

  /// The lower, the more people should look at it.
  fileprivate var rank: Int {
    switch self {
    case .failed: 0
    case .rolledBack: 1
    case .refused: 2
    case .pendingRestart: 3
    case .planned: 4
    case .fixed: 5
    case .undone: 6
    case .alreadyCompliant: 7
    }
  }
}
