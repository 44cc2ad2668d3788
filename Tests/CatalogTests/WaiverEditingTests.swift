import Catalog
import Documents
import HardeningModel
import TestSupport
import Testing

/// Changing `waivers.yaml`.
@Suite("Editing a file of waivers")
struct WaiverEditingTests {
  private static let day = Day(year: 2026, month: 1, day: 31)

  static func waiver(
    _ selector: String, subject: String = "*", reason: String = "r", who: String = "ada",
    benchmark: String? = nil
  ) -> Waiver {
    Waiver(
      selector: selector, benchmark: benchmark, subject: Glob(subject), reason: reason,
      entered: day, until: Day(number: day.number + 30), who: who)
  }

  private static func parse(_ text: String) throws -> WaiverFile {
    try WaiverFile.parse(Array(text.utf8), file: "w.yaml", maximumDays: 366)
  }

  private static func added(_ waiver: Waiver, to text: String?) throws -> String {
    String(
      decoding: try WaiverFile.adding(
        waiver, to: text.map { Array($0.utf8) }, file: "w.yaml", maximumDays: 366),
      as: UTF8.self)
  }

  private static func removed(_ index: Int, from text: String) throws -> String {
    String(
      decoding: try parse(text).removing(index, from: Array(text.utf8), maximumDays: 366),
      as: UTF8.self)
  }

  /// What is added for `waiver("5.5", …)`.
  private static func item(_ indentation: String = "", ending: String = "\n") -> String {
    [
      "- selector: 5.5", "  subject: \"*\"", "  reason: r", "  until: 2026-03-02", "  who: ada",
      "  entered: 2026-01-31",
    ].map { indentation + $0 + ending }.joined()
  }

  private static let other =
    "- selector: a\n  reason: >-\n    some\n    words\n  until: 2026-03-02\n  who: w # him\n  entered: 2026-01-31\n"

  @Test(
    "adds to what is there",
    arguments: [
      ("", "", ""), ("# comment\n", "# comment\n", ""), ("# no end", "# no end\n", ""),
      ("---\n", "---\n", ""), ("\u{FEFF}\n", "\u{FEFF}\n", ""),
      ("\u{FEFF}# c\n", "\u{FEFF}# c\n", ""),
      ("---\n# c\n...\n", "---\n# c\n", "...\n"),
      (other, other, ""), (other + "\n# last\n", other + "\n# last\n", ""),
      ("--- # d\n" + other + "...\n# e\n", "--- # d\n" + other, "...\n# e\n"),
      (String(other.dropLast()), other, ""),
    ])
  func adds(_ text: String, before: String, after: String) throws {
    let result = try Self.added(Self.waiver("5.5"), to: text)
    #expect(result.utf8.elementsEqual((before + Self.item() + after).utf8))
  }

