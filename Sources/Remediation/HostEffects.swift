import HardeningModel
import Synchronization

/// Has the dockerd and the systemd of a host heed what was changed.
package final class HostEffects: EffectRunner {
  private let host: HostAccess
  /// The dockerd as it was found first: one that did not come back tells nobody any more which unit it was.
  private let service = Mutex<DaemonService?>(nil)

  package init(_ host: HostAccess) { self.host = host }

  package func run(_ effect: Effect) async throws(RemediationError) {
    let service = try found()
    switch effect {
    case .systemdReload: try await service.reloadUnits()
    case .dockerdReload: try await service.reload()
    case .dockerdRestart: try await service.restart()
    }
  }

  private func found() throws(RemediationError) -> DaemonService {
    if let service = service.withLock({ $0 }) { return service }
    let found = try DaemonService(on: host)
    service.withLock { $0 = found }
    return found
  }
}
