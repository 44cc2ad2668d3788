/// Setting members of a JSON object in its text, the rest of which stays as it is, byte for byte.
package struct JSONEdit {
  /// What a member is set to.
  package enum Value: Sendable, Equatable {
    case bool(Bool)
    case text(String)
    case list([String])
  }

  private static let standardIndentation = "  "

  private let text: JSONText

  /// `bytes`, in which the member called `key` of the object that they stand for has this value; the
  /// very same bytes where it has it already. A new member is put at the end, written as the one before
  /// it is; of a text that holds nothing but white space there is nothing to keep.
  ///
  /// Throws, with line and column, where the text is not a JSON object, has keys that stand twice or
  /// differ only in case, of which readers take different ones, or a value of another type than the new
  /// one; `null` has no type.
  package static func setting(
    _ key: String, to value: Value, in bytes: [UInt8], file: String
  ) throws(DocumentError) -> [UInt8] {
    if bytes.allSatisfy(isSpace) {
      return Array("{\n\(standardIndentation)\(member(key, value))\n}\n".utf8)
    }
    return try JSONEdit(bytes, file: file).setting(key, to: value)
  }

  /// The keys of the object that `bytes` stand for, in their order; none where there is only white space.
  package static func keys(of bytes: [UInt8], file: String) throws(DocumentError) -> [String] {
    if bytes.allSatisfy(isSpace) { return [] }
    return try JSONEdit(bytes, file: file).text.root.members.map(\.key)
  }

  /// A member as it is written into an object on lines of its own.
  package static func member(_ key: String, _ value: Value) -> String {
    "\(quoted(key)): \(inline(value))"
  }

  private init(_ bytes: [UInt8], file: String) throws(DocumentError) {
    text = try JSONText(parsing: bytes, file: file)
    guard text.root.node.kind == .object else {
      throw text.error(at: text.root.offset, "expected an object")
    }
  }

  private func setting(_ key: String, to value: Value) throws(DocumentError) -> [UInt8] {
    let members = text.root.members
    try refuseLookAlikes(of: key, among: members)
    guard let member = members.last(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
      return appending(key, value, to: members)
    }
    let element = member.value
    guard let current = try current(member, like: value) else {
      return replacing(element.range, with: Self.inline(value))
    }
    if current == value { return text.bytes }
    return replacing(element.range, with: written(value, inPlaceOf: element))
  }

  /// What a member has, `nil` for `null`; throws where that is of another type.
  private func current(
    _ member: JSONText.Member, like value: Value
  ) throws(DocumentError) -> Value? {
    switch (value, member.value.content) {
    case (_, .null): return nil
    case (.bool, .bool(let bool)): return .bool(bool)
    case (.bool, _):
      throw text.error(at: member.value.offset, "'\(member.key)' is neither true nor false")
    case (.text, .text(let string)): return .text(string)
    case (.text, _): throw text.error(at: member.value.offset, "'\(member.key)' is not a text")
    case (.list, .list(let elements)):
      var texts: [String] = []
      for element in elements {
        guard case .text(let string) = element.content else {
          throw text.error(
            at: element.offset, "'\(member.key)' holds something that is not a text")
        }
        texts.append(string)
      }
      return .list(texts)
    case (.list, _): throw text.error(at: member.value.offset, "'\(member.key)' is not a list")
    }
  }

  /// Go takes keys in any case, and dockerd does not start with one that is not written as it knows it.
  private func refuseLookAlikes(
    of key: String, among members: [JSONText.Member]
  ) throws(DocumentError) {
    var spellings = [Self.folded(key): key]
    for member in members {
      let known = spellings.updateValue(member.key, forKey: Self.folded(member.key))
      if let known, !known.utf8.elementsEqual(member.key.utf8) {
        throw text.error(
          at: member.offset, "the key '\(member.key)' differs from '\(known)' only in case")
      }
    }
  }

  /// Without regard to case, as Go compares keys: a long s is an s for it, and the sign of kelvin a k.
  private static func folded(_ key: String) -> String { key.uppercased().lowercased() }

  private func replacing(_ range: Range<Int>, with replacement: String) -> [UInt8] {
    var bytes = text.bytes
    bytes.replaceSubrange(range, with: replacement.utf8)
    return bytes
  }
}

extension JSONEdit {
  /// The text with one more member.
  private func appending(
    _ key: String, _ value: Value, to members: [JSONText.Member]
  ) -> [UInt8] {
    guard let last = members.last else { return filling(key, value) }
    let keyEnd = Int(text.document.nodes[last.value.index - 1].end)
    // With the colon.
    let colon = string(keyEnd..<last.value.offset)
    let start = members.dropLast().last?.value.range.upperBound
    // With the comma, where there is one before the last member.
    let before = string((start ?? text.root.offset + 1)..<last.offset)
    // An only member without space before it does not tell what would stand between two.
    let alone = before.isEmpty && colon.last == " " ? ", " : "," + before
    let addition =
      separator(alike: start == nil ? alone : before) + Self.quoted(key)
      + (colon.contains(where: \.isNewline) ? ": " : colon) + Self.inline(value)
    let end = last.value.range.upperBound
    return replacing(end..<end, with: addition)
  }

  /// What stands between two members, on as many lines less those that are empty.
  private func separator(alike separator: String) -> String {
    let lines = separator.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.count > 2, let last = lines.last else { return separator }
    return lines.dropLast().joined().filter { $0 == "," } + newline + last
  }

  /// The text, whose object is empty, with its first member.
  private func filling(_ key: String, _ value: Value) -> [UInt8] {
    let inside = text.root.offset + 1..<text.root.range.upperBound - 1
    let member = newline + Self.standardIndentation + Self.quoted(key) + ": " + Self.inline(value)
    // What stands before the closing brace stays before it.
    let space = string(inside)
    return replacing(
      inside, with: member + (space.contains(where: \.isNewline) ? space : newline))
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: text.bytes[range], as: UTF8.self)
  }

  /// How the lines of the text end.
  private var newline: String {
    let end = text.bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
    return end > 0 && text.bytes[end - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
  }
}

extension JSONEdit {
  /// A value as it is written where `element` stands: a list on as many lines as there.
  private func written(_ value: Value, inPlaceOf element: JSONText.Element) -> String {
    guard case .list(let items) = value, !items.isEmpty else { return Self.inline(value) }
    let old = element.elements
    guard let first = old.first, let last = old.last else { return Self.inline(value) }
    let opening = string(element.offset + 1..<first.offset)
    let closing = string(last.range.upperBound..<element.range.upperBound - 1)
    let between = old.count > 1 ? string(first.range.upperBound..<old[1].offset) : "," + opening
    return "[" + opening + items.map(Self.quoted).joined(separator: between) + closing + "]"
  }

  private static func inline(_ value: Value) -> String {
    switch value {
    case .bool(let bool): bool ? "true" : "false"
    case .text(let text): quoted(text)
    case .list(let items): "[" + items.map(quoted).joined(separator: ", ") + "]"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x0A, 0x0D, 0x09].contains(byte) }
}

extension JSONText.Element {
  /// Its bytes in the text.
  fileprivate var range: Range<Int> { Int(node.start)..<Int(node.end) }
}
