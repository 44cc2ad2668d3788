import Catalog
import Documents
import HardeningModel
import Testing

/// What `dockward.yaml` says of what the service may mend by itself.
@Suite("Opting in")
struct OptInTests {
  private static func optIn(_ text: String) throws -> OptIn {
    try Configuration.parse(Array(text.utf8), file: "c.yaml").optIn
  }

  private static func checks(_ enabled: String, _ benchmark: String = "cis-1.8.0") throws
    -> [String]
  {
    try optIn("remediation:\n  enabled: [\(enabled)]\n")
      .checks(in: try Repository.benchmark(benchmark))
  }

  @Test("is of nothing by default, with a breaker and no restart")
  func defaults() throws {
    for text in ["", "remediation: {}", "remediation: {containers: {pids: 100}}"] {
      let optIn = try Self.optIn(text)
      #expect(optIn == OptIn() && optIn.isEmpty)
      #expect(optIn.breaker == BreakerLimits(repairs: 3, window: 3600))
      #expect(optIn.maintenanceWindows == [])
      #expect(try optIn.checks(in: try Repository.benchmark("cis-1.8.0")) == [])
    }
  }

  @Test("names checks as anywhere, and of a section those that dockward can mend")
  func names() throws {
    let names = ["file-docker-service-owner", "file-docker-service-mode"]
    #expect(try Self.checks("3.1, 3.2") == names)
    #expect(try Self.checks("3.2, file-docker-service-owner, 3.2, 3.1") == names)
    #expect(try Self.checks("\"3.1,3.2\"") == names)
    // 3.10 is not 3.1.
    #expect(try Self.checks("3.10").count == 1)
    let containers = try Self.checks("5")
    #expect(
      Set(containers) == [
        "container-memory-limit", "container-cpu-shares", "container-restart-policy",
        "container-pids-limit",
      ])
    #expect(try Self.checks("\"*\"").allSatisfy { Catalog.bySlug[$0]?.remedy.kind == .auto })
  }

  @Test("bounds what is done")
  func bounds() throws {
    let optIn = try Self.optIn(
      """
      remediation:
        enabled: [3.1]
        breaker: {repairs: 5, window: 2h}
        allowRestart: [Sun 02:00-04:00, "22:00-23:00"]
      """)
    #expect(!optIn.isEmpty)
    #expect(optIn.breaker == BreakerLimits(repairs: 5, window: 7200))
    #expect(
      optIn.maintenanceWindows == [
        try MaintenanceWindow("Sun 02:00-04:00"), try MaintenanceWindow("22:00-23:00"),
      ])
    #expect(
      try Self.optIn("remediation: {breaker: {repairs: 0}}").breaker
        == BreakerLimits(repairs: 0, window: 3600))
    #expect(
      try Self.optIn("remediation: {breaker: {window: 1m}}").breaker
        == BreakerLimits(repairs: 3, window: 60))
  }

  @Test(
    "is refused with line, column and reason",
    arguments: [
      ("enable: [3.1]", "2:3: unknown key 'enable'; did you mean 'enabled'?"),
      ("enabled: 3.1", "2:12: expected a list, found '3.1'"),
      ("enabled: [[3.1]]", "2:13: expected a text, found a list"),
      ("breaker: 3", "2:12: expected a mapping, found '3'"),
      ("breaker: {repair: 3}", "2:13: unknown key 'repair'; did you mean 'repairs'?"),
      ("breaker: {repairs: -1}", "2:22: expected a number from 0 to 1000, found '-1'"),
      ("breaker: {window: 0}", "2:21: '0' is no span from 1m to 30d, as 24h is one"),
      ("allowRestart: Sun 02:00-04:00", "2:17: expected a list, found 'Sun 02:00-04:00'"),
      ("allowRestart: [true]", "2:18: 'true' is no maintenance window, as"),
      ("allowRestart:\n    - 02:00-04:00\n    - Sun 4-5", "4:7: '4' is no time of day, as"),
    ])
  func refused(_ text: String, expected: String) {
    let error = #expect(throws: DocumentError.self) { try Self.optIn("remediation:\n  " + text) }
    #expect(
      error?.description.hasPrefix("c.yaml:" + expected) ?? false, "\(String(describing: error))")
  }

  @Test(
    "is refused, with its place, of what the benchmark does not have and nobody but a person mends",
    arguments: [
      (
        "3.1, 3.99",
        "2:18: no check of CIS Docker Benchmark 1.8.0 is called '3.99'; did you mean '3.19' or '3.9' or '2.19'?"
      ),
      (
        "3.1, 5.5",
        "2:18: '5.5' cannot be mended by the service: its remedy is a person's to apply"
      ),
      ("4.1", "2:13: '4.1' cannot be mended by the service: its remedy is a person's to apply"),
      (
        "5.7x",
        "2:13: no check of CIS Docker Benchmark 1.8.0 is called '5.7x'; did you mean '5.7' or '2.7' or '3.7'?"
      ),
    ])
  func unknown(_ enabled: String, expected: String) {
    let error = #expect(throws: DocumentError.self) { try Self.checks(enabled) }
    #expect(error?.description == "c.yaml:" + expected)
  }
}
