import DockerEngine
import Foundation
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The directories of containers")
struct ContainerDirectoriesTests {
  private static let names = ["one", "two"]
  private static let ids = (["idle"] + names).map(RealAnswers.id)
  private static let list = "/containers/json?all=1"

  @Test("spare the Engine its list, where they are those of all containers that it counts")
  func all() async throws {
    let (snapshot, requests) = try await read(directories: Self.ids, counted: "3")
    #expect(!requests.contains(Self.list))
    #expect(snapshot.containers.value?.map(\.name).sorted() == ["idle", "one", "two"])
    let listed = try await read(directories: nil, counted: "3")
    #expect(listed.requests.contains(Self.list))
    #expect(snapshot.containers == listed.snapshot.containers)
    #expect(snapshot.execs == listed.snapshot.execs)
    #expect(snapshot.images == listed.snapshot.images)
    #expect(snapshot.engine.value?.info == listed.snapshot.engine.value?.info)
  }

  @Test(
    "do not hide a container that has none, and are not all where the Engine counts others",
    arguments: [
      (["idle"], "3"), (["idle", "two"], "3"), ([], "3"), (["idle"], "4"), (["idle"], "null"),
      (["idle", "one", "two"], "2"), (["idle", "one", "two"], "4"),
      (["idle", "one", "two"], "null"), (["idle", "one", "two"], #""3""#),
    ])
  func missing(_ there: [String], _ counted: String) async throws {
    let (snapshot, requests) = try await read(
      directories: there.map(RealAnswers.id), counted: counted)
    #expect(snapshot.containers.value?.map(\.name).sorted() == ["idle", "one", "two"])
    #expect(requests.filter { $0 == Self.list }.count == 1)
    for id in Self.ids {
      #expect(requests.filter { $0 == "/containers/\(id)/json" }.count == 1, "\(id)")
    }
  }

  @Test("are not containers by themselves")
  func remains() async throws {
    let removed = RealAnswers.id("removed")
    let (snapshot, requests) = try await read(directories: Self.ids + [removed], counted: "3")
    #expect(requests.contains("/containers/\(removed)/json"))
    #expect(!requests.contains(Self.list))
    #expect(snapshot.containers.value?.map(\.name).sorted() == ["idle", "one", "two"])
  }

  @Test("do not stand for the container that is called like one")
  func name() async throws {
    let other = RealAnswers.id("other")
    let (snapshot, requests) = try await read(
      directories: [RealAnswers.id("idle"), RealAnswers.id("one"), other], counted: "3",
      answers: [
        "/containers/\(other)/json": FakeEngine.Answer(
          body: RealAnswers.inspection(id: RealAnswers.id("two"), name: other))
      ])
    #expect(requests.contains(Self.list))
    #expect(snapshot.containers.value?.map(\.id) == Self.ids.sorted())
  }

  @Test("do not make up for a container that cannot be inspected")
  func failure() async throws {
    let (snapshot, requests) = try await read(
      directories: Self.ids, counted: "3",
      answers: [
        "/containers/\(RealAnswers.id("two"))/json": FakeEngine.Answer(
          status: "500 No", body: #"{"message":"broken"}"#)
      ])
    #expect(requests.contains(Self.list))
    let two = snapshot.containers.value?.first { $0.name == "two" }
    #expect(two?.inspection.failure?.contains("broken") == true)
    #expect(snapshot.containers.value?.filter { $0.inspection.value != nil }.count == 2)
  }

  @Test("leave a container the labels that the list would give it")
  func labels() async throws {
    let id = RealAnswers.id("one")
    let inspection = RealAnswers.inspection(id: id, name: "one").replacing(
      #""Labels":{}"#,
      with: #""Labels":{"com.docker.compose.project":"shop","password":"secret"}"#)
    let (snapshot, requests) = try await read(
      directories: Self.ids, counted: "3",
      answers: ["/containers/\(id)/json": FakeEngine.Answer(body: inspection)])
    #expect(!requests.contains(Self.list))
    var labels = OrchestratorLabels()
    labels.composeProject = "shop"
    #expect(snapshot.containers.value?.first { $0.id == id }?.labels == labels)
    #expect(snapshot.containers.value?.first { $0.name == "idle" }?.labels == nil)
  }

  @Test("are directories whose name is an id")
  func names() async throws {
    try await FixtureRoot.with { fixture in
      let id = String(repeating: "0a", count: 32)
      for name in [id, id.uppercased(), String(id.dropLast()), id + "0", "tmp"] {
        try fixture.directory("/containers/\(name)")
      }
      try fixture.file("/containers/" + String(repeating: "1b", count: 32))
      try fixture.link("/containers/" + String(repeating: "2c", count: 32), to: id)
      try fixture.opened { root in
        #expect(ContainerDirectories.ids(in: "/containers", of: root) == [id])
        #expect(ContainerDirectories.ids(in: "/none", of: root) == [])
      }
    }
  }

  @Test("are looked for where dockerd has them, of the Engine at the usual address alone")
  func likely() throws {
    #expect(ContainerDirectories.likely(for: .standard) == "/var/lib/docker/containers")
    let other = try EngineEndpoint(parsing: "unix:///run/user/1000/docker.sock")
    #expect(ContainerDirectories.likely(for: other) == nil)
  }

  /// What is read of a host with these directories, `nil` for one that has no such place, whose Engine has the
  /// containers `idle`, `one` and `two` and counts them as `counted` says, and what the Engine was asked;
  /// `answers` are its answers to the paths that they name.
  private func read(
    directories: [String]?, counted: String, answers: [String: FakeEngine.Answer] = [:]
  ) async throws -> (snapshot: HostSnapshot, requests: [String]) {
    try await FixtureRoot.with { fixture in
      try fixture.makeHost()
      for id in directories ?? [] { try fixture.directory("/srv/containers/\(id)") }
      let script = RealAnswers.script(Self.names)
      let info = RealAnswers.body("info").replacing(
        #""Containers":2"#, with: #""Containers":\#(counted)"#)
      let engine: FakeEngine.Script = { path in
        path == "/info" ? FakeEngine.Answer(body: info) : answers[path] ?? script(path)
      }
      return try await FakeEngine.run(at: fixture.path + "/engine.sock", engine) { engine in
        var reader = HostReader(startedAt: "2025-01-02T03:04:05Z")
        reader.root = fixture.path
        reader.timeout = .seconds(60)
        reader.endpoint = try EngineEndpoint(parsing: engine.address)
        reader.containerDirectory = directories == nil ? nil : "/srv/containers"
        return (try await reader.snapshot(), engine.requests)
      }
    }
  }
}
