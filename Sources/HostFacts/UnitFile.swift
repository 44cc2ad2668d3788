/// Unit files of systemd, see systemd.syntax(7), as far as they tell how a daemon is run.
struct UnitFile {
  /// The values of each key, by `Section.Key`, in order; an empty value clears those before it.
  private(set) var values: [String: [String]] = [:]

  /// Reads `texts`, the unit first and then its drop-ins in their order.
  init(_ texts: [String]) {
    for text in texts { read(text) }
  }

  func values(_ key: String) -> [String] { values[key] ?? [] }

  private mutating func read(_ text: String) {
    var section = ""
    for line in Self.logicalLines(of: text) {
      if line.hasPrefix("["), line.hasSuffix("]") {
        section = String(line.dropFirst().dropLast())
        continue
      }
      guard let equals = line.firstIndex(of: "=") else { continue }
      let key = section + "." + line[..<equals].trimmed
      let value = String(line[line.index(after: equals)...].trimmed)
      if value.isEmpty { values[key] = [] } else { values[key, default: []].append(value) }
    }
  }

  /// The lines without comments, a line that ends in a backslash joined with the next.
  static func logicalLines(of text: String) -> [String] {
    var lines: [String] = []
    var pending = ""
    for line in text.withoutByteOrderMark.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    {
      let trimmed = line.trimmed
      // A comment may stand between a line and its continuation.
      if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      // Two backslashes at the end are one of the text.
      if !trimmed.reversed().prefix(while: { $0 == "\\" }).count.isMultiple(of: 2) {
        pending += trimmed.dropLast() + " "
      } else {
        lines.append(pending + trimmed)
        pending = ""
      }
    }
    if !pending.isEmpty { lines.append(pending) }
    return lines
  }
}

/// The command line of `ExecStart=`, see systemd.service(5).
enum CommandLine {
  /// What follows the program in `text`. Characters before the program change how it is run: after a
  /// colon no variables are put in, and after an at sign the program's own name comes next.
  static func arguments(
    of text: String, environment: [String: String], specifiers: UnitSpecifiers
  ) throws(ReadFailure) -> [String] {
    var words = split(text)[...]
    let prefix = (words.popFirst() ?? "").prefix { "@-:+!|".contains($0) }
    if prefix.contains("@") { words = words.dropFirst() }
    var arguments: [String] = []
    for word in words {
      let expanded = try specifiers.expand(word)
      arguments += prefix.contains(":") ? [expanded] : substituted(expanded, environment)
    }
    return arguments
  }

  /// The words of `text`, quotes and escapes resolved and variables put in.
  static func words(of text: String, environment: [String: String]) -> [String] {
    split(text).flatMap { substituted($0, environment) }
  }

  /// A word with variables put in: `${NAME}` inside a word, `$NAME` alone as the words of its value.
  private static func substituted(_ word: String, _ environment: [String: String]) -> [String] {
    if word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$") {
      return split(environment[String(word.dropFirst())] ?? "")
    }
    return [substitute(word, environment)]
  }

  /// The words of a line, quotes and the escapes of C resolved.
  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "\\" {
        word = (word ?? "") + escaped(&rest)
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let complete = word { words.append(complete) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let last = word { words.append(last) }
    return words
  }

  /// What stands after a backslash, see "Quoting" in systemd.syntax(7); taken off `rest`.
  private static func escaped(_ rest: inout Substring) -> String {
    guard let letter = rest.popFirst() else { return "" }
    let simple: [Character: String] = [
      "a": "\u{7}", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{B}",
      "s": " ",
    ]
    func number(_ digits: some StringProtocol, radix: Int) -> String? {
      UInt8(digits, radix: radix).map { String(Unicode.Scalar($0)) }
    }
    if let text = simple[letter] { return text }
    if letter == "x", let text = number(rest.prefix(2), radix: 16) {
      rest = rest.dropFirst(2)
      return text
    }
    if letter.isNumber, let text = number(String(letter) + rest.prefix(2), radix: 8) {
      rest = rest.dropFirst(2)
      return text
    }
    return String(letter)
  }

  /// `${NAME}` becomes its value, `$$` a single dollar.
  private static func substitute(_ word: String, _ environment: [String: String]) -> String {
    var result = ""
    var rest = Substring(word)
    while let start = rest.firstIndex(of: "$") {
      result += rest[..<start]
      rest = rest[start...].dropFirst()
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{", let end = rest.firstIndex(of: "}") {
        result += environment[String(rest[..<end].dropFirst())] ?? ""
        rest = rest[end...].dropFirst()
      } else {
        result += "$"
      }
    }
    return result + rest
  }
}

extension StringProtocol {
  /// Without the mark that some editors put at the beginning.
  var withoutByteOrderMark: SubSequence {
    unicodeScalars.first == "\u{FEFF}"
      ? self[unicodeScalars.index(after: startIndex)...] : self[...]
  }

  /// Without white space at either end.
  var trimmed: String {
    var text = Substring(self).drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
