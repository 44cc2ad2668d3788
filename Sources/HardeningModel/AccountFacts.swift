/// Who is in the groups that own a socket of the API.
package struct AccountFacts: Codable, Sendable, Equatable {
  /// One for each group number.
  package var groups: Reading<[SocketGroup]> = .unreadable("the group database was not read")
  /// Where users and groups come from besides files, by `/etc/nsswitch.conf`: `sss`, `ldap`, …
  package var otherSources: Reading<[String]> = .unreadable("'/etc/nsswitch.conf' was not read")

  package init() {}
}

/// The members of one group.
package struct SocketGroup: Codable, Sendable, Equatable {
  package var gid: UInt32
  /// Its names; more than one where several entries have the same number.
  package var names: [String]
  /// By name, each once.
  package var members: [Member]

  package struct Member: Codable, Sendable, Equatable {
    package var name: String
    /// `nil` where the user database does not have the name.
    package var uid: UInt32?
    /// Whether it is the group that the user logs in with.
    package var isPrimary: Bool

    package init(name: String, uid: UInt32?, isPrimary: Bool = false) {
      self.name = name
      self.uid = uid
      self.isPrimary = isPrimary
    }
  }

  package init(gid: UInt32, names: [String], members: [Member]) {
    self.gid = gid
    self.names = names
    self.members = members
  }
}
