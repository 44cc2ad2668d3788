extension EngineClient {
  /// The answers to all `paths`, in their order; one that fails does not affect the others.
  ///
  /// They are spread over at most `EngineLimits.connections`, or fewer: `connections`.
  /// `onAnswer` is called after each answer.
  package func getAll<Value: Decodable & Sendable>(
    _ paths: [EnginePath], as type: Value.Type, connections most: Int = .max,
    onAnswer: (@Sendable () -> Void)? = nil
  ) async -> [Result<Value, EngineError>] {
    // Each line of work takes every so many-th path, so that it can stay on the event loop from its
    // first request to its last; handing out paths one by one would cross threads for each of them.
    let lines = min(connections.limits.connections, most, paths.count)
    return await withTaskGroup(of: (Int, [Result<Value, EngineError>]).self) { group in
      for line in 0..<lines {
        let own = stride(from: line, to: paths.count, by: lines).map { request(for: paths[$0]) }
        group.addTask(executorPreference: connections.taskExecutor) {
          (line, await connections.values(of: own, as: type, onAnswer: onAnswer))
        }
      }
      var answers: [[Result<Value, EngineError>]] = Array(repeating: [], count: lines)
      for await (line, results) in group { answers[line] = results }
      return paths.indices.map { answers[$0 % lines][$0 / lines] }
    }
  }
}
