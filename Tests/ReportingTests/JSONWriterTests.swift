import Foundation
import Testing

@testable import Reporting

@Suite("Written JSON")
struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test("has its members in their order, indented")
  func layout() {
    let text = written { writer in
      writer.object {
        $0.member("b", "text")
        $0.member("a", 1)
        $0.member("yes", true)
        $0.member("no", false)
        $0.member("text", nil as String?)
        $0.member("number", nil as Int?)
        $0.member("flag", nil as Bool?)
        $0.member("empty") { $0.object { _ in } }
        $0.member("none") { $0.list([String]()) { $0.string($1) } }
        $0.member("list") { $0.list(["one", "two"]) { $0.string($1) } }
        $0.member("objects") {
          $0.list(["x", "y"]) { writer, key in
            writer.object { $0.count(of: key, 7) }
          }
        }
        $0.member("last", 0)
      }
    }
    #expect(
      text == """
        {
          "b": "text",
          "a": 1,
          "yes": true,
          "no": false,
          "text": null,
          "number": null,
          "flag": null,
          "empty": {},
          "none": [],
          "list": [
            "one",
            "two"
          ],
          "objects": [
            {
              "x": 7
            },
            {
              "y": 7
            }
          ],
          "last": 0
        }
        """)
  }

  @Test(
    "has texts escaped as RFC 8259 asks, and what a terminal obeys",
    arguments: [
      ("", #""""#), ("a b", #""a b""#), ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
      ("\0\u{8}\u{C}\u{1B}\u{1F}", #""\u0000\u0008\u000c\u001b\u001f""#),
      ("\u{7F}\u{80}\u{9B}\u{9F}\u{A0}", "\"\\u007f\\u0080\\u009b\\u009f\u{A0}\""),
      ("é€😀", "\"é€😀\""), ("e\u{301}", "\"e\u{301}\""), ("\"\u{301}", "\"\\\"\u{301}\""),
      ("\r\n", #""\r\n""#),
      ("\u{61C}\u{200E}\u{200F}\u{2066}\u{2069}", #""\u061c\u200e\u200f\u2066\u2069""#),
      ("\u{202A}\u{202E}\u{202F}", "\"\\u202a\\u202e\u{202F}\""),
    ])
  func escapes(_ text: String, expected: String) {
    #expect(written { $0.string(text) }.utf8.elementsEqual(expected.utf8))
  }

  @Test(
    "is read back as it was, every scalar",
    arguments: [
      0...0xFF, 0x2000...0x20FF, 0xD7F0...0xFFFF, 0x1_FFF0...0x2_000F, 0x10_FFF0...0x10_FFFF,
    ] as [ClosedRange<UInt32>])
  func scalars(_ range: ClosedRange<UInt32>) throws {
    var text = ""
    for scalar in range.compactMap(Unicode.Scalar.init) { text.unicodeScalars.append(scalar) }
    let bytes = Data(written { $0.object { $0.member("k", text) } }.utf8)
    let read = try JSONDecoder().decode([String: String].self, from: bytes)
    #expect(read.first?.value.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
  }
}
