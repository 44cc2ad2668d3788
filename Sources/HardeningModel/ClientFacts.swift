/// What decides whether who uses Docker on this host verifies the images he pulls.
package struct ClientFacts: Codable, Sendable, Equatable {
  /// The programs called `docker` that a shell may find, in the order of the standard PATH.
  package var clients: Reading<[DockerClient]>
  /// What `DOCKER_CONTENT_TRUST` is for a login shell.
  package var loginShells: Reading<ExportedVariable>
  /// What it is for the services that systemd starts.
  package var services: Reading<ExportedVariable>

  package init(
    clients: Reading<[DockerClient]>, loginShells: Reading<ExportedVariable>,
    services: Reading<ExportedVariable>
  ) {
    self.clients = clients
    self.loginShells = loginShells
    self.services = services
  }
}

/// A program that is called `docker`.
package struct DockerClient: Codable, Sendable, Equatable {
  /// Where it was found.
  package var path: String
  /// Its version, e.g. `26.1.5+dfsg1`; absent for a program that only stands in for Docker's client.
  package var version: Reading<String>
  /// What tells the version.
  package var source: String

  package init(path: String, version: Reading<String>, source: String) {
    self.path = path
    self.version = version
    self.source = source
  }
}

/// An environment variable that is set for many, and where; absent where nothing sets it.
package struct ExportedVariable: Codable, Sendable, Equatable {
  package var value: String
  /// Where it is set last.
  package var source: String

  package init(value: String, source: String) {
    self.value = value
    self.source = source
  }
}
