/// The simple commands of a shell script, in the order in which they stand, those inside of others
/// (`$(…)`, `( … )`) among them: POSIX shell command language, 2.3 and 2.10. Nothing is expanded.
package struct ShellScript: Sendable, Equatable {
  package struct Word: Sendable, Equatable {
    /// Without quotes; what would be expanded is left out.
    package var text: String
    /// Whether nothing in it would be expanded.
    package var isLiteral: Bool
  }

  package struct Command: Sendable, Equatable {
    package var words: [Word] = []
    /// The here-documents that it reads.
    package var input: String?

    package init(words: [Word] = [], input: String? = nil) {
      self.words = words
      self.input = input
    }
  }

  package private(set) var commands: [Command] = []
  /// Whether all of it was looked at; one that nests very deep is not.
  package private(set) var isWhole = true

  /// Takes time in proportion to the text.
  package init(_ text: some StringProtocol) {
    var parser = Parser(Array(text.utf8))
    parser.list(until: nil, depth: 0)
    commands = parser.commands.filter { !$0.words.isEmpty }
    isWhole = parser.isWhole
  }
}

extension ShellScript.Command {
  /// The words from the one on that names what is run: reserved words and assignments may stand before it.
  package var programAndArguments: ArraySlice<ShellScript.Word> {
    words.drop { Self.reserved.contains($0.text) || Self.isAssignment($0.text) }
  }

  private static let reserved: Set<String> = [
    "if", "then", "else", "elif", "while", "until", "do", "!", "{", "time",
  ]

  private static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let name = word[..<equals]
    return !name.isEmpty && name.first?.isNumber == false
      && name.utf8.allSatisfy {
        $0 == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0 & 0xDF)
      }
  }
}

private struct Parser {
  let bytes: [UInt8]
  var index = 0
  var commands: [ShellScript.Command] = []
  var isWhole = true
  /// Here-documents that begin after the next line break.
  var awaited: [HereDocument] = []

  struct HereDocument {
    var delimiter: [UInt8]
    var stripsTabs: Bool
    /// Whose input it is.
    var command: Int
  }

  /// What becomes of the next word.
  enum Role { case word, target, hereDocument(stripsTabs: Bool) }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var current: UInt8? { index < bytes.count ? bytes[index] : nil }
  var next: UInt8? { index + 1 < bytes.count ? bytes[index + 1] : nil }

