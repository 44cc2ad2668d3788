/// The parameters of the checks that a site may set in its configuration.
package struct Policy: Sendable, Equatable {
  /// Host paths that a container may mount, themselves and what lies beneath them.
  package var allowedMounts: [AllowedMount] = AllowedMount.harmless
  /// Host devices that a container may use, as paths below `/dev`.
  package var allowedDevices: [String] = []
  /// cgroup parents that a container may be placed under.
  package var allowedCgroupParents: [String] = []
  /// The states in which a container counts; `nil` counts all of them.
  package var containerStates: Set<ContainerState>?
  /// Whether this host is meant to be in a swarm.
  package var swarmExpected = false
  /// The users who may control the Engine; `nil` where nobody has said so.
  package var trustedDockerUsers: Set<String>?
  /// The oldest Engine that is good enough.
  package var minimumEngineVersion: EngineRelease?
  /// The images that containers may be made from; `nil` leaves that to a person.
  package var trustedImages: [TrustedImage]?
  /// In days.
  package var maximumImageAge: Int?
  /// Files with setuid or setgid that images may have, by their paths in the image.
  package var allowedSetuidPaths: [String] = []
  package var maximumUnusedImages: Int?
  package var maximumStoppedContainers: Int?
  /// What remedies give to containers.
  package var containerRemedies = ContainerRemedies()

  package init() {}
}

/// A host path that containers may mount.
package struct AllowedMount: Sendable, Equatable {
  package var path: String
  /// Whether it may be mounted writable too.
  package var writable: Bool

  package init(path: String, writable: Bool = false) {
    self.path = path
    self.writable = writable
  }

  /// Files that containers commonly need and that tell or change nothing of the host when mounted
  /// read-only.
  package static let harmless = [
    "/etc/localtime", "/etc/timezone", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf",
    "/etc/ssl/certs",
  ].map { AllowedMount(path: $0) }
}

/// The states of a container, as the Engine names them.
package enum ContainerState: String, Codable, Sendable, CaseIterable {
  case created, running, paused, restarting, removing, exited, dead
}

/// Which containers are judged; all of them are still read, since one may join another's namespaces.
package struct ContainerScope: Sendable, Equatable {
  /// Name globs, of which one must match; empty admits all.
  package var names: [Glob] = []
  /// Name globs, of which none may match.
  package var excludedNames: [Glob] = []
  /// Globs for the image that the container was made from, of which one must match.
  package var images: [Glob] = []

  package init() {}

  /// Whether a container of this name is judged; `image` is the one it was made from, `nil` where that
  /// is not known.
  package func admits(name: String, image: String?) -> Bool {
    (names.isEmpty || names.contains { $0.matches(name) })
      && !excludedNames.contains { $0.matches(name) }
      && (images.isEmpty || image.map { image in images.contains { $0.matches(image) } } ?? true)
  }
}
