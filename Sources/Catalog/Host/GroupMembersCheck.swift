import HardeningModel

/// Who may speak to the Engine, and so is root on the host.
enum GroupMembersCheck {
  static let check = Check(
    slug: "host-docker-group-members", surface: .host, stride: [.elevationOfPrivilege],
    explanation: Explanation(
      reads: "Which group owns the sockets of the API, and who is in it by /etc/group and "
        + "/etc/passwd; in /etc/nsswitch.conf, whether users come from elsewhere, too.",
      passes: "It passes where nobody but root may speak to the Engine, or only those of "
        + "trustedDockerUsers; without that setting a person has to judge the members. It fails "
        + "where the socket lets everybody in.",
      threat: "Whoever may speak to the Engine can start a container with the host's files in it, "
        + "and so has all the rights of root: elevation of privilege on the host."),
    remedy: .assist(
      .none,
      "Take each user named above out of the group with gpasswd --delete USER GROUP, or list them "
        + "under trustedDockerUsers. Who is logged in keeps the group until logging out.")
  ) { context in
    do {
      return try findings(context)
    } catch {
      return [Finding(subject: .host, verdict: .unknown, reason: "\(error)")]
    }
  }

  private static func findings(_ context: Context) throws -> [Finding] {
    let access = try SocketAccess(context.snapshot)
    if let open = access.openToAll {
      return [
        finding(
          .fail, "\(open.path) has mode 0\(String(open.fact.mode, radix: 8))", "stat",
          reason: "everybody on this host may speak to the Engine")
      ]
    }
    guard access.exists else {
      return [
        Finding(
          subject: .host, verdict: .notApplicable, source: "stat, /etc/group",
          reason: "there is neither an API socket nor a group to own one")
      ]
    }
    let accounts = context.snapshot.accounts
    let groups = try access.groups(of: accounts)
    let title = groups.map(\.title).joined(separator: ", ")
    var members: [String: (SocketGroup.Member, SocketGroup)] = [:]
    for group in groups {
      // Root needs no group.
      for member in group.members where member.uid != 0 { members[member.name] = (member, group) }
    }
    var findings: [Finding] = []
    let shown = members.sorted { $0.key < $1.key }.map { describe($0.value.0) }
    if let trusted = context.policy.trustedDockerUsers {
      findings += members.map { name, membership in
        finding(
          trusted.contains { $0.utf8.elementsEqual(name.utf8) } ? .pass : .fail,
          "\(describe(membership.0)) in \(membership.1.title)", subject: .user(name))
      }
    } else if !members.isEmpty {
      findings.append(
        finding(
          .manual, "\(title): \(shown.joined(separator: ", "))",
          reason: "nobody has said who is to be trusted (trustedDockerUsers)"))
    }
    if let doubt = otherMembers(of: groups, accounts) {
      // That there may be more elsewhere hides none of those that show.
      var unseen = finding(.unknown, "", "", reason: doubt)
      unseen.compared = .text(doubt)
      findings.append(unseen)
    } else if members.isEmpty {
      findings.append(
        finding(.pass, groups.isEmpty ? "no group may connect" : "\(title) has no members"))
    }
    return findings
  }

  private static func finding(
    _ verdict: Verdict, _ observed: String, _ source: String = "stat, /etc/group, /etc/passwd",
    subject: Subject = .host, reason: String = ""
  ) -> Finding {
    Finding(
      subject: subject, verdict: verdict, observed: observed,
      expected: "only trusted users in the group that owns the API socket", source: source,
      reason: reason)
  }

  private static func describe(_ member: SocketGroup.Member) -> String {
    switch (member.isPrimary, member.uid) {
    case (true, _): "\(member.name) (by its own group)"
    case (false, nil): "\(member.name) (no such user in /etc/passwd)"
    case (false, _): member.name
    }
  }

  /// Why there may be members that no file shows; `nil` where there are none.
  private static func otherMembers(
    of groups: [SocketGroup], _ accounts: AccountFacts
  ) -> String? {
    guard !groups.isEmpty else { return nil }
    switch accounts.otherSources {
    case .absent: return nil
    case .unreadable(let reason): return "cannot tell where users come from: \(reason)"
    case .found(let sources):
      return sources.isEmpty
        ? nil
        : "members that come from \(sources.joined(separator: ", ")) (/etc/nsswitch.conf) "
          + "cannot be seen here"
    }
  }
}

extension SocketGroup {
  /// Its name with its number.
  fileprivate var title: String {
    let name = names.isEmpty ? "a group without a name" : "group \(names.joined(separator: ", "))"
    return "\(name) (\(gid))"
  }
}

/// Whom the sockets of the API let in.
private struct SocketAccess {
  private var numbers: Set<UInt32> = []
  /// Whether there is a socket, or a group that is to own one.
  let exists: Bool
  /// A socket that everybody may write to, and so connect to.
  var openToAll: (path: String, fact: FileFact)?

  /// Throws where it is not known who owns them.
  init(_ snapshot: HostSnapshot) throws {
    let paths: [String]
    switch snapshot.paths[.apiSocket] ?? .unreadable("the sockets were not looked for") {
    case .found(let found): paths = found
    case .absent: paths = []
    case .unreadable(let reason): throw CannotTell(reason)
    }
    var hasSocket = false
    for path in paths.sorted() {
      switch snapshot.files[path] ?? .unreadable("'\(path)' was not looked at") {
      case .absent: continue
      case .unreadable(let reason): throw CannotTell(reason)
      case .found(let fact):
        guard fact.kind == .socket else { throw CannotTell("'\(path)' is no socket") }
        hasSocket = true
        // To connect, one must be allowed to write, see unix(7).
        if fact.mode & 0o002 != 0 { openToAll = openToAll ?? (path, fact) }
        if fact.mode & 0o020 != 0 { numbers.insert(fact.gid) }
      }
    }
    if !hasSocket { numbers = try Self.configured(snapshot).map { [$0] } ?? [] }
    exists = hasSocket || !numbers.isEmpty
  }

  /// The number of the group that dockerd is to give its socket to; `nil` where there is no such group.
  private static func configured(_ snapshot: HostSnapshot) throws -> UInt32? {
    let name: String
    switch snapshot.daemon.settings {
    case .found(let settings): name = settings.group ?? "docker"
    case .absent: name = "docker"
    case .unreadable(let reason): throw CannotTell(reason)
    }
    switch snapshot.groups[name] ?? .unreadable("the group '\(name)' was not looked up") {
    case .found(let number): return number
    case .absent: return nil
    case .unreadable(let reason): throw CannotTell(reason)
    }
  }

  /// The groups that are let in.
  func groups(of accounts: AccountFacts) throws -> [SocketGroup] {
    if numbers.isEmpty { return [] }
    switch accounts.groups {
    case .absent: throw CannotTell("there is no group database")
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let groups):
      return try numbers.sorted().map { number in
        guard let group = groups.first(where: { $0.gid == number }) else {
          throw CannotTell("the members of group \(number) were not read")
        }
        return group
      }
    }
  }
}
