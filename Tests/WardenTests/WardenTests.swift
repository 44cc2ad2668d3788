import HardeningModel
import TestSupport
import Testing

@testable import Warden

/// The service with an Engine whose answers are a real one's; on a real host it is tested in machines.
@Suite("The service")
struct WardenTests {
  @Test("tells of a container that appears, once, and inspects no other")
  func appears() async throws {
    let containers = Containers(["one"])
    try await Watched.run(containers.script) { watched in
      try await watched.waits(for: "scan: ")
      // The event stream has begun, and what follows from that is over.
      try await watched.waits { watched.engine.streamCount == 1 }
      try await Task.sleep(for: .milliseconds(500))
      watched.engine.forgetRequests()
      containers.set(["one", "two"])
      watched.engine.tell("create", "two")
      watched.engine.tell("start", "two")
      try await watched.waits(for: "appeared  container:two")
      let inspected = watched.engine.requests.filter { $0.hasSuffix("/json") }
      #expect(Set(inspected) == ["/containers/\(RealAnswers.id("two"))/json"])
      containers.set(["one"])
      watched.engine.tell("destroy", "two")
      try await watched.waits(for: "disappeared  container:two")
      let told = watched.lines.filter { $0.contains("container:two") }
      #expect(told.count == 2, "\(told)")
    }
  }

  @Test("asks for nothing again while nothing happens")
  func idle() async throws {
    try await Watched.run(RealAnswers.script(["one", "two"])) { watched in
      try await watched.waits(for: "scan: ")
      try await watched.waits { watched.engine.streamCount == 1 }
      try await Task.sleep(for: .milliseconds(500))
      watched.engine.forgetRequests()
      try await Task.sleep(for: .milliseconds(1000))
      #expect(watched.engine.requests.isEmpty)
    }
  }

  @Test("says once that the Engine does not answer, and once that it does again")
  func engineAway() async throws {
    let isUp = Switch()
    let script = RealAnswers.script(["one"])
    try await Watched.run({ path in
      isUp.isOn ? script(path) : FakeEngine.Answer(status: "500 Internal Server Error", body: "{}")
    }) { watched in
      try await watched.waits(for: "engine: ")
      isUp.isOn = true
      try await watched.waits(for: "answers: 20.10.24")
      let told = watched.lines.filter { $0.contains("engine: ") }
      #expect(told.count == 2, "\(told)")
    }
  }

  @Test("tells what was recorded and not told before it was killed")
  func leftOver() async throws {
    let containers = Containers(["one"])
    try await Watched.run(containers.script) { watched in
      try await watched.waits(for: "scan: ")
      // As if another process had found it, and had ended before anybody was told.
      containers.set(["one", "two"])
      let before = try watched.store.events().count
      watched.engine.tell("start", "two")
      try await watched.waits { try watched.store.events().count > before }
      try await watched.waits(for: "appeared  container:two")
      #expect(try watched.store.eventsForJournal().isEmpty)
    }
  }
}
