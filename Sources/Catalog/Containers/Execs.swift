import HardeningModel

extension ContainerChecks {
  /// Commands that were executed in running containers.
  static let execs: [Check] = [
    ofExecs(
      "container-exec-privileged", expected: "no privileged exec",
      offends: "is privileged (ProcessConfig.privileged)",
      threat: """
        Who may use the Engine's API gets every capability in a container that was made to run \
        without them (elevation of privilege), and once the exec is over nothing in the \
        container's configuration tells of it (repudiation); it is a client's command line that \
        does it.
        """,
      advice: "End it, and use docker exec without --privileged."
    ) { exec in
      try exec.configuration.privileged.known("ProcessConfig.privileged", null: false)
        ? "a privileged exec" : nil
    },
    ofExecs(
      "container-exec-root", expected: "no exec with the user set to root",
      offends: """
        names root as its user, by name or number (ProcessConfig.user); one that names no user is \
        not meant
        """,
      threat: """
        Who may use the Engine's API gets root's rights in a container whose processes were made \
        to run without them (elevation of privilege), and what is done as root cannot be told \
        apart or traced to anybody (repudiation); it is a client's command line that does it.
        """,
      advice: "End it, and use docker exec without --user=root."
    ) { exec in
      let user = try exec.configuration.givenUser()
      return isRoot(user) ? "an exec with user \(quoted(user))" : nil
    },
  ]

  /// An exec check: live offenders fail by container; what is over leaves no record that one pass
  /// could read, so the rest is for a person.
  private static func ofExecs(
    _ slug: String, expected: String, offends: String, threat: String, advice: String,
    offence: @escaping @Sendable (ExecProcess) throws -> String?
  ) -> Check {
    let source = "GET /exec/{id}/json"
    return Check(
      slug: slug, surface: .client, stride: [.elevationOfPrivilege, .repudiation],
      explanation: Explanation(
        reads: """
          The execs that run now in each container: ExecIDs of its inspection, then \
          GET /exec/{id}/json for each; and those that the service saw start within a day.
          """,
        passes: """
          Never by itself. It fails where one that runs now, or was seen within a day, \(offends). \
          Otherwise a person judges, since execs that nobody saw leave no record.
          """,
        threat: threat),
      remedy: .assist(.none, advice)
    ) { context in
      let live = context.containerFindings { view in
        var finding = Finding(
          subject: .container(view.name), verdict: .pass, expected: expected,
          source: source,
          // How many there are at the moment changes by itself.
          compared: .verdict)
        // What one exec does not tell hides no other's offence.
        let judged = try view.execs().map { exec in
          Result { try exec.live().flatMap(offence) }
        }
        let past = view.pastExecs().map { exec in
          Result { try exec.offence(offence) }
        }
        let offences = (judged + past).compactMap { (try? $0.get()) ?? nil }
        if offences.isEmpty {
          for exec in judged + past { _ = try exec.get() }
          return finding
        }
        finding.verdict = .fail
        finding.observed = Set(offences).sorted().prefix(10).joined(separator: ", ")
        return finding
      }
      let notable = live.filter { $0.verdict != .pass }
      guard live.contains(where: { $0.verdict == .pass }) else { return notable }
      let past = Finding(
        subject: .daemon, verdict: .manual,
        observed: "none runs now",
        expected: expected, source: source,
        reason: "execs that are over leave no record that one pass could read")
      return notable + [past]
    }
  }

  /// Whether an exec's user names root, by name or number, with or without a group.
  private static func isRoot(_ user: String) -> Bool {
    let name = user.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
    return name == "root" || (Int(name) == 0)
  }
}

extension ContainerView {
  /// What is known of each exec that the container names.
  fileprivate func execs() throws -> [Reading<ExecProcess>] {
    try container.execIDs.known("ExecIDs", null: []).map { id in
      snapshot.execs[id] ?? .unreadable("an exec was not inspected")
    }
  }
}

extension ContainerView {
  /// What the service saw start in it.
  fileprivate func pastExecs() -> [PastExec] {
    (snapshot.pastExecs ?? []).filter { $0.containerID == container.id }
  }
}

extension PastExec {
  /// What is wrong with it, and when it was seen; throws where that cannot be told.
  fileprivate func offence(
    _ offence: (ExecProcess) throws -> String?
  ) throws -> String? {
    switch configuration {
    case .absent: return nil
    case .unreadable(let reason): throw CannotTell("\(reason), at \(seenAt)")
    case .found(let configuration):
      var exec = ExecProcess()
      exec.configuration = configuration
      return try offence(exec).map { "\($0), seen at \(seenAt)" }
    }
  }
}

extension Reading<ExecProcess> {
  /// The exec, `nil` where it is over; throws where that cannot be told.
  fileprivate func live() throws -> ExecProcess? {
    switch self {
    case .absent: return nil
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let exec): return try exec.running.known("Running", null: false) ? exec : nil
    }
  }
}

extension ExecProcess.Configuration {
  /// The user as given; empty where none was. The Engine (moby, `ExecProcessConfig`) leaves an empty
  /// `user` out, and always sends `privileged` with the rest.
  fileprivate func givenUser() throws -> String {
    if case .missing = user, privileged.value != nil { return "" }
    return try user.known("ProcessConfig.user", null: "")
  }
}
