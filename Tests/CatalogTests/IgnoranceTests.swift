import Catalog
import HardeningModel
import Testing

/// What is not known is neither good nor bad.
@Suite("What cannot be read")
struct IgnoranceTests {
  @Test("the Engine: only files pass", arguments: Catalog.checks.map(\.slug))
  func engineUnreachable(_ slug: String) throws {
    let check = try #require(Catalog.bySlug[slug])
    let context = Context(snapshot: .sample { $0.engineIsUnreachable() })
    for finding in check.evaluate(context) {
      if let verdict = HostTables.verdictWithoutEngine(slug) {
        #expect(finding.verdict == verdict, "\(finding)")
      } else if slug.hasPrefix("file-") || slug == "image-content-trust" {
        #expect(finding.verdict == .pass, "\(finding)")
      } else {
        #expect(finding.verdict == .unknown, "\(finding)")
        #expect(finding.reason.contains("connection refused"), "\(finding)")
      }
    }
  }

  @Test("everything: nothing passes or fails", arguments: Catalog.checks.map(\.slug))
  func everythingUnreadable(_ slug: String) throws {
    let check = try #require(Catalog.bySlug[slug])
    let findings = check.evaluate(Context(snapshot: .unreadable))
    #expect(!findings.isEmpty)
    for finding in findings { #expect(finding.verdict == .unknown, "\(finding)") }
  }

  @Test("nothing was read at all: nothing passes or fails", arguments: Catalog.checks.map(\.slug))
  func nothingRead(_ slug: String) throws {
    let check = try #require(Catalog.bySlug[slug])
    let snapshot = HostSnapshot(
      host: HostIdentity(name: "", machineID: ""), startedAt: "2026-01-02T03:04:05Z")
    let findings = check.evaluate(Context(snapshot: snapshot))
    #expect(!findings.isEmpty)
    for finding in findings { #expect(finding.verdict == .unknown, "\(finding)") }
  }

  /// An Engine that says nothing of its containers but that they are there.
  @Test("every field of a container: nothing passes", arguments: containerSlugs)
  func fieldsMissing(_ slug: String) throws {
    let check = try #require(Catalog.bySlug[slug])
    for isRemapping in [false, true] {
      var scene = Scene()
      scene.snapshot.kernel = KernelFacts(appArmor: .found(true), seLinux: .found(true))
      if isRemapping { scene.snapshot.info.securityOptions = .value(["name=userns"]) }
      scene.web = Container(id: Container.sampleID("web"))
      let verdicts = check.evaluate(scene.context).map(\.verdict)
      let isMeaningless = slug == "container-host-userns" && !isRemapping
      #expect(verdicts == [isMeaningless ? .notApplicable : .unknown])
    }
  }

  private static let containerSlugs = Catalog.checks.map(\.slug).filter {
    $0.hasPrefix("container-")
  }

  /// Whoever knows less says what he said before, or that he does not know.
  @Test("one thing: no verdict turns into another", arguments: Loss.all)
  func loss(_ loss: Loss) throws {
    let before = try loss.base.scene().context
    let after = Context(snapshot: try loss.snapshot())
    for check in Catalog.checks where !loss.isSilence(for: check.slug) {
      let old = Verdict.worst(of: check.evaluate(before).map(\.verdict))
      let new = Verdict.worst(of: check.evaluate(after).map(\.verdict))
      if new != old, new != .unknown { Issue.record("\(check.slug): \(old) became \(new)") }
    }
  }

  /// The losses are found in the hosts' JSON; a host without any would prove nothing.
  @Test("one thing of many", arguments: Base.allCases)
  func losses(_ base: Base) {
    let losses = Loss.all.filter { $0.base == base }
    #expect(losses.count { $0.isUnreadable } > 50)
    #expect(losses.count { !$0.isUnreadable } > 50)
  }

  /// Otherwise the losses would prove little.
  @Test("the host that offends: each check fails that can fail")
  func offendingHost() throws {
    let context = try Base.offending.scene().context
    let verdicts = Catalog.checks.map { check in
      (check.slug, Verdict.worst(of: check.evaluate(context).map(\.verdict)))
    }
    let good = verdicts.filter { $0.1 != .fail && $0.1 != .manual }.map(\.0)
    // A kernel runs either AppArmor or SELinux; a swarm knows no live-restore, users are remapped for
    // the container that refuses it, there is one storage driver, and no Docker Enterprise.
    let absent = EnterpriseTables.all.map(\.slug)
    #expect(
      Set(good.filter { !absent.contains($0) }) == [
        "container-selinux", "daemon-live-restore", "daemon-userns-remap",
        "daemon-storage-not-aufs",
      ])
  }
}

extension HostSnapshot {
  /// Nothing could be read, for the same reason.
  static let unreadable = HostSnapshot.sample {
    let reason = "input/output error"
    $0.kernel = KernelFacts(appArmor: .unreadable(reason), seLinux: .unreadable(reason))
    $0.groups = ["docker": .unreadable(reason)]
    $0.daemon.process = .unreadable(reason)
    $0.daemon.flags = .unreadable(reason)
    $0.daemon.configuration = .unreadable(reason)
    for role in FileRole.allCases { $0.paths[role] = .unreadable(reason) }
    $0.files = $0.files.mapValues { _ in .unreadable(reason) }
    $0.clients = .unreadable(reason)
    $0.hostIsUnreadable(reason)
    $0.engineIsUnreachable()
  }
}
