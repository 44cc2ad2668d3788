import Testing

@testable import Remediation

@Suite("A diff")
struct UnifiedDiffTests {
  private func diff(_ old: String?, _ new: String?) -> [String] {
    UnifiedDiff.lines(of: "/f", from: old.map { Array($0.utf8) }, to: new.map { Array($0.utf8) })
  }

  @Test("has three lines of what stays around each change")
  func context() {
    let old = (1...20).map { "\($0)\n" }.joined()
    let new = old.replacing("\n10\n", with: "\nten\n").replacing("\n20\n", with: "\n20\n21\n")
    #expect(
      diff(old, new) == [
        "--- /f", "+++ /f", "@@ -7,7 +7,7 @@", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13",
        "@@ -18,3 +18,4 @@", " 18", " 19", " 20", "+21",
      ])
  }

  @Test("tells of a file that comes into being, and of one that goes")
  func wholeFiles() {
    #expect(diff(nil, "a\n") == ["--- /dev/null", "+++ /f", "@@ -0,0 +1,1 @@", "+a"])
    #expect(diff("a\n", nil) == ["--- /f", "+++ /dev/null", "@@ -1,1 +0,0 @@", "-a"])
  }

  @Test("cannot control a terminal, and has a bound")
  func hostile() {
    #expect(diff("", "\ta\u{1B}[0m\u{202E}\r\n").last == "+\ta\\u{1B}[0m\\u{202E}\\u{D}")
    let long = diff("", (1...10_000).map { "\($0)\n" }.joined())
    #expect(long.count == 401)
    #expect(long.last == "… (9603 more lines)")
    #expect((diff("", String(repeating: "x", count: 10_000)).last ?? "").count < 500)
  }
}
