/// What docker-bench says of a host: groups of checks, each with its result.
package struct BenchReport: Sendable, Equatable {
  package var id: String
  package var title: String
  /// In the order in which they are printed; those that were nested follow the one that they were in.
  package var groups: [Group]

  package init(id: String, title: String, groups: [Group]) {
    self.id = id
    self.title = title
    self.groups = groups
  }

  package enum Status: String, Sendable, CaseIterable {
    case pass = "PASS"
    case fail = "FAIL"
    case warn = "WARN"
    case info = "INFO"
  }

  package struct Group: Sendable, Equatable {
    package var id: String
    package var title: String
    package var type: String
    package var results: [Result]

    package init(id: String, title: String, type: String = "", results: [Result]) {
      self.id = id
      self.title = title
      self.type = type
      self.results = results
    }
  }

  package struct Result: Sendable, Equatable {
    package var id: String
    package var title: String
    package var audit = ""
    package var type = ""
    package var remediation = ""
    package var status: Status
    /// What the audit printed.
    package var actual = ""
    package var expected = ""
    package var isScored = false
    /// Why it is WARN or INFO.
    package var reason = ""
    /// Whether it is WARN since nothing could be found out, and not since a person has to judge.
    package var isUnknown = false

    package init(id: String, title: String, status: Status) {
      self.id = id
      self.title = title
      self.status = status
    }
  }

  package func count(_ status: Status) -> Int { groups.reduce(0) { $0 + $1.count(status) } }
}

extension BenchReport.Group {
  package func count(_ status: BenchReport.Status) -> Int { results.count { $0.status == status } }
}
