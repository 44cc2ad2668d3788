import Foundation
import HardeningModel
import Remediation
import Testing

@Suite("changes in the ledger")
struct ChangeTests {
  @Test(
    "are read back as they were written",
    arguments: [
      Change.attributes(
        AttributesChange(
          path: "/lib/systemd/system/docker.service",
          canonical: "/usr/lib/systemd/system/docker.service",
          identity: FileIdentity(device: 1, inode: 2),
          before: Attributes(uid: 1000, gid: 0, mode: 0o4666),
          after: Attributes(uid: 0, gid: 0, mode: 0o644))),
      .contents(
        ContentsChange(
          path: "/etc/docker/daemon.json", canonical: "/etc/docker/daemon.json", before: nil,
          after: FileVersion(
            digest: "ab", attributes: Attributes(uid: 0, gid: 0, mode: 0o644)))),
      .directory(DirectoryChange(path: "/etc/audit/rules.d")),
      .auditRule(AuditRuleChange(text: "-w /etc/docker -p wa", wire: [1, 0, 255])),
      .container(
        ContainerChange(
          id: "0123", name: "web", limit: .memory, before: ContainerLimits(),
          after: ContainerLimits())),
    ])
  func roundTrip(change: Change) throws {
    let written = try JSONEncoder().encode(change)
    #expect(try JSONDecoder().decode(Change.self, from: written) == change)
  }
}
