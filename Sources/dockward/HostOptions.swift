import ArgumentParser
import DockerEngine
import FoundationEssentials
import HardeningModel
import HostFacts
import Remediation
import Store
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Which host.
struct HostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the Engine listens, unix:///path (default: DOCKER_HOST, else unix:///var/run/docker.sock).",
      valueName: "address"))
  var host: String?

  @Option(
    help: ArgumentHelp(
      "The host whose file system is mounted here; an Engine other than this host's is asked only with --host.",
      valueName: "directory"))
  var root: String?

  @Option(
    help: ArgumentHelp(
      "Where dockward keeps what it remembers between passes (default: \(Store.standardDirectory)).",
      valueName: "directory"))
  var state: String?

  // A text, see `NamedValue`.
  @Option(
    name: .customLong("timeout"),
    help: ArgumentHelp("How long the whole pass may take.", valueName: "seconds"))
  var timeoutText = "10"

  func validate() throws { _ = try timeout() }

  private func timeout() throws -> Duration {
    guard let seconds = Double(timeoutText), seconds > 0, seconds <= 3600 else {
      throw ValidationError("--timeout takes seconds above 0 and up to 3600")
    }
    return .seconds(seconds)
  }

  /// Whether it is the host on which this runs.
  var isThisHost: Bool { root.map(HostReader.isThisHost) ?? true }

  /// Who reads it; throws a usage `Failure`.
  func reader(startedAt: String, policy: Policy) throws -> HostReader {
    var reader = HostReader(startedAt: startedAt)
    reader.root = root ?? "/"
    reader.endpoint = try endpoint()
    reader.timeout = try timeout()
    reader.policyPaths = policy.allowedMounts.map(\.path)
    return reader
  }

  /// Where the store of that host is: below its own root. Throws a usage `Failure` where that would be
  /// on another host.
  func stateDirectory() throws -> String {
    if let state { return state }
    guard let root, !isThisHost else { return Store.standardDirectory }
    let directory = root + Store.standardDirectory
    let parent = FilePath(directory).removingLastComponent().string
    guard let above = Self.resolved(root), let resolved = Self.resolved(parent),
      resolved.hasPrefix(above + "/")
    else {
      throw Failure(
        .usage,
        "cannot keep a record in '\(directory)': '\(parent)' is not below '\(root)'; give --state")
    }
    return directory
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The host as a remediation changes it.
  func access() throws -> HostAccess {
    HostAccess(
      root: root ?? "/", backups: try stateDirectory() + "/backups",
      endpoint: isThisHost ? try endpoint() : nil)
  }

  static func standardEndpoint() throws(EngineError) -> EngineEndpoint {
    // The whole environment, as Foundation gives it, takes its time.
    guard let address = getenv("DOCKER_HOST").map({ String(cString: $0) }), !address.isEmpty else {
      return .standard
    }
    return try EngineEndpoint(parsing: address)
  }

  /// The Engine to ask; `nil` for a host that is only a file system here.
  func endpoint() throws -> EngineEndpoint? {
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
