import HardeningModel

/// How a limit is given to the running containers that lack it.
package struct ContainerUpdate: Sendable {
  let limit: ContainerLimit
  let remedies: ContainerRemedies

  package init(_ limit: ContainerLimit, _ policy: Policy) {
    self.limit = limit
    remedies = policy.containerRemedies
  }

  /// What is done about a failed finding of the check `slug`.
  package func intervention(
    for finding: Finding, of slug: String, on snapshot: HostSnapshot
  ) throws(RemediationError) -> Intervention {
    let container = try container(of: finding.subject, snapshot)
    let name = container.displayName
    let after = try limits()
    let change = ContainerChange(
      id: container.id, name: name, limit: limit, before: try limits(of: container), after: after)
    return Intervention(
      slug: slug, subject: finding.subject, changes: [.container(change)],
      diff: ["-\(change.beforeText)", "+\(change.afterText)"], notes: notes(on: name, snapshot))
  }

  private func container(
    of subject: Subject, _ snapshot: HostSnapshot
  ) throws(RemediationError) -> Container {
    guard case .container(let name) = subject, case .found(let readings) = snapshot.containers
    else { throw .refused("it is no container") }
    let named = readings.compactMap(\.inspection.value).filter { $0.displayName == name }
    guard let container = named.first, named.count == 1 else {
      throw .refused("container '\(name)' is not there, or not alone in having this name")
    }
    if let state = container.state.status.value, ["removing", "dead"].contains(state) {
      throw .refused("container '\(name)' is being removed")
    }
    return container
  }

  /// What containers are to get.
  private func limits() throws(RemediationError) -> ContainerLimits {
    var limits = ContainerLimits()
    func missing(_ key: String, _ what: String) -> RemediationError {
      .refused("nobody has said \(what): set remediation.containers.\(key) in the configuration")
    }
    switch limit {
    case .memory:
      guard let memory = remedies.memory else {
        throw missing("memory", "how much memory a container may use")
      }
      limits.memory = memory
      limits.memorySwap = memory
    case .cpuShares:
      guard let shares = remedies.cpuShares else {
        throw missing("cpuShares", "how many CPU shares a container is to have")
      }
      limits.cpuShares = shares
    case .pids:
      guard let pids = remedies.pids else {
        throw missing("pids", "how many processes a container may have")
      }
      limits.pidsLimit = pids
    case .restartPolicy:
      limits.restartPolicyName = "on-failure"
      limits.restartPolicyMaximumRetryCount = 5
    }
    return limits
  }

  /// The same members as the container has them.
  private func limits(of container: Container) throws(RemediationError) -> ContainerLimits {
    var limits = ContainerLimits()
    let host = container.hostConfig
    do {
      switch limit {
      case .memory: limits.memory = try host.memory.known("HostConfig.Memory", null: 0)
      case .cpuShares:
        limits.cpuShares = try host.cpuShares.known("HostConfig.CpuShares", null: 0)
      case .pids: limits.pidsLimit = try host.pidsLimit.known("HostConfig.PidsLimit", null: 0)
      case .restartPolicy:
        limits.restartPolicyName = try host.restartPolicy.name.known(
          "HostConfig.RestartPolicy.Name", null: "no")
        limits.restartPolicyMaximumRetryCount = try host.restartPolicy.maximumRetryCount.known(
          "HostConfig.RestartPolicy.MaximumRetryCount", null: 0)
      }
    } catch {
      throw .refused("\(error)")
    }
    return limits
  }

  /// What people should know beforehand.
  private func notes(on name: String, _ snapshot: HostSnapshot) -> [String] {
    var notes: [String] = []
    switch limit {
    case .memory:
      notes.append(
        "the limit holds for memory and swap together; a container that wants more is killed by the "
          + "kernel")
      notes.append(
        "the Engine cannot take a memory limit away from a container that is there: undo raises it to "
          + "\(ContainerLimits.noMemoryLimit) bytes, which limits nothing")
    case .cpuShares:
      notes.append(
        "the Engine cannot unset CPU shares: undo sets them to 1024, which it has for the default; "
          + "by cgroups of version 2 that can be a smaller weight than that of a container that never "
          + "had any, until it is made again")
    case .pids:
      notes.append("a container that wants more processes or threads cannot start them")
    case .restartPolicy:
      notes.append(
        "with on-failure the container does not come back by itself when dockerd or the host was "
          + "restarted, nor when it ended with status 0")
    }
    let label = snapshot.containers.value?.first { $0.inspection.value?.displayName == name }?
      .labels
    let maker =
      label?.swarmService != nil
      ? "its swarm service" : label?.composeService != nil ? "its Compose file" : nil
    if let maker {
      notes.append("when it is made again it is as \(maker) has it: change that, too")
    }
    return notes
  }
}
