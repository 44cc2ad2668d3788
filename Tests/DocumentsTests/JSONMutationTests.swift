import Foundation
import TestSupport
import Testing

@testable import Documents

@Suite("Mutated JSON")
struct JSONMutationTests {
  /// What is mutated; keys that only Unicode takes for the same are left out, since a dictionary of
  /// Foundation cannot hold both.
  static let corpus =
    JSONValidTests.rows.map(\.text).filter { !$0.unicodeScalars.contains("\u{301}") } + [
      #"{"hosts":["fd://","tcp://0.0.0.0:2376"],"tlsverify":true,"tlskey":"/etc/docker/key.pem"}"#,
      #"{"log-opts":{"max-size":"10m"},"default-ulimits":{"nofile":{"Hard":64000,"Soft":-1}}}"#,
      #"{"Id":"3f2a","State":{"Pid":0,"Health":null},"Mounts":[{"RW":false,"Source":"/\u002e\ud83d\ude00"}]}"#,
      #"[[[[{"a":[{"b":[1.5e-3,-0.25,"\\\"\/"]}]}]]]]"#,
    ]

  static let alphabet =
    Array(##"{}[]:,"\/-+.eE0123456789tfnrualsbD8Cd "##.utf8)
    + [
      0x00, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x80, 0x9F, 0xBF, 0xC0, 0xC3, 0xE2, 0xED, 0xEF, 0xF0,
      0xFF,
    ]

  /// Why we may refuse what Foundation reads. RFC 8259 leaves duplicates to the reader and forbids
  /// a byte-order mark only to the writer; the comma before a closing bracket is Foundation's own.
  static let stricter = [
    "stands twice in this object", "a byte-order mark", "no JSON value begins with ']'",
    "expected a key in double quotes",
  ]

  @Test("is read as Foundation reads it, or refused", arguments: [1, 2, 3, 4] as [UInt64])
  func compare(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var accepted = 0
    var refused = 0
    for _ in 0..<10_000 {
      let original = try #require(Self.corpus.randomElement(using: &random))
      let bytes = random.mutated(Array(original.utf8), alphabet: Self.alphabet)
      let foundation = Result { try JSONDecoder().decode(Reference.self, from: Data(bytes)) }
      do throws(DocumentError) {
        let text = try JSONText(parsing: bytes, file: "f")
        accepted += 1
        guard let comparable = text.root.comparable else { continue }
        #expect((try? foundation.get().rendered) == comparable, "\(visible(bytes))")
      } catch {
        refused += 1
        // From a NUL Foundation guesses UTF-16 or UTF-32.
        if case .failure = foundation { continue }
        if bytes.contains(0) { continue }
        let isStricter = Self.stricter.contains { error.reason.contains($0) }
        #expect(isStricter, "\(visible(bytes)): \(error)")
      }
    }
    // Without enough of both, the comparison has not been made.
    #expect(accepted > 1_000)
    #expect(refused > 1_000)
  }

  @Test("has its errors inside the text")
  func places() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<5_000 {
      let original = try #require(Self.corpus.randomElement(using: &random))
      let bytes = random.mutated(Array(original.utf8), alphabet: Self.alphabet)
      do throws(DocumentError) {
        _ = try JSONText(parsing: bytes, file: "f")
      } catch {
        let end = Position(offset: bytes.count, in: bytes)
        let place = try #require(error.position)
        let isInside =
          place.line < end.line || (place.line == end.line && place.column <= end.column)
        #expect(
          isInside && place.line > 0 && place.column > 0, "\(visible(bytes)): \(error)")
      }
    }
  }

  private func visible(_ bytes: [UInt8]) -> String {
    quoted(String(decoding: bytes, as: UTF8.self))
  }
}

/// A JSON value as Foundation reads it, rendered as `comparable` renders ours.
private struct Reference: Decodable {
  var rendered: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      rendered = "null"
    } else if let bool = try Self.value(of: value, as: Bool.self) {
      rendered = "\(bool)"
    } else if let text = try Self.value(of: value, as: String.self) {
      rendered = quoted(text)
    } else if let number = try Self.value(of: value, as: Double.self) {
      rendered = "\(number)"
    } else if let list = try Self.value(of: value, as: [Reference].self) {
      rendered = "[" + list.map(\.rendered).joined(separator: ",") + "]"
    } else {
      rendered = renderedObject(
        try value.decode([String: Reference].self).map { ($0, $1.rendered) })
    }
  }

  /// The value, `nil` where it is of another type; Foundation looks at the content only here.
  private static func value<Value: Decodable>(
    of container: any SingleValueDecodingContainer, as type: Value.Type
  ) throws -> Value? {
    do {
      return try container.decode(type)
    } catch DecodingError.typeMismatch {
      return nil
    }
  }
}

extension JSONText.Element {
  /// By value, as Foundation tells no more; `nil` where it has a number that Foundation refuses:
  /// one beyond `Double`, one that `Double` rounds to zero, and zero itself with an exponent.
  fileprivate var comparable: String? {
    switch content {
    case .null, .bool, .text: return rendered
    case .number(let text):
      guard let number = Double(text), number.isFinite else { return nil }
      return number == 0 && text.lowercased().contains("e") ? nil : "\(number)"
    case .list(let elements):
      let parts = elements.compactMap(\.comparable)
      return parts.count == elements.count ? "[" + parts.joined(separator: ",") + "]" : nil
    case .object(let members):
      let parts = members.compactMap { member in member.value.comparable.map { (member.key, $0) } }
      return parts.count == members.count ? renderedObject(parts) : nil
    }
  }
}

/// By key: Foundation does not tell in which order they came.
private func renderedObject(_ members: [(key: String, value: String)]) -> String {
  let sorted = members.map { quoted($0.key) + ":" + $0.value }.sorted()
  return "{" + sorted.joined(separator: ",") + "}"
}
