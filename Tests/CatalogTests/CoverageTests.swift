import Catalog
import HardeningModel
import Testing

/// Whether the tables say something of everything.
@Suite("Tables of cases")
struct CoverageTests {
  private static let everyPair = Catalog.checks.flatMap { check in
    Kind.allCases.map { Pair(slug: check.slug, kind: $0) }
  }

  @Test("have each kind of row for each check", arguments: everyPair)
  func coverage(_ pair: Pair) {
    let rows = Tables.all.filter { $0.slug == pair.slug }.flatMap(\.rows)
    let isThere = rows.contains { $0.kind == pair.kind }
    if let reason = Self.impossible[pair] {
      #expect(!isThere, "there is a row, though it is said to be impossible: \(reason)")
    } else {
      #expect(isThere)
    }
  }

  /// The kinds of rows that a check cannot have, and why.
  private static let impossible = ofPersons.merging(ofOthers) { first, _ in first }

  private static let ofOthers: [Pair: String] = [
    Pair(slug: "host-hardened", kind: .pass): "a person must judge the host as a whole",
    Pair(slug: "host-hardened", kind: .fail): "a person must judge the host as a whole",
    Pair(slug: "container-ulimits", kind: .pass): "a person must judge whether they are needed",
    Pair(slug: "container-ulimits", kind: .fail): "a person must judge whether they are needed",
    Pair(slug: "container-needed-ports", kind: .fail): "a person must judge whether it is needed",
    Pair(slug: "image-minimal-packages", kind: .pass): "a person must judge what is needed",
    Pair(slug: "image-minimal-packages", kind: .fail): "a person must judge what is needed",
    Pair(slug: "image-verified-packages", kind: .pass): "downloads are not judged",
    Pair(slug: "image-verified-packages", kind: .fail): "downloads are not judged",
    Pair(slug: "image-signatures-validated", kind: .pass): "an Engine keeps no signatures",
    Pair(slug: "image-signatures-validated", kind: .fail): "an Engine keeps no signatures",
    Pair(slug: "image-scanned-and-rebuilt", kind: .pass): "nothing tells of a scan",
    Pair(slug: "container-exec-privileged", kind: .pass): "execs that are over leave no record",
    Pair(slug: "container-exec-root", kind: .pass): "execs that are over leave no record",
    Pair(slug: "daemon-rootless", kind: .fail): "a person must judge whether it is possible",
    Pair(slug: "daemon-default-ulimits", kind: .pass): "a person must judge whether they fit",
    Pair(slug: "daemon-default-ulimits", kind: .fail): "a person must judge whether they fit",
  ]

  /// Those of what only a person can judge, or look up.
  private static let ofPersons: [Pair: String] = Dictionary(
    uniqueKeysWithValues: (SwarmClusterTables.ofPersons + EnterpriseTables.all).flatMap { table in
      [Kind.pass, .fail].map { (Pair(slug: table.slug, kind: $0), "a person must judge") }
    })

  @Test("have no verdict that a check cannot have", arguments: impossible.keys.map { $0 })
  func verdicts(_ pair: Pair) {
    let verdict: Verdict = pair.kind == .pass ? .pass : .fail
    let rows = Tables.all.filter { $0.slug == pair.slug }.flatMap(\.rows)
    #expect(rows.filter { $0.verdict == verdict }.map(\.name) == [])
  }

  @Test("are of checks that exist", arguments: Tables.all.map(\.slug))
  func slug(_ slug: String) { #expect(Catalog.bySlug[slug] != nil) }

  @Test("have no two rows of the same name", arguments: Catalog.checks.map(\.slug))
  func names(_ slug: String) {
    let names = Tables.all.filter { $0.slug == slug }.flatMap(\.rows).map(\.name)
    let twice = Set(names.filter { name in names.count { $0 == name } > 1 })
    #expect(twice.isEmpty)
  }

  /// Whatever a check says, it says why: the evidence of a verdict, or the reason for having none.
  @Test("give evidence or a reason", arguments: Tables.all)
  func evidence(_ table: Table) throws {
    for row in table.rows {
      let check = try #require(Catalog.bySlug[row.slug])
      for finding in check.evaluate(row.context) {
        switch finding.verdict {
        case .pass, .fail, .manual:
          #expect(!finding.source.isEmpty, "\(row.testDescription): \(finding)")
          #expect(!finding.observed.isEmpty, "\(row.testDescription): \(finding)")
          #expect(!finding.expected.isEmpty, "\(row.testDescription): \(finding)")
        case .unknown, .notApplicable:
          #expect(!finding.reason.isEmpty, "\(row.testDescription): \(finding)")
        case .waived: Issue.record("\(row.testDescription): a check waives nothing")
        }
      }
    }
  }
}

/// A check, and a kind of row that it may have.
struct Pair: Hashable, Sendable, CustomTestStringConvertible {
  var slug: String
  var kind: Kind

  var testDescription: String { "\(slug): \(kind.rawValue)" }
}
