import Drift
import HardeningModel

/// An accepted baseline, and what differs from it, as people and as programs read it.
package struct BaselineText: Sendable {
  package var generation: Int
  /// RFC 3339.
  package var acceptedAt: String
  package var by: String
  package var reason: String
  /// The digest of the file that it was imported from.
  package var importedFrom: String?
  /// Of the file that it is exported as.
  package var digest: String
  package var scan: Report.Scan
  package var posture: Posture
  /// With the numbers of the benchmark in use.
  package var drift: DriftText

  package init(
    generation: Int, acceptedAt: String, by: String, reason: String, importedFrom: String?,
    digest: String, scan: Report.Scan, posture: Posture, drift: DriftText
  ) {
    self.generation = generation
    self.acceptedAt = acceptedAt
    self.by = by
    self.reason = reason
    self.importedFrom = importedFrom
    self.digest = digest
    self.scan = scan
    self.posture = posture
    self.drift = drift
  }

  package static let schema = "dockward.acceptance.v1"
  package static let driftSchema = "dockward.drift.v1"

  private static let verdicts: [Verdict] = [.pass, .fail, .manual, .notApplicable, .unknown]
  /// How many subjects of a check are named in text; JSON has them all.
  private static let subjectLimit = 8

  /// What is accepted, ended by a newline. `differences` are those from `previous`, the number of the
  /// baseline before.
  package func text(differences: [DriftEvent] = [], from previous: Int? = nil) -> String {
    var lines = ["Baseline \(generation), accepted \(acceptedAt) by \(Printable.text(by))"]
    if !reason.isEmpty { lines.append("Reason: \(Printable.text(reason))") }
    if let importedFrom { lines.append("Imported from a file with the digest \(importedFrom)") }
    lines += [
      "Host \(Printable.text(scan.host)), machine \(Printable.text(scan.machineID)), as of \(Printable.text(scan.startedAt)), by \(Printable.text(posture.epoch.benchmark))",
      "Digest \(digest)",
      "Checks: "
        + Self.verdicts.map { "\(count($0)) \($0.words)" }.joined(separator: ", "),
    ]
    if !failing.isEmpty {
      lines += ["", "Accepted as failing:"]
      lines += failing.map { "  \(drift.name(of: $0.slug)): \(Self.list($0.subjects))" }
    }
    if let previous {
      lines.append("")
      if differences.isEmpty {
        lines.append("Nothing differs from baseline \(previous).")
      } else {
        lines.append("What differs from baseline \(previous):")
        lines += drift.lines(of: differences).map { "  " + $0 }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func list(_ subjects: [String]) -> String {
    let names = subjects.prefix(subjectLimit).map { Printable.text($0) }.joined(separator: ", ")
    return subjects.count > subjectLimit
      ? "\(names) and \(subjects.count - subjectLimit) more" : names
  }

  /// The same for programs, ended by a newline; every key is always there.
  package func json(differences: [DriftEvent] = [], from previous: Int? = nil) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", Self.schema)
      document.member("baseline") { $0.object { write(to: &$0) } }
      document.member("summary") {
        $0.object {
          for verdict in Self.verdicts { $0.count(of: verdict.rawValue, count(verdict)) }
        }
      }
      document.member("failing") {
        $0.list(failing) { writer, item in
          writer.object {
            $0.member("id", drift.number(of: item.slug))
            $0.member("slug", item.slug)
            $0.member("subjects") { $0.list(item.subjects) { $0.string($1) } }
          }
        }
      }
      document.member("previous", previous)
      document.member("events") { write(differences, to: &$0) }
    }
    writer.raw("\n")
    return writer.bytes
  }

  /// The events by which `posture`, found by `scan`, differs from what is accepted; ended by a newline.
  package func json(
    of events: [DriftEvent], in scan: Report.Scan, _ posture: Posture
  ) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.member("schema", Self.driftSchema)
      document.member("scan") { $0.object { JSONReport.write(scan, to: &$0) } }
      document.member("benchmark", posture.epoch.benchmark)
      document.member("partiality", posture.partiality)
      document.member("baseline") { $0.object { write(to: &$0) } }
      document.member("isWorse", events.contains(where: \.isWorse))
      document.member("events") { write(events, to: &$0) }
    }
    writer.raw("\n")
    return writer.bytes
  }

  private func write(_ events: [DriftEvent], to writer: inout JSONWriter) {
    writer.list(events) { writer, event in
      writer.object {
        $0.members(of: event, drift)
        $0.member("isWorse", event.isWorse)
      }
    }
  }

  private func write(to writer: inout JSONWriter) {
    writer.member("generation", generation)
    writer.member("acceptedAt", acceptedAt)
    writer.member("by", by)
    writer.member("reason", reason)
    writer.member("importedFrom", importedFrom)
    writer.member("digest", digest)
    writer.member("benchmark", posture.epoch.benchmark)
    writer.member("scan") { $0.object { JSONReport.write(scan, to: &$0) } }
  }

  /// How many checks have the verdict, as far as the posture tells: by the worst that each says.
  private func count(_ verdict: Verdict) -> Int { byCheck.values.count { $0 == verdict } }

  private var byCheck: [String: Verdict] {
    var verdicts = Dictionary(
      posture.epoch.checks.filter { $0 != Posture.Key.image }.map { ($0, Verdict.notApplicable) },
      uniquingKeysWith: { first, _ in first })
    for (key, state) in posture.states {
      guard let verdict = verdicts[key.slug] else { continue }
      verdicts[key.slug] = Verdict.worst(of: [verdict, state.verdict])
    }
    return verdicts
  }

  /// In the order of the benchmark.
  private var failing: [(slug: String, subjects: [String])] {
    var subjects: [String: [String]] = [:]
    for (key, state) in posture.states where state.verdict == .fail {
      subjects[key.slug, default: []].append(key.subject)
    }
    return posture.epoch.checks.compactMap { slug in
      subjects[slug].map { (slug, $0.sorted()) }
    }
  }
}
