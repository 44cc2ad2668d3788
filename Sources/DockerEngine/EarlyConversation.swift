import Synchronization

/// A conversation with an Engine that is begun before anyone knows whether one is needed: to agree on an
/// API version, and to answer the first questions, takes an Engine milliseconds in which a program can
/// read its arguments.
///
/// It is taken over if it has come so far when it is wanted, and else left alone: nobody waits for it, and
/// nothing that went wrong in it counts.
enum EarlyConversation {
  /// What has come of it.
  struct Agreed: Sendable {
    let connections: EngineConnections
    let version: EngineVersion
  }

  private static let agreed = Mutex<Agreed?>(nil)

  /// Agrees on a version with the Engine, and asks for `paths`.
  static func begin(with endpoint: EngineEndpoint, asking paths: [EnginePath]) -> Task<Void, Never>
  {
    let connections = EngineConnections(endpoint: endpoint)
    return Task(executorPreference: connections.taskExecutor) {
      guard let version = try? await EngineVersion.negotiated(over: connections) else { return }
      let client = EngineClient(over: connections, version, peer: nil)
      await connections.ask(ahead: paths.map { client.request(for: $0).target })
      agreed.withLock { $0 = Agreed(connections: connections, version: version) }
    }
  }

  /// What was agreed with the Engine at `endpoint`, once; not where the pass is to end so soon that it
  /// could have no deadline of its own.
  static func taken(
    with endpoint: EngineEndpoint, _ limits: EngineLimits, deadline: ContinuousClock.Instant
  ) -> Agreed? {
    agreed.withLock { agreed in
      guard let conversation = agreed, conversation.connections.endpoint == endpoint,
        conversation.connections.limits == limits, deadline > .now + limits.callTimeout
      else { return nil }
      agreed = nil
      return conversation
    }
  }
}
