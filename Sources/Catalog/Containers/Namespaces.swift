import HardeningModel

extension ContainerChecks {
  /// Namespaces that a container should not share with its host.
  static let namespaces: [Check] = [
    shared(
      "container-host-network", \.networkMode, "NetworkMode", "network",
      [.informationDisclosure, .spoofing],
      threat: """
        In the host's network an attacker in the container reaches services that listen on \
        loopback only and can overhear the host's traffic (information disclosure), and can \
        listen at the host's own addresses in a service's place (spoofing).
        """,
      advice: "Create the container again without --network=host; publish the ports it needs."),
    shared(
      "container-host-pid", \.pidMode, "PidMode", "process",
      [.informationDisclosure, .elevationOfPrivilege],
      threat: """
        An attacker in the container sees the host's processes with their command lines, where \
        secrets often stand (information disclosure), and as root can trace or kill those that \
        capabilities and user allow, which leads to root on the host (elevation of privilege).
        """,
      advice: "Create the container again without --pid=host."),
    shared(
      "container-host-ipc", \.ipcMode, "IpcMode", "IPC", [.informationDisclosure, .tampering],
      threat: """
        Shared memory, semaphores and message queues of the host's processes are the container's \
        too: an attacker in it reads what a database, say, keeps there (information disclosure) \
        and changes it (tampering), as far as their permissions allow.
        """,
      advice:
        "Create the container again without --ipc=host; containers can share one with each other."),
    shared(
      "container-host-uts", \.utsMode, "UTSMode", "UTS", [.spoofing, .tampering],
      threat: """
        With the capability SYS_ADMIN an attacker in the container can rename the host \
        (tampering), and its logs and alarms then come in under the name of another (spoofing).
        """,
      advice: "Create the container again without --uts=host; --hostname names it."),
    Check.ofContainers(
      "container-host-userns", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          Whether the Engine remaps users (SecurityOptions of GET /info), and \
          HostConfig.UsernsMode of each container.
          """,
        passes: """
          UsernsMode is not host. Not applicable where the daemon does not remap users, which is \
          for the check daemon-userns-remap to judge.
          """,
        threat: """
          Root in such a container is root to the host's kernel, though the daemon is set up to \
          prevent just that: an attacker who gets out of it has the host (elevation of \
          privilege).
          """),
      remedy: .assist(.recreate, "Create the container again without --userns=host."),
      expected: "a user namespace of its own"
    ) { view in
      guard try view.daemonRemapsUsers() else {
        return .notApplicable("the daemon does not remap users").from("GET /info")
      }
      let mode = try view.hostConfig.usernsMode.known("HostConfig.UsernsMode", null: "")
      return .fail(if: mode == "host", "UsernsMode \(quoted(mode))")
    },
  ]

  private static func shared(
    _ slug: String, _ mode: @escaping @Sendable (Container.HostConfig) -> Field<String>,
    _ field: String, _ name: String, _ stride: [Stride], threat: String, advice: String
  ) -> Check {
    Check.ofContainers(
      slug, stride: stride,
      explanation: Explanation(
        reads: """
          HostConfig.\(field) of each container. Where it joins the namespace of another \
          container, chains of container:NAME are followed to their end.
          """,
        passes: """
          It is not host. Unknown where the chain leads to a container that does not exist, or in \
          a circle.
          """,
        threat: threat),
      remedy: .assist(.recreate, advice),
      expected: "a \(name) namespace other than the host's"
    ) { view in
      let end = try view.endOfChain(mode, field)
      let mode = try mode(end.container.hostConfig).known(
        "HostConfig.\(field)", null: "")
      let through = end.path.map { " through container \($0)" }.joined()
      let observed = "\(field) \(quoted(mode))"
      return .fail(if: mode == "host", observed + through).comparing(.text(observed))
    }
  }
}

extension ContainerView {
  /// The container whose namespace this one is in: itself, or the one that a chain of
  /// `container:NAME` leads to, with the names on the way.
  ///
  /// Throws where the chain leads to a container that is not there or to itself.
  func endOfChain(
    _ mode: (Container.HostConfig) -> Field<String>, _ field: String
  ) throws -> (container: Container, path: [String]) {
    var current = container
    var path: [String] = []
    var seen: Set<String> = [container.id]
    while true {
      let value = try mode(current.hostConfig).known("HostConfig.\(field)", null: "")
      guard value.hasPrefix("container:") else { return (current, path) }
      let target = String(value.dropFirst("container:".count))
      guard let next = try snapshot.container(referredToAs: target) else {
        throw CannotTell("\(field) joins container '\(target)', which does not exist")
      }
      guard seen.insert(next.id).inserted else {
        throw CannotTell("\(field) joins containers in a circle")
      }
      path.append(next.displayName)
      current = next
    }
  }

  /// Whether dockerd maps the users of containers to others of the host.
  func daemonRemapsUsers() throws -> Bool {
    try snapshot.securityOptions().contains { $0.name == "userns" }
  }
}

extension HostSnapshot {
  /// The inspected container with this id, name or beginning of an id; `nil` when there is none.
  fileprivate func container(referredToAs text: String) throws -> Container? {
    guard let readings = containers.value, !text.isEmpty else { return nil }
    var reading = readings.first { $0.id == text } ?? readings.first { $0.name == text }
    if reading == nil {
      let beginning = readings.filter { $0.id.hasPrefix(text) }
      guard beginning.count <= 1 else {
        throw CannotTell("it joins container '\(text)', and several ids begin so")
      }
      reading = beginning.first
    }
    switch reading?.inspection {
    case .found(let container): return container
    case .unreadable(let reason): throw CannotTell("it joins container '\(text)': \(reason)")
    case .absent, nil: return nil
    }
  }
}

/// One of the Engine's security options, e.g. `name=seccomp,profile=default`.
struct SecurityOption {
  var name: String
  var profile: String?

  init(_ text: String) {
    var members: [Substring: Substring] = [:]
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { members[pair[0]] = pair[1] }
    }
    name = members["name"].map(String.init) ?? text
    profile = members["profile"].map(String.init)
  }
}

/// A text of the Engine in quotes, so that an empty one can be seen.
func quoted(_ text: String) -> String { "'\(text)'" }
