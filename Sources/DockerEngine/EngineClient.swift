import HardeningModel

/// One pass' conversation with an Engine. All calls share the pass' deadline.
package struct EngineClient: Sendable {
  package let endpoint: EngineEndpoint
  /// What the Engine said when the API version was agreed on.
  package let version: EngineVersion
  /// Who is behind the socket; nil where the kernel does not tell.
  package let peer: PeerCredentials?

  let connections: EngineConnections

  /// Begins to speak with the Engine that will most likely be asked, and asks it for `paths`; returns at
  /// once.
  package static func prepare(_ endpoint: EngineEndpoint, asking paths: [EnginePath]) {
    _ = EarlyConversation.begin(with: endpoint, asking: paths)
  }

  /// What `body` returns, given a client that has agreed on an API version.
  ///
  /// Every connection is closed before this returns, on every path. The whole pass ends at
  /// `deadline`; calls after that fail without connecting. Throws `EngineError` when there is no
  /// Engine to speak to, and whatever `body` throws.
  package nonisolated(nonsending) static func withClient<Outcome: Sendable>(
    endpoint: EngineEndpoint, limits: EngineLimits = .init(), deadline: ContinuousClock.Instant,
    _ body: nonisolated(nonsending) (EngineClient) async throws -> Outcome
  ) async throws -> Outcome {
    let early = try await EarlyConversation.taken(with: endpoint, limits, deadline: deadline)
    let connections = early?.connections ?? EngineConnections(endpoint: endpoint, limits: limits)
    await connections.end(at: deadline)
    do {
      let version: EngineVersion
      if let early {
        version = early.version
      } else {
        version = try await EngineVersion.negotiated(over: connections)
      }
      let client = EngineClient(over: connections, version, peer: await connections.peer)
      let outcome = try await body(client)
      await connections.close()
      return outcome
    } catch {
      await connections.close()
      throw error
    }
  }

  init(over connections: EngineConnections, _ version: EngineVersion, peer: PeerCredentials?) {
    self.connections = connections
    self.version = version
    self.peer = peer
    endpoint = connections.endpoint
  }

  /// The Engine's answer to `GET path` of the agreed API version, decoded.
  ///
  /// Lenience towards what Engines leave out or add is up to `Value`.
  package func get<Value: Decodable & Sendable>(
    _ path: EnginePath, as type: Value.Type
  ) async throws(EngineError) -> Value {
    try await connections.value(of: request(for: path), as: type)
  }

  /// The Engine's answer to `POST path` of the agreed API version, decoded; `body` is JSON.
  ///
  /// It is sent at most once. After `.deadlineExceeded`, `.cancelled`, `.tooLarge` and `.malformed` the
  /// Engine may have done it or not; with the other errors it has not.
  package func post<Value: Decodable & Sendable>(
    _ path: EnginePath, _ body: [UInt8], as type: Value.Type
  ) async throws(EngineError) -> Value {
    let request = EngineConnections.Request(
      target: "/v\(version.negotiatedAPIVersion)\(path)", name: "POST \(path)")
    return try await connections.post(request, body).decoded(as: type, request: request.name)
  }

  func request(for path: EnginePath) -> EngineConnections.Request {
    EngineConnections.Request(
      target: "/v\(version.negotiatedAPIVersion)\(path)", name: "GET \(path)")
  }
}
