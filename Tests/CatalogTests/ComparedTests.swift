import Catalog
import Drift
import HardeningModel
import TestSupport
import Testing

/// That what changes by itself is no drift, whatever check it is about.
@Suite("What is compared")
struct ComparedTests {
  private static let seeds: Range<UInt64> = 0..<12
  private static let benchmarks = Result {
    try Repository.benchmarkIDs.map(Repository.benchmark)
  }

  @Test("of a host does not change by itself", arguments: Chance.all, seeds)
  func hosts(_ chance: Chance, _ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let snapshot = HostSnapshot.random(&random)
    var changed = snapshot
    try chance.change(&changed, &random)
    let benchmarks = try Self.benchmarks.get()
    let benchmark = benchmarks[Int(seed) % benchmarks.count]
    let before = snapshot.posture(by: benchmark)
    let after = changed.posture(by: benchmark)
    let difference = Drift.difference(from: before, to: after)
    #expect(difference.events == [])
    #expect(difference.quiet == [])
    #expect(before.digest == after.digest)
  }

  /// Each row's host, so that every shape of every finding takes part. Those of files and of audit rules
  /// are alike.
  @Test(
    "of each row's host does not change by itself",
    arguments: Tables.all.filter {
      !$0.slug.hasPrefix("file-")
        && (!$0.slug.hasPrefix("host-audit-") || $0.slug == "host-audit-etc-docker")
    })
  func rows(_ table: Table) throws {
    var random = SeededRandom(seed: 1)
    let check = try #require(Catalog.bySlug[table.rows.first?.slug ?? ""])
    for row in table.rows {
      var changed = row.context.snapshot
      for chance in Chance.all { try chance.change(&changed, &random) }
      // That an image grows too old, or that there are too many, is what these checks are for.
      let policy = row.context.policy
      if policy.maximumImageAge != nil || policy.maximumUnusedImages != nil { continue }
      let before = row.posture(of: row.context.snapshot, by: check)
      let after = row.posture(of: changed, by: check)
      #expect(Drift.difference(from: before, to: after).events == [], "\(row.testDescription)")
    }
  }

  @Test("of a container is the same when it stops, and when it runs again", arguments: seeds)
  func stopping(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var snapshot = HostSnapshot.random(&random)
    snapshot.execs = [:]
    snapshot.changeContainers { container in
      // In the sample the kernel confines everything.
      container.hostConfig.privileged = .value(false)
      container.hostConfig.securityOptions = .value(["no-new-privileges"])
      container.execIDs = .null
      container.hostConfig.portBindings = container.networkSettings.ports
      container.config.user = .value("app")
    }
    var stopped = snapshot
    stopped.changeContainers { $0.stop() }
    stopped.processes = [:]
    let benchmark = try Repository.benchmark("cis-1.8.0")
    let (before, after) = (
      snapshot.posture(by: benchmark), stopped.posture(by: benchmark)
    )
    #expect(Drift.diff(from: before, to: after) == [])
    let told = Drift.news(baseline: before, told: Told(before), current: after).told
    let again = Drift.news(baseline: before, told: told, current: before)
    #expect(again.events == [])
  }

  @Test("is what matters: a change of it is told once, of the right kind")
  func changes() throws {
    let benchmark = try Repository.benchmark("cis-1.8.0")
    let before = HostSnapshot.sample()
    func events(_ change: (inout Container) -> Void) -> [String] {
      var after = before
      after.changeContainers(change)
      return Drift.diff(
        from: before.posture(by: benchmark), to: after.posture(by: benchmark)
      ).map { "\($0.change) \($0.slug ?? "-") \($0.subject)" }
    }
    #expect(events { _ in } == [])
    #expect(
      events { $0.hostConfig.memory = .value(64 << 20) } == [
        "changed container-memory-limit container:web"
      ])
    #expect(
      events { $0.hostConfig.capabilitiesAdded = .value(["SYS_ADMIN"]) } == [
        "regressed container-capabilities container:web"
      ])
    #expect(
      events { $0.hostConfig.privileged = .value(true) } == [
        "regressed container-privileged container:web"
      ])
    #expect(events { $0.imageID = .value("sha256:other") }.count == 1)
    #expect(
      events { $0.hostConfig.securityOptions = .value(["no-new-privileges", "seccomp={\"a\":1}"]) }
        == ["changed container-seccomp container:web"])
  }
}

extension Row {
  /// The posture with the findings of one check.
  fileprivate func posture(of snapshot: HostSnapshot, by check: Check) -> Posture {
    let entry = Benchmark.Entry(id: "1", slug: check.slug, title: "", level: 1, marking: .scored)
    let benchmark = Benchmark(
      id: context.benchmark ?? "cis-1.8.0", title: "", version: "",
      sections: [Benchmark.Section(id: "1", title: "", entries: [entry])])
    let report = Assessment.report(
      of: snapshot,
      by: Assessment.Terms(benchmark: benchmark, policy: context.policy, scope: context.scope),
      scan: .sample)
    return Posture(of: report, from: snapshot)
  }
}
