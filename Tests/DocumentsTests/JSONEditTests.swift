import Testing

@testable import Documents

@Suite("Editing JSON")
struct JSONEditTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var before: String
    var key = "icc"
    var value = JSONEdit.Value.bool(false)
    var after: String

    var testDescription: String { name }
  }

  private static let rows: [Row] = [
    Row(name: "no file", before: "", after: "{\n  \"icc\": false\n}\n"),
    Row(name: "white space", before: " \n\t\r\n", after: "{\n  \"icc\": false\n}\n"),
    Row(name: "an empty object", before: "{}", after: "{\n  \"icc\": false\n}"),
    Row(name: "with a line end", before: "{}\n", after: "{\n  \"icc\": false\n}\n"),
    Row(name: "with a space inside", before: "{ }\n", after: "{\n  \"icc\": false\n}\n"),
    Row(name: "on two lines", before: "{\n}\n", after: "{\n  \"icc\": false\n}\n"),
    Row(name: "on two of Windows", before: "{\r\n}", after: "{\r\n  \"icc\": false\r\n}"),
    Row(name: "a value", before: "{\"icc\": true}", after: "{\"icc\": false}"),
    Row(
      name: "already so", before: "{ \"icc\":\tfalse , \"x\": 1.0e5 }",
      after: "{ \"icc\":\tfalse , \"x\": 1.0e5 }"),
    Row(name: "a null", before: "{\"icc\": null }", after: "{\"icc\": false }"),
    Row(
      name: "the key with escapes", before: #"{"\u0069cc": true}"#, after: #"{"\u0069cc": false}"#),
    Row(
      name: "on one line", before: "{\"debug\": true}", after: "{\"debug\": true, \"icc\": false}"),
    Row(
      name: "on one line without spaces", before: "{\"a\":1,\"b\":2}",
      after: "{\"a\":1,\"b\":2,\"icc\":false}"),
    Row(
      name: "with spaces inside the braces", before: "{ \"a\": 1 }",
      after: "{ \"a\": 1, \"icc\": false }"),
    Row(
      name: "four spaces", before: "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": []\n    }\n}\n",
      after:
        "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": []\n    },\n    \"icc\": false\n}\n"),
    Row(
      name: "tabs, no end of the last line", before: "{\n\t\"a\" : 1\n}",
      after: "{\n\t\"a\" : 1,\n\t\"icc\" : false\n}"),
    Row(
      name: "lines of Windows", before: "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n",
      after: "{\r\n  \"a\": 1,\r\n  \"b\": 2,\r\n  \"icc\": false\r\n}\r\n"),
    Row(
      name: "commas first", before: "{ \"a\": 1\n, \"b\": 2\n}",
      after: "{ \"a\": 1\n, \"b\": 2\n, \"icc\": false\n}"),
    Row(
      name: "an empty line between", before: "{\n  \"a\": 1,\n\n  \"b\": 2\n}",
      after: "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"icc\": false\n}"),
    Row(
      name: "a value on a line of its own", before: "{\n  \"a\":\n    {}\n}",
      after: "{\n  \"a\":\n    {},\n  \"icc\": false\n}"),
    Row(
      name: "a text", before: "{\"log-level\":\"debug\"}", key: "log-level", value: .text("info"),
      after: "{\"log-level\":\"info\"}"),
    Row(
      name: "the same text with escapes", before: #"{"log-level":"\u0069nfo"}"#, key: "log-level",
      value: .text("info"), after: #"{"log-level":"\u0069nfo"}"#),
    Row(
      name: "what has to be escaped", before: "{}", key: "a\"b", value: .text("\\ \u{1} ä\n"),
      after: "{\n  \"a\\\"b\": \"\\\\ \\u0001 ä\\u000a\"\n}"),
    Row(
      name: "an emptied list", before: "{\"r\": [ \"a\",\n \"b\" ]}", key: "r", value: .list([]),
      after: "{\"r\": []}"),
    Row(
      name: "a shorter list", before: "{\"r\": [\"a\",\"b\",\"c\"]}", key: "r",
      value: .list(["a", "c"]), after: "{\"r\": [\"a\",\"c\"]}"),
    Row(
      name: "a shorter list on lines",
      before: "{\n  \"r\": [\n    \"a\",\n    \"b\",\n    \"c\"\n  ]\n}", key: "r",
      value: .list(["b", "c"]), after: "{\n  \"r\": [\n    \"b\",\n    \"c\"\n  ]\n}"),
    Row(
      name: "a new list", before: "{\"a\": 1}", key: "r", value: .list(["x", "y"]),
      after: "{\"a\": 1, \"r\": [\"x\", \"y\"]}"),
    Row(
      name: "a like key further down", before: "{\"a\": {\"icc\": true}}",
      after: "{\"a\": {\"icc\": true}, \"icc\": false}"),
  ]

  @Test("changes nothing else", arguments: rows)
  func edit(row: Row) throws {
    let edited = try JSONEdit.setting(
      row.key, to: row.value, in: Array(row.before.utf8), file: "daemon.json")
    #expect(String(decoding: edited, as: UTF8.self) == row.after)
    let again = try JSONEdit.setting(row.key, to: row.value, in: edited, file: "daemon.json")
    #expect(again == edited)
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    var text: String
    var value = JSONEdit.Value.bool(false)
    /// What the message ends with, after the name of the file.
    var message: String

    var testDescription: String { text }
  }

  private static let refused: [Refused] = [
    Refused(text: "{\"icc\": true,}", message: "1:14: expected a key in double quotes"),
    Refused(text: "{\n  // why\n}", message: "2:3: expected a key in double quotes"),
    Refused(text: "{} {}", message: "1:4: more text after the end of the value"),
    Refused(text: "[]", message: "1:1: expected an object"),
    Refused(text: "null", message: "1:1: expected an object"),
    Refused(
      text: "\u{FEFF}{}", message: "1:1: a byte-order mark, which JSON does not allow"),
    Refused(
      text: "{\"icc\": true,\n \"icc\": false}",
      message: "2:2: the key 'icc' stands twice in this object"),
    Refused(
      text: "{\"a\": 1,\n \"a\": 2}", message: "2:2: the key 'a' stands twice in this object"),
    Refused(
      text: "{\"icc\": true, \"i\\u0063c\": false}",
      message: "1:15: the key 'icc' stands twice in this object"),
    Refused(text: "{\"ICC\": true}", message: "1:2: the key 'ICC' differs from 'icc' only in case"),
    Refused(
      text: "{\"icc\": false, \"Icc\": true}",
      message: "1:16: the key 'Icc' differs from 'icc' only in case"),
    Refused(
      text: "{\"debug\": true, \"Debug\": true}",
      message: "1:17: the key 'Debug' differs from 'debug' only in case"),
    Refused(
      text: "{\"hosts\": [], \"ho\u{17F}ts\": []}",
      message: "1:15: the key 'ho\u{17F}ts' differs from 'hosts' only in case"),
    Refused(text: "{\"icc\": \"false\"}", message: "1:9: 'icc' is neither true nor false"),
    Refused(text: "{\"icc\": 0}", message: "1:9: 'icc' is neither true nor false"),
    Refused(text: "{\"icc\": []}", value: .text("x"), message: "1:9: 'icc' is not a text"),
    Refused(text: "{\"icc\": \"x\"}", value: .list([]), message: "1:9: 'icc' is not a list"),
    Refused(
      text: "{\"icc\": [\"x\", 1]}", value: .list([]),
      message: "1:15: 'icc' holds something that is not a text"),
  ]

  @Test("is refused with its place", arguments: refused)
  func refuse(row: Refused) {
    #expect("/etc/docker/daemon.json:" + row.message == message(Array(row.text.utf8), row.value))
  }

  @Test("is refused where it is not UTF-8")
  func notUTF8() {
    #expect(
      message(Array("{\"a\": \"".utf8) + [0xFF] + Array("\"}".utf8), .bool(false))
        == "/etc/docker/daemon.json:1:7: a text that is not UTF-8")
  }

  private func message(_ bytes: [UInt8], _ value: JSONEdit.Value) -> String {
    do throws(DocumentError) {
      return String(
        decoding: try JSONEdit.setting(
          "icc", to: value, in: bytes, file: "/etc/docker/daemon.json"), as: UTF8.self)
    } catch {
      return error.description
    }
  }
}
