import ArgumentParser
import DockerEngine
import Documents
import FoundationEssentials
import HardeningModel
import HostFacts

/// Which host is read, and how.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the Engine listens, unix:///path (default: DOCKER_HOST, else unix:///var/run/docker.sock).",
      valueName: "address"))
  var host: String?

  @Option(
    help: ArgumentHelp(
      "Judge the host whose file system is mounted here; an Engine other than this host's is asked only with --host.",
      valueName: "directory"))
  var root: String?

  @Option(
    help: ArgumentHelp("Write all that was read to this file (mode 0600).", valueName: "file"))
  var saveSnapshot: String?

  @Option(
    help: ArgumentHelp("Judge a saved snapshot; reads nothing of this host.", valueName: "file"))
  var snapshot: String?

  @Option(
    help: ArgumentHelp(
      "Where dockward keeps what it remembers between passes.", valueName: "directory"))
  var state = "/var/lib/dockward"

  @Option(help: ArgumentHelp("How long the whole pass may take.", valueName: "seconds"))
  var timeout: Double = 10

  func validate() throws {
    if snapshot != nil, root != nil || host != nil || saveSnapshot != nil {
      throw ValidationError(
        "--snapshot reads nothing of this host; --root, --host and --save-snapshot do not go with it"
      )
    }
    guard timeout > 0, timeout <= 3600 else {
      throw ValidationError("--timeout takes seconds above 0 and up to 3600")
    }
  }

  /// Whether nobody has said which host.
  var isDefault: Bool { host == nil && root == nil && saveSnapshot == nil && snapshot == nil }

  /// Whether it is the host on which this runs, read now.
  var isThisHost: Bool { snapshot == nil && root.map(HostReader.isThisHost) ?? true }

  /// What is to be judged; throws a `Failure` when it cannot be had at all. `selection` are the checks
  /// that were chosen, `nil` for all.
  func snapshot(
    startedAt: String, policy: Policy, selection: Set<String>?, progress: Progress
  ) async throws -> HostSnapshot {
    if let snapshot {
      do { return try SnapshotFile.load(snapshot) } catch { throw Failure(.usage, error) }
    }
    var reader = HostReader(startedAt: startedAt)
    reader.root = root ?? "/"
    reader.endpoint = try endpoint()
    reader.timeout = .seconds(timeout)
    reader.state = state
    reader.policyPaths = policy.allowedMounts.map(\.path)
    // A snapshot to be kept is to serve every check.
    reader.asksForBuildTime =
      saveSnapshot != nil || selection?.contains("host-docker-version-current") ?? true
    reader.progress = progress
    do {
      return try await reader.snapshot()
    } catch {
      throw Failure(.usage, error)
    }
  }

  /// The Engine that a command with these arguments most likely asks, as far as that shows before they are
  /// understood; `nil` where it is another one, or none.
  static func likelyEndpoint(_ arguments: [String]) -> EngineEndpoint? {
    let others = ["--host", "--root", "--snapshot", "--help", "--version"]
    guard arguments.count < 2 || arguments[1].hasPrefix("--") || arguments[1] == "check",
      !arguments.contains(where: { argument in others.contains { argument.hasPrefix($0) } })
    else { return nil }
    return try? SourceOptions.standardEndpoint()
  }

  private static func standardEndpoint() throws(EngineError) -> EngineEndpoint {
    guard let address = ProcessInfo.processInfo.environment["DOCKER_HOST"], !address.isEmpty else {
      return .standard
    }
    return try EngineEndpoint(parsing: address)
  }

  /// The Engine to ask; `nil` for a host that is only a file system here.
  private func endpoint() throws -> EngineEndpoint? {
    do {
      if let host { return try EngineEndpoint(parsing: host) }
      if let root, !HostReader.isThisHost(root) { return nil }
      return try Self.standardEndpoint()
    } catch {
      let origin = host == nil ? " (from DOCKER_HOST; --host overrides it)" : ""
      throw Failure(.usage, "\(error)\(origin)")
    }
  }
}
