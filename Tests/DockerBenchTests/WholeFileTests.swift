import Foundation
import Testing

@testable import DockerBench

extension RealShells {
  /// A file that uses every feature, run and printed. `DOCKWARD_UPDATE_GOLDENS=1` writes what is expected anew.
  @Suite("A whole file")
  struct WholeFileTests {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Goldens")

    private static func report(
      ids: Set<String>? = nil, swarm: Definitions.SwarmState? = .inactive
    ) async throws -> BenchReport {
      let variables = try Variables(
        Array(Data(contentsOf: directory.appending(path: "config.yaml"))), file: "config.yaml")
      let bytes = try Data(contentsOf: directory.appending(path: "definitions.yaml"))
      let definitions = try DefinitionsFile.parse(
        Array(bytes), file: "definitions.yaml", variables: variables)
      return await DefinitionsRun(definitions, ids: ids, swarm: swarm).report(
        by: AuditRunner(environment: [:]))
    }

    private static func compare(_ bytes: [UInt8], _ name: String) throws {
      let file = directory.appending(path: name)
      if ProcessInfo.processInfo.environment["DOCKWARD_UPDATE_GOLDENS"] == "1" {
        try Data(bytes).write(to: file)
      }
      let expected = try Data(contentsOf: file)
      #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    }

    @Test("is printed as text")
    func text() async throws {
      var text = BenchText()
      try Self.compare(Array(text.text(of: await Self.report()).utf8), "plain.txt")
      text.includesTestOutput = true
      text.isColoured = true
      try Self.compare(Array(text.text(of: await Self.report()).utf8), "output.txt")
    }

    @Test("is printed in parts")
    func parts() async throws {
      let report = try await Self.report(ids: ["1.1.1", "2.1"])
      var text = BenchText()
      text.includesResults = false
      text.includesRemediations = false
      #expect(
        text.text(of: report)
          == "== Summary ==\n1 checks PASS\n0 checks FAIL\n0 checks WARN\n1 checks INFO\n")
      text.includesSummary = false
      text.includesResults = true
      #expect(
        text.text(of: report) == """
          [INFO] 18.10 Checks of our own
          [INFO] 1.1 Nested
          [PASS] 1.1.1 Ensure something is put in (Scored)
          [INFO] 2 Kinds
          [INFO] 2.1 Skipped

          """)
    }

    @Test("is printed as JSON")
    func json() async throws {
      let bytes = BenchJSON.bytes(of: try await Self.report())
      #expect((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil)
      try Self.compare(bytes, "report.json")
    }

    @Test("runs no audit that it should not")
    func never() async throws {
      _ = try await Self.report()
      #expect(!FileManager.default.fileExists(atPath: "/dockward-never"))
    }

    @Test("has other results in a swarm, and unknown ones where that is not known")
    func swarm() async throws {
      func statuses(_ swarm: Definitions.SwarmState?) async throws -> [String] {
        let report = try await Self.report(ids: ["2.4", "3.1"], swarm: swarm)
        return report.groups.flatMap(\.results).map {
          "\($0.id) \($0.status.rawValue) \($0.isUnknown)"
        }
      }
      #expect(try await statuses(.inactive) == ["2.4 PASS false", "3.1 INFO false"])
      #expect(try await statuses(nil) == ["2.4 WARN true", "3.1 WARN true"])
      let ids = try await statuses(.active)
      #expect(ids.first == "2.4 FAIL false")
    }
  }
}
