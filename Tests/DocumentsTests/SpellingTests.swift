import Testing

@testable import Documents

@Suite("Spelling")
struct SpellingTests {
  static let names = ["allowedMounts", "allowedDevices", "containerStates", "swarmExpected"]

  @Test(
    "counts the letters that differ",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
      ("abc", "ab", 1), ("abc", "xabc", 1), ("kitten", "sitting", 3), ("ab", "ba", 2),
      ("aé", "ae", 1),
    ])
  func distance(_ left: String, _ right: String, count: Int) {
    #expect(Spelling.distance(left, right) == count)
    #expect(Spelling.distance(right, left) == count)
  }

  @Test(
    "offers what is near, nearest first",
    arguments: [
      ("allowedMount", ["allowedMounts"]),
      ("ALLOWEDMOUNTS", ["allowedMounts"]),
      ("allowedDevice", ["allowedDevices"]),
      ("swarm", []),
      ("", []),
    ])
  func nearest(_ word: String, names: [String]) {
    #expect(Spelling.nearest(to: word, among: Self.names) == names)
  }

  @Test("offers three at most, those equally near in alphabetical order")
  func few() {
    #expect(
      Spelling.nearest(to: "3.1", among: ["3.9", "3.4", "3.2", "3.11", "3.1"]) == [
        "3.1", "3.11", "3.2",
      ])
  }

  @Test(
    "hints in half a sentence",
    arguments: [
      (["swarmExpected"], "; did you mean 'swarmExpected'?"),
      (["swarmExpected", "swarmExpecte"], "; did you mean 'swarmExpected' or 'swarmExpecte'?"),
      (["other"], ""),
      ([], ""),
    ])
  func hint(_ names: [String], hint: String) {
    #expect(Spelling.hint(for: "swarmexpected", among: names) == hint)
  }

  /// A hostile key of a megabyte must not cost a quadratic time.
  @Test("does not compare texts without bound")
  func bounded() {
    let long = String(repeating: "a", count: 1_000_000)
    #expect(Spelling.distance(long, long + "b") == .max)
    #expect(Spelling.nearest(to: long, among: [long, "a"]) == [])
  }
}
