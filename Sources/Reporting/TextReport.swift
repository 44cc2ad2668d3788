import HardeningModel

/// A report as text, in the form that users of docker-bench know.
package struct TextReport: Sendable {
  /// Whether the labels are coloured for a terminal.
  package var isColoured = false
  /// Whether the evidence of subjects that pass is printed too.
  package var includesPassing = false
  package var includesRemediations = true

  /// The longest evidence that is printed in full; the JSON report has it whole.
  private static let evidenceLimit = 240

  package init() {}

  /// The text, ended by a newline.
  package func text(of report: Report) -> String {
    var lines: [String] = []
    for section in report.sections {
      lines.append("\(label("INFO")) \(section.id) \(Printable.text(section.title))")
      for result in section.results { lines += self.lines(of: result) }
    }
    if includesRemediations { lines += remediations(report) }
    lines += summary(report)
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of result: Report.Result) -> [String] {
    let entry = result.entry
    let heading =
      "\(label(result.verdict.label)) \(entry.id) \(Printable.text(entry.title)) (\(entry.marking.rawValue))"
    return [heading] + evidence(of: result).map { Self.indentation + $0 }
  }

  /// What is said of the subjects of a check, a line each.
  package func evidence(of result: Report.Result) -> [String] {
    if result.verdict == .notApplicable, !includesPassing {
      return Set(result.findings.map(\.reason)).sorted().map {
        "not applicable: " + Printable.text($0, limit: Self.evidenceLimit)
      }
    }
    return result.findings.filter(isShown).map {
      evidence($0, waivedBy: result.waivers[$0.subject])
    }
  }

  private static let indentation = "       "

  private func isShown(_ finding: Finding) -> Bool {
    includesPassing || [.fail, .unknown, .manual, .waived].contains(finding.verdict)
  }

  /// `container:web: Memory: 0; expected a memory limit (GET /containers/{id}/json)`
  private func evidence(_ finding: Finding, waivedBy waiver: Waiver?) -> String {
    var parts: [String] = []
    if finding.verdict == .waived, let waiver {
      let who = Printable.text(waiver.who, limit: Self.evidenceLimit)
      let reason = Printable.text(waiver.reason, limit: Self.evidenceLimit)
      parts.append("until \(waiver.until) by \(who): \(reason)")
    }
    if !finding.observed.isEmpty {
      parts.append(Printable.text(finding.observed, limit: Self.evidenceLimit))
    }
    if [.fail, .waived].contains(finding.verdict) {
      parts.append("expected \(Printable.text(finding.expected))")
    }
    if !finding.reason.isEmpty {
      parts.append(Printable.text(finding.reason, limit: Self.evidenceLimit))
    }
    let word =
      switch finding.verdict {
      case .unknown: "unknown: "
      case .manual: "to judge: "
      case .notApplicable: "not applicable: "
      case .waived: "waived "
      case .pass, .fail: ""
      }
    let subject = Printable.text(finding.subject.description, limit: Self.evidenceLimit)
    let text = "\(subject): \(word)\(parts.joined(separator: "; "))"
    return finding.source.isEmpty ? text : "\(text) (\(Printable.text(finding.source)))"
  }

  private func remediations(_ report: Report) -> [String] {
    let open = report.results.filter { $0.verdict == .fail || $0.verdict == .manual }
    return ["", "== Remediations =="] + open.map { "\($0.entry.id) \($0.remedy.advice)" }
  }

  private func summary(_ report: Report) -> [String] {
    let warnings = report.count(.manual) + report.count(.unknown)
    return [
      "", "== Summary ==",
      "\(report.count(.pass)) checks PASS",
      "\(report.count(.fail)) checks FAIL",
      "\(warnings) checks WARN",
      "\(report.count(.notApplicable)) checks INFO",
      "\(report.count(.waived)) checks WAIVED",
    ]
  }

  private func label(_ word: String) -> String { Label(word, isColoured: isColoured).text }
}

/// `[FAIL]`, and the like.
package struct Label {
  /// With the word in its colour, where it is asked for.
  package let text: String

  package init(_ word: String, isColoured: Bool) {
    let colour =
      switch word {
      case "PASS": 32
      case "FAIL": 31
      case "WARN": 33
      case "WAIVED": 35
      default: 36
      }
    text = isColoured ? "[\u{1B}[\(colour)m\(word)\u{1B}[0m]" : "[\(word)]"
  }
}

extension Verdict {
  /// The word that docker-bench prints for it.
  package var label: String {
    switch self {
    case .pass: "PASS"
    case .fail: "FAIL"
    case .manual, .unknown: "WARN"
    case .notApplicable: "INFO"
    case .waived: "WAIVED"
    }
  }
}
