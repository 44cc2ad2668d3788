import Yams

/// One node of a YAML text, read with messages that name line and column.
package struct YAMLText {
  package let file: String
  let node: Node

  /// Parses one YAML document; `file` is what messages call it. `nil` for an empty one.
  package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> YAMLText? {
    // A byte-order mark may stand at the beginning; libyaml is told the encoding and expects none.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DocumentError(
        file: file, position: Position(offset: Self.firstFault(in: bytes), in: bytes),
        reason: "the file is not UTF-8")
    }
    do {
      // Without rules every scalar stays the text that it is, which is what is asked for here.
      return try Yams.compose(yaml: text, .basic).map { YAMLText(file: file, node: $0) }
    } catch {
      throw DocumentError(yaml: error, file: file, bytes: bytes)
    }
  }

  /// Where bytes cease to be UTF-8.
  private static func firstFault(in bytes: [UInt8]) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var remaining = bytes.makeIterator()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &remaining) { offset += scalar.count }
    return offset
  }

  /// An error about this node.
  package func error(_ reason: String) -> DocumentError {
    DocumentError(file: file, position: position, reason: reason)
  }

  /// Where this node begins.
  package var position: Position {
    Position(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  /// Whether this node says nothing: `key:` or `key: null`.
  package var isNull: Bool {
    guard let scalar = node.scalar, scalar.style == .plain, scalar.string.utf8.count <= 4 else {
      return false
    }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// The members of a mapping by key; throws where it is none or has a key not among `keys`.
  package func members(_ keys: [String]) throws(DocumentError) -> [String: YAMLText] {
    guard let mapping = node.mapping else { throw error("expected a mapping, found \(kind)") }
    var members: [String: YAMLText] = [:]
    for index in mapping.indices {
      let (keyNode, value) = mapping[index]
      let located = YAMLText(file: file, node: keyNode)
      let key = try located.text()
      guard keys.contains(key) else {
        throw located.error("unknown key '\(key)'\(Spelling.hint(for: key, among: keys))")
      }
      members[key] = YAMLText(file: file, node: value)
    }
    return members
  }

  /// The keys of a mapping, whatever they are, with their values, in the order of the text.
  package func entries() throws(DocumentError) -> [(key: YAMLText, value: YAMLText)] {
    guard let mapping = node.mapping else { throw error("expected a mapping, found \(kind)") }
    return mapping.map { (YAMLText(file: file, node: $0), YAMLText(file: file, node: $1)) }
  }

  /// The items of a list.
  package func items() throws(DocumentError) -> [YAMLText] {
    guard let sequence = node.sequence else { throw error("expected a list, found \(kind)") }
    return sequence.map { YAMLText(file: file, node: $0) }
  }

  /// The scalar exactly as it is written: `3.10` stays `3.10`.
  package func text() throws(DocumentError) -> String {
    guard let scalar = node.scalar, !isNull else { throw error("expected a text, found \(kind)") }
    return scalar.string
  }

  package func bool() throws(DocumentError) -> Bool {
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default: throw error("expected true or false, found \(kind)")
    }
  }

  /// The integer in `range`.
  package func integer(in range: ClosedRange<Int>) throws(DocumentError) -> Int {
    guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
      throw error(
        "expected a number from \(range.lowerBound) to \(range.upperBound), found \(kind)")
    }
    return value
  }

  /// The scalar as one of the cases of `Choice`.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ type: Choice.Type
  ) throws(DocumentError) -> Choice {
    let text = try text()
    if let choice = Choice(rawValue: text) { return choice }
    throw error(
      "'\(text)' is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  private var kind: String {
    if isNull { return "nothing" }
    if node.mapping != nil { return "a mapping" }
    if node.sequence != nil { return "a list" }
    if let scalar = node.scalar { return "'\(scalar.string.prefix(40))'" }
    return "an alias"
  }
}

extension DocumentError {
  /// Yams' error in our words, with its place.
  init(yaml error: any Error, file: String, bytes: [UInt8]) {
    func located(_ mark: Mark?, _ reason: String) -> DocumentError {
      DocumentError(
        file: file, position: Position(line: mark?.line ?? 1, column: mark?.column ?? 1),
        reason: reason)
    }
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      self = located(mark, "invalid YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      self = located(context.mark, "\(keys) given twice in this mapping")
    case YamlError.reader(let problem, _, _, let text):
      self.init(
        file: file, position: Position(offset: Self.firstForbidden(in: text), in: bytes),
        reason: "invalid YAML: \(problem)")
    default: self = located(nil, "invalid YAML: \(error)")
    }
  }

  /// Where the first character stands that YAML does not allow (YAML 1.2.2, 5.1), in bytes.
  private static func firstForbidden(in text: String) -> Int {
    let scalars = text.unicodeScalars
    let place = scalars.firstIndex { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFFFD, 0x10000...: false
      default: true
      }
    }
    return text.utf8.distance(from: text.startIndex, to: place ?? text.startIndex)
  }
}
