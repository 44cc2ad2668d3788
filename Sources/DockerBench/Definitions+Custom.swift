import Documents
import HardeningModel

extension Definitions {
  /// All checks, those of nested groups in their place.
  package var checks: [Check] {
    func checks(of groups: [Group]) -> [Check] {
      groups.flatMap { $0.checks + checks(of: $0.groups) }
    }
    return checks(of: groups)
  }

  /// The names of the checks as dockward's, in their order: `custom/FILE/ID`, with `-2` and so on behind an id
  /// that stands for a second time.
  package func slugs(called name: String) -> [String] {
    var taken: Set<String> = []
    return checks.map { check in
      let id = String(check.id.map { Self.isFit($0) ? $0 : "-" })
      var (unique, number) = (id, 1)
      while !taken.insert(unique).inserted {
        number += 1
        unique = "\(id)-\(number)"
      }
      return "\(CustomChecks.prefix)\(name)/\(unique)"
    }
  }

  /// The section that they are of a benchmark.
  package func section(called name: String) -> Benchmark.Section {
    Benchmark.Section(
      id: CustomChecks.prefix + name, title: title,
      entries: zip(slugs(called: name), checks).map { slug, check in
        Benchmark.Entry(
          id: slug, slug: slug, title: check.plainTitle, level: nil,
          marking: check.isScored ? .scored : .notScored)
      })
  }

  /// The name under which the checks of a file go: its own without `.yaml`; `nil` for one that would not be one
  /// word in a list of selectors.
  package static func name(of file: String) -> String? {
    var name = file.split(separator: "/").last.map(String.init) ?? ""
    for ending in [".yaml", ".yml"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return !name.isEmpty && name.allSatisfy(isFit) ? name : nil
  }

  private static func isFit(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
  }
}

extension Definitions.Check {
  /// Without the word that says whether it is scored, which reports put there themselves.
  fileprivate var plainTitle: String {
    for word in ["(Scored)", "(Not Scored)", "(Automated)", "(Manual)"] where title.hasSuffix(word)
    {
      return String(title.dropLast(word.count)).trimmed
    }
    return title
  }
}

extension CustomChecks.Judgement {
  /// The most that is kept of what an audit printed.
  private static let limit = 4000

  package init(_ result: BenchReport.Result) {
    let verdict: Verdict =
      switch result.status {
      case .pass: .pass
      case .fail: .fail
      case .info: .notApplicable
      case .warn: result.isUnknown ? .unknown : .manual
      }
    self.init(
      verdict: verdict, observed: String(result.actual.prefix(Self.limit)),
      expected: result.expected,
      reason: result.reason, advice: result.remediation)
  }
}