  @Test("takes over the indentation of the list, and the ends of its lines")
  func form() throws {
    let indented = Self.other.split(separator: "\n").map { "   \($0)\n" }.joined()
    #expect(try Self.added(Self.waiver("5.5"), to: indented) == indented + Self.item("   "))
    let windows = Self.other.replacing("\n", with: "\r\n")
    #expect(
      try Self.added(Self.waiver("5.5"), to: windows) == windows + Self.item(ending: "\r\n"))
  }

  @Test(
    "puts the first in the place of the empty list",
    arguments: [
      ("[]", "", ""), ("[]\n", "", "\n"), ("# a\n[ ]   # b\n# c\n", "# a\n", "   # b\n# c\n"),
      ("---\n[]\n...\n", "---\n", "\n...\n"), ("--- []\n", "--- \n", "\n"),
    ])
  func fills(_ text: String, before: String, after: String) throws {
    #expect(
      try Self.added(Self.waiver("5.5"), to: text) == before + Self.item().dropLast() + after)
  }

  @Test("makes a file with a heading")
  func makes() throws {
    let text = try Self.added(Self.waiver("5.5"), to: nil)
    #expect(text == WaiverFile.heading + Self.item())
    #expect(WaiverFile.heading.split(separator: "\n").allSatisfy { $0.hasPrefix("# ") })
  }

  @Test("names the benchmark where the waiver does")
  func benchmark() throws {
    let text = try Self.added(Self.waiver("5.5", benchmark: "cis-1.8.0"), to: "")
    #expect(text.hasPrefix("- selector: 5.5\n  benchmark: cis-1.8.0\n  subject"))
  }

  @Test("adds none that is there already")
  func twice() throws {
    let text = try Self.added(Self.waiver("5.5", subject: "container:a"), to: "# c\n")
    let error = #expect(throws: DocumentError.self) {
      try Self.added(Self.waiver("5.5", subject: "container:a", reason: "another"), to: text)
    }
    #expect(
      error?.description
        == "w.yaml:2:13: 5.5 for container:a is waived already, until 2026-03-02; remove that first"
    )
    #expect(try Self.parse(Self.added(Self.waiver("5.5"), to: text)).entries.count == 2)
  }

  @Test(
    "touches no file that is written in a way of its own",
    arguments: [
      "[{selector: a, reason: r, until: 2026-03-02, who: w, entered: 2026-01-31}]\n",
      "[ # none\n]\n", "null\n", "~",
      // To end this text with a line break would change it.
      "- selector: a\n  until: 2026-03-02\n  who: w\n  entered: 2026-01-31\n  reason: |+\n    r",
    ])
  func refused(_ text: String) throws {
    let error = #expect(throws: DocumentError.self) {
      try Self.added(Self.waiver("5.5"), to: text)
    }
    #expect(
      error?.reason
        == "the file cannot be changed here without changing more of it; edit it by hand")
  }

  /// Yams drops it.
  @Test("takes no text that begins with a byte-order mark")
  func byteOrderMark() {
    let error = #expect(throws: DocumentError.self) {
      try Self.added(Self.waiver("5.5", reason: "\u{FEFF}r"), to: nil)
    }
    #expect(error?.reason == "a text that begins with a byte-order mark (U+FEFF) cannot be kept")
  }

  @Test("touches no broken file")
  func broken() {
    let error = #expect(throws: DocumentError.self) {
      try Self.added(Self.waiver("5.5"), to: "- selector: a\n")
    }
    #expect(error?.description == "w.yaml:1:3: the key 'until' is missing here")
  }

  @Test(
    "removes an entry and leaves the comments around it",
    arguments: [
      (
        0, "# head\n# of a\n" + other + "  # after\n\n# of b\n" + item() + "# tail\n",
        "# head\n# of a\n  # after\n\n# of b\n" + item() + "# tail\n"
      ),
      (
        1, "# head\n# of a\n" + other + "\n# of b\n" + item() + "# tail\n",
        "# head\n# of a\n" + other + "\n# of b\n# tail\n"
      ),
      (0, other, ""), (0, "---\n" + other + "...\n", "---\n...\n"),
      (
        0,
        "- # why\n  # really\n  selector: a\n" + item().dropFirst(16)
          + other.replacing(": a", with: ": b"),
        other.replacing(": a", with: ": b")
      ),
      (0, String(other.dropLast()), ""),
    ])
  func removes(_ index: Int, text: String, rest: String) throws {
    #expect(try Self.removed(index, from: text) == rest)
  }

  @Test("removes no entry that others lean on")
  func anchors() throws {
    let text =
      Self.other.replacing(">-\n    some\n    words", with: "&r words")
      + Self.item().replacing("reason: r", with: "reason: *r")
    #expect(try Self.parse(text).entries.count == 2)
    #expect(throws: DocumentError.self) { try Self.removed(0, from: text) }
    #expect(try Self.parse(Self.removed(1, from: text)).entries.count == 1)
  }

  // MARK: whatever is typed

  private static let pieces = [
    "a", "é", "e\u{301}", "😀", " ", "  ", "\n", "\r\n", "\r", "\t", "\0", "\u{1B}[2J", "\u{7F}",
    "\u{85}", "\u{9B}", "\u{A0}", "\u{AD}", "\u{200B}", "\u{202E}", "\u{2028}", "\u{2029}",
    "\u{2066}", "\u{FEFF}", "\u{FFFD}", "\u{FFFE}", "\u{E000}", "\u{E0041}", "\u{10FFFF}", "\"",
    "'",
    "\\", "\\n", "#", " #", ": ", ":", "- ", "-", "---", "...", "\n---\n", "\n...\n", "[", "]", "{",
    "}", ",", "&a", "*a", "!t", "|", ">", "%YAML", "@", "`", "?", "? ", "~", "null", "true", "1e3",
    "5.10", "reason: x", "\n- selector: 5.1\n  reason: x",
  ]

  private static func text(_ random: inout SeededRandom) -> String {
    let count = Int.random(in: 0...8, using: &random)
    let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    return text.contains { !$0.isWhitespace } && text.unicodeScalars.first != "\u{FEFF}"
      ? text : "x" + text
  }

  private static let files = [
    nil, "", "# c\n", "[]\n", "# é\n[]  # x", "---\n# d\n...\n", other, "# a\r\n", "\u{FEFF}# b\n",
    "  " + other.replacing("\n", with: "\n  ") + "# z\n", "# LS \u{2028}# PS \u{2029}\n" + other,
  ]

  /// However many are added, with whatever in them, each is read back as it was given, all bytes that
  /// were there are there still, and removing them again leaves what was there.
  @Test("keeps what is there, and what is typed", arguments: 0..<150 as Range<UInt64>)
  func random(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var file = Self.files.randomElement(using: &random) ?? nil
    var expected = try Self.parse(file ?? "").entries.map(\.waiver)
    for number in 0..<Int.random(in: 1...4, using: &random) {
      let waiver = Self.waiver(
        "\(number)" + Self.text(&random), subject: Self.text(&random), reason: Self.text(&random),
        who: Self.text(&random),
        benchmark: Bool.random(using: &random) ? Self.text(&random) : nil)
      let text = try Self.added(waiver, to: file)
      expected.append(waiver)
      let read = try Self.parse(text).entries.map(\.waiver)
      #expect(read.map(Self.scalars) == expected.map(Self.scalars))
      // Nothing that is typed has power over who reads the file.
      let item = Array(text.unicodeScalars.dropFirst((file ?? "").unicodeScalars.count))
      for scalar in item where !["\n", "\r", " "].contains(scalar) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse:
          Issue.record("U+\(String(scalar.value, radix: 16)) is in the file")
        default: break
        }
      }
      let back = try Self.removed(expected.count - 1, from: text)
      #expect(
        try Self.parse(back).entries.map(\.waiver).map(Self.scalars)
          == expected.dropLast().map(Self.scalars))
      if let file, let bracket = file.firstIndex(of: "["), number == 0 {
        #expect(text.utf8.starts(with: file[..<bracket].utf8))
        #expect(text.hasSuffix(file[file.index(bracket, offsetBy: 2)...]))
      } else if let file, file.hasSuffix("...\n") {
        #expect(back.utf8.elementsEqual(file.utf8))
      } else {
        #expect(text.utf8.starts(with: (file ?? WaiverFile.heading).utf8))
        #expect(back.utf8.starts(with: (file ?? WaiverFile.heading).utf8))
      }
      file = text
    }
    // In any order, each alone.
    while !expected.isEmpty {
      let index = Int.random(in: 0..<expected.count, using: &random)
      expected.remove(at: index)
      let text = try Self.removed(index, from: file ?? "")
      #expect(
        try Self.parse(text).entries.map { Self.scalars($0.waiver) }
          == expected.map(Self.scalars))
      file = text
    }
  }

  private static func scalars(_ waiver: Waiver) -> [[Unicode.Scalar]] {
    [
      waiver.selector, waiver.benchmark ?? "", waiver.subject.pattern, waiver.reason, waiver.who,
      "\(waiver.entered)", "\(waiver.until)",
    ].map { Array($0.unicodeScalars) }
  }
}
