/// What a script for the shell certainly does to one variable when it is sourced.
///
/// Only plain assignments that every run passes through are followed. Whatever depends on a condition,
/// on another command or on a value is told apart from them, so that nobody takes it for certain.
struct ShellScript {
  enum Effect: Equatable {
    case set(String, exported: Bool)
    case export
    case unset
    /// It is assigned in a way that is not followed.
    case unclear
  }

  private let variable: String
  private(set) var effects: [Effect] = []
  /// The compound commands that are open: the words that began them.
  private var open: [String] = []
  /// Whether an earlier command may have ended the script, or hidden what follows.
  private var isUncertain = false
  private var words: [ShellLexer.Word] = []
  private var isConditional = false

  /// What `text` does to `variable`, in order.
  static func effects(on variable: String, in text: String) -> [Effect] {
    var script = ShellScript(variable: variable)
    var lexer = ShellLexer(text)
    while let token = lexer.next() { script.take(token) }
    script.endCommand()
    // A quote or a compound command that is never closed: the shell would not run the script so.
    if lexer.isDamaged || !script.open.isEmpty {
      return script.effects.map { _ in .unclear }
    }
    return script.effects
  }

  private init(variable: String) { self.variable = variable }

  private mutating func take(_ token: ShellLexer.Token) {
    switch token {
    case .word(let word): words.append(word)
    case .end: endCommand()
    case .conditionalEnd:
      endCommand()
      isConditional = true
    case .subshellEnd:
      isConditional = true
      endCommand()
      isConditional = true
    case .backgroundEnd:
      isConditional = true
      endCommand()
    case .openParenthesis:
      endCommand()
      open.append("(")
    case .closeParenthesis:
      endCommand()
      // That of a pattern of `case` closes nothing.
      if open.last == "(" { open.removeLast() }
    case .hereDocument: isUncertain = true
    }
  }

  private mutating func endCommand() {
    defer {
      words = []
      isConditional = false
    }
    var command = words[...]
    while let word = command.first, word.isBare {
      switch word.text {
      case "then", "do", "else", "elif", "!", "time": break
      case "if", "while", "until", "{": open.append(word.text)
      case "for", "case", "select", "function":
        if word.text != "function" || command.last?.text == "{" { open.append(word.text) }
        return
      case "fi", "done", "esac", "}":
        if open.popLast() == nil { isUncertain = true }
      case "return", "exit", "exec":
        isUncertain = true
        return
      default:
        run(Array(command))
        return
      }
      command = command.dropFirst()
    }
    if !command.isEmpty { run(Array(command)) }
  }

  private mutating func run(_ command: [ShellLexer.Word]) {
    guard let name = command.first, name.text != "echo", name.text != "printf",
      command.contains(where: { $0.mentions(variable) })
    else { return }
    let isPlain = open.isEmpty && !isConditional && !isUncertain && command.allSatisfy(\.isLiteral)
    effects += isPlain ? plainEffects(of: command) : [.unclear]
  }

  private func plainEffects(of command: [ShellLexer.Word]) -> [Effect] {
    let arguments = command.dropFirst()
    switch command[0].text {
    case "export":
      return arguments.flatMap { word -> [Effect] in
        if word.text.hasPrefix("-") { return [.unclear] }
        if word.text == variable { return [.export] }
        return value(in: word).map { [.set($0, exported: true)] }
          ?? (word.mentions(variable) ? [.unclear] : [])
      }
    case "unset":
      let names = arguments.first?.text == "-v" ? arguments.dropFirst() : arguments
      return names.allSatisfy { !$0.text.hasPrefix("-") } ? [.unset] : [.unclear]
    default:
      // Assignments alone; before a command they would hold for that command only.
      guard command.allSatisfy({ $0.isAssignment }) else { return [.unclear] }
      return command.compactMap { value(in: $0).map { .set($0, exported: false) } }
    }
  }

  private func value(in word: ShellLexer.Word) -> String? {
    guard word.isAssignment, word.text.hasPrefix(variable + "=") else { return nil }
    return String(word.text.dropFirst(variable.count + 1))
  }
}

extension ShellLexer.Word {
  /// Whether it begins with a name and `=`, and not with a quote.
  fileprivate var isAssignment: Bool {
    guard !beginsQuoted, let equals = text.firstIndex(of: "=") else { return false }
    let name = text[..<equals]
    return name.first.map { !$0.isNumber } ?? false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// Whether it may assign to `variable`, or have it assigned to; to use its value is neither.
  fileprivate func mentions(_ variable: String) -> Bool {
    var rest = Substring(text)
    func isName(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || character == "_"
    }
    while let place = rest.firstPlace(of: variable) {
      let before = text[..<place.lowerBound].last
      rest = rest[place.upperBound...]
      if before.map(isName) ?? false || rest.first.map(isName) ?? false || before == "$" {
        continue
      }
      if before == "{", !rest.hasPrefix("="), !rest.hasPrefix(":=") { continue }
      return true
    }
    return false
  }
}
