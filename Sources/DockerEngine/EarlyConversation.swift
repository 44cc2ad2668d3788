import Synchronization

/// A conversation with an Engine that is begun before anyone knows whether one is needed: to agree on an
/// API version, and to answer the first questions, takes an Engine milliseconds in which a program can
/// read its arguments.
///
/// It is taken over where it turns out to be wanted, and waited for: an Engine that was asked twice would be
/// no quicker. What went wrong in it does not count, but for an Engine that let its time pass: another one
/// would do the same again.
enum EarlyConversation {
  /// What has come of it.
  struct Agreed: Sendable {
    let connections: EngineConnections
    let version: EngineVersion
  }

  private struct Begun: Sendable {
    let connections: EngineConnections
    let end: Task<Result<Agreed, EngineError>, Never>
  }

  private static let begun = Mutex<Begun?>(nil)

  /// Agrees on a version with the Engine, and asks for `paths`: before that without a version, which an
  /// Engine takes for its newest, and again where that is not the one agreed on.
  static func begin(
    with endpoint: EngineEndpoint, asking paths: [EnginePath]
  ) -> Task<Result<Agreed, EngineError>, Never> {
    let early = (["/_ping"] + paths.map(\.text)).compactMap { EarlyRequest($0, to: endpoint) }
    let connections = EngineConnections(endpoint: endpoint)
    let end = Task<Result<Agreed, EngineError>, Never>(
      executorPreference: connections.taskExecutor
    ) {
      await connections.adopt(early)
      let version: EngineVersion
      do throws(EngineError) {
        version = try await EngineVersion.negotiated(over: connections)
      } catch {
        return .failure(error)
      }
      let client = EngineClient(over: connections, version, peer: nil)
      let isNewest = version.negotiatedAPIVersion == version.apiVersion
      for path in paths {
        if isNewest {
          await connections.readdress(path.text, as: client.request(for: path).target)
        } else {
          await connections.forget(path.text)
        }
      }
      await connections.ask(ahead: paths.map { client.request(for: $0).target })
      return .success(Agreed(connections: connections, version: version))
    }
    begun.withLock { $0 = Begun(connections: connections, end: end) }
    return end
  }

  /// What was agreed with the Engine at `endpoint`, once; `nil` where there was no conversation with it, or
  /// not as `limits` say, and where the pass is to end so soon that it could have no deadline of its own.
  static func taken(
    with endpoint: EngineEndpoint, _ limits: EngineLimits, deadline: ContinuousClock.Instant
  ) async throws(EngineError) -> Agreed? {
    let conversation = begun.withLock { begun -> Begun? in
      guard let conversation = begun, conversation.connections.endpoint == endpoint,
        conversation.connections.limits == limits, deadline > .now + limits.callTimeout
      else { return nil }
      begun = nil
      return conversation
    }
    switch await conversation?.end.value {
    case .success(let agreed): return agreed
    case .failure(.deadlineExceeded(let request)): throw .deadlineExceeded(request: request)
    case .failure, nil: return nil
    }
  }
}
