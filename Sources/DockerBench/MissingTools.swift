import Documents

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The programs that an audit names and that are not installed. A shell that does not find one says so, but where
/// that is thrown away, what is left looks like an answer.
struct MissingTools {
  /// Once each, in the order of the script.
  let names: [String]

  init(in script: String, path: [String] = AuditRunner.path) {
    let commands = ShellScript(script).commands.map(\.programAndArguments)
    // Who asks whether it is there knows what to do without it.
    let known = Self.builtIn.union(
      commands.filter { $0.first.map { Self.questions.contains($0.text) } ?? false }
        .flatMap { $0.dropFirst().map(\.text) })
    // What stands before a `)` of `case`, a command of one word to the parser, is a pattern.
    let hasPatterns = commands.contains { $0.first?.text == "case" }
    // `name () { … }`; the parser leaves the parentheses to themselves.
    let functions = Set(commands.filter { $0.count == 1 }.compactMap(\.first?.text))
      .filter { script.contains("\($0)()") || script.contains("\($0) ()") }
    var seen: Set<String> = []
    let programs = commands.filter { !hasPatterns || $0.count > 1 }.flatMap {
      Self.programs(of: $0, depth: 0)
    }
    names = programs.filter { name in
      Self.isName(name) && !known.contains(name) && !functions.contains(name)
        && seen.insert(name).inserted
        && !Self.isInstalled(name, path)
    }
  }

  var faults: [String] {
    names.map { "'\($0)', which it runs, is not installed" }
  }

  /// What a command runs, and what that runs in turn where it is said to.
  private static func programs(of words: ArraySlice<ShellScript.Word>, depth: Int) -> [String] {
    guard depth < 8, let first = words.first, first.isLiteral else { return [] }
    guard let valued = launchers[first.text] else { return [first.text] }
    var rest = words.dropFirst()
    while let word = rest.first, word.text.hasPrefix("-") || word.text.contains("=") {
      rest.removeFirst()
      if valued.contains(word.text) { rest = rest.dropFirst() }
    }
    // timeout(1) has the time before the command.
    if first.text == "timeout" { rest = rest.dropFirst() }
    return [first.text] + programs(of: rest, depth: depth + 1)
  }

  /// Whether a word may be a program's name, and not part of an expression.
  private static func isName(_ word: String) -> Bool {
    guard let first = word.first, first.isLetter || "/._".contains(first) else { return false }
    return word.allSatisfy { $0.isLetter || $0.isNumber || "/._+-".contains($0) }
  }

  private static func isInstalled(_ name: String, _ path: [String]) -> Bool {
    if name.contains("/") { return !name.hasPrefix("/") || access(name, X_OK) == 0 }
    return path.contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// Programs that run others, with those of their options of which the value is a word of its own.
  private static let launchers: [String: Set<String>] = [
    "xargs": ["-I", "-n", "-L", "-P", "-d", "-s", "-a", "-E"], "sudo": ["-u", "-g"],
    "env": ["-u", "-C"], "nice": ["-n"], "ionice": ["-c", "-n"], "timeout": ["-s", "-k"],
    "nohup": [],
    "stdbuf": [], "exec": [], "setsid": [],
  ]

  private static let questions: Set<String> = ["command", "which", "type", "hash", "test", "["]

  /// What every shell has by itself (POSIX, 2.14 and 2.9.1), and words with which no command begins.
  private static let builtIn: Set<String> = [
    ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
    "shift",
    "times", "trap", "unset", "alias", "bg", "cd", "command", "false", "fc", "fg", "getopts",
    "hash", "jobs",
    "kill", "newgrp", "pwd", "read", "true", "type", "ulimit", "umask", "unalias", "wait", "echo",
    "printf",
    "test", "[", "local", "if", "then", "else", "elif", "fi", "for", "in", "do", "done", "case",
    "esac",
    "while", "until", "{", "}", "!", "[[", "function", "select", "time", "source", "let", "declare",
    "shopt",
  ]
}
