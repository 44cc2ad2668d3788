import HardeningModel

extension DaemonChecks {
  /// What the daemon does to keep containers from becoming root of the host.
  static let isolation: [Check] = [
    Check.ofDaemon(
      "daemon-rootless", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: "The security options that the Engine reports (GET /info).",
        passes:
          "It passes when the Engine runs in rootless mode; otherwise a person has to judge whether it could.",
        threat:
          "Whoever takes over a daemon that runs as root is root on the host, an elevation of privilege; a rootless daemon only has the rights of its user."
      ),
      remedy: .assist(
        .recreate,
        "Where the workloads allow it, install the daemon for an ordinary user with dockerd-rootless-setuptool.sh install; images and containers have to be made again there."
      ),
      expected: "rootless mode, where possible"
    ) { view in
      let isRootless = try view.securityOptions().contains { $0.name == "rootless" }
      return (isRootless ? Opinion.pass("rootless") : .manual("dockerd runs as root")).from(
        Opinion.info)
    },
    Check.ofDaemon(
      "daemon-userns-remap", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: "The security options that the Engine reports (GET /info).",
        passes: "It passes when the Engine remaps users or runs rootless.",
        threat:
          "Without remapping root in a container has the number of root on the host, so that whoever breaks out of the container is root at once: an elevation of privilege."
      ),
      remedy: .assist(
        .recreate,
        "Set \"userns-remap\": \"default\" in daemon.json and restart dockerd. It then uses another data root: existing images, containers and volumes are hidden until it is taken back, privileged containers and host namespaces need --userns=host, and on Engine 29 an explicit containerd-snapshotter feature keeps dockerd from starting. Try it on a host that can be lost first."
      ),
      expected: "users are remapped",
      planned: { settings, _ in
        settings.text(.usernsRemap).map { !$0.isEmpty } ?? settings.bool(.rootless) ?? false
      }
    ) { view in
      let names = try view.securityOptions().map(\.name)
      if names.contains("rootless") { return .pass("rootless").from(Opinion.info) }
      return .fail(
        if: !names.contains("userns"),
        names.contains("userns") ? "users are remapped" : "users are not remapped"
      ).from(Opinion.info)
    },
    Check.ofDaemon(
      "daemon-no-new-privileges", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads:
          "The security options that the Engine reports (GET /info); where it is too old to report this one, the flags and the configuration file of the running dockerd.",
        passes: "It passes when new containers get no-new-privileges unless they say otherwise.",
        threat:
          "A process in a container may become root there through a setuid program, which is an elevation of privilege and the first step of most ways out of a container."
      ),
      remedy: .auto(
        .configureDaemon([DaemonRemedy(.noNewPrivileges, .bool(true), isReloadable: false)]),
        .restart,
        "Set \"no-new-privileges\": true in daemon.json and restart dockerd; containers made before keep what they have."
      ),
      expected: "no-new-privileges by default",
      planned: { settings, _ in settings.noNewPrivileges ?? false }
    ) { view in
      let setting = try view.snapshot.noNewPrivilegesByDefault()
      return .fail(
        if: setting.bool != true, "no-new-privileges \(setting.bool.map { "\($0)" } ?? "not set")"
      ).from(setting.source)
    },
    Check.ofDaemon(
      "daemon-seccomp-profile", stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: "The seccomp profile that the Engine reports (GET /info).",
        passes:
          "It passes with a profile of your own and fails without any filter; for the built-in profile a person has to judge whether it is strict enough.",
        threat:
          "Each system call that a container may use is a way to a fault in the kernel, and through it to the rights of the host: an elevation of privilege."
      ),
      remedy: .assist(
        .restart,
        "Remove seccomp-profile unconfined from daemon.json or the flags, or name a profile of your own there, and restart dockerd; containers made before keep theirs."
      ),
      expected: "a seccomp profile, where appropriate one of your own",
      planned: { settings, _ in settings.text(.seccompProfile) != "unconfined" }
    ) { view in
      guard let seccomp = try view.securityOptions().first(where: { $0.name == "seccomp" }) else {
        return .fail("the Engine runs without seccomp").from(Opinion.info)
      }
      switch seccomp.profile {
      case nil, "": throw CannotTell("the Engine does not report its seccomp profile")
      case "unconfined"?: return .fail("profile unconfined").from(Opinion.info)
      // Engine 20.10 calls it default, later ones builtin.
      case "default"?, "builtin"?: return .manual("the built-in profile").from(Opinion.info)
      case let path?: return .pass("profile \(path)").from(Opinion.info)
      }
    },
  ]
}

extension HostSnapshot {
  /// Whether containers get no-new-privileges unless they say otherwise; throws where that is not
  /// known.
  func noNewPrivilegesByDefault() throws -> RunningConfiguration.Setting {
    if try securityOptions().contains(where: { $0.name == "no-new-privileges" }) {
      return RunningConfiguration.Setting(value: .bool(true), source: Opinion.info)
    }
    // From Engine 26.0 on the Engine reports it. It may have begun earlier, but of an older Engine
    // that does not speak of it the settings tell.
    if let version = engine.value.flatMap({ APIVersion($0.apiVersion) }),
      version >= APIVersion(major: 1, minor: 45)
    {
      return RunningConfiguration.Setting(value: .bool(false), source: Opinion.info)
    }
    return try RunningConfiguration(daemon: daemon).setting(.noNewPrivileges)
  }
}
