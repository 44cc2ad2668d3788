import FoundationEssentials
import HardeningModel
import Testing

/// Swarm mode.
@Suite("Swarm checks")
struct SwarmTests {
  @Test("say of swarm mode", arguments: SwarmTables.disabled.rows)
  func disabled(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum SwarmTables {
  static let all = [disabled]

  static let disabled = Table(
    "swarm-disabled-if-unused", subject: "swarm",
    [
      state(.pass, "inactive", "inactive", .pass),
      state(.pass, "active and expected", "active", .pass, expected: true),
      state(.pass, "inactive though expected", "inactive", .pass, expected: true),
      state(.fail, "active", "active", .fail),
      state(.fail, "about to join", "pending", .fail),
      state(.fail, "a manager that is locked", "locked", .fail),
      state(.fail, "a member that has an error", "error", .fail),
      state(.standard, "an Engine that was built without it", "", .pass),
      Row(.absent, "an Engine that does not say", .unknown, reason: "LocalNodeState") {
        $0.snapshot.info.swarm.localNodeState = .missing
      },
      Row(.absent, "an Engine that does not say, though it is expected", .unknown) {
        $0.policy.swarmExpected = true
        $0.snapshot.info.swarm.localNodeState = .missing
      },
      Row(.absent, "an Engine that does not answer /info", .unknown, reason: "/info") {
        $0.answers(info: .absent)
      },
      Row(.absent, "no Engine was asked", .unknown) { $0.snapshot.engine = .absent },
      info(.malformed, "a number for a state", #"{"Swarm": {"LocalNodeState": 1}}"#),
      info(.malformed, "a text for all that is said of it", #"{"Swarm": "inactive"}"#),
      info(.absent, "null for all that is said of it", #"{"Swarm": null}"#),
      Row(.unreadable, "an answer that could not be read", .unknown, reason: "EOF") {
        $0.answers(info: .unreadable("EOF"))
      },
      Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
        $0.snapshot.engineIsUnreachable()
      },
    ])

  private static func state(
    _ kind: Kind, _ name: String, _ state: String, _ verdict: Verdict, expected: Bool = false
  ) -> Row {
    Row(kind, name, verdict, observed: "swarm mode \(state)") {
      $0.policy.swarmExpected = expected
      $0.snapshot.info.swarm.localNodeState = .value(state)
    }
  }

  /// The Engine answers `GET /info` with this text.
  private static func info(_ kind: Kind, _ name: String, _ text: String) -> Row {
    Row(kind, name, .unknown) {
      do {
        $0.answers(
          info: .found(try JSONDecoder().decode(EngineInfo.self, from: Data(text.utf8))))
      } catch {
        $0.answers(info: .unreadable("\(error)"))
      }
    }
  }
}

extension Scene {
  fileprivate mutating func answers(info: Reading<EngineInfo>) {
    snapshot.engine = .found(
      EngineFacts(endpoint: "", version: "26.1.5", apiVersion: "1.45", info: info))
  }
}
