/// How a failed check is mended.
package struct Remedy: Sendable, Equatable {
  /// Who mends it.
  package enum Kind: String, Codable, Sendable {
    /// dockward applies it, verifies it and can undo it.
    case auto
    /// A person does, by these steps.
    case assist
  }

  /// What the mending interrupts.
  package enum Disruption: String, Codable, Sendable {
    case none
    /// dockerd reads its configuration again.
    case reload
    /// dockerd restarts; containers survive only with live-restore.
    case restart
    /// The container has to be created again.
    case recreate
  }

  /// What dockward does; `nil` where a person has to.
  package var action: RemedyAction?
  package var disruption: Disruption
  /// The steps, as one or more sentences.
  package var advice: String

  package var kind: Kind { action == nil ? .assist : .auto }

  package static func assist(_ disruption: Disruption, _ advice: String) -> Remedy {
    Remedy(action: nil, disruption: disruption, advice: advice)
  }

  package static func auto(
    _ action: RemedyAction, _ disruption: Disruption = .none, _ advice: String
  ) -> Remedy {
    Remedy(action: action, disruption: disruption, advice: advice)
  }
}

/// What dockward does about each failed finding of a check.
package enum RemedyAction: Sendable, Equatable {
  /// Files get the owner that they are to have.
  case giveBack(to: FileOwner)
  /// Files lose the permission bits beyond those that files of their role may have.
  case clearExtraBits(allowed: [FileRole: UInt16])
  /// dockerd's configuration file gets these settings.
  case configureDaemon([DaemonRemedy])
  /// The kernel's audit system gets a rule for the path.
  case watch
  /// `DOCKER_CONTENT_TRUST=1` is exported to login shells and services.
  case exportContentTrust
  /// Running containers get this limit, by an update that does not interrupt them.
  case update(ContainerLimit)
}

/// Whose a file is to be.
package enum FileOwner: String, Sendable {
  /// 0:0.
  case root
  /// root, and the group that dockerd gives its API socket to.
  case apiGroup
}

/// A setting of dockerd's configuration file, and when dockerd heeds it.
package struct DaemonRemedy: Sendable, Equatable {
  package var key: DaemonSettings.Key
  package var value: DaemonSettings.Value
  /// Whether dockerd heeds it when it reads the file again, without a restart.
  package var isReloadable: Bool
  /// Whether a list keeps those of its items that stand for this host itself.
  package var keepsLoopback: Bool

  package init(
    _ key: DaemonSettings.Key, _ value: DaemonSettings.Value, isReloadable: Bool,
    keepsLoopback: Bool = false
  ) {
    self.key = key
    self.value = value
    self.isReloadable = isReloadable
    self.keepsLoopback = keepsLoopback
  }
}

/// What a container may use, and how it is started again.
package enum ContainerLimit: String, Sendable, Codable {
  case memory, cpuShares, pids, restartPolicy
}
