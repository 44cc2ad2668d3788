/// One step of an image's history, by the instruction that made it. Builders write it in forms of their
/// own, which the Engine hands on as they are (`CreatedBy`):
///
/// - the classic builder: `/bin/sh -c #(nop)  ENV A=b`, and for RUN the command alone, with build
///   arguments before it: `|1 A=b /bin/sh -c make`;
/// - BuildKit: `ENV A=b`, `RUN |1 A=b /bin/sh -c make # buildkit`, `COPY a /b # buildkit`;
/// - others: one of these, or the command that ran.
package struct HistoryStep: Sendable, Equatable {
  /// In capitals: `RUN`, `ADD`, `ENV`, …; empty for a step that tells nothing of itself.
  package var instruction: String
  /// What follows it; of RUN the script, without the shell that runs it.
  package var text: String

  package init(createdBy: String) {
    let trimmed = createdBy.trimmingSpaces()
    if let (instruction, text) = Self.named(trimmed) {
      self.instruction = instruction
      self.text = instruction == "RUN" ? Self.script(text) : text
    } else if let rest = Self.afterNothing(trimmed), let (instruction, text) = Self.named(rest) {
      self.instruction = instruction
      self.text = text
    } else {
      instruction = trimmed.isEmpty ? "" : "RUN"
      text = Self.script(trimmed)
    }
  }

  /// Whether it changes only what the image says of itself, and no file in it.
  package var isOfMetadata: Bool {
    [
      "ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
      "SHELL", "STOPSIGNAL", "USER", "VOLUME",
    ].contains(instruction)
  }

  /// See the Dockerfile reference.
  private static let instructions: Set<String> = [
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL",
    "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]

  /// The instruction at the start of `text`, and what follows it.
  private static func named(_ text: some StringProtocol) -> (String, String)? {
    let end = text.utf8.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let word = String(text[..<(end ?? text.endIndex)])
    guard instructions.contains(word) else { return nil }
    var rest = end.map { text[$0...].trimmingSpaces() } ?? ""
    let mark = "# buildkit"
    if rest.utf8.reversed().starts(with: mark.utf8.reversed()) {
      rest = String(decoding: rest.utf8.dropLast(mark.utf8.count), as: UTF8.self).trimmingSpaces()
    }
    return (word, rest)
  }

  /// What follows `#(nop)`, by which the classic builder marks what it did not run.
  private static func afterNothing(_ text: String) -> String? {
    guard let script = afterShell(text) else { return nil }
    let mark = "#(nop)"
    guard script.utf8.starts(with: mark.utf8) else { return nil }
    return String(Substring(script.utf8.dropFirst(mark.utf8.count))).trimmingSpaces()
  }

  /// The script of a RUN, without build arguments and shell.
  private static func script(_ text: String) -> String {
    if let script = afterShell(text[...]) { return String(script) }
    guard text.utf8.first == UInt8(ascii: "|") else { return text }
    // `|2 A=b C=d e /bin/sh -c …`: values may hold spaces, so it is the shell that is looked for.
    var start = text.startIndex
    var tries = 0
    while tries < 1000, let space = text[start...].utf8.firstIndex(of: UInt8(ascii: " ")) {
      start = text.utf8.index(after: space)
      tries += 1
      if let script = afterShell(text[start...]) { return String(script) }
    }
    let words = text.utf8.firstIndex(of: UInt8(ascii: " "))
    return words.map { String(text[$0...]).trimmingSpaces() } ?? ""
  }

  /// What follows `/bin/sh -c `, or another shell with its options up to the `-c`.
  private static func afterShell(_ text: some StringProtocol) -> String? {
    var rest = Substring(text).utf8
    func takeWord() -> String? {
      guard let end = rest.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      let word = String(Substring(rest[..<end]))
      rest = rest[rest.index(after: end)...]
      return word
    }
    let shells: Set<String> = ["sh", "bash", "ash", "dash", "zsh", "ksh"]
    guard let shell = takeWord(), let name = shell.split(separator: "/").last.map(String.init),
      shells.contains(name)
    else { return nil }
    // A shell has a few options; past them it is something else.
    for _ in 0..<8 {
      guard let word = takeWord() else { return nil }
      if word.hasPrefix("-"), !word.hasPrefix("--"), word.hasSuffix("c") {
        return String(Substring(rest.drop { $0 == UInt8(ascii: " ") }))
      }
      // `-o pipefail`: an option may have a value.
      guard word.hasPrefix("-") || word.allSatisfy({ $0.isLowercase }) else { return nil }
    }
    return nil
  }
}

extension StringProtocol {
  /// Without white space at either end.
  func trimmingSpaces() -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = Substring(self).utf8.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(Substring(start[...last]))
  }
}
