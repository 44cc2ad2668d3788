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
  private static func logicalLines(of text: String) -> [String] {
    var lines: [String] = []
    var pending = ""
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let trimmed = line.trimmed
      // A comment may stand between a line and its continuation.
      if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasSuffix("\\") {
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
  /// The words of `text`, quotes and escapes resolved and variables put in: `${NAME}` inside a word,
  /// `$NAME` alone as the words of its value.
  static func words(of text: String, environment: [String: String]) -> [String] {
    split(text).flatMap { word -> [String] in
      if word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$") {
        return split(environment[String(word.dropFirst())] ?? "")
      }
      return [substitute(word, environment)]
    }
  }

  /// The words of a line, quotes and escapes resolved.
  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
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

  private static func substitute(_ word: String, _ environment: [String: String]) -> String {
    var result = ""
    var rest = Substring(word)
    while let start = rest.firstRange(of: "${"),
      let end = rest[start.upperBound...].firstIndex(of: "}")
    {
      result += rest[..<start.lowerBound]
      result += environment[String(rest[start.upperBound..<end])] ?? ""
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String {
    var text = Substring(self).drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
