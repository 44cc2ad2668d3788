/// The words and operators of a script for the shell, see "Token Recognition" in POSIX, as far as they
/// tell where its commands begin and end.
struct ShellLexer {
  enum Token: Equatable {
    case word(Word)
    /// `;` or a line's end.
    case end
    /// `&&` or `||`: what follows runs or not.
    case conditionalEnd
    /// `|`: both sides run in processes of their own.
    case subshellEnd
    /// `&`
    case backgroundEnd
    case openParenthesis, closeParenthesis
    /// What follows is text up to a mark; it is not followed.
    case hereDocument
  }

  struct Word: Equatable {
    /// Without its quotes.
    var text = ""
    /// Whether nothing in it is replaced: no variable, no command.
    var isLiteral = true
    var beginsQuoted = false
    /// Whether it has no quotes at all, as a reserved word must be.
    var isBare = true
  }

  private let text: [Unicode.Scalar]
  private var place = 0
  /// Whether a quote or a substitution was never closed.
  private(set) var isDamaged = false

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  private var current: Unicode.Scalar? { place < text.count ? text[place] : nil }

  private func follows(_ scalar: Unicode.Scalar) -> Bool {
    place + 1 < text.count && text[place + 1] == scalar
  }

  /// The next token; `nil` at the end.
  mutating func next() -> Token? {
    while let scalar = current {
      switch scalar {
      case " ", "\t": place += 1
      case "\\" where follows("\n"): place += 2
      case "#":
        while let scalar = current, scalar != "\n" {
          _ = scalar
          place += 1
        }
      case "\n", ";": return take(1, .end)
      case "&": return follows("&") ? take(2, .conditionalEnd) : take(1, .backgroundEnd)
      case "|": return follows("|") ? take(2, .conditionalEnd) : take(1, .subshellEnd)
      case "(": return take(1, .openParenthesis)
      case ")": return take(1, .closeParenthesis)
      case "<", ">":
        if let token = redirection() { return token }
      default: return .word(word())
      }
    }
    return nil
  }

  private mutating func take(_ count: Int, _ token: Token) -> Token {
    place += count
    return token
  }

  /// Passes over the operator; what it names stands as a word after it.
  private mutating func redirection() -> Token? {
    let start = place
    while let scalar = current, "<>&|".unicodeScalars.contains(scalar), place - start < 3 {
      place += 1
    }
    let isDocument = text[start..<place].elementsEqual("<<".unicodeScalars)
    return isDocument ? .hereDocument : nil
  }

  private mutating func word() -> Word {
    var word = Word()
    var isFirst = true
    while let scalar = current, !" \t\n;&|()<>".unicodeScalars.contains(scalar) {
      if "\\'\"".unicodeScalars.contains(scalar) {
        word.isBare = false
        if isFirst { word.beginsQuoted = true }
      }
      isFirst = false
      switch scalar {
      case "\\":
        if let escaped = place + 1 < text.count ? text[place + 1] : nil, escaped != "\n" {
          word.text.unicodeScalars.append(escaped)
        }
        place += 2
      case "'": quoted(&word)
      case "\"": doubleQuoted(&word)
      case "$", "`": substitution(&word)
      default:
        word.text.unicodeScalars.append(scalar)
        place += 1
      }
    }
    return word
  }

  private mutating func quoted(_ word: inout Word) {
    place += 1
    while let scalar = current, scalar != "'" {
      word.text.unicodeScalars.append(scalar)
      place += 1
    }
    close()
  }

  private mutating func doubleQuoted(_ word: inout Word) {
    place += 1
    while let scalar = current, scalar != "\"" {
      switch scalar {
      case "\\":
        // A backslash is one of the text before most characters.
        let escaped = place + 1 < text.count ? text[place + 1] : "\n"
        if !"$`\"\\\n".unicodeScalars.contains(escaped) { word.text.append("\\") }
        if escaped != "\n" { word.text.unicodeScalars.append(escaped) }
        place += 2
      case "$", "`": substitution(&word)
      default:
        word.text.unicodeScalars.append(scalar)
        place += 1
      }
    }
    close()
  }

  /// `$NAME`, `${…}`, `$(…)` or backquotes: kept as it stands.
  private mutating func substitution(_ word: inout Word) {
    word.isLiteral = false
    let start = place
    if current == "`" {
      place += 1
      while let scalar = current, scalar != "`" { place += scalar == "\\" ? 2 : 1 }
      close()
    } else if follows("(") || follows("{") {
      place += 1
      bracketed()
    } else {
      place += 1
    }
    for scalar in text[start..<min(place, text.count)] { word.text.unicodeScalars.append(scalar) }
  }

  /// Passes over what stands in brackets, others and quotes in them included.
  private mutating func bracketed() {
    var open: [Unicode.Scalar] = []
    while let scalar = current {
      switch scalar {
      case "(": open.append(")")
      case "{": open.append("}")
      case "'", "\"":
        var ignored = Word()
        if scalar == "'" { quoted(&ignored) } else { doubleQuoted(&ignored) }
        continue
      case "\\": place += 1
      default: if scalar == open.last { open.removeLast() }
      }
      place += 1
      if open.isEmpty { return }
    }
    isDamaged = true
  }

  private mutating func close() {
    if current == nil { isDamaged = true }
    place += 1
  }
}
