/// A line of a unit file, or of a file that a unit names.
package struct UnitPlace: Sendable, Equatable, CustomStringConvertible {
  package var file: String
  /// Counts from 1.
  package var line: Int

  package init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `FILE:LINE`.
  package var description: String { "\(file):\(line)" }
}

/// Unit files of systemd, see systemd.syntax(7), as far as they tell how a daemon is run.
struct UnitFile {
  /// One of the values of a key.
  struct Entry: Equatable {
    var value: String
    var place: UnitPlace
  }

  /// What a file holds.
  struct Text {
    var file: String
    var text: String
  }

  /// The values of each key, by `Section.Key`, in order; an empty value clears those before it.
  private var entries: [String: [Entry]] = [:]

  /// Reads `texts`, the unit first and then its drop-ins in their order.
  init(_ texts: [Text]) {
    for text in texts { read(text) }
  }

  func entries(_ key: String) -> [Entry] { entries[key] ?? [] }
  func values(_ key: String) -> [String] { entries(key).map(\.value) }

  private mutating func read(_ text: Text) {
    var section = ""
    for (number, line) in Self.numberedLines(of: text.text) {
      if line.hasPrefix("["), line.hasSuffix("]") {
        section = String(line.dropFirst().dropLast())
        continue
      }
      guard let equals = line.firstIndex(of: "=") else { continue }
      let key = section + "." + line[..<equals].trimmed
      let value = String(line[line.index(after: equals)...].trimmed)
      let place = UnitPlace(file: text.file, line: number)
      if value.isEmpty {
        entries[key] = []
      } else {
        entries[key, default: []].append(Entry(value: value, place: place))
      }
    }
  }

  /// The lines without comments, a line that ends in a backslash joined with the next.
  static func logicalLines(of text: String) -> [String] { numberedLines(of: text).map(\.text) }

  /// The same with the numbers of the lines where they begin, from 1.
  static func numberedLines(of text: String) -> [(number: Int, text: String)] {
    var lines: [(Int, String)] = []
    var pending = ""
    var start: Int?
    let physical = text.withoutByteOrderMark.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in physical.enumerated() {
      let trimmed = line.trimmed
      // A comment may stand between a line and its continuation.
      if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      // Two backslashes at the end are one of the text.
      if !trimmed.reversed().prefix(while: { $0 == "\\" }).count.isMultiple(of: 2) {
        pending += trimmed.dropLast() + " "
        start = start ?? index + 1
      } else {
        lines.append((start ?? index + 1, pending + trimmed))
        pending = ""
        start = nil
      }
    }
    if let start { lines.append((start, pending)) }
    return lines
  }
}

/// A word of a command, and where it was written.
package struct PlacedWord: Sendable, Equatable {
  package var text: String
  /// That of the command, or of the variable that the word was put in by.
  package var place: UnitPlace

  package init(_ text: String, _ place: UnitPlace) {
    self.text = text
    self.place = place
  }
}

/// The command line of `ExecStart=`, see systemd.service(5).
enum CommandLine {
  /// What follows the program in `command`. Characters before the program change how it is run: after a
  /// colon no variables are put in, and after an at sign the program's own name comes next.
  static func arguments(
    of command: UnitFile.Entry, environment: [String: UnitFile.Entry], specifiers: UnitSpecifiers
  ) throws(ReadFailure) -> [PlacedWord] {
    var words = split(command.value)[...]
    let prefix = (words.popFirst() ?? "").prefix { "@-:+!|".contains($0) }
    if prefix.contains("@") { words = words.dropFirst() }
    let values = environment.mapValues(\.value)
    var arguments: [PlacedWord] = []
    for word in words {
      let expanded = try specifiers.expand(word)
      guard !prefix.contains(":") else {
        arguments.append(PlacedWord(expanded, command.place))
        continue
      }
      let origin = variable(expanded).flatMap { environment[$0]?.place } ?? command.place
      arguments += substituted(expanded, values).map { PlacedWord($0, origin) }
    }
    return arguments
  }

  /// The words of `text`, quotes and escapes resolved and variables put in.
  static func words(of text: String, environment: [String: String]) -> [String] {
    split(text).flatMap { substituted($0, environment) }
  }

  /// A word with variables put in: `${NAME}` inside a word, `$NAME` alone as the words of its value.
  private static func substituted(_ word: String, _ environment: [String: String]) -> [String] {
    if let name = variable(word) { return split(environment[name] ?? "") }
    return [substitute(word, environment)]
  }

  /// The variable that stands alone as a word, `$NAME`.
  private static func variable(_ word: String) -> String? {
    guard word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$") else { return nil }
    return String(word.dropFirst())
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
      result += String(rest[..<start])
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
    return result + String(rest)
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
