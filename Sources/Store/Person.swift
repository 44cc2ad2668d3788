import Documents
import HardeningModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who had something done: a person, or the service by itself.
package struct Person: Sendable, Hashable, Codable {
  /// Of the process.
  package var uid: UInt32
  /// The name of `uid` in `/etc/passwd`; `nil` where it has none.
  package var name: String?
  /// As whom the session was logged in, which neither `su` nor `sudo` changes; `nil` where there was no
  /// login, as for a service.
  package var loginUID: UInt32?
  package var loginName: String?
  /// The unit of systemd as which the service did it by itself; `nil` where a person gave the command.
  package var unit: String?

  package init(
    uid: UInt32, name: String?, loginUID: UInt32? = nil, loginName: String? = nil,
    unit: String? = nil
  ) {
    self.uid = uid
    self.name = name
    self.loginUID = loginUID
    self.loginName = loginName
    self.unit = unit
  }

  /// Who runs this process.
  ///
  /// Names are those of `/etc/passwd`: to ask a directory over the network would be a wait without end.
  package static func current(
    loginUIDFile: String = "/proc/self/loginuid", accounts: String = "/etc/passwd"
  ) -> Person {
    let loginUID = text(loginUIDFile, limit: 64).flatMap { UInt32($0.prefix { $0.isNumber }) }
      .flatMap { $0 == UInt32.max ? nil : $0 }
    let names = text(accounts, limit: 4 << 20) ?? ""
    let uid = geteuid()
    return Person(
      uid: uid, name: name(of: uid, in: names), loginUID: loginUID,
      loginName: loginUID.flatMap { name(of: $0, in: names) })
  }

  private static func text(_ path: String, limit: Int) -> String? {
    (try? TextFile.read(path, limit: limit, trust: .anyone)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// The name in the line `NAME:PASSWORD:UID:…`, passwd(5).
  private static func name(of uid: UInt32, in accounts: String) -> String? {
    for line in accounts.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
      if fields.count == 4, fields[2] == String(uid)[...], !fields[0].isEmpty {
        return String(fields[0])
      }
    }
    return nil
  }
}

extension Person {
  /// Whether nobody gave the command.
  package var isService: Bool { unit != nil }
}

extension Person: CustomStringConvertible {
  /// `root, logged in as anna`; `the service`
  package var description: String {
    if isService { return "the service" }
    let own = name ?? "uid \(uid)"
    guard let loginUID, loginUID != uid else { return own }
    return "\(own), logged in as \(loginName ?? "uid \(loginUID)")"
  }
}
