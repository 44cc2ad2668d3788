import HardeningModel

/// The user and group databases, as files have them.
struct AccountReader: Sendable {
  private let users: Reading<[User]>
  private let groups: Reading<[Group]>
  private let otherSources: Reading<[String]>

  private struct User {
    var name: String
    var uid: UInt32
    var gid: UInt32
  }

  private struct Group {
    var name: String
    var gid: UInt32
    var members: [String]
  }

  /// Reads nothing.
  init() {
    let reason = "the accounts were not read"
    (users, groups) = (.unreadable(reason), .unreadable(reason))
    otherSources = .unreadable(reason)
  }

  init(_ root: HostRoot) {
    users = Self.entries(of: "/etc/passwd", root) { fields in
      guard fields.count >= 4, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else {
        return nil
      }
      return User(name: fields[0], uid: uid, gid: gid)
    }
    groups = Self.entries(of: "/etc/group", root) { fields in
      guard fields.count >= 3, let gid = UInt32(fields[2]) else { return nil }
      let members = fields.count > 3 ? fields[3].split(separator: ",").map(\.trimmed) : []
      return Group(name: fields[0], gid: gid, members: members.filter { !$0.isEmpty })
    }
    otherSources = NameServices(root: root).otherSources()
  }

  /// The members of the groups with these numbers.
  func facts(ofGroups numbers: some Sequence<UInt32>) -> AccountFacts {
    var facts = AccountFacts()
    facts.otherSources = otherSources
    switch (users, groups) {
    case (.unreadable(let reason), _), (_, .unreadable(let reason)):
      facts.groups = .unreadable(reason)
    case (let users, let groups):
      facts.groups = .found(
        Set(numbers).sorted().map { members(of: $0, users.value ?? [], groups.value ?? []) })
    }
    return facts
  }

  private func members(of number: UInt32, _ users: [User], _ groups: [Group]) -> SocketGroup {
    let entries = groups.filter { $0.gid == number }
    var members: [String: SocketGroup.Member] = [:]
    for name in entries.flatMap(\.members) {
      // The first entry of a name is the one that counts.
      members[name] = SocketGroup.Member(name: name, uid: users.first { $0.name == name }?.uid)
    }
    for user in users where user.gid == number {
      members[user.name] = SocketGroup.Member(name: user.name, uid: user.uid, isPrimary: true)
    }
    return SocketGroup(
      gid: number, names: entries.map(\.name),
      members: members.values.sorted { $0.name < $1.name })
  }

  /// The entries of a database, see passwd(5) and group(5); a line that is none is passed over, as the
  /// C library does.
  private static func entries<Entry>(
    of path: String, _ root: HostRoot, _ entry: ([String]) -> Entry?
  ) -> Reading<[Entry]> {
    do {
      let text = try root.text(of: path, limit: 16 << 20)
      return .found(
        text.split(separator: "\n").compactMap { line in
          guard line.first != "#", line.first != "+", line.first != "-" else { return nil }
          return entry(
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init))
        })
    } catch {
      return error.isAbsence ? .absent : .unreadable(error.description)
    }
  }
}

/// Where the C library looks for users and groups, see nsswitch.conf(5).
struct NameServices {
  let root: HostRoot

  private static let databases: Set<String> = ["passwd", "group", "initgroups"]
  private static let userRecords = ["/etc/userdb", "/run/userdb", "/usr/lib/userdb"]
  private static let homes = "/var/lib/systemd/home"

  /// The sources other than files that may add members to a group, sorted.
  func otherSources() -> Reading<[String]> {
    do throws(ReadFailure) {
      var sources = Self.sources(in: try root.text(of: "/etc/nsswitch.conf"))
      sources.remove("files")
      if sources.contains("compat"), try !hasCompatibilityEntries() { sources.remove("compat") }
      if sources.contains("systemd"), try !hasUserRecords() { sources.remove("systemd") }
      return .found(sources.sorted())
    } catch {
      // Without the file the C library looks at files only.
      return error.isAbsence ? .found([]) : .unreadable(error.description)
    }
  }

  /// The sources that the lines of these databases name, without what is to happen between two.
  static func sources(in text: String) -> Set<String> {
    var sources: Set<String> = []
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.prefix { $0 != "#" }.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, databases.contains(parts[0].trimmed) else { continue }
      var isAction = false
      for word in parts[1].split(whereSeparator: \.isWhitespace) {
        if word.hasPrefix("[") { isAction = true }
        if !isAction { sources.insert(String(word)) }
        if word.hasSuffix("]") { isAction = false }
      }
    }
    return sources
  }

  /// Whether a database has lines that begin with a sign, which bring in those of NIS.
  private func hasCompatibilityEntries() throws(ReadFailure) -> Bool {
    for file in ["/etc/passwd", "/etc/group"] {
      let text = try root.text(of: file, limit: 16 << 20)
      if text.split(separator: "\n").contains(where: { $0.first == "+" }) { return true }
    }
    return false
  }

  /// Whether there are users of systemd's own, see nss-systemd(8): besides those it makes up for
  /// services, which are in no group but their own.
  private func hasUserRecords() throws(ReadFailure) -> Bool {
    for directory in Self.userRecords + [Self.homes] {
      do throws(ReadFailure) {
        let names = try root.entries(of: directory)
        let isRecord = { (name: String) in
          [".user", ".group", ".membership", ".identity"].contains { name.hasSuffix($0) }
        }
        if names.contains(where: isRecord) { return true }
      } catch {
        if !error.isAbsence { throw error }
      }
    }
    return false
  }
}
