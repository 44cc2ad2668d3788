import Foundation
import Glibc
import Testing

/// One run of the real program, as it was built beside these tests.
struct Dockward {
  var status: Int32
  /// The signal that ended it.
  var signal: Int32?
  var output: String
  var errors: String

  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "dockward").path

  /// Runs it with nothing in its environment but what is given, for a minute at most.
  ///
  /// What it writes to `standardOutput`, where one is given, is not in `output`.
  static func run(
    _ arguments: [String], environment: [String: String] = [:],
    standardOutput: FileHandle? = nil
  ) throws -> Dockward {
    try run(executable, arguments, environment: environment, standardOutput: standardOutput)
  }

  static func run(
    _ arguments: String..., environment: [String: String] = [:],
    standardOutput: FileHandle? = nil
  ) throws -> Dockward {
    try run(arguments, environment: environment, standardOutput: standardOutput)
  }

  /// Runs another program that becomes `dockward`.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    standardOutput: FileHandle? = nil
  ) throws -> Dockward {
    let process = Process()
    // A run that hangs has to end the test and not the whole of them.
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments = ["--foreground", "--signal=KILL", "60", program] + arguments
    process.environment = ["PATH": "/usr/sbin:/usr/bin", "TERM": "xterm"]
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = standardOutput ?? output
    process.standardError = errors
    try process.run()
    if standardOutput != nil { try output.fileHandleForWriting.close() }
    // It says little on standard error, so that this cannot wait while it waits.
    let written = try output.fileHandleForReading.readToEnd() ?? Data()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let status = process.terminationStatus
    return Dockward(
      status: status, signal: process.terminationReason == .uncaughtSignal ? status : nil,
      output: try #require(String(validating: written, as: UTF8.self)),
      errors: try #require(String(validating: said, as: UTF8.self)))
  }

  /// The JSON report that it printed.
  func report() throws -> JSONReport { try JSONReport(output) }

  /// Expects that it did nothing but say why, with exit status 2.
  func expectUsageError(_ message: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(errors == "dockward: \(message)\n", sourceLocation: sourceLocation)
    #expect(output == "", sourceLocation: sourceLocation)
    #expect(status == 2, sourceLocation: sourceLocation)
  }
}

/// The JSON report as another program would read it.
struct JSONReport: Decodable {
  struct Engine: Decodable {
    var reachable: Bool
    var endpoint: String?
    var reason: String?
  }

  struct Benchmark: Decodable { var id: String }

  struct Check: Decodable {
    struct Subject: Decodable, Equatable {
      var subject, verdict, observed, reason: String
    }

    var id, slug, section, verdict, reason: String
    var subjects: [Subject]
  }

  var engine: Engine
  var benchmark: Benchmark
  var summary: [String: Int]
  var checks: [Check]

  init(_ text: String) throws {
    self = try JSONDecoder().decode(JSONReport.self, from: Data(text.utf8))
  }

  func check(_ slug: String) throws -> Check {
    try #require(checks.first { $0.slug == slug })
  }

  /// The checks that ask the Engine.
  var engineChecks: [Check] {
    let needless = [
      "host-audit-", "host-docker-group-members", "host-hardened", "image-content-trust",
    ]
    return checks.filter { check in
      check.section != "3"
        && (check.slug == "host-audit-docker-data-root"
          || !needless.contains { check.slug.hasPrefix($0) })
    }
  }

  /// The verdicts on one container, by check.
  func verdicts(on container: String) -> [String: String] {
    Dictionary(
      checks.flatMap { check in
        check.subjects.filter { $0.subject == "container:" + container }
          .map { (check.slug, $0.verdict) }
      }, uniquingKeysWith: { $0 + "," + $1 })
  }
}
