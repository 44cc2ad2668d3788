import Documents
import HardeningModel
import HostFacts

/// What becomes of dockerd's configuration file, one check after another: each edit begins with the text
/// that the one before it leaves, so they are made in this order.
package struct DaemonConfigurationPlan: Sendable {
  /// The path as dockerd was told it.
  package let path: String
  /// The text as it is, or as the edits so far leave it.
  package private(set) var text: [UInt8]
  /// How dockerd is started.
  package let command: DaemonCommand
  /// Its version, where the Engine told it.
  package let version: String?

  private let canonical: String
  /// The file as it is, or as the edits so far leave it; `nil` while there is none.
  private var current: FileVersion?
  /// The directories that have to be made before there can be a file.
  private var missing: [DirectoryChange]
  private let rules: DaemonConfigurationRules

  /// Reads the file and how dockerd is started, or will be where that host does not run.
  ///
  /// Throws where either cannot be read, where the file could not be replaced, and where no dockerd runs
  /// whose file that would be.
  package init(_ snapshot: HostSnapshot, on host: HostAccess) throws(RemediationError) {
    let command = try Self.command(of: host)
    let path = snapshot.daemon.configurationPath
    let root = try TrustedRoot(of: host)
    let place = try FilePlace(try root.canonical(path), in: root)
    try place.requireReplaceable(in: root)
    self.init(
      snapshot, canonical: place.path,
      current: place.bytes.flatMap { bytes in
        place.file.map { FileVersion(bytes, $0.attributes) }
      },
      missing: try DirectoryChange.planned(for: path, on: host), command: command)
  }

  init(
    _ snapshot: HostSnapshot, canonical: String, current: FileVersion?,
    missing: [DirectoryChange] = [], command: DaemonCommand
  ) {
    path = snapshot.daemon.configurationPath
    self.canonical = canonical
    self.current = current
    self.missing = missing
    text = current?.bytes ?? []
    version = snapshot.engine.value?.version
    self.command = command
    rules = DaemonConfigurationRules(snapshot: snapshot, command: command)
  }

  private static func command(of host: HostAccess) throws(RemediationError) -> DaemonCommand {
    do {
      guard let endpoint = host.endpoint else {
        return try DaemonCommand.read(root: host.root)
      }
      let command = try DaemonCommand.read(serving: endpoint, patience: host.patience)
      if let command { return command }
      throw RemediationError.refused(
        "cannot configure dockerd: none was found that serves '\(endpoint.socketPath)'")
    } catch let error as RemediationError {
      throw error
    } catch {
      throw .refused("\(error)")
    }
  }

  /// How the file is made to have these settings, and what has to happen then. There may be nothing to
  /// change, where they are configured and not in effect.
  ///
  /// Throws where that must not be done, and leaves the plan as it was.
  package mutating func add(
    _ remedies: [DaemonRemedy], slug: String, subject: Subject
  ) throws(RemediationError) -> Intervention {
    let settings = try self.settings()
    var intervention = Intervention(slug: slug, subject: subject, changes: [])
    var next = text
    for remedy in remedies {
      let wanted = remedy.value(given: settings[remedy.key])
      let configured = rules.isConfigured(remedy, as: wanted, in: settings)
      if configured, rules.isInEffect(remedy, as: wanted) { continue }
      try rules.refuseFlag(remedy.key, isConfigured: configured)
      if !configured {
        next = try edited(next, remedy.key, wanted)
        intervention.diff += diff(remedy.key, from: settings[remedy.key], to: wanted)
      }
      intervention.effects.insert(remedy.isReloadable ? .dockerdReload : .dockerdRestart)
    }
    if intervention.effects.isEmpty, let remedy = remedies.first {
      // Where all seems to be as it should, only a new start can make it so.
      intervention.effects = [remedy.isReloadable ? .dockerdReload : .dockerdRestart]
    }
    if next != text, remedies.contains(where: rules.isKnownByTheFileAlone) {
      intervention.effects.insert(.dockerdRestart)
    }
    let planned = next == text ? settings : try Self.settings(in: next, path)
    try rules.refuseConflicts(in: next, path: path)
    try rules.refuse(planned, for: remedies)
    try rules.refuseStaleUnit(intervention.effects)
    intervention.notes = rules.notes(for: intervention.effects)
    if next != text { intervention.changes = change(to: next) }
    if !intervention.diff.isEmpty {
      let old = intervention.changes.contains { $0.isNewFile } ? "/dev/null" : path
      intervention.diff.insert(contentsOf: ["--- \(old)", "+++ \(path)"], at: 0)
    }
    return intervention
  }

  /// The changes that make `next` of the text, which the plan then goes on from.
  private mutating func change(to next: [UInt8]) -> [Change] {
    let after = FileVersion(
      next, current?.attributes ?? Attributes(uid: 0, gid: 0, mode: 0o644))
    let changes =
      missing.map(Change.directory) + [
        .contents(
          ContentsChange(path: path, canonical: canonical, before: current, after: after))
      ]
    (text, current, missing) = (next, after, [])
    return changes
  }
}

extension DaemonConfigurationPlan {
  private func settings() throws(RemediationError) -> DaemonSettings {
    try Self.settings(in: text, path)
  }

  private static func settings(
    in text: [UInt8], _ path: String
  ) throws(RemediationError) -> DaemonSettings {
    do {
      return try DaemonConfigurationFile.settings(from: text, file: path)
    } catch {
      throw .refused("\(error)")
    }
  }

  private func edited(
    _ text: [UInt8], _ key: DaemonSettings.Key, _ value: DaemonSettings.Value
  ) throws(RemediationError) -> [UInt8] {
    do {
      return try JSONEdit.setting(
        key.rawValue, to: JSONEdit.Value(value), in: text, file: path)
    } catch {
      throw .refused("\(error)")
    }
  }

  /// The member alone: others on its line may be passwords.
  private func diff(
    _ key: DaemonSettings.Key, from old: DaemonSettings.Value?, to new: DaemonSettings.Value
  ) -> [String] {
    func line(_ value: DaemonSettings.Value) -> String {
      Printable.text(JSONEdit.member(key.rawValue, JSONEdit.Value(value)))
    }
    return [old.map { "-  \(line($0))" }, "+  \(line(new))"].compactMap { $0 }
  }
}

extension Change {
  fileprivate var isNewFile: Bool {
    if case .contents(let change) = self { change.before == nil } else { false }
  }
}

extension DaemonRemedy {
  /// What the setting is to be where it is `current`.
  fileprivate func value(given current: DaemonSettings.Value?) -> DaemonSettings.Value {
    guard keepsLoopback, case .list(let items)? = current else { return value }
    return .list(items.filter(Loopback.covers))
  }
}

extension JSONEdit.Value {
  fileprivate init(_ value: DaemonSettings.Value) {
    switch value {
    case .bool(let bool): self = .bool(bool)
    case .text(let text): self = .text(text)
    case .list(let items): self = .list(items)
    }
  }
}
