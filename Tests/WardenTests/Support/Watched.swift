import Catalog
import DockerEngine
import Foundation
import HardeningModel
import HostFacts
import Journal
import Logging
import Store
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Warden

/// A service that watches a host made for the purpose and an Engine that plays a script.
struct Watched {
  let fixture: FixtureRoot
  let engine: FakeEngine
  let store: Store
  /// What it tells goes there, a line each.
  let output: String

  var lines: [String] {
    ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "").split(separator: "\n")
      .map(String.init)
  }

  /// What `body` does while the service runs.
  static func run(
    _ script: @escaping FakeEngine.Script, baseline: Bool = false,
    _ body: (Watched) async throws -> Void
  ) async throws {
    try await TemporaryDirectory.with { path in
      let fixture = FixtureRoot(path: path)
      try fixture.makeHost()
      try fixture.directory("/state", mode: 0o700)
      let output = path + "/told"
      let file = try FileDescriptor.open(
        FilePath(output), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
      defer { try? file.close() }
      try await FakeEngine.run(at: path + "/engine.sock", script) { engine in
        let store = try Store(in: path + "/state", .creating)
        let watched = Watched(fixture: fixture, engine: engine, store: store, output: output)
        let journal = Journal(socket: path + "/none", fallback: file, environment: [:])
        let logger = Logger(label: "test") { JournalLogHandler(label: $0, journal: journal) }
        let address = engine.address
        let warden = Warden(store: store, journal: journal, logger: logger) {
          try settings(path, address)
        }
        let service = Task { try await warden.run() }
        do { try await body(watched) } catch {
          service.cancel()
          throw error
        }
        service.cancel()
        try await service.value
      }
    }
  }

  private static func settings(_ root: String, _ address: String) throws -> Settings {
    var configuration = Configuration()
    configuration.gathering = .milliseconds(20)
    let benchmark = try BenchmarkLibrary().benchmark(named: "cis-1.8.0")
    var reader = HostReader(startedAt: "")
    reader.root = root
    reader.timeout = .seconds(60)
    reader.endpoint = try EngineEndpoint(parsing: address)
    return Settings(
      configuration: configuration,
      terms: Assessment.Terms(benchmark: benchmark, policy: configuration.policy), reader: reader,
      enabled: [], watchedFiles: [], version: "test"
    ) {
      try WaiversInUse(
        WaiverFile(file: "none"), by: benchmark, of: try BenchmarkLibrary())
    }
  }

  /// Waits until it has told a line in which `text` stands.
  func waits(for text: String, seconds: Int = 60) async throws {
    try await waits(seconds) { lines.contains { $0.contains(text) } }
    if !lines.contains(where: { $0.contains(text) }) {
      Issue.record("'\(text)' was not told: \(lines)")
    }
  }

  func waits(_ seconds: Int = 60, until isSo: () throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !isSo(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
  }
}

/// The containers of an Engine, which change.
final class Containers: Sendable {
  private let names: Mutex<[String]>

  init(_ names: [String]) { self.names = Mutex(names) }

  func set(_ names: [String]) { self.names.withLock { $0 = names } }

  var script: FakeEngine.Script {
    { path in RealAnswers.script(self.names.withLock { $0 })(path) }
  }
}

extension FakeEngine {
  /// Tells of what happens to a container.
  func tell(_ action: String, _ name: String) {
    emit(
      #"{"Type":"container","Action":"\#(action)","Actor":{"ID":"\#(RealAnswers.id(name))","Attributes":{}},"timeNano":1}"#
        + "\n")
  }
}

/// What is off at first.
final class Switch: Sendable {
  private let state = Mutex(false)
  var isOn: Bool {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
