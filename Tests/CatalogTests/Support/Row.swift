import Catalog
import HardeningModel
import Testing

/// What a row of a check's table is an example of.
enum Kind: String, Sendable, CaseIterable {
  case pass, fail
  /// The thing is not there, or an Engine does not speak of it.
  case absent
  /// What a host has where nobody has set anything.
  case standard = "default"
  /// What was read makes no sense.
  case malformed
  case unreadable
}

/// The sample host, as a row of a table changes it.
struct Scene {
  var snapshot = HostSnapshot.sample()
  var policy = Policy()
  var scope = ContainerScope()
  var benchmark: String?

  /// The container that most rows are about.
  var web: Container {
    get { inspection("web") ?? Container(id: "") }
    set { setInspection("web", .found(newValue)) }
  }

  /// What the kernel says of the processes of `web`.
  var webProcesses: ProcessFacts {
    get { snapshot.processes[Container.sampleID("web")] ?? .sample }
    set { snapshot.processes[Container.sampleID("web")] = newValue }
  }

  /// The first process of `web`.
  var webProcess: FirstProcess {
    get {
      webProcesses.first.value
        ?? FirstProcess(seccomp: nil, noNewPrivileges: nil, label: .absent)
    }
    set { webProcesses.first = .found(newValue) }
  }

  func inspection(_ name: String) -> Container? {
    snapshot.containers.value?.first { $0.name == name }?.inspection.value
  }

  mutating func setInspection(_ name: String, _ inspection: Reading<Container>) {
    snapshot.containers = snapshot.containers.map { readings in
      readings.map { reading in
        var reading = reading
        if reading.name == name { reading.inspection = inspection }
        return reading
      }
    }
  }

  var context: Context {
    Context(snapshot: snapshot, policy: policy, scope: scope, benchmark: benchmark)
  }
}

/// One example of what a check says: a host, and the verdict on one subject of it.
struct Row: Sendable, CustomTestStringConvertible {
  var slug = ""
  var kind: Kind
  var name: String
  var verdict: Verdict
  /// Whom the finding is about; the table's own subject where it is `nil`.
  var subject: String?
  /// A part of what is observed.
  var observed: String?
  /// A part of the reason.
  var reason: String?
  var context: Context

  var testDescription: String { "\(slug): \(name)" }

  init(
    _ kind: Kind, _ name: String, _ verdict: Verdict, subject: String? = nil,
    observed: String? = nil, reason: String? = nil, _ change: (inout Scene) -> Void
  ) {
    self.kind = kind
    self.name = name
    self.verdict = verdict
    self.subject = subject
    self.observed = observed
    self.reason = reason
    var scene = Scene()
    change(&scene)
    context = scene.context
  }

  static func passes(
    _ name: String, subject: String? = nil, observed: String? = nil,
    _ change: (inout Scene) -> Void
  ) -> Row { Row(.pass, name, .pass, subject: subject, observed: observed, change) }

  static func fails(
    _ name: String, subject: String? = nil, observed: String? = nil,
    _ change: (inout Scene) -> Void
  ) -> Row { Row(.fail, name, .fail, subject: subject, observed: observed, change) }

  /// Whether the check says what this row says it does.
  func judge(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let check = try #require(Catalog.bySlug[slug], sourceLocation: sourceLocation)
    let findings = check.evaluate(context)
    let about = findings.filter { $0.subject.description == subject }
    #expect(about.count == 1, "\(findings)", sourceLocation: sourceLocation)
    guard let finding = about.first else { return }
    #expect(finding.verdict == verdict, "\(finding)", sourceLocation: sourceLocation)
    if let observed {
      #expect(finding.observed.contains(observed), "\(finding)", sourceLocation: sourceLocation)
    }
    if let reason {
      #expect(finding.reason.contains(reason), "\(finding)", sourceLocation: sourceLocation)
    }
  }
}

/// All the rows of one check.
struct Table: Sendable, CustomTestStringConvertible {
  var slug: String
  var rows: [Row]

  var testDescription: String { "\(slug), \(rows.count) rows from '\(rows.first?.name ?? "")'" }

  /// `subject` is whom a row is about that does not say so.
  init(_ slug: String, subject: String, _ rows: [Row]) {
    self.slug = slug
    self.rows = rows.map { row in
      var row = row
      row.slug = slug
      row.subject = row.subject ?? subject
      return row
    }
  }

  /// The rows of a check of containers, with those that every such check has.
  static func ofContainers(_ slug: String, _ rows: [Row]) -> Table {
    Table(
      slug, subject: "container:web",
      rows + [
        Row(.unreadable, "an inspection that failed", .unknown, reason: "connection reset") {
          $0.setInspection("web", .unreadable("GET /containers/web/json: connection reset"))
        },
        Row(.unreadable, "an inspection that is not there", .unknown, reason: "not inspected") {
          $0.setInspection("web", .absent)
        },
        Row(
          .unreadable, "an Engine that cannot be reached", .unknown, subject: "daemon",
          reason: "connection refused"
        ) { $0.snapshot.engineIsUnreachable() },
        Row(.absent, "no containers", .notApplicable, subject: "daemon", reason: "no containers") {
          $0.snapshot.containers = .found([])
        },
      ])
  }
}

extension HostSnapshot {
  /// Nothing that the Engine is asked for could be read.
  mutating func engineIsUnreachable() {
    let reason = "cannot connect to '/var/run/docker.sock': connection refused"
    engine = .unreadable(reason)
    containers = .unreadable(reason)
    images = .unreadable(reason)
    imageFacts = [:]
    volumes = .unreadable(reason)
    processes = [:]
    execs = [:]
  }
}
