import Catalog
import FoundationEssentials
import HardeningModel
import TestSupport
import Testing

/// What must not change a verdict.
@Suite("Invariance")
struct InvarianceTests {
  private static let seeds: Range<UInt64> = 0..<24

  @Test("of a report under the order of containers", arguments: seeds)
  func orderOfContainers(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let snapshot = HostSnapshot.random(&random)
    var shuffled = snapshot
    shuffled.containers = snapshot.containers.map { $0.shuffled(using: &random) }
    try expectSameReport(shuffled, snapshot)
  }

  @Test("of a report under the order of mounts", arguments: seeds)
  func orderOfMounts(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var container = Container.sample("c0")
    for _ in 0..<Int.random(in: 2...4, using: &random) {
      Variation.mounts.randomElement(using: &random)?.change(&container)
    }
    var snapshot = HostSnapshot.random(&random)
    snapshot.replace(container)
    var shuffled = snapshot
    container.mounts.shuffle(using: &random)
    shuffled.replace(container)
    try expectSameReport(shuffled, snapshot)
  }

  @Test("of a report under the order of lists in a container", arguments: seeds)
  func orderOfLists(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let snapshot = HostSnapshot.random(&random)
    var shuffled = snapshot
    for container in snapshot.inspected {
      var container = container
      container.hostConfig.capabilitiesAdded.shuffle(using: &random)
      container.hostConfig.capabilitiesDropped.shuffle(using: &random)
      container.hostConfig.devices.shuffle(using: &random)
      container.hostConfig.deviceCgroupRules.shuffle(using: &random)
      container.execIDs.shuffle(using: &random)
      shuffled.replace(container)
    }
    try expectSameReport(shuffled, snapshot)
  }

  @Test("of a report under the order of images, volumes and files", arguments: seeds)
  func orderOfOthers(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let snapshot = HostSnapshot.random(&random)
    var shuffled = snapshot
    shuffled.images = snapshot.images.map { $0.shuffled(using: &random) }
    shuffled.volumes = snapshot.volumes.map { $0.shuffled(using: &random) }
    shuffled.paths = snapshot.paths.mapValues { paths in
      paths.map { $0.shuffled(using: &random) }
    }
    shuffled.info.securityOptions.shuffle(using: &random)
    try expectSameReport(shuffled, snapshot)
  }

  @Test("of a container's verdicts under one container more", arguments: seeds)
  func anotherContainer(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let snapshot = HostSnapshot.random(&random)
    var joined = snapshot
    var intruder = Container.random("zz-intruder", &random)
    for _ in 0..<40 { Variation.all.randomElement(using: &random)?.change(&intruder) }
    intruder.hostConfig.privileged = .value(true)
    joined.add(intruder)
    for check in Catalog.checks {
      let before = verdicts(check, snapshot)
      let after = verdicts(check, joined)
      for (subject, verdict) in before where subject != "daemon" {
        #expect(after[subject] == verdict, "\(check.slug): \(subject)")
      }
    }
  }

  @Test("of a snapshot and its report under JSON and back", arguments: seeds)
  func roundTrip(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let snapshot = HostSnapshot.random(&random)
    let bytes = try JSONEncoder().encode(snapshot)
    let copy = try JSONDecoder().decode(HostSnapshot.self, from: bytes)
    #expect(copy == snapshot)
    try expectSameReport(copy, snapshot)
  }

  /// Each row's host too, so that every shape of every value takes part. Those of files and of audit
  /// rules are alike.
  @Test(
    "of each row's host under JSON and back",
    arguments: Tables.all.filter {
      !$0.slug.hasPrefix("file-")
        && (!$0.slug.hasPrefix("host-audit-") || $0.slug == "host-audit-etc-docker")
    })
  func roundTripOfRows(_ table: Table) throws {
    for row in table.rows {
      let bytes = try JSONEncoder().encode(row.context.snapshot)
      let copy = try JSONDecoder().decode(HostSnapshot.self, from: bytes)
      #expect(copy == row.context.snapshot, "\(row.testDescription)")
    }
  }

  private func expectSameReport(
    _ snapshot: HostSnapshot, _ other: HostSnapshot,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let terms = Assessment.Terms(benchmark: try Repository.benchmark("cis-1.8.0"))
    let report = Assessment.report(of: snapshot, by: terms, scan: .sample)
    let expected = Assessment.report(of: other, by: terms, scan: .sample)
    for (result, other) in zip(report.results, expected.results) {
      #expect(result == other, sourceLocation: sourceLocation)
    }
    #expect(report == expected, sourceLocation: sourceLocation)
  }

  private func verdicts(_ check: Check, _ snapshot: HostSnapshot) -> [String: [Verdict]] {
    Dictionary(
      grouping: check.evaluate(Context(snapshot: snapshot)), by: \.subject.description
    ).mapValues { $0.map(\.verdict) }
  }
}

extension Report.Scan {
  static let sample = Report.Scan(
    id: "0", startedAt: "2026-01-02T03:04:05Z", durationMilliseconds: 1, host: "host.example",
    machineID: "0123456789abcdef", version: "0")
}

extension HostSnapshot {
  fileprivate var inspected: [Container] { (containers.value ?? []).compactMap(\.inspection.value) }

  fileprivate mutating func replace(_ container: Container) {
    containers = containers.map { readings in
      readings.map {
        $0.id == container.id
          ? ContainerReading(id: $0.id, name: $0.name, inspection: .found(container)) : $0
      }
    }
  }
}
