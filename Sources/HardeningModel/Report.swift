/// What one pass says of a host, in benchmark order.
package struct Report: Sendable, Equatable {
  package var scan: Scan
  package var engine: Engine
  package var benchmark: Benchmark
  package var sections: [Section]

  package init(scan: Scan, engine: Engine, benchmark: Benchmark, sections: [Section]) {
    self.scan = scan
    self.engine = engine
    self.benchmark = benchmark
    self.sections = sections
  }

  /// The pass itself: all that differs between two passes over an unchanged host.
  package struct Scan: Sendable, Equatable {
    package var id: String
    /// RFC 3339.
    package var startedAt: String
    package var durationMilliseconds: Int
    package var host: String
    package var machineID: String
    /// Of dockward.
    package var version: String

    package init(
      id: String, startedAt: String, durationMilliseconds: Int, host: String, machineID: String,
      version: String
    ) {
      self.id = id
      self.startedAt = startedAt
      self.durationMilliseconds = durationMilliseconds
      self.host = host
      self.machineID = machineID
      self.version = version
    }
  }

  /// Which Engine was asked.
  package struct Engine: Sendable, Equatable {
    package var reachable: Bool
    package var endpoint: String?
    package var version: String?
    package var apiVersion: String?
    package var dataRoot: String?
    /// Why it could not be reached.
    package var reason: String?

    package init(_ reading: Reading<EngineFacts>, askedAt endpoint: String? = nil) {
      self.endpoint = endpoint
      switch reading {
      case .found(let facts):
        reachable = true
        self.endpoint = facts.endpoint
        version = facts.version
        apiVersion = facts.apiVersion
        dataRoot = facts.info.value?.dataRoot.value
      case .absent: reachable = false
      case .unreadable(let reason):
        reachable = false
        self.reason = reason
      }
    }
  }

  package struct Section: Sendable, Equatable {
    package var id: String
    package var title: String
    package var results: [Result]

    package init(id: String, title: String, results: [Result]) {
      self.id = id
      self.title = title
      self.results = results
    }
  }

  /// One check of the benchmark with what was found.
  package struct Result: Sendable, Equatable {
    package var entry: Benchmark.Entry
    package var surface: Surface
    package var stride: [Stride]
    package var remedy: Remedy
    package var verdict: Verdict
    /// Why, where the verdict is of the check as a whole.
    package var reason: String
    /// In report order.
    package var findings: [Finding]
    /// By which waiver those of `findings` are waived that are, by their subject.
    package var waivers: [Subject: Waiver] = [:]

    package init(entry: Benchmark.Entry, check: Check, findings: [Finding]) {
      self.init(
        entry: entry, surface: check.surface, stride: check.stride, remedy: check.remedy,
        findings: findings)
    }

    init(
      entry: Benchmark.Entry, surface: Surface, stride: [Stride], remedy: Remedy,
      findings: [Finding]
    ) {
      self.entry = entry
      self.surface = surface
      self.stride = stride
      self.remedy = remedy
      self.findings = findings.inReportOrder()
      verdict = .notApplicable
      reason = ""
      judge()
    }

    /// Takes verdict and reason from the findings.
    package mutating func judge() {
      let verdict = Verdict.worst(of: findings.map(\.verdict))
      self.verdict = verdict
      reason = findings.first { $0.verdict == verdict }?.reason ?? ""
    }
  }

  package var results: [Result] { sections.flatMap(\.results) }

  /// How many checks have each verdict.
  package func count(_ verdict: Verdict) -> Int {
    results.count { $0.verdict == verdict }
  }
}
