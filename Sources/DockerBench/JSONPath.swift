import Documents

/// A path to values of a document, in the form that kubectl takes: `{.a.b[0]}`, `{.items[*].name}`,
/// `{..name}`, `{.list[?(@.name=="x")].value}`. The braces and a `$` at the beginning may be missing.
package struct JSONPath: Sendable, Equatable {
  /// As it was written.
  package let text: String
  private let steps: [Step]

  private indirect enum Step: Sendable, Equatable {
    case member(String)
    /// Members of that name, at any depth.
    case anywhere(String)
    case all
    /// From the end where it is negative.
    case element(Int)
    case slice(Int?, Int?)
    /// Elements of which a path leads to something that is, or is not, this; or to anything at all.
    case filter([Step], isEqual: Bool, String?)
  }

  /// Why a text is no path.
  package struct Malformed: Error, CustomStringConvertible {
    package var description: String
  }

  /// Throws `Malformed` for what is no path, or is one of a kind that is not supported.
  package init(_ text: String) throws(Malformed) {
    self.text = text
    var inner = text[...]
    if inner.hasPrefix("{"), inner.hasSuffix("}") { inner = inner.dropFirst().dropLast() }
    if inner.first == "$" { inner.removeFirst() }
    var parser = Parser(text: text, rest: inner)
    steps = try parser.steps(until: nil)
    guard !steps.isEmpty else { throw parser.malformed("it leads nowhere") }
  }

  /// What it leads to, in the order of the document.
  package func values(in tree: DocumentTree) -> [DocumentTree] {
    Self.values(of: steps[...], in: tree)
  }

  private static func values(of steps: ArraySlice<Step>, in tree: DocumentTree) -> [DocumentTree] {
    guard let step = steps.first else { return [tree] }
    return next(by: step, from: tree).flatMap { values(of: steps.dropFirst(), in: $0) }
  }

  private static func next(by step: Step, from tree: DocumentTree) -> [DocumentTree] {
    switch (step, tree) {
    case (.member(let name), .object(let members)):
      // The last counts of keys that stand twice.
      return members.last { $0.key == name }.map { [$0.value] } ?? []
    case (.anywhere(let name), .object(let members)):
      return members.flatMap { ($0.key == name ? [$0.value] : []) + next(by: step, from: $0.value) }
    case (.anywhere, .list(let items)): return items.flatMap { next(by: step, from: $0) }
    case (.all, .object(let members)): return members.map(\.value)
    case (.all, .list(let items)): return items
    case (.element(let index), .list(let items)):
      let place = index < 0 ? items.count + index : index
      return items.indices.contains(place) ? [items[place]] : []
    case (.slice(let start, let end), .list(let items)):
      func place(_ index: Int) -> Int {
        min(max(index < 0 ? items.count + index : index, 0), items.count)
      }
      let (start, end) = (place(start ?? 0), place(end ?? items.count))
      return start < end ? Array(items[start..<end]) : []
    case (.filter(let path, let isEqual, let value), .list(let items)):
      return items.filter { item in
        let found = values(of: path[...], in: item)
        guard let value else { return !found.isEmpty }
        return isEqual
          ? found.contains { $0.description == value } : !found.contains { $0.description == value }
      }
    default: return []
    }
  }

  private struct Parser {
    var text: String
    var rest: Substring

    func malformed(_ reason: String) -> Malformed {
      Malformed(description: "'\(text)' is no path: \(reason)")
    }

    mutating func steps(until terminators: String?) throws(Malformed) -> [Step] {
      var steps: [Step] = []
      while let first = rest.first, terminators?.contains(first) != true {
        switch first {
        case ".":
          rest.removeFirst()
          let isAnywhere = rest.first == "."
          if isAnywhere { rest.removeFirst() }
          // `.[0]` is `[0]`.
          if rest.first == "[", !isAnywhere { continue }
          let name = name()
          guard !name.isEmpty else { throw malformed("a name is missing after '.'") }
          if name == "*", isAnywhere { throw malformed("'..*' is not supported") }
          steps.append(name == "*" ? .all : isAnywhere ? .anywhere(name) : .member(name))
        case "[":
          rest.removeFirst()
          steps.append(try bracketed())
        case _ where steps.isEmpty:
          steps.append(.member(name()))
        default: throw malformed("'\(first)' is not expected in it")
        }
      }
      return steps
    }

    private mutating func name() -> String {
      var name = ""
      while let character = rest.first, !".[](){}=!<>@ ".contains(character) {
        rest.removeFirst()
        // A backslash makes a dot part of the name.
        if character == "\\", let escaped = rest.popFirst() {
          name.append(escaped)
        } else {
          name.append(character)
        }
      }
      return name
    }

    private mutating func bracketed() throws(Malformed) -> Step {
      if rest.first == "?" { return try filter() }
      if let quote = rest.first, quote == "'" || quote == "\"" {
        let name = try quoted()
        try expect("]")
        return .member(name)
      }
      guard let end = rest.firstIndex(of: "]") else { throw malformed("a ']' is missing") }
      let inner = String(rest[..<end]).trimmed
      rest = rest[rest.index(after: end)...]
      if inner == "*" { return .all }
      if let index = Int(inner) { return .element(index) }
      let bounds = inner.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
      if bounds.count == 2, bounds.allSatisfy({ $0.isEmpty || Int($0) != nil }) {
        return .slice(Int(bounds[0]), Int(bounds[1]))
      }
      throw malformed("'[\(inner)]' is not supported")
    }

    /// `?(@.name=="x")` and the bracket that closes it.
    private mutating func filter() throws(Malformed) -> Step {
      rest.removeFirst()
      try expect("(")
      try expect("@")
      let path = try steps(until: "=!) ")
      skipBlanks()
      var isEqual = true
      var value: String?
      if rest.hasPrefix("==") || rest.hasPrefix("!=") {
        isEqual = rest.hasPrefix("==")
        rest.removeFirst(2)
        skipBlanks()
        value = rest.first == "'" || rest.first == "\"" ? try quoted() : name()
        skipBlanks()
      }
      try expect(")")
      try expect("]")
      return .filter(path, isEqual: isEqual, value)
    }

    private mutating func quoted() throws(Malformed) -> String {
      let quote = rest.removeFirst()
      guard let end = rest.firstIndex(of: quote) else { throw malformed("a quote is not closed") }
      defer { rest = rest[rest.index(after: end)...] }
      return String(rest[..<end])
    }

    private mutating func expect(_ character: Character) throws(Malformed) {
      guard rest.first == character else { throw malformed("'\(character)' is missing in it") }
      rest.removeFirst()
    }

    private mutating func skipBlanks() { while rest.first == " " { rest.removeFirst() } }
  }
}
