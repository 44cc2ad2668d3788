/// One line of `GET /events` (Engine API, "EventMessage"), as far as it says what has changed.
///
/// Who makes a container writes some of it: its name, its image's name, and the texts of its labels. Each
/// text is cut off at `textLimit` bytes.
package struct EngineEvent: Sendable, Equatable {
  /// What kind of thing it happened to, e.g. `container`.
  package var type: String
  /// What happened, e.g. `start`; of `exec_start: sh -c true`, what stands before the colon.
  package var action: String
  /// The thing's id, for some kinds its name. Of a container: 64 hexadecimal digits.
  package var id: String
  /// Of a command in a container: its id, unless the container has a label that is called `execID`,
  /// whose text then stands in its place (moby, `LogContainerEventWithAttributes`). So what is found
  /// under this id has to name this container, or it is not known which command it was.
  package var execID: String?
  /// Of a network: the container that was connected to it, or disconnected.
  package var container: String?
  package var name: String?
  package var image: String?
  /// Nanoseconds since 1970.
  package var time: Int64?

  static let textLimit = 512

  package init(
    type: String, action: String, id: String, execID: String? = nil, container: String? = nil,
    name: String? = nil, image: String? = nil, time: Int64? = nil
  ) {
    self.type = type
    self.action = action
    self.id = id
    self.execID = execID
    self.container = container
    self.name = name
    self.image = image
    self.time = time
  }
}

extension EngineEvent: Decodable {
  private enum CodingKeys: String, CodingKey {
    case type = "Type"
    case action = "Action"
    case actor = "Actor"
    case time = "timeNano"
  }

  private struct Actor: Decodable {
    var id: String
    var attributes: Attributes?

    enum CodingKeys: String, CodingKey {
      case id = "ID"
      case attributes = "Attributes"
    }
  }

  private struct Attributes: Decodable {
    var execID: String?
    var container: String?
    var name: String?
    var image: String?
  }

  package init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    let actor = try object.decode(Actor.self, forKey: .actor)
    let action = try object.decode(String.self, forKey: .action)
    self.init(
      type: Self.bounded(try object.decode(String.self, forKey: .type)),
      action: Self.bounded(Substring(action.utf8.prefix { $0 != UInt8(ascii: ":") })),
      id: Self.bounded(actor.id), execID: actor.attributes?.execID.map(Self.bounded),
      container: actor.attributes?.container.map(Self.bounded),
      name: actor.attributes?.name.map(Self.bounded),
      image: actor.attributes?.image.map(Self.bounded),
      time: try object.decodeIfPresent(Int64.self, forKey: .time))
  }

  private static func bounded(_ text: some StringProtocol) -> String {
    String(decoding: text.utf8.prefix(textLimit), as: UTF8.self)
  }
}

/// What the event stream of an Engine has to tell.
package enum EngineNews: Sendable, Equatable {
  /// From here on all events are told; what happened before has to be read.
  case connected
  case event(EngineEvent)
  /// Something was sent that cannot be told as an event, so what happened has to be read.
  case gap(reason: String)
  /// Nothing is told until the next `connected`.
  case disconnected(reason: String)
}
