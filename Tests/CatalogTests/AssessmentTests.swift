import Catalog
import HardeningModel
import Testing

/// A whole report.
@Suite("Assessment")
struct AssessmentTests {
  private func report(
    _ scene: Scene = Scene(), _ benchmark: String = "cis-1.8.0", selection: Set<String>? = nil
  ) throws -> Report {
    Assessment.report(
      of: scene.snapshot,
      by: Assessment.Terms(
        benchmark: try Repository.benchmark(benchmark), selection: selection,
        policy: scene.policy, scope: scene.scope),
      scan: .sample)
  }

  @Test("is the same on all processors")
  func concurrent() async throws {
    let terms = Assessment.Terms(benchmark: try Repository.benchmark("cis-1.8.0"))
    let snapshot = Scene().snapshot
    let report = await Assessment.concurrentReport(of: snapshot, by: terms, scan: .sample)
    #expect(report == Assessment.report(of: snapshot, by: terms, scan: .sample))
    #expect(report.results.count == 118)
  }

  @Test("has the checks of its benchmark, in its order", arguments: Repository.benchmarkIDs)
  func order(_ id: String) throws {
    let benchmark = try Repository.benchmark(id)
    let report = try report(Scene(), id)
    #expect(report.results.map(\.entry) == benchmark.entries)
    #expect(report.sections.map(\.id) == benchmark.sections.map(\.id))
    #expect(report.benchmark == benchmark)
    #expect(report.scan == .sample)
  }

  @Test("of the sample host has nothing that fails or is unknown")
  func sample() throws {
    let report = try report()
    let manual = report.results.filter { $0.verdict == .manual }.map(\.entry.slug)
    let inapplicable = report.results.filter { $0.verdict == .notApplicable }.map(\.entry.slug)
    #expect(
      Set(manual) == [
        "host-hardened", "host-docker-version-current", "container-ulimits",
        "container-exec-privileged", "container-exec-root", "daemon-default-ulimits",
        "daemon-seccomp-profile", "image-trusted-base", "image-minimal-packages",
        "image-scanned-and-rebuilt", "image-verified-packages", "image-signatures-validated",
        "ops-image-sprawl", "ops-container-sprawl",
      ])
    // The host is in no swarm and runs no Docker Enterprise.
    let others = Set((SwarmClusterTables.all + EnterpriseTables.all).map(\.slug))
    #expect(
      Set(inapplicable).subtracting(others) == [
        "container-selinux", "container-host-userns", "daemon-base-device-size",
      ])
    #expect(report.count(.pass) == report.results.count - manual.count - inapplicable.count)
  }

  @Test("has only what was selected, and no empty sections")
  func selection() throws {
    let report = try report(selection: ["container-privileged", "container-sshd", "no-such-check"])
    #expect(report.results.map(\.entry.id) == ["5.5", "5.7"])
    #expect(report.sections.map(\.id) == ["5"])
    #expect(try self.report(selection: []).sections == [])
  }

  @Test("takes the worst verdict of its subjects, and their order by name")
  func worst() throws {
    var scene = Scene()
    scene.snapshot.add(.sample("b") { $0.hostConfig.memory = .value(0) })
    scene.snapshot.add(.sample("a") { $0.hostConfig.memory = .missing })
    let result = try #require(
      try report(scene, selection: ["container-memory-limit"]).results.first)
    #expect(result.verdict == .fail)
    #expect(
      result.findings.map(\.subject.description) == ["container:a", "container:b", "container:web"])
    #expect(result.findings.map(\.verdict) == [.unknown, .fail, .pass])
  }

  @Test(
    "prefers fail to unknown to manual to pass to notApplicable",
    arguments: [
      ([.pass, .fail, .unknown], .fail), ([.pass, .unknown, .manual], .unknown),
      ([.pass, .manual, .notApplicable], .manual), ([.notApplicable, .pass], .pass),
      ([.notApplicable], .notApplicable), ([], .notApplicable),
    ] as [([Verdict], Verdict)])
  func precedence(_ verdicts: [Verdict], expected: Verdict) {
    #expect(Verdict.worst(of: verdicts) == expected)
    #expect(Verdict.worst(of: verdicts.reversed()) == expected)
  }

  @Test("says which Engine was asked")
  func engine() throws {
    let engine = try report().engine
    #expect(engine.reachable)
    #expect(engine.endpoint == "unix:///var/run/docker.sock")
    #expect(engine.version == "26.1.5")
    #expect(engine.apiVersion == "1.45")
    #expect(engine.dataRoot == "/var/lib/docker")
    var scene = Scene()
    scene.snapshot.engineIsUnreachable()
    let unreachable = try report(scene).engine
    #expect(!unreachable.reachable)
    #expect(unreachable.reason?.contains("connection refused") == true)
  }

  @Test("can be counted", arguments: Verdict.allCases)
  func counts(_ verdict: Verdict) throws {
    let report = try report()
    #expect(report.count(verdict) == report.results.filter { $0.verdict == verdict }.count)
  }
}

/// The catalog itself.
@Suite("Catalog")
struct CatalogTests {
  @Test("has 126 checks, each once")
  func counts() {
    let slugs = Catalog.checks.map(\.slug)
    #expect(slugs.count == 126)
    #expect(Set(slugs).count == slugs.count)
    #expect(Set(Catalog.bySlug.keys) == Set(slugs))
  }

  @Test("tells how to mend each check", arguments: Catalog.checks.map(\.slug))
  func remedy(_ slug: String) throws {
    let check = try #require(Catalog.bySlug[slug])
    #expect(check.remedy.advice.hasSuffix("."))
    #expect(check.remedy.advice.first?.isUppercase == true)
    #expect(!check.stride.isEmpty)
    #expect(Set(check.stride).count == check.stride.count)
  }
}
