import DockerEngine

/// The host that is changed.
package struct HostAccess: Sendable {
  /// Where its file system is mounted; `/` for this host.
  package var root: String
  /// Where what is replaced is kept, by its digest.
  package var backups: String
  /// Where its Engine listens; `nil` for a host that is only a file system here.
  package var endpoint: EngineEndpoint?
  /// How long dockerd or systemd may take for what it is asked to do.
  package var patience: Duration

  package init(
    root: String = "/", backups: String, endpoint: EngineEndpoint? = nil,
    patience: Duration = .seconds(60)
  ) {
    self.root = root
    self.backups = backups
    self.endpoint = endpoint
    self.patience = patience
  }
}
