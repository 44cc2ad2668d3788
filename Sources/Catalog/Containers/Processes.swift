import HardeningModel

extension ContainerChecks {
  /// What runs in a container.
  static let processes: [Check] = [
    Check.ofContainers(
      "container-sshd", stride: [.spoofing, .repudiation],
      explanation: Explanation(
        reads: """
          The executables of all processes of each running container (/proc/PID/exe). Which \
          these are follows from pid namespace and cgroup; names and titles of processes are not \
          considered.
          """,
        passes: """
          None is sshd, sshd-session or sshd-auth. Not applicable to a container that does not \
          run.
          """,
        threat: """
          An SSH server is a way in that the Engine knows nothing of: with a key or password \
          from the image an attacker logs in as one of its users (spoofing), and no event of the \
          Engine records it (repudiation).
          """),
      remedy: .assist(
        .recreate, "Take sshd out of the image; docker exec and docker logs reach the container."),
      expected: "no SSH server among its processes"
    ) { view in
      guard try view.container.isRunning() else { return .notApplicable("it does not run") }
      let source = "/proc/PID/exe of its processes"
      let executables =
        view.snapshot.processes[view.container.id]?.executables
        ?? .unreadable("its processes were not read")
      switch executables {
      case .absent: throw CannotTell("its processes ended while they were read")
      case .unreadable(let reason): throw CannotTell(reason)
      case .found(let executables) where executables.isEmpty:
        throw CannotTell("it runs, and none of its processes has an executable that can be told")
      case .found(let executables):
        // OpenSSH 9.8 split the server: a session runs as sshd-session.
        let servers = executables.filter { ["sshd", "sshd-session", "sshd-auth"].contains($0) }
        let opinion: Opinion =
          servers.isEmpty ? .pass("no sshd") : .fail(servers.joined(separator: ", "))
        // Each session is a process more.
        return opinion.from(source).comparing(.verdict)
      }
    }
  ]
}
