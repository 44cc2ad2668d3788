import FoundationEssentials
import Glibc
import HardeningModel
import Remediation
import Store
import Synchronization
import TestSupport
import Testing

/// Carrying out, taking back and finishing what was cut short, on real files and a real ledger. Only dockerd
/// and systemd are stood in for, by a list of what they were told.
@Suite("Carrying out a plan")
struct RemediatorTests {
  @Test("changes, verifies and records, and undo gives back what was there")
  func fixed() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o666)
      let plan = bench.plan([try bench.chmod(["a"])])
      let report = await bench.remediator.carryOut(plan, request: "1", allowsRestart: false)
      #expect(report.results.map(\.status) == [.fixed])
      #expect(report.results.map(\.after) == ["mode 0644"])
      #expect(try bench.mode("a") == 0o644)
      let id = try #require(report.transaction)
      let kept = try #require(try bench.store.transaction(id))
      #expect(kept.steps.map(\.status) == [.fixed] && kept.endedAt != nil)

      let undone = try await bench.remediator.undo(nil, isForced: false, allowsRestart: false)
      #expect(undone.undoes == id && undone.results.map(\.status) == [.undone])
      #expect(try bench.mode("a") == 0o666)
      #expect(try bench.store.transaction(id)?.steps.map(\.status) == [.undone])
      await #expect(throws: RemediationError.self) {
        try await bench.remediator.undo(nil, isForced: false, allowsRestart: false)
      }
    }
  }

  @Test(
    "takes back what it made of a finding where the rest cannot be made, and goes on with others")
  func partial() async throws {
    try await Bench.with { bench in
      for name in ["a", "b", "c"] { try bench.file(name, mode: 0o666) }
      let plan = bench.plan([try bench.chmod(["a", "b"]), try bench.chmod(["c"], number: 2)])
      try bench.file("b", mode: 0o600)
      let report = await bench.remediator.carryOut(plan, request: "1,2", allowsRestart: false)
      #expect(report.results.map(\.status) == [.refused, .fixed])
      #expect(try bench.mode("a") == 0o666)
      #expect(try bench.mode("b") == 0o600)
      #expect(try bench.mode("c") == 0o644)
    }
  }

  @Test("takes back what does not help")
  func unhelpful() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o666)
      let plan = bench.plan([try bench.chmod(["a"])])
      bench.passes.withLock { $0 = false }
      let report = await bench.remediator.carryOut(plan, request: "1", allowsRestart: false)
      #expect(report.results.map(\.status) == [.rolledBack])
      #expect(report.results[0].reason.contains("does not pass afterwards"))
      #expect(try bench.mode("a") == 0o666)
      #expect(report.hasFailed)
    }
  }

  @Test("leaves dockerd alone unless it may be restarted, and remembers that it has to be")
  func pending() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o666)
      bench.passes.withLock { $0 = false }
      let plan = bench.plan([try bench.chmod(["a"], effects: [.dockerdRestart])])
      let report = await bench.remediator.carryOut(plan, request: "1", allowsRestart: false)
      #expect(report.results.map(\.status) == [.pendingRestart])
      #expect(bench.told.list.withLock { $0 } == [])
      #expect(try bench.mode("a") == 0o644)
      #expect(try bench.store.transactionsAwaitingRestart().count == 1)
      try await bench.remediator.settle()
      #expect(try bench.store.transactionsAwaitingRestart().count == 1)
      bench.passes.withLock { $0 = true }
      try await bench.remediator.settle()
      #expect(try bench.store.transactionsAwaitingRestart().count == 0)
    }
  }

  @Test("records a restart for what is configured already, which cannot be taken back")
  func restartAlone() async throws {
    try await Bench.with { bench in
      let intervention = Intervention(
        slug: "check-1", subject: .file("check-1"), changes: [], effects: [.dockerdRestart])
      bench.passes.withLock { $0 = false }
      let waiting = await bench.remediator.carryOut(
        bench.plan([intervention]), request: "1", allowsRestart: false)
      #expect(waiting.results.map(\.status) == [.pendingRestart])
      // What it waits for stands where that was changed.
      let awaiting = try bench.store.transactionsAwaitingRestart()
      #expect(awaiting.isEmpty)
      let failed = await bench.remediator.carryOut(
        bench.plan([intervention]), request: "1", allowsRestart: true)
      #expect(failed.results.map(\.status) == [.rolledBack])
      bench.passes.withLock { $0 = true }
      let fixed = await bench.remediator.carryOut(
        bench.plan([intervention]), request: "1", allowsRestart: true)
      #expect(fixed.results.map(\.status) == [.fixed])
      let steps = try bench.store.transactions().flatMap(\.steps)
      #expect(Set(steps.map(\.status)) == [.fixed, .rolledBack, .alreadyCompliant])
      await #expect(throws: RemediationError.self) {
        try await bench.remediator.undo(nil, isForced: false, allowsRestart: true)
      }
    }
  }

  @Test("leaves what a later version has begun to that version, and says so each time")
  func laterVersion() async throws {
    try await Bench.with { bench in
      var left = Transaction(
        id: "00000001", kind: .remediate, request: "1", by: Person(uid: 0, name: "root"),
        begunAt: Date(timeIntervalSince1970: 1_767_323_045))
      left.steps = [
        Transaction.Step(
          number: 1, slug: "check-1", subject: "file:check-1", action: "something new",
          undo: Array("{\"change\":{\"new\":{}}}".utf8), begunAt: left.begunAt)
      ]
      try bench.store.begin(left)
      for _ in 0..<2 {
        let recovered = try await bench.remediator.recover()
        #expect(recovered.map(\.transaction) == ["00000001"])
        #expect(recovered.map(\.slug) == [""])
        #expect(recovered[0].reason.contains("in a form that this dockward does not know"))
        let unfinished = try bench.store.unfinishedTransactions()
        #expect(unfinished == [left])
      }
      // Others are mended all the same.
      try bench.file("a", mode: 0o666)
      let plan = bench.plan([try bench.chmod(["a"])])
      let report = await bench.remediator.carryOut(plan, request: "1", allowsRestart: false)
      #expect(report.results.map(\.status) == [.fixed])
    }
  }

  @Test("restarts dockerd for what was cut short only where that is allowed now")
  func recoveryWithoutRestart() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o666)
      let plan = bench.plan([try bench.chmod(["a"], effects: [.dockerdRestart])])
      _ = await bench.remediator.carryOut(plan, request: "1", allowsRestart: true)
      bench.told.list.withLock { $0 = [] }
      bench.passes.withLock { $0 = false }
      var left = try #require(try bench.store.transactions().first)
      left.id = "00000001"
      left.endedAt = nil
      for index in left.steps.indices { left.steps[index].status = .applied }
      try bench.store.begin(left)
      let recovered = try await bench.remediator.recover(mayRestart: false)
      #expect(recovered.map(\.status) == [.pendingRestart])
      #expect(bench.told.list.withLock { $0 } == [])
    }
  }

  @Test("takes back what dockerd does not come back from, and starts it again")
  func restartFails() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o666)
      bench.told.failures.withLock { $0 = 1 }
      let plan = bench.plan([try bench.chmod(["a"], effects: [.dockerdRestart])])
      let report = await bench.remediator.carryOut(plan, request: "1", allowsRestart: true)
      #expect(report.results.map(\.status) == [.rolledBack])
      #expect(bench.told.list.withLock { $0 } == [.dockerdRestart, .dockerdRestart])
      #expect(try bench.mode("a") == 0o666)
    }
  }

  @Test("restarts dockerd once for all that need it, and does not have it read its file before")
  func oneRestart() async throws {
    try await Bench.with { bench in
      for name in ["a", "b", "c"] { try bench.file(name, mode: 0o666) }
      let plan = bench.plan([
        try bench.chmod(["a"], effects: [.dockerdRestart]),
        try bench.chmod(["b"], number: 2, effects: [.dockerdReload]),
        try bench.chmod(["c"], number: 3, effects: [.dockerdRestart, .systemdReload]),
      ])
      let report = await bench.remediator.carryOut(plan, request: "1-3", allowsRestart: true)
      #expect(report.results.map(\.status) == [.fixed, .fixed, .fixed])
      #expect(bench.told.list.withLock { $0 } == [.systemdReload, .dockerdRestart])
    }
  }

  @Test("keeps what the ledger needs to take contents back, and no more")
  func backups() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o644)
      let backups = Backups(bench.directory + "/state/backups")
      let stray = try backups.keep(Array("of a transaction long gone".utf8))
      let change = try #require(
        try ContentsChange.planned("/a", Array("y\n".utf8), on: bench.remediator.host))
      let intervention = Intervention(
        slug: "check-1", subject: .file("check-1"), changes: [.contents(change)])
      let report = await bench.remediator.carryOut(
        bench.plan([intervention]), request: "1", allowsRestart: false)
      #expect(report.results.map(\.status) == [.fixed])
      #expect(throws: RemediationError.self) { try backups.bytes(of: stray) }
      _ = try await bench.remediator.undo(nil, isForced: false, allowsRestart: false)
      #expect(try FixtureRoot(path: bench.directory).text("/a") == "x\n")
    }
  }

  @Test("writes nothing where there is nothing to do")
  func nothing() async throws {
    try await Bench.with { bench in
      let report = await bench.remediator.carryOut(
        bench.plan([]), request: "1", allowsRestart: false)
      #expect(report.transaction == nil)
      let kept = try bench.store.transactions()
      #expect(kept.isEmpty)
    }
  }

  @Test("does not take back what has changed since, unless forced to")
  func changedSince() async throws {
    try await Bench.with { bench in
      try bench.file("a", mode: 0o666)
      let plan = bench.plan([try bench.chmod(["a"])])
      _ = await bench.remediator.carryOut(plan, request: "1", allowsRestart: false)
      #expect(chmod(bench.path("a"), 0o600) == 0)
      let refused = try await bench.remediator.undo(nil, isForced: false, allowsRestart: false)
      #expect(refused.results.map(\.status) == [.refused] && refused.hasFailed)
      #expect(refused.results[0].reason.contains("--force"))
      #expect(try bench.mode("a") == 0o600)
      let forced = try await bench.remediator.undo(nil, isForced: true, allowsRestart: false)
      #expect(forced.results.map(\.status) == [.undone])
      #expect(try bench.mode("a") == 0o666)
    }
  }

  /// How far a process came with the two changes of a finding before it was killed, and what becomes of it.
  struct Cut: Sendable {
    var made: [String]
    var status: Transaction.Step.Status
    var outcome: RemediationReport.Status
    var modes: [mode_t]
  }

  @Test(
    "that was cut short is finished where all was made, and taken back where it was not",
    arguments: [
      Cut(made: [], status: .begun, outcome: .rolledBack, modes: [0o666, 0o666]),
      Cut(made: ["a"], status: .begun, outcome: .rolledBack, modes: [0o666, 0o666]),
      Cut(made: ["a", "b"], status: .begun, outcome: .fixed, modes: [0o644, 0o644]),
      Cut(made: ["a", "b"], status: .applied, outcome: .fixed, modes: [0o644, 0o644]),
    ])
  func recovery(cut: Cut) async throws {
    try await Bench.with { bench in
      for name in ["a", "b"] { try bench.file(name, mode: 0o666) }
      let plan = bench.plan([try bench.chmod(["a", "b"])])
      // What a process would have left: its transaction without an end.
      _ = await bench.remediator.carryOut(plan, request: "1", allowsRestart: false)
      var left = try #require(try bench.store.transactions().first)
      left.id = "00000001"
      left.endedAt = nil
      for index in left.steps.indices { left.steps[index].status = cut.status }
      try bench.store.begin(left)
      for name in ["a", "b"] {
        #expect(chmod(bench.path(name), cut.made.contains(name) ? 0o644 : 0o666) == 0)
      }
      let recovered = try await bench.remediator.recover()
      #expect(recovered.map(\.status) == [cut.outcome], "\(recovered)")
      #expect(recovered.map(\.transaction) == ["00000001"])
      #expect(try ["a", "b"].map(bench.mode) == cut.modes)
      #expect(try bench.store.unfinishedTransactions().count == 0)
      let again = try await bench.remediator.recover()
      #expect(again.isEmpty)
    }
  }
}

