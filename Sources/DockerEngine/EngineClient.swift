import HardeningModel

/// One pass' conversation with an Engine. All calls share the pass' deadline.
package struct EngineClient: Sendable {
  package let endpoint: EngineEndpoint
  /// What the Engine said when the API version was agreed on.
  package let version: EngineVersion
  /// Who is behind the socket; nil where the kernel does not tell.
  package let peer: PeerCredentials?

  let connections: EngineConnections

  /// Gets ready for a first connection, which takes a few milliseconds and needs to know nothing yet.
  package static func prepare() { EngineConnections.prepare() }

  /// What `body` returns, given a client that has agreed on an API version.
  ///
  /// Every connection is closed before this returns, on every path. The whole pass ends at
  /// `deadline`; calls after that fail without connecting. Throws `EngineError` when there is no
  /// Engine to speak to, and whatever `body` throws.
  package nonisolated(nonsending) static func withClient<Outcome: Sendable>(
    endpoint: EngineEndpoint, limits: EngineLimits = .init(), deadline: ContinuousClock.Instant,
    _ body: nonisolated(nonsending) (EngineClient) async throws -> Outcome
  ) async throws -> Outcome {
    let connections = EngineConnections(endpoint: endpoint, limits: limits, deadline: deadline)
    do {
      let outcome = try await body(EngineClient(negotiatingOver: connections))
      await connections.close()
      return outcome
    } catch {
      await connections.close()
      throw error
    }
  }

  private init(negotiatingOver connections: EngineConnections) async throws(EngineError) {
    version = try await EngineVersion.negotiated(over: connections)
    endpoint = connections.endpoint
    peer = await connections.peer
    self.connections = connections
  }

  /// The Engine's answer to `GET path` of the agreed API version, decoded.
  ///
  /// Lenience towards what Engines leave out or add is up to `Value`.
  package func get<Value: Decodable & Sendable>(
    _ path: EnginePath, as type: Value.Type
  ) async throws(EngineError) -> Value {
    try await connections.value(of: request(for: path), as: type)
  }

  func request(for path: EnginePath) -> EngineConnections.Request {
    EngineConnections.Request(
      target: "/v\(version.negotiatedAPIVersion)\(path)", name: "GET \(path)")
  }
}
