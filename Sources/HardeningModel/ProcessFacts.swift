/// What the kernel says of the processes of one running container.
package struct ProcessFacts: Codable, Sendable, Equatable {
  /// The container's first process.
  package var first: Reading<FirstProcess>
  /// The file names of the executables that run in the container, sorted, each once.
  package var executables: Reading<[String]>

  package init(first: Reading<FirstProcess>, executables: Reading<[String]>) {
    self.first = first
    self.executables = executables
  }
}

/// `/proc/PID/status` and `/proc/PID/attr` of a container's first process.
package struct FirstProcess: Codable, Sendable, Equatable {
  /// 0 none, 1 strict, 2 filter.
  package var seccomp: Int?
  package var noNewPrivileges: Bool?
  /// The security label in force, as the kernel writes it: `docker-default (enforce)`.
  package var label: Reading<String>
  /// Its real, effective, saved and file system user, by their numbers in the container.
  package var users: Reading<[UInt32]>

  package init(
    seccomp: Int?, noNewPrivileges: Bool?, label: Reading<String>,
    users: Reading<[UInt32]> = .found([1000, 1000, 1000, 1000])
  ) {
    self.seccomp = seccomp
    self.noNewPrivileges = noNewPrivileges
    self.label = label
    self.users = users
  }
}
