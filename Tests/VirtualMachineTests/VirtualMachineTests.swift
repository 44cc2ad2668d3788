import TestSupport
import Testing

/// What a test machine in namespaces cannot show, because it shares its host's kernel: AppArmor in
/// force, the kernel's audit rules, cgroup v2 alone with the systemd driver, containers that really
/// have every capability, and an Engine that remaps users.
@Suite(
  "A real host with a kernel of its own",
  .enabled(if: VirtualMachine.obstacle == nil, "\(VirtualMachine.obstacle ?? "")"))
struct VirtualMachineTests {
  private static func stages(on suite: VirtualMachine.Suite) -> [Stage] {
    [Grounds.stage] + DaemonStages.untouched + ContainerStages.all + AuditStages.all
      + DaemonStages.configured(on: suite) + [AuditStages.locked]
  }

  @Test("is judged right at every stage")
  func verdicts() throws {
    let suite = try #require(VirtualMachine.suite)
    let stages = Self.stages(on: suite)
    let results = try VirtualMachine.run(stages, on: suite)
    var compared = 0
    for (stage, result) in zip(stages, results) {
      // What a stage sets up is a part of the truth: without it, its verdicts would show nothing.
      guard result.status == "0" else {
        Issue.record("'\(stage.name)' ended with exit status \(result.status): \(result.log)")
        continue
      }
      for line in result.log.split(separator: "\n") where line.contains(" kills, ") { print(line) }
      for row in stage.expected {
        let found = result.report.found(for: row)
        #expect(
          found.verdict == row.verdict,
          "'\(stage.name)': \(row.slug) of \(row.subject ?? "the host") (\(row.because)): \(found)")
        compared += 1
      }
    }
    print("\(suite): \(compared) verdicts compared in a virtual machine")
  }
}

extension AuditReport {
  /// What it says of the subject of `row`, or of the whole check where that names none.
  fileprivate func found(for row: Expectation) -> Found {
    guard let check = checks.first(where: { $0.slug == row.slug }) else { return Found() }
    guard let name = row.subject else {
      let telling = check.subjects.filter { $0.verdict == check.verdict }
      return Found(
        verdict: check.verdict,
        evidence: [check.reason] + telling.map { "\($0.subject) \($0.observed) \($0.reason)" })
    }
    guard let subject = check.subjects.first(where: { $0.subject == name }) else { return Found() }
    return Found(verdict: subject.verdict, evidence: [subject.observed, subject.reason])
  }
}

/// A verdict with what it rests on; no verdict where the report has none.
private struct Found: CustomStringConvertible {
  var verdict: String?
  var evidence: [String] = []

  var description: String { "\(verdict ?? "nothing") (\(evidence.joined(separator: "; ")))" }
}
