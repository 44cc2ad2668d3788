import Documents
import HardeningModel

/// What a person writes to name checks: `3.1`, `5`, `5.*`, `file-docker-service-owner`, `file-*`.
package enum Selector {
  /// A selector that names no check of the benchmark.
  package struct Unknown: Error, CustomStringConvertible {
    package var selector: String
    package var benchmark: String
    package var hint: String

    package var description: String {
      "no check of \(benchmark) is called '\(selector)'\(hint)"
    }
  }

  /// The slugs that a list with commas names, white space allowed; throws for the first selector
  /// that names nothing.
  package static func slugs(
    named list: String, in benchmark: Benchmark
  ) throws(Unknown) -> Set<String> {
    var slugs: Set<String> = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let selector = String(part.trimmingSpace())
      let named = benchmark.entries.filter { matches(selector, $0) }.map(\.slug)
      if named.isEmpty {
        let names = benchmark.entries.flatMap { [$0.id, $0.slug] } + benchmark.sections.map(\.id)
        throw Unknown(
          selector: selector, benchmark: benchmark.title,
          hint: Spelling.hint(for: selector, among: Set(names)))
      }
      slugs.formUnion(named)
    }
    return slugs
  }

  /// The slugs that a list names in the order in which it does, each once. A check that only other
  /// benchmarks have is known by its slug.
  package static func checks(
    named list: String, in benchmark: Benchmark
  ) throws(Unknown) -> [String] {
    var slugs: [String] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let selector = String(part.trimmingSpace())
      if Catalog.bySlug[selector] != nil {
        slugs.append(selector)
      } else {
        let named = try Self.slugs(named: selector, in: benchmark)
        slugs += benchmark.entries.map(\.slug).filter(named.contains)
      }
    }
    var seen: Set<String> = []
    return slugs.filter { seen.insert($0).inserted }
  }

  private static func matches(_ selector: String, _ entry: Benchmark.Entry) -> Bool {
    if selector.isEmpty { return false }
    if selector == entry.id || selector == entry.slug { return true }
    if let isNumber = selector.first?.isNumber, isNumber {
      // docker-bench splits some checks of 1.2.0 into one of the flags (.a) and one of the file (.b).
      if entry.parts.contains(where: { selector == "\(entry.id).\($0)" }) { return true }
      let section = selector.hasSuffix(".*") ? String(selector.dropLast(2)) : selector
      return entry.id.hasPrefix(section + ".")
    }
    // All of a definitions file.
    if entry.slug.hasPrefix(CustomChecks.prefix), entry.slug.hasPrefix(selector + "/") {
      return true
    }
    return selector.contains("*") && Glob(selector).matches(entry.slug)
  }
}

extension Substring {
  /// The text without white space at either end.
  package func trimmingSpace() -> Substring {
    var text = drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
