import Documents

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who gives the command.
enum Operator {
  /// The name of the user who logged in, whoever that user has become since (sudo, su); without a
  /// login, of the user as whom this runs. `uid 1000` where that number has no name.
  static var name: String {
    let uid = loginUser ?? getuid()
    return name(of: uid) ?? "uid \(uid)"
  }

  /// The login uid, which is set once and inherited; `nil` where there is none, see
  /// proc_pid_loginuid(5).
  private static var loginUser: uid_t? {
    guard let bytes = try? TextFile.read("/proc/self/loginuid", limit: 32, trust: .anyone),
      let uid = uid_t(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber }),
      uid != .max
    else { return nil }
    return uid
  }

  /// By the databases of the C library; `nil` where they do not tell.
  private static func name(of uid: uid_t) -> String? {
    var size = 1 << 12
    while size <= 1 << 20 {
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var buffer = [CChar](repeating: 0, count: size)
      let name: String? = buffer.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress,
          getpwuid_r(uid, &entry, base, buffer.count, &found) == 0, found != nil,
          let name = entry.pw_name
        else { return nil }
        return String(cString: name)
      }
      if let name { return name.isEmpty ? nil : name }
      size *= 16
    }
    return nil
  }
}
