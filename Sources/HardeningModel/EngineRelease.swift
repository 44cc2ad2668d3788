/// A version of the Engine, compared number by number: 20.10.9 comes before 20.10.24.
package struct EngineRelease: Sendable, Equatable, Comparable, CustomStringConvertible {
  package let description: String
  private let numbers: [Int]
  /// What follows the numbers of a version that comes before its release: `rc.1`.
  private let prerelease: [Substring]

  private static let stages = ["alpha", "beta", "dev", "pre", "rc", "tp"]

  /// The version that `text` names: one to four numbers, of which a packager's suffix (`+dfsg1`, `-ce`,
  /// `-0ubuntu1`) changes nothing and a stage (`-rc.1`) makes an earlier one.
  package init?(_ text: String) {
    let core = text.prefix { $0 != "-" && $0 != "+" && $0 != "~" }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part -> Int? in
      let isDecimal = !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return isDecimal && part.utf8.count <= 9 ? Int(part) : nil
    }
    guard (1...4).contains(parts.count), numbers.count == parts.count else { return nil }
    self.numbers = numbers + [Int](repeating: 0, count: 4 - numbers.count)
    let suffix = text.dropFirst(core.count).dropFirst().prefix { $0 != "+" }
    let isStage =
      text.dropFirst(core.count).first != "+"
      && Self.stages.contains { suffix.lowercased().hasPrefix($0) }
    prerelease = isStage ? suffix.split { !$0.isLetter && !$0.isNumber } : []
    description = text
  }

  package static func < (left: EngineRelease, right: EngineRelease) -> Bool {
    for (mine, theirs) in zip(left.numbers, right.numbers) where mine != theirs {
      return mine < theirs
    }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    for (mine, theirs) in zip(left.prerelease, right.prerelease) where mine != theirs {
      if let mine = Int(mine), let theirs = Int(theirs) { return mine < theirs }
      return mine < theirs
    }
    return left.prerelease.count < right.prerelease.count
  }

  /// Whether neither comes before the other.
  package static func == (left: EngineRelease, right: EngineRelease) -> Bool {
    left.numbers == right.numbers && left.prerelease == right.prerelease
  }
}
