import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// What a host itself tells of its part in a swarm.
@Suite("A node's own record")
struct SwarmReaderTests {
  /// That of an Engine 26.1.5, which has the same members as that of 20.10.24.
  private static let record =
    #"{"LocalAddr":"127.0.0.1","RemoteAddr":"","ListenAddr":"127.0.0.1:2388","#
    + #""AdvertiseAddr":"127.0.0.1:2388","DataPathAddr":"","DefaultAddressPool":[],"#
    + #""SubnetSize":24,"DataPathPort":4789,"JoinInProgress":false}"#

  private func facts(
    _ record: String?, state: String = "active", dataRoot: String? = "/srv/docker"
  ) async throws -> SwarmFacts {
    try await FixtureRoot.with { fixture in
      if let record { try fixture.file("/srv/docker/swarm/docker-state.json", record) }
      var info = EngineInfo()
      info.swarm.localNodeState = .value(state)
      var facts = SwarmFacts()
      try fixture.opened {
        SwarmReader(root: $0, dataRoot: dataRoot).complete(&facts, info: info)
      }
      return facts
    }
  }

  @Test("is read below the data root")
  func found() async throws {
    let node = try #require(try await facts(Self.record).node.value)
    #expect(node.listenAddress == .value("127.0.0.1:2388"))
    #expect(node.advertiseAddress == .value("127.0.0.1:2388"))
    #expect(node.dataPathAddress == .value(""))
  }

  @Test("is not looked for where there is no swarm", arguments: ["inactive", ""])
  func noSwarm(_ state: String) async throws {
    #expect(try await facts(Self.record, state: state) == SwarmFacts())
  }

  @Test("is absent or unreadable, never half there")
  func missing() async throws {
    #expect(try await facts(nil).node == .absent)
    #expect(try await facts("{}").node == .found(SwarmNode()))
    for text in ["", "{", "[]", "null", #"{"ListenAddr": 1}"#, "\u{0}"] {
      guard case .unreadable(let reason) = try await facts(text).node else {
        Issue.record("'\(text)'")
        continue
      }
      #expect(!reason.isEmpty)
    }
    #expect(
      try await facts(Self.record, dataRoot: nil).node
        == .unreadable("the Engine did not report DockerRootDir"))
  }
}
