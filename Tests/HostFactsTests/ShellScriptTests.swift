import Testing

@testable import HostFacts

/// What a sourced script certainly does to one variable.
@Suite("A script for the shell")
struct ShellScriptTests {
  private static let plainScripts: [(String, [ShellScript.Effect])] = [
    ("", []),
    ("export X=1", [.set("1", exported: true)]),
    ("  export X=1  # why\n", [.set("1", exported: true)]),
    ("#!/bin/sh\n# X=0\nexport X=\"1\"\n", [.set("1", exported: true)]),
    ("export 'X=1'", [.unclear]),
    ("export X='1'; export Y=2", [.set("1", exported: true)]),
    ("export A=1 X=true B=2", [.set("true", exported: true)]),
    ("export X=", [.set("", exported: true)]),
    ("X=1\nexport X\n", [.set("1", exported: false), .export]),
    ("X=1; export X", [.set("1", exported: false), .export]),
    ("X=1 Y=2", [.set("1", exported: false)]),
    ("export \\\n  X=1", [.set("1", exported: true)]),
    ("export X=1\nunset X", [.set("1", exported: true), .unset]),
    ("unset -v A X", [.unset]),
    ("if true; then Y=1; fi\nexport X=1", [.set("1", exported: true)]),
    ("for i in a b; do . $i; done; export X=1", [.set("1", exported: true)]),
    ("case $- in *i*) Y=1 ;; (b) Z=2;; esac\nexport X=1", [.set("1", exported: true)]),
    ("f() { Y=1; }\nexport X=1", [.set("1", exported: true)]),
    ("function f {\n Y=1\n}\nexport X=1", [.set("1", exported: true)]),
    ("Y=$(echo \")\"); Z=`date`; export X=1", [.set("1", exported: true)]),
    ("[ -d /x ] && Y=1\nexport X=1", [.set("1", exported: true)]),
    ("echo a >/dev/null 2>&1; export X=1", [.set("1", exported: true)]),
    ("test -n \"${Y:-}\" || Z=1\nexport X=1", [.set("1", exported: true)]),
  ]

  private static let unrelatedScripts: [String] = [
    "export XX=1", "export AX=1", "echo X=1", "printf '%s' \"X=0\"", "Y=$X", "Y=\"${X}\"",
    "Y=${X:-0}", "# export X=1", "if [ \"$X\" = 1 ]; then Y=1; fi", "export X_Y=1",
  ]

  private static let unclearScripts: [String] = [
    "if true; then export X=1; fi", "if true\nthen\nexport X=1\nfi", "while :; do X=1; done",
    "for i in 1; do export X=$i; done", "case a in a) export X=1 ;; esac", "f() { export X=1; }",
    "f() {\nX=1\n}", "( export X=1 )", "{ export X=1; }", "true && export X=1", "false || X=1",
    "export X=1 | cat", "cat | export X=1", "export X=1 &", "export X=$Y", "export X=\"$Y\"",
    "X=`date`", "export X=$(echo 1)", "declare -x X=1", "typeset -x X=1", "readonly X=1",
    "export -n X", "read X", "eval export X=1", "eval \"export X=1\"", ": ${X:=1}", "X+=1",
    "return\nexport X=1", "[ -n \"$Y\" ] || return\nexport X=1", "exit 0; export X=1",
    "exec sh; export X=1", "cat <<E\nE\nexport X=1", "cat <<E\nexport X=1\nE\n", "X=1 make",
    "unset -f X", "export 'X=1", "if true\nexport X=1", "export X=1 >/dev/null $Y", "}\nexport X=1",
    "time export X=$Y", "! export X=$Y",
  ]

  @Test("is followed where every run passes", arguments: plainScripts)
  func plain(_ text: String, effects: [ShellScript.Effect]) {
    #expect(ShellScript.effects(on: "X", in: text) == effects)
  }

  @Test("does nothing to a variable that it does not assign to", arguments: unrelatedScripts)
  func unrelated(_ text: String) {
    #expect(ShellScript.effects(on: "X", in: text) == [])
  }

  @Test("is not followed where it depends on something", arguments: unclearScripts)
  func unclear(_ text: String) {
    let effects = ShellScript.effects(on: "X", in: text)
    #expect(effects.contains(.unclear), "\(effects)")
  }

  @Test("of any characters is read to its end")
  func anything() {
    let pieces = [
      "'", "\"", "$(", "${", ")", "}", "`", "\\", "\n", "<<", "if ", "fi", "X=1", "#", "&",
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces { _ = ShellScript.effects(on: "X", in: first + second + third) }
      }
    }
  }
}
