/// What a host is taken through, and what an audit of it has to say then.
struct Stage: Sendable {
  var name: String
  /// What is done to the host, by bash, before it is audited.
  var script: String
  /// What dockward is run by, such as setpriv with its options.
  var runBy = ""
  var expected: [Expectation]

  init(_ name: String, runBy: String = "", _ script: String, _ expected: [Expectation]) {
    self.name = name
    self.script = script
    self.runBy = runBy
    self.expected = expected
  }

  /// A stage that runs `before`, starts these containers, and then runs `after`. The containers are
  /// started four at a time, in no order.
  init(
    _ name: String, before: String = "", containers: [GuestContainer], after: String = "",
    _ expected: [Expectation] = []
  ) {
    self.name = name
    let starts = stride(from: 0, to: containers.count, by: 4).map { first in
      containers[first..<min(first + 4, containers.count)].map { "\($0.command) & started+=($!)" }
        .joined(separator: "\n") + "\nfor pid in ${started[@]}; do wait $pid; done; started=()"
    }
    script = ([before] + starts + [after]).joined(separator: "\n")
    self.expected = containers.flatMap(\.expected) + expected
  }
}

/// One verdict, and why it is the truth.
struct Expectation: Sendable {
  var slug: String
  /// As in the report: `container:NAME`, `file:PATH`. `nil` for the check as a whole.
  var subject: String?
  var verdict: String
  var because: String

  init(_ slug: String, _ subject: String? = nil, _ verdict: String, _ because: String) {
    self.slug = slug
    self.subject = subject
    self.verdict = verdict
    self.because = because
  }
}

/// A container, and what checks have to say of it.
struct GuestContainer: Sendable {
  var command: String
  var expected: [Expectation]

  /// `options` are those of `docker run`, before the image; `program` is what it runs.
  init(
    _ name: String, _ options: String, program: String = "sleep 86400",
    _ verdicts: [(slug: String, verdict: String, because: String)]
  ) {
    command = "docker run --detach --name \(name) \(options) busybox \(program) >/dev/null"
    expected = verdicts.map {
      Expectation($0.slug, "container:\(name)", $0.verdict, $0.because)
    }
  }
}
