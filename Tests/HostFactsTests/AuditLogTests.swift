import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The audit log")
struct AuditLogTests {
  private static let unit = "/usr/lib/systemd/system/docker.service"

  /// An event as auditd of Debian 12 writes it.
  private static func event(
    _ serial: Int, syscall: String = "268", arguments: String = "a0=ffffff9c a1=55d0 a2=1b6 a3=0",
    success: String = "yes", exe: String = "\"/usr/bin/chmod\"", comm: String = "\"chmod\"",
    auid: String = "1000", cwd: String = "\"/root\"", paths: [String], enriched: Bool = true
  ) -> String {
    let stamp = "msg=audit(1700000000.123:\(serial)):"
    let more = enriched
    var lines = [
      "type=SYSCALL \(stamp) arch=c000003e syscall=\(syscall) success=\(success) exit=0 "
        + "\(arguments) items=\(paths.count) ppid=17 pid=4711 auid=\(auid) uid=0 gid=0 euid=0 suid=0 "
        + "fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm=\(comm) exe=\(exe) subj=unconfined "
        + "key=\"docker\""
        + (more
          ? "\u{1D}ARCH=x86_64 SYSCALL=fchmodat AUID=\"mallory\" UID=\"root\" exe=\"/forged\""
          : ""),
      "type=CWD \(stamp) cwd=\(cwd)",
    ]
    for (item, path) in paths.enumerated() {
      lines.append(
        "type=PATH \(stamp) item=\(item) \(path) cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
          + (more ? "\u{1D}OUID=\"root\" OGID=\"root\"" : ""))
    }
    lines.append("type=PROCTITLE \(stamp) proctitle=63686D6F64")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func path(
    _ name: String, inode: Int = 42, device: String = "fe:01", type: String = "NORMAL"
  ) -> String {
    "name=\(name) inode=\(inode) dev=\(device) mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=\(type)"
  }

  private static let chmod = AuditedProcess(
    pid: 4711, executable: "/usr/bin/chmod", name: "chmod", uid: 0, loginUID: 1000,
    time: 1_700_000_000_123)

  private static func changed(_ edit: (inout AuditedProcess) -> Void) -> AuditedProcess {
    var process = chmod
    edit(&process)
    return process
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let log: String
    let expected: AuditedProcess?

    init(_ name: String, _ log: String, _ expected: AuditedProcess?) {
      testDescription = name
      self.log = log
      self.expected = expected
    }
  }

  private static let named = path("\"\(unit)\"")

  static let cases = [
    Case("enriched", event(1, paths: [named]), chmod),
    Case("raw", event(1, paths: [named], enriched: false), chmod),
    Case("empty", "", nil),
    Case("of another file", event(1, paths: [path("\"/etc/passwd\"", inode: 7)]), nil),
    Case(
      "of a file whose name begins alike", event(1, paths: [path("\"\(unit).d\"", inode: 7)]), nil),
    Case(
      "a relative name",
      event(1, cwd: "\"/usr/lib/systemd/system\"", paths: [path("\"docker.service\"", inode: 7)]),
      chmod),
    Case(
      "a relative name in another directory",
      event(1, cwd: "\"/root\"", paths: [path("\"docker.service\"", inode: 7)]), nil),
    Case(
      "a name in hexadecimal digits",
      event(
        1,
        paths: [path(unit.utf8.map { String($0, radix: 16, uppercase: true) }.joined(), inode: 7)]),
      chmod),
    Case("the same file by another name", event(1, paths: [path("\"/root/hard\"")]), chmod),
    Case(
      "the same inode of another device", event(1, paths: [path("\"/x\"", device: "fe:02")]), nil),
    Case("no name", event(1, paths: [path("(null)", inode: 7)]), nil),
    Case(
      "replaced: the directory, what was there, what comes",
      event(
        1, syscall: "82",
        paths: [
          path("\"/usr/lib/systemd/system/\"", inode: 3, type: "PARENT"),
          path("\"/usr/lib/systemd/system/.new\"", inode: 9, type: "DELETE"),
          path("\"\(unit)\"", inode: 9, type: "CREATE"),
        ]), chmod),
    Case(
      "its directory only",
      event(1, paths: [path("\"\(unit)\"", type: "PARENT")]), nil),
    Case("refused", event(1, success: "no", paths: [named]), nil),
    Case(
      "opened for reading",
      event(
        1, syscall: "257", arguments: "a0=ffffff9c a1=7f a2=80000 a3=0",
        paths: [named]), nil),
    Case(
      "opened for writing",
      event(
        1, syscall: "257", arguments: "a0=ffffff9c a1=7f a2=80241 a3=1b6",
        paths: [named]), chmod),
    Case("executed", event(1, syscall: "59", paths: [named]), nil),
    Case(
      "the last one counts",
      event(1, exe: "\"/usr/bin/vi\"", paths: [named]) + event(2, paths: [named])
        + event(3, exe: "\"/usr/bin/vi\"", paths: [path("\"/etc/passwd\"", inode: 7)]), chmod),
    Case(
      "one's own does not",
      event(1, paths: [named]) + event(2, exe: "\"/usr/bin/dockward\"", paths: [named]), chmod),
    Case(
      "nobody logged in", event(1, auid: "4294967295", paths: [named]),
      changed { $0.loginUID = nil }),
    Case(
      "a name that would forge fields and lines",
      event(1, comm: "6120653D2278220A747970653D53595343414C4C1B5B33316D", paths: [named]),
      changed { $0.name = #"a e="x"\u{A}type=SYSCALL\u{1B}[31m"# }),
    Case(
      "records of two events mixed",
      {
        let one = event(1, paths: [named]).split(separator: "\n")
        let two = event(2, exe: "\"/usr/bin/vi\"", paths: [path("\"/x\"", inode: 7)]).split(
          separator: "\n")
        return zip(one, two).flatMap { [$0, $1] }.joined(separator: "\n") + "\n"
      }(), chmod),
    Case(
      "with the name of the host",
      event(1, paths: [named]).split(separator: "\n").map { "node=web \($0)" }.joined(
        separator: "\n"), chmod),
    Case(
      "what a program said itself",
      "type=USER_CMD msg=audit(1700000000.123:1): pid=1 uid=0 auid=0 ses=1 msg='type=SYSCALL'\n"
        + event(2, paths: [named]), chmod),
    Case(
      "cut off within the path",
      event(1, paths: [named]).split(separator: "service\" inode").prefix(1).joined(), nil),
    Case("garbage", "type=PATH msg=audit( name=\"\n=\n\u{0}type=SYSCALL msg=audit(1.1:1):\n", nil),
  ]

  @Test("tells who changed a file last", arguments: cases)
  func last(_ example: Case) {
    let events = AuditEvents(
      Array(example.log.utf8)[...], paths: [Self.unit],
      identity: FileIdentity(device: 0xFE01, inode: 42))
    #expect(events.last(except: "/usr/bin/dockward") == example.expected)
  }

  @Test("is read from its end, and the one before it when it does not tell")
  func files() async throws {
    try await FixtureRoot.with { fixture in
      let log = AuditLog(root: fixture.path)
      #expect(log.lastChange(of: [Self.unit]) == .absent)
      let file = "/var/log/audit/audit.log"
      try fixture.file(file + ".1", Self.event(1, paths: [Self.named]))
      try fixture.file(file, Self.event(2, paths: [Self.path("\"/x\"", inode: 7)]))
      #expect(log.lastChange(of: [Self.unit]) == .found(Self.chmod))
      // More than is read.
      let filler = String(
        repeating: Self.event(3, paths: [Self.path("\"/x\"", inode: 7)]), count: 2000)
      try fixture.file(
        file,
        Self.event(2, exe: "\"/early\"", paths: [Self.named]) + filler
          + Self.event(4, exe: "\"/late\"", paths: [Self.named]) + filler.prefix(100_000))
      #expect(
        log.lastChange(of: [Self.unit]) == .found(Self.changed { $0.executable = "/late" }))
      try fixture.file("/etc/audit/auditd.conf", "# log_file = /no\nlog_file = /srv/audit\n")
      try fixture.file("/srv/audit", Self.event(1, exe: "\"/there\"", paths: [Self.named]))
      #expect(
        log.lastChange(of: [Self.unit]) == .found(Self.changed { $0.executable = "/there" }))
      try fixture.directory("/srv/audit.1")
      try fixture.file("/srv/audit")
      #expect(
        log.lastChange(of: [Self.unit])
          == .unreadable("cannot read '/srv/audit.1': not a regular file"))
    }
  }
}
