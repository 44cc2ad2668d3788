import ArgumentParser
import DockerEngine
import Documents
import FoundationEssentials
import HardeningModel
import HostFacts
import Store

/// Which host is read, and how.
struct SourceOptions: ParsableArguments {
  @OptionGroup var place: HostOptions

  @Option(
    help: ArgumentHelp("Write all that was read to this file (mode 0600).", valueName: "file"))
  var saveSnapshot: String?

  @Option(
    help: ArgumentHelp("Judge a saved snapshot; reads nothing of this host.", valueName: "file"))
  var snapshot: String?

  var state: String { place.state ?? Store.standardDirectory }

  func validate() throws {
    if snapshot != nil, place.root != nil || place.host != nil || saveSnapshot != nil {
      throw ValidationError(
        "--snapshot reads nothing of this host; --root, --host and --save-snapshot do not go with it"
      )
    }
  }

  /// Whether nobody has said which host.
  var isDefault: Bool {
    place.host == nil && place.root == nil && saveSnapshot == nil && snapshot == nil
  }

  /// Whether it is the host on which this runs, read now.
  var isThisHost: Bool { snapshot == nil && place.isThisHost }

  /// What is to be judged; throws a `Failure` when it cannot be had at all. `selection` are the checks
  /// that were chosen, `nil` for all.
  func snapshot(
    startedAt: String, policy: Policy, selection: Set<String>?, progress: Progress
  ) async throws -> HostSnapshot {
    if let snapshot {
      do { return try SnapshotFile.load(snapshot) } catch { throw Failure(.usage, error) }
    }
    var reader = try place.reader(startedAt: startedAt, policy: policy)
    reader.state = state
    // A snapshot to be kept is to serve every check.
    reader.asksForBuildTime =
      saveSnapshot != nil || selection?.contains("host-docker-version-current") ?? true
    reader.progress = progress
    var snapshot: HostSnapshot
    do { snapshot = try await reader.snapshot() } catch { throw Failure(.usage, error) }
    if isThisHost { snapshot.pastExecs = pastExecs(on: snapshot.host.machineID) }
    return snapshot
  }

  /// What the service has seen, so that a pass by hand says the same. What is wrong with the store is told
  /// where the pass is recorded.
  private func pastExecs(on machine: String) -> [PastExec]? {
    guard Store.exists(in: state), let store = try? Store(in: state, .reading),
      let execs = try? store.pastExecs(of: machine)
    else { return nil }
    return PastExec.counting(execs, at: Int(Date.now.timeIntervalSince1970))
  }

  /// The Engine that a command with these arguments most likely asks, as far as that shows before they are
  /// understood; `nil` where it is another one, or none.
  static func likelyEndpoint(_ arguments: [String]) -> EngineEndpoint? {
    let others = [
      "--host", "--root", "--snapshot", "--help", "--version", "--remediate", "--config-dir", "-D",
    ]
    guard arguments.count < 2 || arguments[1].hasPrefix("--") || arguments[1] == "check",
      !arguments.contains(where: { argument in others.contains { argument.hasPrefix($0) } })
    else { return nil }
    return try? HostOptions.standardEndpoint()
  }
}
