import Documents
import HardeningModel

/// The benchmark index files: YAML, one a benchmark version, pointing at the checks of the catalog.
package enum BenchmarkFile {
  /// The benchmark in `bytes`; `file` is what messages call it.
  ///
  /// Throws a `DocumentError` with line and column for invalid YAML, a missing or unknown key, a
  /// number or check that stands twice, and a check that the catalog does not have.
  package static func parse(
    _ bytes: [UInt8], file: String, knownSlugs: Set<String>
  ) throws(DocumentError) -> Benchmark {
    guard let document = try YAMLText.parse(bytes, file: file) else {
      throw DocumentError(
        file: file, position: Position(line: 1, column: 1), reason: "the file is empty")
    }
    let members = try document.members(["id", "title", "version", "sections"])
    var ids: Set<String> = []
    var slugs: Set<String> = []
    var sections: [Benchmark.Section] = []
    for item in try document.required("sections", of: members).items() {
      let members = try item.members(["id", "title", "checks"])
      var entries: [Benchmark.Entry] = []
      for item in try item.required("checks", of: members).items() {
        let entry = try entry(item, knownSlugs: knownSlugs)
        guard ids.insert(entry.id).inserted else {
          throw item.error("the number \(entry.id) stands twice in this benchmark")
        }
        guard slugs.insert(entry.slug).inserted else {
          throw item.error("the check '\(entry.slug)' stands twice in this benchmark")
        }
        entries.append(entry)
      }
      sections.append(
        Benchmark.Section(
          id: try item.required("id", of: members).text(),
          title: try item.required("title", of: members).text(), entries: entries))
    }
    return Benchmark(
      id: try document.required("id", of: members).text(),
      title: try document.required("title", of: members).text(),
      version: try document.required("version", of: members).text(), sections: sections)
  }

  private static func entry(
    _ item: YAMLText, knownSlugs: Set<String>
  ) throws(DocumentError) -> Benchmark.Entry {
    let members = try item.members([
      "id", "check", "level", "scored", "assessment", "parts", "title",
    ])
    let check = try item.required("check", of: members)
    let slug = try check.text()
    guard knownSlugs.contains(slug) else {
      throw check.error(
        "the catalog has no check '\(slug)'\(Spelling.hint(for: slug, among: knownSlugs))")
    }
    return Benchmark.Entry(
      id: try item.required("id", of: members).text(), slug: slug,
      title: try item.required("title", of: members).text(),
      level: try members["level"]?.integer(in: 1...2), marking: try marking(item, members),
      parts: try members["parts"].map(parts) ?? [])
  }

  /// The letters in `parts`, e.g. `[a, b]`.
  private static func parts(_ list: YAMLText) throws(DocumentError) -> [String] {
    var letters: [String] = []
    for item in try list.items() {
      let letter = try item.text()
      guard letter.utf8.count == 1, letter >= "a", letter <= "z" else {
        throw item.error("'\(letter)' is no small letter")
      }
      guard !letters.contains(letter) else { throw item.error("'\(letter)' stands here twice") }
      letters.append(letter)
    }
    return letters
  }

  private static func marking(
    _ item: YAMLText, _ members: [String: YAMLText]
  ) throws(DocumentError) -> Benchmark.Marking {
    switch (members["scored"], members["assessment"]) {
    case (let scored?, nil): return try scored.bool() ? .scored : .notScored
    case (nil, let assessment?):
      return try assessment.choice(Assessment.self) == .automated ? .automated : .manual
    default: throw item.error("expected one of 'scored' and 'assessment'")
    }
  }

  private enum Assessment: String, CaseIterable { case automated, manual }
}

extension YAMLText {
  /// The member `key`; throws where it is missing.
  func required(
    _ key: String, of members: [String: YAMLText]
  ) throws(DocumentError) -> YAMLText {
    guard let member = members[key] else { throw error("the key '\(key)' is missing here") }
    return member
  }
}