/// A place with files, a store, and a judge.
private struct Bench {
  final class Told: EffectRunner {
    let list = Mutex<[Effect]>([])
    /// How many of the next are to fail.
    let failures = Mutex(0)

    func run(_ effect: Effect) async throws(RemediationError) {
      list.withLock { $0.append(effect) }
      let fails = failures.withLock { count in
        defer { count = max(0, count - 1) }
        return count > 0
      }
      if fails { throw .failed("it did not come back") }
    }
  }

  final class Passes: Sendable {
    let value = Mutex(true)
    func withLock<R>(_ body: (inout Bool) -> R) -> R where R: Sendable {
      value.withLock { body(&$0) }
    }
  }

  let directory: String
  let store: Store
  let told = Told()
  /// Whether the checks pass after what was done.
  let passes = Passes()

  static func with(_ body: (Bench) async throws -> Void) async throws {
    try await TemporaryDirectory.with { directory in
      let store = try Store(in: directory + "/state", .creating)
      try await body(Bench(directory: directory, store: store))
    }
  }

  var remediator: Remediator {
    let host = HostAccess(
      root: directory, backups: directory + "/state/backups", endpoint: .standard)
    var remediator = Remediator(
      host: host, store: store, by: Person(uid: 0, name: "root"), effects: told
    ) { [passes] slugs in
      slugs.map { slug in
        let passed = passes.withLock { $0 }
        return Report.Result(
          entry: Self.entry(slug), check: Self.check(slug),
          findings: [
            Finding(
              subject: .file(slug), verdict: passed ? .pass : .fail,
              observed: passed ? "mode 0644" : "mode 0666")
          ])
      }
    }
    remediator.settlingTime = .milliseconds(200)
    return remediator
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func file(_ name: String, mode: mode_t) throws {
    try FixtureRoot(path: directory).file("/" + name, "x\n", mode: mode)
  }

  func mode(_ name: String) throws -> mode_t {
    var status = stat()
    try #require(lstat(path(name), &status) == 0)
    return status.st_mode & 0o7777
  }

  /// Takes all bits beyond 0644 from these files, for the check with this number.
  func chmod(
    _ names: [String], number: Int = 1, effects: Set<Effect> = []
  ) throws -> Intervention {
    Intervention(
      slug: "check-\(number)", subject: .file("check-\(number)"),
      changes: try names.map { name in
        var status = stat()
        try #require(lstat(path(name), &status) == 0)
        let mode = UInt16(status.st_mode & 0o7777)
        return .attributes(
          AttributesChange(
            path: "/" + name, canonical: "/" + name,
            identity: FileIdentity(
              device: UInt64(status.st_dev), inode: UInt64(status.st_ino)),
            before: Attributes(uid: status.st_uid, gid: status.st_gid, mode: mode),
            after: Attributes(uid: status.st_uid, gid: status.st_gid, mode: mode & 0o644)))
      }, effects: effects)
  }

  func plan(_ interventions: [Intervention]) -> Plan {
    Plan(
      items: interventions.map { intervention in
        let finding = Finding(
          subject: intervention.subject, verdict: .fail, observed: "mode 0666")
        return Plan.Item(
          check: Report.Result(
            entry: Self.entry(intervention.slug), check: Self.check(intervention.slug),
            findings: [finding]), finding: finding, decision: .planned(intervention))
      })
  }

  private static func entry(_ slug: String) -> Benchmark.Entry {
    Benchmark.Entry(
      id: slug, slug: slug, title: slug, level: 1, marking: .automated)
  }

  private static func check(_ slug: String) -> Check {
    Check(
      slug: slug, surface: .host, stride: [.tampering],
      explanation: Explanation(reads: "", passes: "", threat: ""), remedy: .assist(.none, "")
    ) { _ in [] }
  }
}