  /// Reads commands up to `terminator`, which is consumed.
  mutating func list(until terminator: UInt8?, depth: Int) {
    guard depth <= 32 else {
      isWhole = false
      index = bytes.count
      return
    }
    var slot: Int?
    var role = Role.word
    while let byte = current {
      if byte == terminator {
        index += 1
        return
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
      case UInt8(ascii: "\\") where next == UInt8(ascii: "\n"): index += 2
      case UInt8(ascii: "\n"):
        index += 1
        slot = nil
        readHereDocuments()
      case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: ")"), UInt8(ascii: "&"):
        // `&>` redirects, as in bash.
        if byte == UInt8(ascii: "&"), next == UInt8(ascii: ">") {
          index += 1
        } else {
          index += 1
          slot = nil
          role = .word
        }
      case UInt8(ascii: "("):
        index += 1
        slot = nil
        list(until: UInt8(ascii: ")"), depth: depth + 1)
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "<"), UInt8(ascii: ">"):
        role = redirection(depth)
      default:
        let start = index
        let word = word(depth)
        if index == start {
          // A backquote that ends nothing.
          index += 1
          continue
        }
        // `2>file`: the number is the descriptor's.
        let isDescriptor =
          (current == UInt8(ascii: "<") || current == UInt8(ascii: ">"))
          && bytes[start..<index].allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          }
        if isDescriptor { continue }
        let command: Int
        if let slot {
          command = slot
        } else {
          commands.append(ShellScript.Command())
          command = commands.count - 1
          slot = command
        }
        switch role {
        case .word: commands[command].words.append(word)
        case .target: break
        case .hereDocument(let stripsTabs):
          awaited.append(
            HereDocument(
              delimiter: Array(word.text.utf8), stripsTabs: stripsTabs, command: command))
        }
        role = .word
      }
    }
  }

  private mutating func skipLine() {
    while let byte = current, byte != UInt8(ascii: "\n") { index += 1 }
  }

  /// Reads an operator that begins with `<` or `>`, and says what the word after it is.
  private mutating func redirection(_ depth: Int) -> Role {
    let first = current
    index += 1
    if current == UInt8(ascii: "(") {
      index += 1
      list(until: UInt8(ascii: ")"), depth: depth + 1)
      return .word
    }
    if first == UInt8(ascii: "<"), current == UInt8(ascii: "<") {
      index += 1
      if current == UInt8(ascii: "<") {
        index += 1
        return .target
      }
      if current == UInt8(ascii: "-") {
        index += 1
        return .hereDocument(stripsTabs: true)
      }
      return .hereDocument(stripsTabs: false)
    }
    if let byte = current, [UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "|")].contains(byte)
    {
      index += 1
    }
    return .target
  }

  private mutating func readHereDocuments() {
    for document in awaited {
      var body: [UInt8] = []
      while index < bytes.count {
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[index..<end]
        index = min(end + 1, bytes.count)
        if document.stripsTabs { line = line.drop { $0 == UInt8(ascii: "\t") } }
        if line.elementsEqual(document.delimiter) { break }
        body += line
        body.append(UInt8(ascii: "\n"))
      }
      let text = String(decoding: body, as: UTF8.self)
      commands[document.command].input = (commands[document.command].input ?? "") + text
    }
    awaited = []
  }

  private mutating func word(_ depth: Int) -> ShellScript.Word {
    var text: [UInt8] = []
    var isLiteral = true
    scan: while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"),
        UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "("),
        UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"):
        break scan
      case UInt8(ascii: "\\"):
        if let escaped = next, escaped != UInt8(ascii: "\n") { text.append(escaped) }
        index = min(index + 2, bytes.count)
      case UInt8(ascii: "'"):
        index += 1
        while let inner = current, inner != UInt8(ascii: "'") {
          text.append(inner)
          index += 1
        }
        index = min(index + 1, bytes.count)
      case UInt8(ascii: "\""): quoted(&text, &isLiteral, depth)
      case UInt8(ascii: "$"): expansion(&text, &isLiteral, depth)
      case UInt8(ascii: "`"):
        // It also ends the list that it stands in, where that began with one.
        if depth > 0, insideBackquotes { break scan }
        isLiteral = false
        backquoted(depth)
      default:
        text.append(byte)
        index += 1
      }
    }
    return ShellScript.Word(text: String(decoding: text, as: UTF8.self), isLiteral: isLiteral)
  }

  private var insideBackquotes = false

  private mutating func backquoted(_ depth: Int) {
    index += 1
    insideBackquotes = true
    list(until: UInt8(ascii: "`"), depth: depth + 1)
    insideBackquotes = false
  }

  private mutating func quoted(_ text: inout [UInt8], _ isLiteral: inout Bool, _ depth: Int) {
    index += 1
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return
      case UInt8(ascii: "\\"):
        if let escaped = next, escaped != UInt8(ascii: "\n") {
          if !Array("$`\"\\".utf8).contains(escaped) { text.append(byte) }
          text.append(escaped)
        }
        index = min(index + 2, bytes.count)
      case UInt8(ascii: "$"): expansion(&text, &isLiteral, depth)
      case UInt8(ascii: "`"):
        isLiteral = false
        backquoted(depth)
      default:
        text.append(byte)
        index += 1
      }
    }
  }

  private mutating func expansion(_ text: inout [UInt8], _ isLiteral: inout Bool, _ depth: Int) {
    index += 1
    switch current {
    case UInt8(ascii: "("):
      isLiteral = false
      index += 1
      list(until: UInt8(ascii: ")"), depth: depth + 1)
    case UInt8(ascii: "{"):
      isLiteral = false
      var open = 0
      while let byte = current {
        index += 1
        if byte == UInt8(ascii: "{") { open += 1 }
        if byte == UInt8(ascii: "}") { open -= 1 }
        if open == 0 { break }
      }
    case .some(let byte) where Self.isNameByte(byte):
      isLiteral = false
      while let byte = current, Self.isNameByte(byte) { index += 1 }
    case .some(let byte) where Array("@*#?-$!".utf8).contains(byte):
      isLiteral = false
      index += 1
    default: text.append(UInt8(ascii: "$"))
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
