import HardeningModel

extension DaemonChecks {
  /// How the daemon connects containers with each other and with the world.
  static let network: [Check] = [
    Check.ofDaemon(
      "daemon-inter-container-traffic", stride: [.informationDisclosure, .tampering],
      explanation: Explanation(
        reads: "The option enable_icc of the built-in network bridge, as the Engine reports it.",
        passes:
          "It passes when containers on the default bridge cannot reach each other; an Engine without that network has nothing to judge.",
        threat:
          "A container that was taken over reaches the ports of all its neighbours on the default bridge, also those that are not published, and can read from or tamper with what listens there."
      ),
      remedy: .auto(
        .configureDaemon([DaemonRemedy(.icc, .bool(false), isReloadable: false)]), .restart,
        "Set \"icc\": false in daemon.json and restart dockerd; put containers that have to talk to each other on a network of their own."
      ),
      expected: "no traffic between containers on the default bridge",
      planned: { settings, _ in
        settings.bool(.icc) == false || settings.text(.bridge) == "none"
      }
    ) { view in
      let option = "com.docker.network.bridge.enable_icc"
      switch view.snapshot.engine.value?.defaultBridge ?? .unreadable("the Engine was not asked") {
      case .absent:
        return .notApplicable("the Engine has no default bridge").from("GET /networks")
      case .unreadable(let reason): throw CannotTell(reason)
      case .found(let bridge):
        guard let value = try bridge.options.known("Options", null: [:])[option] else {
          throw CannotTell("the Engine did not report \(option)")
        }
        guard ["true", "false"].contains(value) else {
          throw CannotTell("\(option) is \(quoted(value)), neither true nor false")
        }
        return .fail(if: value == "true", "enable_icc \(value)").from("GET /networks")
      }
    },
    Check.ofDaemon(
      "daemon-iptables", stride: [.informationDisclosure, .tampering],
      explanation: Explanation(
        reads: "The flags and the configuration file of the running dockerd.",
        passes: "It passes unless dockerd was told to leave the firewall alone.",
        threat:
          "Without its rules dockerd cannot keep networks apart, so that a container reaches what was meant to be out of its reach, and what is published depends on rules that somebody keeps by hand."
      ),
      remedy: .auto(
        .configureDaemon([DaemonRemedy(.iptables, .bool(true), isReloadable: false)]), .restart,
        "Set \"iptables\": true in daemon.json, or remove iptables=false from the flags, and restart dockerd."
      ),
      expected: "dockerd may change the firewall's rules",
      planned: { settings, _ in settings.bool(.iptables) ?? true }
    ) { view in
      let setting = try view.configuration.setting(.iptables)
      return .fail(
        if: setting.bool == false, "iptables \(setting.bool.map { "\($0)" } ?? "not set (true)")"
      ).from(setting.source)
    },
    Check.ofDaemon(
      "daemon-userland-proxy", stride: [.denialOfService, .repudiation],
      explanation: Explanation(
        reads: "The flags and the configuration file of the running dockerd.",
        passes: "It passes when userland-proxy is false.",
        threat:
          "For each published port a further process of root listens on the host, which uses up memory and hides from containers who their clients are: it makes denial of service cheaper and logs worth less."
      ),
      remedy: .auto(
        .configureDaemon([DaemonRemedy(.userlandProxy, .bool(false), isReloadable: false)]),
        .restart, "Set \"userland-proxy\": false in daemon.json and restart dockerd."),
      expected: "userland-proxy false",
      planned: { settings, _ in settings.bool(.userlandProxy) == false }
    ) { view in
      let setting = try view.configuration.setting(.userlandProxy)
      return .fail(
        if: setting.bool != false,
        "userland-proxy \(setting.bool.map { "\($0)" } ?? "not set (true)")"
      ).from(setting.source)
    },
  ]
}
