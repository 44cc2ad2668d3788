import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

@Suite("The rules files of the audit system")
struct AuditRuleFilesTests {
  @Test(
    "name what is watched",
    arguments: [
      ("-w /etc/docker -p wa -k docker", "/etc/docker"),
      ("-w /etc/docker", "/etc/docker"),
      ("  -a always,exit -F path=/usr/bin/runc -F perm=wa", "/usr/bin/runc"),
      ("-a exit,always -F arch=b64 -F dir=/var/lib/docker -F perm=a", "/var/lib/docker"),
      ("-w /etc/docker -p rx", nil),
      ("-a never,exit -F path=/etc/docker", nil),
      ("-a exit,never -F dir=/etc/docker", nil),
      ("-a always,exit -S open -F key=x", nil),
      ("# -w /etc/docker", nil),
      ("#-w /etc/docker", nil),
      ("-w", nil), ("-w relative -p wa", nil), ("-F", nil), ("-a", nil), ("", nil), ("-D", nil),
    ] as [(String, String?)])
  func lines(_ line: String, path: String?) {
    let watches = AuditRuleFiles.watches(in: "-b 8192\n" + line, file: "f")
    #expect(watches == (path.map { [ConfiguredWatch(file: "f", line: 2, path: $0)] } ?? []))
  }

  @Test("are those of rules.d and the one made of them")
  func files() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.opened { #expect(AuditRuleFiles(root: $0).watches() == .absent) }
      try fixture.file("/etc/audit/audit.rules", "-w /a\n")
      try fixture.file("/etc/audit/rules.d/b.rules", "\n-w /b\n")
      try fixture.file("/etc/audit/rules.d/c.rules.old", "-w /c\n")
      try fixture.opened {
        #expect(
          AuditRuleFiles(root: $0).watches()
            == .found([
              ConfiguredWatch(file: "/etc/audit/audit.rules", line: 1, path: "/a"),
              ConfiguredWatch(file: "/etc/audit/rules.d/b.rules", line: 2, path: "/b"),
            ]))
      }
    }
  }

  @Test("are unreadable when one is")
  func unreadable() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/audit/audit.rules", "-w /a\n")
      try fixture.fifo("/etc/audit/rules.d/pipe.rules")
      try fixture.opened {
        #expect(
          AuditRuleFiles(root: $0).watches()
            == .unreadable("cannot read '/etc/audit/rules.d/pipe.rules': not a regular file"))
      }
    }
  }

  @Test("are unreadable when there are too many of them, or they are too large")
  func bounds() async throws {
    try await FixtureRoot.with { fixture in
      for number in 0..<257 { try fixture.file("/etc/audit/rules.d/\(number).rules") }
      try fixture.opened {
        #expect(
          AuditRuleFiles(root: $0).watches()
            == .unreadable("cannot read '/etc/audit/rules.d': more than 256 entries"))
      }
    }
    try await FixtureRoot.with { fixture in
      try fixture.file(
        "/etc/audit/audit.rules", String(repeating: "-w /etc/docker\n", count: 10_001))
      try fixture.opened {
        #expect(
          AuditRuleFiles(root: $0).watches()
            == .unreadable("cannot read '/etc/audit/audit.rules': more than 10000 rules"))
      }
    }
  }
}
