import Documents

extension Definitions.Tests {
  /// Whether the output of an audit is as asked; of each line by itself, with `separately`.
  package func hold(for output: String, separately: Bool) -> Bool {
    let lines =
      separately
      ? output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) : [output]
    func holds(_ item: TestItem) -> Bool { lines.allSatisfy(item.holds) }
    return switch binaryOperator {
    case .and: items.allSatisfy(holds)
    case .or: items.contains(where: holds)
    }
  }

  /// What is asked for, in words.
  package var expectation: String {
    items.map(\.expectation).joined(separator: binaryOperator == .and ? " AND " : " OR ")
  }
}

extension TestItem {
  /// Whether the output is as this asks.
  func holds(for output: String) -> Bool {
    if let path { return holds(for: output, at: path) }
    guard isSet else { return !FlagValue.isPresent(flag, in: output) }
    return comparison?.holds(for: FlagValue.value(of: flag, in: output))
      ?? FlagValue.isPresent(flag, in: output)
  }

  /// Nothing at all where the path leads, or an output that is neither JSON nor YAML, falls back to the
  /// whole output for what it is compared with.
  private func holds(for output: String, at path: JSONPath) -> Bool {
    let found = DocumentTree(Array(output.utf8)).map { path.values(in: $0) } ?? []
    let value = found.map(\.description).joined(separator: " ")
    guard isSet else { return value.isEmpty }
    return comparison?.holds(for: value.isEmpty ? output : value) ?? !value.isEmpty
  }

  var expectation: String {
    let name = flag.isEmpty ? path.map { "'\($0.text)'" } ?? "the output" : "'\(flag)'"
    guard isSet else { return "\(name) not to be there" }
    return comparison?.expectation(of: name) ?? "\(name) to be there"
  }
}
