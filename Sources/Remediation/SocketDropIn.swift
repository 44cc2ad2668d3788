import HardeningModel

/// A drop-in of `docker.socket` by which the API socket is as it should be when systemd makes it again:
/// what is changed of the socket itself lasts until then.
package enum SocketDropIn {
  /// Drop-ins count in the order of their names, the last one most.
  package static let file = "/etc/systemd/system/docker.socket.d/zz-dockward.conf"

  /// What is added to the mending of an API socket that failed a check; `nil` where systemd does not make
  /// it, or makes it as it should be.
  package static func draft(
    for finding: Finding, of slug: String, _ action: RemedyAction, on snapshot: HostSnapshot
  ) throws(RemediationError) -> Draft? {
    guard case .file(let path) = finding.subject else { return nil }
    let unit: ActivatedSocket
    switch snapshot.daemon.activatedSocket {
    case .absent: return nil
    case .unreadable(let reason): throw .refused(reason)
    case .found(let found): unit = found
    }
    func canonical(_ path: String) -> String {
      snapshot.files[path]?.value?.canonical ?? AbsolutePath.normal(path)
    }
    guard unit.paths.contains(where: { canonical($0) == canonical(path) }) else { return nil }
    let settings: [String]
    switch action {
    case .clearExtraBits(let allowed):
      guard let allowed = allowed[.apiSocket] else { return nil }
      settings = try modeSettings(unit, allowed: allowed)
    case .giveBack(.apiGroup): settings = try ownerSettings(unit, snapshot)
    case .giveBack, .configureDaemon, .watch, .exportContentTrust, .update: return nil
    }
    guard !settings.isEmpty else { return nil }
    return Draft(
      intervention: Intervention(
        slug: slug, subject: finding.subject, changes: [],
        effects: snapshot.host.root == "/" ? [.systemdReload] : [],
        notes: ["docker.socket makes the socket otherwise, so it gets a drop-in, too"]),
      files: [
        .appending(
          ["[Socket]"] + settings, to: file,
          heading: ["# Added by dockward remediate; dockward undo takes it out again."])
      ])
  }

  private static func modeSettings(
    _ unit: ActivatedSocket, allowed: UInt16
  ) throws(RemediationError) -> [String] {
    // What systemd takes where the unit does not say.
    guard let mode = UInt16(unit.mode ?? "0666", radix: 8) else {
      throw .refused("SocketMode=\(unit.mode ?? "") of docker.socket is no mode")
    }
    guard mode & ~allowed != 0 else { return [] }
    return ["SocketMode=0\(String(mode & allowed, radix: 8))"]
  }

  private static func ownerSettings(
    _ unit: ActivatedSocket, _ snapshot: HostSnapshot
  ) throws(RemediationError) -> [String] {
    let configured: String
    switch snapshot.daemon.settings {
    case .found(let settings): configured = settings.group ?? "docker"
    case .absent: configured = "docker"
    case .unreadable(let reason): throw .refused(reason)
    }
    var (group, number): (String, UInt32) = ("root", 0)
    switch snapshot.groups[configured] ?? .unreadable("the group '\(configured)' was not looked up")
    {
    case .found(let gid): (group, number) = (configured, gid)
    case .absent: break
    case .unreadable(let reason): throw .refused(reason)
    }
    let isRoots = ["root", "0"].contains(unit.user ?? "root")
    let isGroups = [group, "\(number)"].contains(unit.group ?? "root")
    return isRoots && isGroups ? [] : ["SocketUser=root", "SocketGroup=\(group)"]
  }
}
