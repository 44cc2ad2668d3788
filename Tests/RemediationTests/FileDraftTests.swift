import Testing

@testable import Remediation

@Suite("What a file is to say")
struct FileDraftTests {
  private static func edited(_ draft: FileDraft, _ old: String?) throws -> String {
    String(decoding: try draft.edit(old.map { Array($0.utf8) }), as: UTF8.self)
  }

  @Test(
    "is added to what it says, once",
    arguments: [
      (nil, "# h\na\nb\n"), ("", "a\nb\n"), ("x", "x\na\nb\n"), ("x\n", "x\na\nb\n"),
      ("a\nb\n", "a\nb\n"), ("x\na\nb", "x\na\nb"), ("a\nx\nb\n", "a\nx\nb\na\nb\n"),
      ("aa\nb\n", "aa\nb\na\nb\n"), ("x\r\n", "x\r\na\nb\n"),
    ] as [(String?, String)])
  func appending(_ old: String?, new: String) throws {
    let draft = FileDraft.appending(["a", "b"], to: "/f", heading: ["# h"])
    #expect(try Self.edited(draft, old) == new)
  }

  @Test("leaves bytes that are no text as they are")
  func bytes() throws {
    let draft = FileDraft.appending(["a"], to: "/f", heading: [])
    #expect(try draft.edit([0xFF, 0, 10]) == [0xFF, 0, 10, 97, 10])
  }

  @Test("is all that it says, or it is somebody else's")
  func exactly() throws {
    let draft = FileDraft.exactly(["a", "b"], at: "/f")
    #expect(try Self.edited(draft, nil) == "a\nb\n")
    #expect(try Self.edited(draft, "a\nb\n") == "a\nb\n")
    #expect(throws: RemediationError.self) { try Self.edited(draft, "a\n") }
  }
}
