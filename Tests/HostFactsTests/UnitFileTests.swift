import Testing

@testable import HostFacts

/// systemd.syntax(7) and systemd.unit(5).
@Suite("Unit files")
struct UnitFileTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let texts: [String]
    let values: [String]
    var testDescription: String { name }

    init(_ name: String, _ texts: String..., values: [String]) {
      self.name = name
      self.texts = texts
      self.values = values
    }
  }

  @Test(
    "give the values of a key",
    arguments: [
      Row("one", "[Service]\nExecStart=a\n", values: ["a"]),
      Row("none", "[Service]\n", values: []),
      Row("several, in their order", "[Service]\nExecStart=a\nExecStart=b\n", values: ["a", "b"]),
      Row("of another section", "[Unit]\nExecStart=a\n[Service]\nExecStart=b\n", values: ["b"]),
      Row(
        "of a section that comes twice", "[Service]\nExecStart=a\n[Unit]\n[Service]\nExecStart=b",
        values: ["a", "b"]),
      Row("of another case", "[Service]\nexecstart=a\n[service]\nExecStart=b\n", values: []),
      Row("before any section", "ExecStart=a\n", values: []),
      Row("space around", "  [Service]\t\n \tExecStart \t=\t a b \t\n", values: ["a b"]),
      Row("an equals sign in the value", "[Service]\nExecStart=a=b=c\n", values: ["a=b=c"]),
      Row("no equals sign", "[Service]\nExecStart\nExecStart=a\n", values: ["a"]),
      Row(
        "comments", "# x\n[Service]\n;ExecStart=a\n  # ExecStart=b\nExecStart=c # d\n",
        values: ["c # d"]),
      Row("CR LF", "[Service]\r\nExecStart=a\r\n", values: ["a"]),
      Row("no newline at the end", "[Service]\nExecStart=a", values: ["a"]),
      Row("a byte-order mark", "\u{FEFF}[Service]\nExecStart=a\n", values: ["a"]),
      Row("quotes are kept", "[Service]\nExecStart=\"a b\" 'c'\n", values: ["\"a b\" 'c'"]),
    ])
  func values(_ row: Row) {
    #expect(
      UnitFile(row.texts.map { .init(file: "", text: $0) }).values("Service.ExecStart")
        == row.values)
  }

  @Test(
    "go on after a backslash",
    arguments: [
      Row("once", "[Service]\nExecStart=a \\\n b\n", values: ["a   b"]),
      Row("twice", "[Service]\nExecStart=a\\\nb\\\nc\nExecStart=d\n", values: ["a b c", "d"]),
      Row(
        "with comments between", "[Service]\nExecStart=a\\\n# x\\\n  ; y\n# ExecStart=z\nb\n",
        values: ["a b"]),
      Row("with CR LF", "[Service]\r\nExecStart=a\\\r\nb\r\n", values: ["a b"]),
      Row("at the end of the file", "[Service]\nExecStart=a\\", values: ["a"]),
      Row("until an empty line", "[Service]\nExecStart=a\\\n\nExecStart=b\n", values: ["a", "b"]),
      Row(
        "whatever the next line looks like", "[Service]\nExecStart=a\\\n[Unit]\nExecStart=b\n",
        values: ["a [Unit]", "b"]),
      Row(
        "but not after two, which are one of the text", "[Service]\nExecStart=a\\\\\nExecStart=b\n",
        values: ["a\\\\", "b"]),
    ])
  func continuation(_ row: Row) {
    #expect(
      UnitFile(row.texts.map { .init(file: "", text: $0) }).values("Service.ExecStart").map {
        $0.split(separator: " ")
      }
        == row.values.map { $0.split(separator: " ") })
  }

  @Test(
    "are changed by drop-ins in their order",
    arguments: [
      Row("one more", "[Service]\nExecStart=a", "[Service]\nExecStart=b", values: ["a", "b"]),
      Row(
        "another instead", "[Service]\nExecStart=a\nExecStart=b",
        "[Service]\nExecStart=\nExecStart=c", values: ["c"]),
      Row("emptied with space", "[Service]\nExecStart=a", "[Service]\nExecStart= \t\n", values: []),
      Row(
        "emptied and given again by the next", "[Service]\nExecStart=a", "[Service]\nExecStart=",
        "[Service]\nExecStart=b", values: ["b"]),
      Row("another section emptied", "[Service]\nExecStart=a", "[Unit]\nExecStart=", values: ["a"]),
      Row(
        "a section does not go on into a drop-in", "[Service]\nExecStart=a", "ExecStart=b",
        values: ["a"]),
      Row(
        "a continuation neither", "[Service]\nExecStart=a\\", "[Service]\nExecStart=b",
        values: ["a", "b"]),
    ])
  func dropIns(_ row: Row) {
    #expect(
      UnitFile(row.texts.map { .init(file: "", text: $0) }).values("Service.ExecStart")
        == row.values)
  }

  @Test("give the values of every key")
  func keys() {
    let unit = UnitFile([
      .init(
        file: "u",
        text:
          "[Service]\nEnvironment=A=1\n[Socket]\n# b\nListenStream=/run/a\\\n\nListenStream=/run/b\n"
      )
    ])
    #expect(unit.values("Service.Environment") == ["A=1"])
    #expect(unit.values("Socket.ListenStream") == ["/run/a", "/run/b"])
    #expect(unit.values("ListenStream") == [])
    #expect(unit.entries("Socket.ListenStream").map(\.place.description) == ["u:5", "u:7"])
  }
}
