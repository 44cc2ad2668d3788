import Catalog
import HardeningModel
import Testing

/// That nothing is missing: the numbers of each benchmark, read from its index file, leave no gap, and
/// they are all that the benchmark has.
@Suite("The whole catalog")
struct WholeCatalogTests {
  /// A number as its parts: `5.10` comes after `5.9`.
  private static func parts(_ number: String) -> [Int] {
    number.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
  }

  @Test("has 126 checks, each in some benchmark")
  func checks() throws {
    #expect(Catalog.checks.count == 126)
    let listed = try Repository.benchmarkIDs.flatMap { try Repository.benchmark($0).entries }
    #expect(Set(listed.map(\.slug)) == Set(Catalog.checks.map(\.slug)))
  }

  @Test(
    "is listed with as many numbers as each benchmark has",
    arguments: [("cis-1.2.0", 115), ("cis-1.6.0", 117), ("cis-1.7.0", 117), ("cis-1.8.0", 118)])
  func counts(_ id: String, count: Int) throws {
    #expect(try Repository.benchmark(id).entries.count == count)
  }

  @Test("has no number twice, and no check", arguments: Repository.benchmarkIDs)
  func once(_ id: String) throws {
    let entries = try Repository.benchmark(id).entries
    #expect(Set(entries.map(\.id)).count == entries.count)
    #expect(Set(entries.map(\.slug)).count == entries.count)
  }

  @Test("is in the order of the numbers, and in their sections", arguments: Repository.benchmarkIDs)
  func order(_ id: String) throws {
    let benchmark = try Repository.benchmark(id)
    let numbers = benchmark.entries.map { Self.parts($0.id) }
    #expect(numbers.allSatisfy { (2...3).contains($0.count) && $0.allSatisfy { $0 > 0 } })
    for (number, next) in zip(numbers, numbers.dropFirst()) {
      #expect(number.lexicographicallyPrecedes(next), "\(number) before \(next)")
    }
    for section in benchmark.sections {
      #expect(!section.entries.isEmpty)
      #expect(section.entries.allSatisfy { $0.id.hasPrefix(section.id + ".") }, "\(section.id)")
    }
  }

  /// Sections, subsections and what they hold are each numbered from 1 on.
  @Test("leaves no gap in the numbers", arguments: Repository.benchmarkIDs)
  func gaps(_ id: String) throws {
    let benchmark = try Repository.benchmark(id)
    var children: [[Int]: Set<Int>] = [:]
    for number in benchmark.entries.map({ Self.parts($0.id) }) {
      for depth in number.indices {
        children[Array(number[..<depth]), default: []].insert(number[depth])
      }
    }
    for (parent, numbers) in children {
      #expect(numbers == Set(1...numbers.count), "below \(parent): \(numbers.sorted())")
    }
    // A number holds others or is one itself, and not both.
    let own = Set(benchmark.entries.map { Self.parts($0.id) })
    #expect(own.isDisjoint(with: children.keys))
    #expect(children[[]] == Set(1...(id == "cis-1.2.0" ? 8 : 7)))
  }

  /// How many numbers each section or subsection of a benchmark has.
  private static let sizes: [String: [String: Int]] = [
    "cis-1.2.0": [
      "1.1": 2, "1.2": 12, "2": 17, "3": 22, "4": 11, "5": 31, "6": 2, "7": 10, "8.1": 7, "8.2": 1,
    ],
    "cis-1.6.0": ["1.1": 18, "1.2": 2, "2": 18, "3": 24, "4": 12, "5": 32, "6": 2, "7": 9],
    "cis-1.7.0": ["1.1": 18, "1.2": 2, "2": 18, "3": 24, "4": 12, "5": 32, "6": 2, "7": 9],
    "cis-1.8.0": ["1.1": 18, "1.2": 2, "2": 19, "3": 24, "4": 12, "5": 32, "6": 2, "7": 9],
  ]

  @Test("fills each section and subsection", arguments: Repository.benchmarkIDs)
  func sections(_ id: String) throws {
    let parents = try Repository.benchmark(id).entries.map {
      Self.parts($0.id).dropLast().map(String.init).joined(separator: ".")
    }
    let counts = Dictionary(parents.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(counts == Self.sizes[id])
  }

  /// Checks that a benchmark does not have yet, or has no more.
  private static let enterprise: Set = [
    "enterprise-ucp-ldap", "enterprise-ucp-external-certificates", "enterprise-ucp-client-bundles",
    "enterprise-ucp-rbac", "enterprise-ucp-signed-images", "enterprise-ucp-session-limit",
    "enterprise-ucp-session-lifetime", "enterprise-dtr-image-scanning",
  ]
  private static let absent: [String: Set<String>] = [
    "cis-1.2.0": [
      "host-audit-run-containerd", "host-audit-containerd-socket", "host-audit-containerd-config",
      "host-audit-containerd-shim", "host-audit-containerd-shim-runc-v1",
      "host-audit-containerd-shim-runc-v2", "daemon-rootless", "daemon-storage-not-devicemapper",
      "file-containerd-sock-owner", "file-containerd-sock-mode", "image-signatures-validated",
    ],
    "cis-1.6.0": enterprise.union(["daemon-storage-not-devicemapper"]),
    "cis-1.7.0": enterprise.union(["daemon-storage-not-devicemapper"]),
    "cis-1.8.0": enterprise,
  ]

  @Test(
    "is all in each benchmark, but for what came later or was dropped",
    arguments: Repository.benchmarkIDs)
  func own(_ id: String) throws {
    let listed = Set(try Repository.benchmark(id).entries.map(\.slug))
    #expect(Set(Catalog.checks.map(\.slug)).subtracting(listed) == Self.absent[id])
  }

  /// docker-bench splits these in two, for the options of dockerd and for its configuration file.
  @Test(
    "has the parts that docker-bench splits checks of 1.2.0 into",
    arguments: Repository.benchmarkIDs)
  func parts(_ id: String) throws {
    let split = try Repository.benchmark(id).entries.filter { !$0.parts.isEmpty }
    let expected =
      id == "cis-1.2.0" ? ["2.2", "2.6", "2.9", "2.10", "2.11", "2.13", "2.14", "2.17"] : []
    #expect(split.map(\.id) == expected)
    #expect(split.allSatisfy { $0.parts == ["a", "b"] })
  }
}
