import Documents
import Testing

@Suite("Texts as YAML")
struct YAMLScalarTests {
  @Test(
    "are bare where they are plain words, else in quotes",
    arguments: [
      ("5.10", "5.10"), ("container-privileged", "container-privileged"),
      ("container:web", "container:web"), ("file:/etc/docker", "file:/etc/docker"),
      ("2026-01-31", "2026-01-31"), ("a", "a"), ("", #""""#), ("a:", #""a:""#), (":a", #"":a""#),
      ("*", #""*""#), ("-", #""-""#), ("---", #""---""#), ("a b", #""a b""#), ("a#b", #""a#b""#),
      ("null", #""null""#), ("Null", #""Null""#), ("yes", #""yes""#), ("~", #""~""#),
      ("é", #""é""#), ("\"\\", #""\"\\""#), ("a\nb\tc", #""a\nb\tc""#), ("\r", #""\x0D""#),
      ("\0\u{1B}\u{9B}", #""\x00\x1B\x9B""#), ("\u{202E}", #""\u202E""#), ("\u{A0}", #""\xA0""#),
      ("\u{FEFF}", #""\uFEFF""#), ("\u{E0041}", #""\U000E0041""#), ("😀", #""😀""#),
    ])
  func form(_ text: String, scalar: String) throws {
    #expect(YAMLScalar.text(text).utf8.elementsEqual(scalar.utf8))
  }

  @Test(
    "are read back as they were, every scalar",
    arguments: [
      0...0x17F, 0x300...0x30F, 0x2000...0x206F, 0xD7F0...0xE00F, 0xFEF0...0xFFFF,
      0x1_F600...0x1_F64F, 0xE_0000...0xE_007F,
      0x10_FFF0...0x10_FFFF,
    ] as [ClosedRange<UInt32>])
  func scalars(_ range: ClosedRange<UInt32>) throws {
    for scalar in range.compactMap(Unicode.Scalar.init) {
      for text in ["\(scalar)", "a\(scalar)", "\(scalar)b", " \(scalar)\(scalar) "] {
        // Yams drops a byte-order mark there.
        if text.unicodeScalars.first == "\u{FEFF}" { continue }
        let yaml = "k: \(YAMLScalar.text(text)) # c\nl: m\n"
        let document = try #require(try YAMLText.parse(Array(yaml.utf8), file: "f"))
        let members = try document.members(["k", "l"])
        let read = try #require(try members["k"]?.text())
        #expect(read.unicodeScalars.elementsEqual(text.unicodeScalars), "U+\(scalar.value)")
        #expect(members.count == 2)
      }
    }
  }
}

@Suite("Lines of YAML")
struct YAMLLinesTests {
  @Test("are those that the parser counts")
  func breaks() throws {
    let text = "\u{FEFF}# é\r\n# b\r# c\u{85}# d\u{2028}# e\u{2029}é: x\n"
    let bytes = Array(text.utf8)
    let lines = YAMLLines(bytes)
    #expect(lines.count == 6)
    #expect(String(decoding: lines.line(1), as: UTF8.self) == "# é\r\n")
    #expect(String(decoding: lines.line(6), as: UTF8.self) == "é: x\n")
    #expect(lines.ending == "\r\n")
    let value = try #require(
      try YAMLText.parse(bytes, file: "f")?.members(["é"])["é"])
    #expect(value.position == Position(line: 6, column: 4))
    #expect(bytes[lines.offset(of: value.position)] == UInt8(ascii: "x"))
  }

  @Test(
    "end with the text", arguments: [("", 0), ("a", 1), ("a\n", 1), ("\n\n", 2), ("\u{FEFF}", 0)])
  func count(_ text: String, count: Int) {
    let lines = YAMLLines(Array(text.utf8))
    #expect(lines.count == count)
    #expect(lines.start(ofLine: count + 1) == text.utf8.count)
    #expect(lines.start(ofLine: 99) == text.utf8.count)
    #expect(lines.ending == "\n")
  }
}
