import HardeningModel

/// Has the dockerd and the systemd of a host heed what was changed.
package struct HostEffects: EffectRunner {
  private let host: HostAccess

  package init(_ host: HostAccess) { self.host = host }

  package func run(_ effect: Effect) async throws(RemediationError) {
    let service = try DaemonService(on: host)
    switch effect {
    case .systemdReload: try await service.reloadUnits()
    case .dockerdReload: try await service.reload()
    case .dockerdRestart: try await service.restart()
    }
  }
}
