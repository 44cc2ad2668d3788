import DockerBench
import DockerEngine
import Documents
import FoundationEssentials
import HardeningModel
import SystemPackage
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A definitions file, and what it takes to run it.
struct DefinitionsSource {
  var file: String

  /// The definitions, with the variables of the `config.yaml` beside them, where there is one.
  ///
  /// Throws a usage `Failure` for a file that is not right, or that others than root may write: its audits are
  /// run as root.
  func load() throws -> Definitions {
    do {
      let bytes = try TextFile.read(file, limit: DefinitionsFile.sizeLimit, trust: .rootOnly)
      let variables = FilePath(file).removingLastComponent().appending("config.yaml").string
      return try DefinitionsFile.parse(
        bytes, file: file, variables: Self.variables(variables))
    } catch {
      throw Failure(.usage, error)
    }
  }

  private static func variables(_ file: String) throws(DocumentError) -> Variables {
    guard try !TextFile.isAbsent(file) else { return Variables() }
    return try Variables(
      TextFile.read(file, limit: DefinitionsFile.sizeLimit, trust: .rootOnly), file: file)
  }

  /// What `body` returns, given who runs audits. Throws a `Failure` where that cannot be prepared.
  static func withRunner<Outcome: Sendable>(
    _ body: @escaping @Sendable (AuditRunner) async throws -> Outcome
  ) async throws -> Outcome {
    let witness: DockerWitness
    do { witness = try DockerWitness(program: Self.ownProgram()) } catch {
      throw Failure(.incomplete, "cannot prepare a directory for audits below '/tmp': \(error)")
    }
    defer { witness.remove() }
    let runner = AuditRunner(environment: ProcessInfo.processInfo.environment, witness: witness)
    let outcome = try await interruptibly { try await body(runner) }
    if await runner.endStrays() {
      Terminal.complain("an audit left processes running that hid which one; they were killed")
    }
    return outcome
  }

  /// What `body` returns, unless this process is told to end meanwhile: then it is cancelled, and all that it has
  /// started with it.
  private static func interruptibly<Outcome: Sendable>(
    _ body: @escaping @Sendable () async throws -> Outcome
  ) async throws -> Outcome {
    try await withThrowingTaskGroup(of: Outcome.self) { group in
      group.addTask(operation: body)
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
          throw Failure(.incomplete, "told to end; the audits that ran were ended")
        }
        throw CancellationError()
      }
      defer { group.cancelAll() }
      guard let outcome = try await group.next() else { throw CancellationError() }
      return outcome
    }
  }
}

extension DefinitionsSource {
  /// The file that this program is.
  private static func ownProgram() throws(Errno) -> String {
    guard let path = realpath("/proc/self/exe", nil) else { throw Errno(rawValue: errno) }
    defer { free(path) }
    return String(cString: path)
  }
}

/// What the Engine says that definitions depend on.
enum EngineAnswer {
  private struct OwnVersion: Decodable {
    var version: String
    private enum CodingKeys: String, CodingKey { case version = "Version" }
  }

  /// The Engine's version.
  static func version(within timeout: Duration) async -> Reading<String> {
    do {
      let version = try await asked(within: timeout) { client in
        if let version = client.version.version { return version }
        return try await client.get("/version", as: OwnVersion.self).version
      }
      return .found(version)
    } catch {
      return .unreadable("\(error)")
    }
  }

  /// Whether it is in a swarm; `nil` where it did not tell.
  static func swarm(within timeout: Duration) async -> Definitions.SwarmState? {
    let info = try? await asked(within: timeout) { try await $0.get("/info", as: EngineInfo.self) }
    return info?.swarm.localNodeState.value.flatMap(Definitions.SwarmState.init)
  }

  private static func asked<Answer: Sendable>(
    within timeout: Duration, _ body: @escaping @Sendable (EngineClient) async throws -> Answer
  ) async throws -> Answer {
    try await EngineClient.withClient(
      endpoint: HostOptions.standardEndpoint(), deadline: .now + timeout, body)
  }
}
