import HostFacts
import Synchronization

/// What has changed on the host and was not read again yet. Watchers add to it and never wait.
package final class Changes: Sendable {
  private struct State {
    var parts = HostParts()
    /// When the first of them came.
    var since: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let (signals, signal) = AsyncStream.makeStream(
    of: Void.self, bufferingPolicy: .bufferingNewest(1))

  package init() {}

  /// Says that `parts` are no longer as they were read.
  package func touch(_ parts: HostParts) {
    guard !parts.isEmpty else { return }
    let isFirst = state.withLock { state in
      state.parts.formUnion(parts)
      defer { state.since = state.since ?? .now }
      return state.since == nil
    }
    if isFirst { signal.yield() }
  }

  /// What has been touched since it was taken last; empty where nothing has.
  package func take() -> HostParts {
    state.withLock { state in
      defer { state = State() }
      return state.parts
    }
  }

  /// Signals whenever something has been touched after nothing was. For one reader.
  package var arrivals: AsyncStream<Void> { signals }
}
