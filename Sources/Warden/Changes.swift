import HostFacts
import Synchronization

/// What has changed on the host and was not read again yet. Watchers add to it and never wait.
package final class Changes: Sendable {
  private let parts = Mutex(HostParts())
  private let onArrival: @Sendable () -> Void

  /// `onArrival` is called whenever something has been touched after nothing was. It must not wait.
  package init(onArrival: @escaping @Sendable () -> Void) { self.onArrival = onArrival }

  /// Says that `touched` are no longer as they were read.
  package func touch(_ touched: HostParts) {
    guard !touched.isEmpty else { return }
    let isFirst = parts.withLock { parts in
      defer { parts.formUnion(touched) }
      return parts.isEmpty
    }
    if isFirst { onArrival() }
  }

  /// What has been touched since it was taken last; empty where nothing has.
  package func take() -> HostParts {
    parts.withLock { parts in
      defer { parts = HostParts() }
      return parts
    }
  }
}
