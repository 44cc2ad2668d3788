import DockerEngine
import Foundation
import HardeningModel
import Synchronization
import TestSupport
import Testing

@testable import HostFacts

@Suite("A host that has been read")
struct PartialReadingTests {
  private static let names = ["one", "two", "three"]

  @Test("is asked for the one container that has changed, and for no other")
  func oneContainer() async throws {
    try await with(RealAnswers.script(Self.names)) { engine, reader in
      let own = try await reader.ownSide()
      let first = try await reader.engineSide(.all, since: nil, of: own)
      #expect(engine.inspections == Set((Self.names + ["idle"]).map(RealAnswers.id)))
      engine.forgetRequests()
      let second = try await reader.engineSide(
        .container(RealAnswers.id("two")), since: first, of: own)
      #expect(
        engine.requests.sorted() == [
          "/_ping", "/containers/\(RealAnswers.id("two"))/json", "/containers/json?all=1",
        ])
      #expect(try reader.snapshot(of: own, second) == reader.snapshot(of: own, first))
      #expect(second.failure == nil)
    }
  }

  @Test("is read the same in parts as at once")
  func sameInParts() async throws {
    try await with(RealAnswers.script(Self.names)) { _, reader in
      let own = try await reader.ownSide()
      var side = try await reader.engineSide(.all, since: nil, of: own)
      for parts in [HostParts.container(RealAnswers.id("one")), .wholeEngine] {
        side = try await reader.engineSide(parts, since: side, of: own)
      }
      #expect(try await reader.snapshot(of: own, side) == reader.snapshot())
    }
  }

  @Test("gains a container that is new on the list, and loses one that is gone from it")
  func comeAndGone() async throws {
    let changing = Names(names: ["one", "two"])
    try await with({ RealAnswers.script(changing.value)($0) }) { engine, reader in
      let own = try await reader.ownSide()
      let first = try await reader.engineSide(.all, since: nil, of: own)
      changing.value = ["two", "four"]
      engine.forgetRequests()
      let gone = try await reader.engineSide(
        .container(RealAnswers.id("one")), since: first, of: own)
      let listed = try reader.snapshot(of: own, gone).containers.value?.map(\.name)
      #expect(listed == ["four", "two", "idle"])
      #expect(engine.inspections == [RealAnswers.id("four")])
    }
  }

  @Test("is asked for an exec alone, which its container has then")
  func exec() async throws {
    let script = RealAnswers.script()
    let answer =
      #"{"ContainerID":"\#(RealAnswers.idle)","Running":true,"ProcessConfig":{"privileged":true}}"#
    let id = String(repeating: "e", count: 64)
    try await with({ path in
      path == "/exec/\(id)/json" ? FakeEngine.Answer(body: answer) : script(path)
    }) { engine, reader in
      let own = try await reader.ownSide()
      let first = try await reader.engineSide(.all, since: nil, of: own)
      engine.forgetRequests()
      var parts = HostParts()
      parts.execs = [HostParts.Exec(id: id, container: RealAnswers.idle)]
      let second = try await reader.engineSide(parts, since: first, of: own)
      #expect(engine.requests.sorted() == ["/_ping", "/exec/\(id)/json"])
      let snapshot = try reader.snapshot(of: own, second)
      #expect(snapshot.containers.value?.first?.inspection.value?.execIDs.value == [id])
      #expect(snapshot.execs[id]?.value?.configuration.privileged.value == true)
      // Once it is over and forgotten, it is nobody's.
      let third = try await reader.engineSide(.wholeEngine, since: second, of: own)
      #expect(try reader.snapshot(of: own, third).execs.isEmpty)
    }
  }

  @Test("is asked for everything after an Engine that did not answer")
  func afterFailure() async throws {
    let isUp = Flag()
    let script = RealAnswers.script(Self.names)
    try await with({ path in
      isUp.value ? script(path) : FakeEngine.Answer(status: "500 No", body: "{}")
    }) { engine, reader in
      let own = try await reader.ownSide()
      let first = try await reader.engineSide(.all, since: nil, of: own)
      #expect(first.failure != nil)
      isUp.value = true
      engine.forgetRequests()
      let second = try await reader.engineSide(
        .container(RealAnswers.id("one")), since: first, of: own)
      #expect(second.failure == nil)
      #expect(engine.inspections.count == 4)
    }
  }

  /// What `body` does, given an Engine that plays `script` and who reads the host with it.
  private func with(
    _ script: @escaping FakeEngine.Script, _ body: (FakeEngine, HostReader) async throws -> Void
  ) async throws {
    try await FixtureRoot.with { fixture in
      try fixture.makeHost()
      try await FakeEngine.run(at: fixture.path + "/engine.sock", script) { engine in
        var reader = HostReader(startedAt: "2025-01-02T03:04:05Z")
        reader.root = fixture.path
        reader.timeout = .seconds(60)
        reader.endpoint = try EngineEndpoint(parsing: engine.address)
        try await body(engine, reader)
      }
    }
  }
}

extension FakeEngine {
  /// The ids of the containers that were inspected.
  fileprivate var inspections: Set<String> {
    Set(
      requests.filter { $0.hasPrefix("/containers/") && $0.hasSuffix("/json") }
        .map { String($0.dropFirst(12).dropLast(5)) })
  }
}

private final class Flag: Sendable {
  private let isSet = Mutex(false)
  var value: Bool {
    get { isSet.withLock { $0 } }
    set { isSet.withLock { $0 = newValue } }
  }
}

private final class Names: Sendable {
  private let names: Mutex<[String]>
  init(names: [String]) { self.names = Mutex(names) }
  var value: [String] {
    get { names.withLock { $0 } }
    set { names.withLock { $0 = newValue } }
  }
}
