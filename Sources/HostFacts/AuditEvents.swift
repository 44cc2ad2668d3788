import HardeningModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Events of the audit log that are about one file. An event is several records, one a line, with the same
/// time and serial number: the system call, the directory it was made in, and the paths it was about.
///
/// The kernel writes texts that a process chose either in quotes, and then they have no spaces, quotes or
/// control characters, or in hexadecimal digits; so none can be taken for another field or line.
struct AuditEvents {
  private struct Event {
    var process: AuditedProcess?
    var directory: String?
    var isAboutFile = false
    /// Of paths that are not absolute.
    var relative: [String] = []
  }

  private var events: [Substring: Event] = [:]
  /// Their keys, in the order in which they began.
  private var order: [Substring] = []
  private let paths: Set<String>
  private let identity: FileIdentity?

  init(_ text: ArraySlice<UInt8>, paths: Set<String>, identity: FileIdentity?) {
    self.paths = Set(paths.map(AbsolutePath.normal))
    self.identity = identity
    for line in text.split(separator: UInt8(ascii: "\n")) { read(line) }
  }

  /// The last process that changed the file and does not run `own`.
  func last(except own: String?) -> AuditedProcess? {
    for key in order.reversed() {
      guard let event = events[key], let process = event.process, process.executable != own else {
        continue
      }
      let directory = event.directory ?? "/"
      if event.isAboutFile
        || event.relative.contains(where: {
          paths.contains(AbsolutePath.normal("\(directory)/\($0)"))
        })
      {
        return process
      }
    }
    return nil
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    // What comes after the group separator is auditd's interpretation of what stands before it.
    let record = String(decoding: line.prefix { $0 != 0x1D }, as: UTF8.self)
    var fields: [Substring: Substring] = [:]
    for word in record.split(separator: " ") {
      guard let equals = word.firstIndex(of: "=") else { continue }
      let name = word[..<equals]
      // The first of a name is the kernel's.
      if fields[name] == nil { fields[name] = word[word.index(after: equals)...] }
    }
    // `audit(SECONDS.MILLISECONDS:SERIAL):`
    guard let type = fields["type"], ["SYSCALL", "CWD", "PATH"].contains(type),
      let key = fields["msg"], key.hasPrefix("audit("), key.hasSuffix("):")
    else { return }
    if events[key] == nil { order.append(key) }
    var event = events[key] ?? Event()
    switch type {
    case "SYSCALL": event.process = Self.process(fields, key)
    case "CWD": event.directory = fields["cwd"].flatMap(Self.text)
    default: note(fields, &event)
    }
    events[key] = event
  }

  private func note(_ fields: [Substring: Substring], _ event: inout Event) {
    if fields["nametype"] == "PARENT" { return }
    if let identity, fields["inode"].flatMap({ UInt64($0) }) == identity.inode,
      fields["dev"].flatMap(Self.device) == identity.device
    {
      event.isAboutFile = true
    }
    guard let name = fields["name"].flatMap(Self.text) else { return }
    if name.hasPrefix("/") {
      if paths.contains(AbsolutePath.normal(name)) { event.isAboutFile = true }
    } else if event.relative.count < 8 {
      event.relative.append(name)
    }
  }

  /// The process of a system call that succeeded and changes something.
  private static func process(
    _ fields: [Substring: Substring], _ key: Substring
  ) -> AuditedProcess? {
    guard fields["success"] == "yes", !isReading(fields),
      let pid = fields["pid"].flatMap({ Int($0) }),
      let uid = fields["uid"].flatMap({ UInt32($0) }), let time = time(key)
    else { return nil }
    let login = fields["auid"].flatMap { UInt32($0) }
    func printable(_ field: Substring) -> String {
      Printable.text(fields[field].flatMap(text) ?? "", limit: 300)
    }
    return AuditedProcess(
      pid: pid, executable: printable("exe"), name: printable("comm"), uid: uid,
      loginUID: login == .max ? nil : login, time: time)
  }

  /// Whether a system call only reads or executes, which rules may ask for as well. One that is not known
  /// is taken for one that changes something.
  private static func isReading(_ fields: [Substring: Substring]) -> Bool {
    guard let number = fields["syscall"].flatMap({ Int($0) }) else { return false }
    let flags: Substring?
    switch (fields["arch"], number) {
    // execve, readlink, getxattr and its kin, execveat, readlinkat
    case ("c000003e", 59), ("c000003e", 89), ("c000003e", 191...196), ("c000003e", 322),
      ("c000003e", 267), ("c00000b7", 221), ("c00000b7", 281), ("c00000b7", 78),
      ("c00000b7", 8...13):
      return true
    case ("c000003e", 2): flags = fields["a1"]  // open
    case ("c000003e", 257), ("c00000b7", 56): flags = fields["a2"]  // openat
    default: flags = nil
    }
    guard let flags = flags.flatMap({ Int32(truncatingIfNeeded: $0) }) else { return false }
    return flags & O_ACCMODE == O_RDONLY && flags & (O_CREAT | O_TRUNC) == 0
  }

  /// `audit(1700000000.123:456):` in milliseconds.
  private static func time(_ key: Substring) -> Int64? {
    let number = key.dropFirst("audit(".count).prefix { $0 != ":" }.split(separator: ".")
    guard number.count == 2, let seconds = Int64(number[0]), let rest = Int64(number[1]),
      (0..<1 << 40).contains(seconds), (0..<1000).contains(rest)
    else { return nil }
    return seconds * 1000 + rest
  }

  /// `fe:00` as the kernel numbers devices for programs, see makedev(3).
  private static func device(_ text: Substring) -> UInt64? {
    let parts = text.split(separator: ":").map { UInt64($0, radix: 16) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1], major < 1 << 32,
      minor < 1 << 32
    else { return nil }
    return (major & 0xFFF) << 8 | (major & ~0xFFF) << 32 | minor & 0xFF | (minor & ~0xFF) << 12
  }

  /// A text in quotes or hexadecimal digits; `nil` for `(null)` and the like.
  private static func text(_ field: Substring) -> String? {
    if field.hasPrefix("\""), field.hasSuffix("\""), field.utf8.count >= 2 {
      return String(field.dropFirst().dropLast())
    }
    let digits = Array(field.utf8)
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    // It ends where the kernel's text would.
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Int32 {
  /// The lower half of a number in hexadecimal digits.
  fileprivate init?(truncatingIfNeeded digits: Substring) {
    guard let number = UInt64(digits, radix: 16) else { return nil }
    self.init(truncatingIfNeeded: number)
  }
}
