import Foundation

/// What a real Engine said, see `Fixtures/engine-20.10.24/README.md`.
package enum RealAnswers {
  /// The id of the one container, `idle`.
  package static let idle = "921b3578906131c2195e682228532f59c36a468a9a708617c3079af4354caf27"

  package static func body(_ name: String) -> String {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/engine-20.10.24/\(name).json")
    return String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }

  /// The inspection of `idle`, as that of another container.
  package static func inspection(id: String, name: String) -> String {
    body("idle").replacing(idle, with: id).replacing(
      #""Name":"/idle""#, with: #""Name":"/\#(name)""#)
  }

  /// The item of the list for `idle`, as that of another container.
  private static func item(id: String, name: String) -> String {
    String(body("containers").dropFirst().dropLast()).replacing(idle, with: id)
      .replacing(#""/idle""#, with: #""/\#(name)""#)
  }

  /// An id of 64 digits for a container called `name`.
  package static func id(_ name: String) -> String {
    name == "idle"
      ? idle
      : String(name.utf8.map { String($0, radix: 16) }.joined().prefix(64)).padding(
        toLength: 64, withPad: "0", startingAt: 0)
  }

  /// An Engine with these containers besides `idle`; `inspections` answers for those that it names.
  package static func script(
    _ names: [String] = [], inspections: [String: FakeEngine.Answer] = [:]
  ) -> FakeEngine.Script {
    let names = ["idle"] + names
    let list = "[" + names.map { item(id: id($0), name: $0) }.joined(separator: ",") + "]"
    let inspections = inspections.mapValues { ($0.status, $0.body) }
    return { path in
      switch path {
      case "/_ping": return FakeEngine.Answer(body: "OK")
      case "/info": return FakeEngine.Answer(body: body("info"))
      case "/images/json": return FakeEngine.Answer(body: body("images"))
      case _ where path.hasPrefix("/events"): return .stream
      case "/volumes": return FakeEngine.Answer(body: body("volumes"))
      case _ where path.hasPrefix("/networks"): return FakeEngine.Answer(body: body("networks"))
      case _ where path.hasPrefix("/containers/json"): return FakeEngine.Answer(body: list)
      default:
        guard let name = names.first(where: { path == "/containers/\(id($0))/json" }) else {
          return .gone
        }
        if let (status, body) = inspections[name] {
          return FakeEngine.Answer(status: status, body: body)
        }
        return FakeEngine.Answer(body: inspection(id: id(name), name: name))
      }
    }
  }
}
