import HardeningModel

extension ImageChecks {
  /// Whom containers run as.
  static let user = Check.ofContainers(
    "image-non-root-user", stride: [.elevationOfPrivilege],
    explanation: Explanation(
      reads: """
        The users of the container's first process, from /proc/PID/status, by the numbers that they have \
        in the container's own user namespace; of a container that does not run, the user that it is \
        configured with.
        """,
      passes: """
        Passes when none of these users is root. A configured name says nothing of its number, which \
        stands only in the image, so it is unknown until the container runs.
        """,
      threat: """
        Whoever takes over a process that is root in its container can write all files of it, and stands \
        one kernel or runtime flaw away from root on the host. That is elevation of privilege on the host.
        """),
    remedy: .assist(
      .recreate,
      "Give the image a USER instruction with a number other than 0, or create the container again with "
        + "--user UID:GID, and see that the files it writes belong to that user."),
    expected: "a user other than root"
  ) { view in
    guard let process = try view.firstProcess() else { return try judgeConfigured(view) }
    switch process.users {
    case .absent: throw CannotTell("the users of its first process were not read")
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let users):
      guard users.count == 4 else { throw CannotTell("its first process tells no users") }
      let source = "/proc/PID/status"
      let names = ["real", "effective", "saved", "file system"]
      if let root = users.firstIndex(of: 0) {
        let same = Set(users).count == 1
        return .fail(same ? "runs as root (uid 0)" : "its \(names[root]) user is root (uid 0)")
          .from(source).comparing(view.comparedUser)
      }
      return .pass("runs as uid \(users[1])").from(source).comparing(view.comparedUser)
    }
  }

  /// A user as Docker takes it: a name or a number, with or without a group.
  private static func judgeConfigured(_ view: ContainerView) throws -> Opinion {
    let user = try view.container.config.user.known("Config.User", null: "")
    let observed = user.isEmpty ? "no user is configured" : "configured user \(quoted(user))"
    let name = user.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
    if name.isEmpty || name == "root" { return .fail(observed).comparing(view.comparedUser) }
    guard let number = Int(name) else {
      if name.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
        throw CannotTell("\(observed), which is no valid number")
      }
      throw TellsWhenItRuns("\(observed), and only the image tells which number that is")
    }
    guard (0..<Int(Int32.max)).contains(number) else {
      throw CannotTell("\(observed), which is no valid number")
    }
    return .fail(if: number == 0, observed).comparing(view.comparedUser)
  }
}

extension ContainerView {
  /// The user that it is configured with, which says the same whether it runs or not.
  fileprivate var comparedUser: Compared {
    .text(container.config.user.value.map { "user \(quoted($0))" } ?? "")
  }
}
