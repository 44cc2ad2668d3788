import Catalog
import HardeningModel
import Testing

@testable import Remediation

@Suite("Remedies of files")
struct FileRemediesTests {
  /// A host that has these files, each with its role.
  private func snapshot(
    _ files: [(role: FileRole, path: String, fact: FileFact)],
    group: Reading<UInt32> = .found(998)
  ) -> HostSnapshot {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: "host", machineID: ""), startedAt: "2026-01-01T00:00:00Z")
    for role in FileRole.allCases { snapshot.paths[role] = .absent }
    for (role, path, fact) in files {
      snapshot.paths[role] = .found((snapshot.paths[role]?.value ?? []) + [path])
      snapshot.files[path] = .found(fact)
    }
    (snapshot.daemon.flags, snapshot.daemon.configuration) = (.absent, .absent)
    snapshot.groups["docker"] = group
    return snapshot
  }

  private func fact(
    _ path: String, _ uid: UInt32, _ gid: UInt32, _ mode: UInt16, inode: UInt64 = 1,
    kind: FileFact.Kind = .regular
  ) -> FileFact {
    FileFact(
      canonical: path, kind: kind, mode: mode, uid: uid, gid: gid,
      identity: FileIdentity(device: 1, inode: inode))
  }

  /// What the check `slug` finds, and what is done about it.
  private func plans(
    _ slug: String, _ snapshot: HostSnapshot
  ) throws -> [(subject: Subject, plan: Result<Intervention, RemediationError>)] {
    let check = try #require(Catalog.checks.first { $0.slug == slug })
    let action = try #require(check.remedy.action)
    let findings = check.evaluate(Context(snapshot: snapshot))
    return FileRemedies.plan(action, of: slug, findings, in: snapshot)
  }

  private func steps(
    _ slug: String, _ snapshot: HostSnapshot
  ) throws -> [[String]] {
    try plans(slug, snapshot).map { entry in
      try entry.plan.get().changes.map {
        guard case .attributes(let change) = $0 else { return "\($0)" }
        return "\(change.action) # \(change.beforeText)"
      }
    }
  }

  @Test("give each file to root")
  func owner() throws {
    let path = "/etc/docker/daemon.json"
    let host = snapshot([(.daemonConfiguration, path, fact(path, 1000, 50, 0o644))])
    #expect(
      try steps("file-daemon-json-owner", host) == [["chown 0:0 \(path) # owner 1000:50"]])
    let plan = try #require(try plans("file-daemon-json-owner", host).first).plan.get()
    #expect(plan.diff == ["--- \(path)", "+++ \(path)", "-owner 1000:50", "+owner 0:0"])
    #expect(plan.effects.isEmpty && plan.notes.isEmpty)
  }

  @Test("take setuid and setgid from a file before they give it away, and leave a directory's")
  func rights() throws {
    let path = "/etc/docker/daemon.json"
    #expect(
      try steps(
        "file-daemon-json-owner",
        snapshot([(.daemonConfiguration, path, fact(path, 1000, 0, 0o6755))]))
        == [["chmod 0755 \(path) # mode 06755", "chown 0:0 \(path) # owner 1000:0"]])
    #expect(
      try steps(
        "file-etc-docker-owner",
        snapshot([
          (.etcDocker, "/etc/docker", fact("/etc/docker", 7, 0, 0o2755, kind: .directory))
        ]))
        == [["chown 0:0 /etc/docker # owner 7:0"]])
  }

  @Test("give the socket to the group of the API, to root where there is none, and else to nobody")
  func apiGroup() throws {
    let path = "/run/docker.sock"
    func host(_ group: Reading<UInt32>) -> HostSnapshot {
      snapshot([(.apiSocket, path, fact(path, 5, 5, 0o660, kind: .socket))], group: group)
    }
    #expect(
      try steps("file-docker-sock-owner", host(.found(998)))
        == [["chown 0:998 \(path) # owner 5:5"]])
    #expect(
      try steps("file-docker-sock-owner", host(.absent)) == [["chown 0:0 \(path) # owner 5:5"]])
    let refused = try plans("file-docker-sock-owner", host(.unreadable("it is broken")))
    #expect(refused.count == 1)
    #expect(
      refused.first?.plan
        == .failure(
          .refused("cannot mend '\(path)': whose it is to be is not known: it is broken")))
  }

  @Test("take the bits that a file of its role may not have, and give none")
  func mode() throws {
    let path = "/etc/docker/daemon.json"
    #expect(
      try steps(
        "file-daemon-json-mode",
        snapshot([(.daemonConfiguration, path, fact(path, 0, 0, 0o4626))]))
        == [["chmod 0604 \(path) # mode 04626"]])
    let (certificate, key) = ("/etc/docker/certs.d/r/ca.crt", "/etc/docker/certs.d/r/client.key")
    #expect(
      try steps(
        "file-registry-certs-mode",
        snapshot([
          (.registryCertificates, certificate, fact(certificate, 0, 0, 0o644, inode: 1)),
          (.registryKeys, key, fact(key, 0, 0, 0o644, inode: 2)),
        ]))
        == [
          ["chmod 0444 \(certificate) # mode 0644"], ["chmod 0400 \(key) # mode 0644"],
        ])
  }

  @Test("change a file with two paths once, so that it is fit for both")
  func twice() throws {
    let (certificate, key) = ("/etc/docker/certs.d/r/ca.crt", "/etc/docker/certs.d/r/client.key")
    let host = snapshot([
      (.registryCertificates, certificate, fact(key, 0, 0, 0o644)),
      (.registryKeys, key, fact(key, 0, 0, 0o644)),
    ])
    #expect(
      try steps("file-registry-certs-mode", host) == [["chmod 0400 \(key) # mode 0644"], []])
    let second = try #require(try plans("file-registry-certs-mode", host).last)
    #expect(second.subject == .file(key))
    #expect(try second.plan.get().notes == ["It is the same file as '\(certificate)'."])
  }

  @Test("do nothing where nothing has failed")
  func compliant() throws {
    let path = "/etc/docker/daemon.json"
    let host = snapshot([(.daemonConfiguration, path, fact(path, 0, 0, 0o600))])
    #expect(try steps("file-daemon-json-mode", host).isEmpty)
    #expect(try steps("file-daemon-json-owner", host).isEmpty)
  }

  @Test("are there for every check of section 3")
  func everyCheck() {
    for check in Catalog.checks where check.slug.hasPrefix("file-") {
      switch check.remedy.action {
      case .giveBack, .clearExtraBits: break
      default: Issue.record("\(check.slug) has no remedy of a file")
      }
      #expect(check.remedy.disruption == .none)
    }
  }
}
