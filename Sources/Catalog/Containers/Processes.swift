import HardeningModel

extension ContainerChecks {
  /// What runs in a container.
  static let processes: [Check] = [
    Check.ofContainers(
      "container-sshd", stride: [.spoofing, .elevationOfPrivilege],
      remedy: .assist(
        .recreate, "Take sshd out of the image; docker exec and docker logs reach the container."),
      expected: "no SSH server among its processes"
    ) { view in
      guard view.container.isRunning else { return .notApplicable("it does not run") }
      let source = "/proc/PID/exe of its processes"
      switch view.processes?.executables ?? .unreadable("its processes were not read") {
      case .absent: throw CannotTell("its processes ended while they were read")
      case .unreadable(let reason): throw CannotTell(reason)
      case .found(let executables):
        // OpenSSH 9.8 split the server: a session runs as sshd-session.
        let servers = executables.filter { ["sshd", "sshd-session", "sshd-auth"].contains($0) }
        return servers.isEmpty
          ? .pass("no sshd").from(source) : .fail(servers.joined(separator: ", ")).from(source)
      }
    }
  ]
}
