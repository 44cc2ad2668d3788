extension EngineClient {
  /// The answers to all `paths`, in their order; one that fails does not affect the others.
  ///
  /// At most `EngineLimits.connections` requests are under way at a time. After each answer
  /// `onProgress` is called with the number of answers so far.
  package nonisolated(nonsending) func getAll<Value: Decodable & Sendable>(
    _ paths: [EnginePath], as type: Value.Type, onProgress: ((Int) -> Void)? = nil
  ) async -> [Result<Value, EngineError>] {
    var results: [Result<Value, EngineError>] = paths.map { path in
      .failure(.cancelled(request: "GET \(path)"))
    }
    await withTaskGroup(of: (Int, Result<Value, EngineError>).self) { group in
      var waiting = paths.enumerated().makeIterator()
      func startNext() {
        guard let (index, path) = waiting.next() else { return }
        group.addTask { (index, await result(of: path, as: type)) }
      }
      for _ in 0..<connections.limits.connections { startNext() }
      var answered = 0
      while let (index, result) = await group.next() {
        results[index] = result
        answered += 1
        onProgress?(answered)
        startNext()
      }
    }
    return results
  }

  private func result<Value: Decodable & Sendable>(
    of path: EnginePath, as type: Value.Type
  ) async -> Result<Value, EngineError> {
    do throws(EngineError) {
      return .success(try await get(path, as: type))
    } catch {
      return .failure(error)
    }
  }
}
