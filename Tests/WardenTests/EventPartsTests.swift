import DockerEngine
import HostFacts
import Testing

@testable import Warden

@Suite("What an event touches")
struct EventPartsTests {
  private static let container = String(repeating: "0a", count: 32)
  private static let exec = String(repeating: "f1", count: 32)

  struct Case: Sendable, CustomTestStringConvertible {
    let event: EngineEvent
    let expected: HostParts
    var testDescription: String { "\(event.type) \(event.action) \(event.id.prefix(8))" }

    init(
      _ type: String, _ action: String, id: String = EventPartsTests.container,
      exec: String? = nil, container: String? = nil, _ expect: (inout HostParts) -> Void
    ) {
      event = EngineEvent(type: type, action: action, id: id, execID: exec, container: container)
      var parts = HostParts()
      expect(&parts)
      expected = parts
    }
  }

  private static let ofContainer = [
    "create", "start", "restart", "die", "destroy", "rename", "update", "pause", "unpause",
    "something new",
  ].map { Case("container", $0) { $0.containers = .some([container]) } }

  private static let ofCommands = ["exec_start", "exec_die"].flatMap { action in
    [
      Case("container", action, exec: exec) { $0.execs = [.init(id: exec, container: container)] },
      // A label of that name stands in the id's place.
      Case("container", action, exec: "../../containers") { $0.containers = .some([container]) },
      Case("container", action, exec: "") { $0.containers = .some([container]) },
      Case("container", action) { $0.containers = .some([container]) },
      Case("container", action, id: "web", exec: exec) { $0.containers = .all },
    ]
  }

  private static let ofOthers = [
    Case("image", "tag", id: "sha256:e0") { $0.images = true },
    Case("image", "pull", id: "busybox:latest") { $0.images = true },
    Case("image", "delete", id: "sha256:e0") { $0.images = true },
    Case("volume", "create", id: "data") { $0.volumes = true },
    Case("volume", "destroy", id: "data") { $0.volumes = true },
    Case("network", "connect", id: "n", container: container) {
      $0.containers = .some([container])
      $0.engine = true
    },
    Case("network", "disconnect", id: "n", container: "x/../y") {
      $0.containers = .all
      $0.engine = true
    },
    Case("network", "connect", id: "n") { $0.engine = true },
    Case("network", "create", id: "n") { $0.engine = true },
    Case("plugin", "enable", id: "p") { $0.engine = true },
    Case("node", "update", id: "n") { $0.engine = true },
    Case("service", "create", id: "s") { $0.engine = true },
    Case("secret", "remove", id: "s") { $0.engine = true },
    Case("config", "create", id: "c") { $0.engine = true },
    Case("daemon", "reload", id: "d") { $0 = .all },
    Case("something new", "create", id: "d") {
      $0 = .all
      $0.ownSide = false
    },
    Case("container", "start", id: String(repeating: "A", count: 64)) { $0.containers = .all },
    Case("container", "start", id: String(repeating: "a", count: 63)) { $0.containers = .all },
    Case("container", "start", id: "") { $0.containers = .all },
  ]

  @Test(
    "is no more than it says, and never nothing", arguments: ofContainer + ofCommands + ofOthers)
  func parts(_ example: Case) {
    let parts = HostParts(example.event)
    #expect(parts == example.expected)
    #expect(!parts.isEmpty)
  }
}
