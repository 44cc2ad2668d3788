import HardeningModel

extension DaemonChecks {
  /// How the daemon is kept running.
  static let operation: [Check] = [
    Check.ofDaemon(
      "daemon-live-restore", stride: [.denialOfService],
      explanation: Explanation(
        reads: "Whether the Engine reports live-restore and swarm mode (GET /info).",
        passes: "It passes when live-restore is on; in swarm mode it cannot be.",
        threat:
          "Whoever makes dockerd stop stops all its containers with it, and each of its updates interrupts them too: a denial of service."
      ),
      remedy: .auto(
        .configureDaemon([DaemonRemedy(.liveRestore, .bool(true), isReloadable: true)]), .reload,
        "Set \"live-restore\": true in daemon.json and run systemctl reload docker."),
      expected: "live-restore on", takesEffect: .reload,
      planned: { settings, _ in settings.bool(.liveRestore) ?? false }
    ) { view in
      guard let isOn = try view.info.liveRestore.known("LiveRestoreEnabled") else {
        throw NotReported(field: "LiveRestoreEnabled")
      }
      if isOn { return .pass("live-restore is on").from(Opinion.info) }
      let state = try view.info.swarm.localNodeState.known(
        "Swarm.LocalNodeState", null: "inactive")
      guard ["", "inactive"].contains(state) else {
        return .notApplicable("swarm mode does not go with live-restore").from(Opinion.info)
      }
      return .fail("live-restore is off").from(Opinion.info)
    },
    Check.ofDaemon(
      "daemon-experimental", stride: [.tampering, .elevationOfPrivilege],
      explanation: Explanation(
        reads: "Whether the Engine reports experimental features (GET /info).",
        passes: "It passes when they are off.",
        threat:
          "Experimental features are less tested and may change: each is one more way in that was looked at by fewer eyes."
      ),
      remedy: .auto(
        .configureDaemon([DaemonRemedy(.experimental, .bool(false), isReloadable: false)]),
        .restart,
        "Remove \"experimental\" from daemon.json or the flags, or set it to false, and restart dockerd."
      ),
      expected: "no experimental features",
      planned: { settings, _ in settings.bool(.experimental) != true }
    ) { view in
      guard let isOn = try view.info.experimental.known("ExperimentalBuild") else {
        throw NotReported(field: "ExperimentalBuild")
      }
      return .fail(if: isOn, "experimental features are \(isOn ? "on" : "off")").from(Opinion.info)
    },
  ]
}
