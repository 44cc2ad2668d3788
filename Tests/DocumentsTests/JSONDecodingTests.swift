import Documents
import Testing

@Suite("Values of a JSON text")
struct JSONDecodingTests {
  struct Host: Codable, Equatable {
    enum Kind: String, Codable, CodingKeyRepresentable { case new, old }

    var name: String
    var ports: [UInt16] = []
    var isOn: Bool?
    var parts: [String: Part]?
    var kinds: [Kind: Int]?
  }

  struct Part: Codable, Equatable { var size: Int64 }

  private func decode<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
    try JSONText(parsing: Array(text.utf8), file: "f").decode(type)
  }

  @Test(
    "are decoded",
    arguments: [
      (#"{"name":"a","ports":[]}"#, Host(name: "a")),
      (
        #"{"ports":[1,65535],"other":{"x":[{}]},"name":"é\u0000"}"#,
        Host(name: "é\0", ports: [1, 65_535])
      ),
      (#"{"name":"","ports":[],"isOn":false}"#, Host(name: "", isOn: false)),
      (#"{"name":"","ports":[],"isOn":null,"parts":null}"#, Host(name: "")),
      (
        #"{"name":"","ports":[],"parts":{"a":{"size":-9223372036854775808},"":{"size":9223372036854775807}}}"#,
        Host(name: "", parts: ["a": Part(size: .min), "": Part(size: .max)])
      ),
      (
        #"{"name":"","ports":[],"kinds":{"old":-0,"new":1}}"#,
        Host(name: "", kinds: [.old: 0, .new: 1])
      ),
    ])
  func decode(_ text: String, value: Host) throws {
    #expect(try decode(text, as: Host.self) == value)
  }

  @Test("are decoded as scalars and lists, too")
  func fragments() throws {
    #expect(try decode("7", as: Int.self) == 7)
    #expect(try decode("-1.5e3", as: Double.self) == -1500)
    #expect(try decode(" \"a\" ", as: String.self) == "a")
    #expect(try decode("null", as: Int?.self) == nil)
    #expect(try decode("[null,1]", as: [Int?].self) == [nil, 1])
    #expect(try decode("[[],[[1]]]", as: [[[Int]]].self) == [[], [[1]]])
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ message: String) {
      self.name = name
      self.text = text
      self.message = message
    }
  }

  @Test(
    "are refused with their place",
    arguments: [
      Row("no object", "[]", "1:1: the text is not an object"),
      Row("null", "null", "1:1: the text is not an object"),
      Row("a missing key", "\n {\"name\": \"a\"}", "2:2: the text lacks the key 'ports'"),
      Row(
        "a missing key below", #"{"name":"","ports":[],"parts":{"ключ":{}}}"#,
        "1:39: 'parts.ключ' lacks the key 'size'"),
      Row("null for a text", #"{"name":null,"ports":[]}"#, "1:9: 'name' is not a text"),
      Row("a number for a text", #"{"name":1,"ports":[]}"#, "1:9: 'name' is not a text"),
      Row(
        "a text for a truth value", #"{"name":"","ports":[],"isOn":"true"}"#,
        "1:30: 'isOn' is not true or false"),
      Row(
        "a number for a truth value", #"{"name":"","ports":[],"isOn":1}"#,
        "1:30: 'isOn' is not true or false"),
      Row("an object for a list", #"{"name":"","ports":{}}"#, "1:20: 'ports' is not a list"),
      Row(
        "a text in a list of numbers", "{\"name\":\"\",\n\"ports\":[1,\n \"2\"]}",
        "3:2: 'ports[1]' is not a number"),
      Row(
        "a number that is too large", #"{"name":"","ports":[65536]}"#,
        "1:21: 'ports[0]' is a number that does not fit UInt16"),
      Row(
        "a number that is too small", #"{"name":"","ports":[-1]}"#,
        "1:21: 'ports[0]' is a number that does not fit UInt16"),
      Row(
        "a broken number", #"{"name":"","ports":[1.5]}"#,
        "1:21: 'ports[0]' is a number that does not fit UInt16"),
      Row(
        "an unknown name for a key", #"{"name":"","ports":[],"kinds":{"older":1}}"#,
        "1:31: 'kinds' is not accepted: "),
      Row(
        "a scalar for an object", #"{"name":"","ports":[],"parts":{"a":7}}"#,
        "1:36: 'parts.a' is not an object"),
    ])
  func refuse(_ row: Row) {
    let error = #expect(throws: DocumentError.self) { try decode(row.text, as: Host.self) }
    #expect(
      error?.description.hasPrefix("f:\(row.message)") == true, "\(String(describing: error))")
  }

  @Test("are refused without the value, which may be a secret")
  func secret() {
    let text = #"{"name":"","ports":[],"isOn":"hunter2"}"#
    let error = #expect(throws: DocumentError.self) { try decode(text, as: Host.self) }
    #expect(error?.description.contains("hunter2") == false)
  }

  /// An image that exposes every port of three protocols gives each of its containers such an object:
  /// if eight times the members took 64 times the time, it would stop the pass.
  @Test("are decoded in a time that does not grow with the square of their number")
  func many() throws {
    func time(_ count: Int) throws -> Duration {
      let members = (0..<count).map { #""\#($0)/tcp":{"size":\#($0)}"# }.joined(separator: ",")
      let text = try JSONText(parsing: Array("{\(members)}".utf8), file: "f")
      return try ContinuousClock().measure {
        let parts = try text.decode([String: Part].self)
        #expect(parts.count == count)
      }
    }
    let few = try (0..<3).map { _ in try time(2_000) }.min()
    let many = try time(16_000)
    #expect(try many < #require(few) * 30)
  }
}
