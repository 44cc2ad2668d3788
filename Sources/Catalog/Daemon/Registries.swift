import HardeningModel

extension DaemonChecks {
  /// Where the daemon gets images from, and who may tell it to.
  static let registries: [Check] = [
    Check.ofDaemon(
      "daemon-insecure-registries", surface: .registry, stride: [.spoofing, .tampering],
      explanation: Explanation(
        reads: "The registries and networks that the Engine reports as insecure (GET /info).",
        passes: "It passes when there are none but those of this host itself (loopback).",
        threat:
          "An insecure registry does not prove who it is: whoever is on the way to it can pose as it and hand out images of their own, which then run on this host."
      ),
      remedy: .auto(
        .configureDaemon([
          DaemonRemedy(
            .insecureRegistries, .list([]), isReloadable: true, keepsLoopback: true)
        ]), .reload,
        "Give the registry a certificate, put its CA below /etc/docker/certs.d, and set \"insecure-registries\": [] in daemon.json: an explicit empty list, since a reload does not take back a key that is missing. Then systemctl reload docker."
      ),
      expected: "no insecure registry beyond loopback", takesEffect: .reload,
      planned: { settings, _ in
        (settings.list(.insecureRegistries) ?? []).allSatisfy(Loopback.covers)
      }
    ) { view in
      let registries = view.info.registries
      let networks = try registries.insecureNetworks
        .known("RegistryConfig.InsecureRegistryCIDRs", null: [])
      let indexes = try registries.indexes.known("RegistryConfig.IndexConfigs", null: [:])
      let insecure = try indexes.filter { _, index in
        guard let isSecure = try index.secure.known("IndexConfigs.Secure") else {
          throw NotReported(field: "IndexConfigs.Secure")
        }
        return !isSecure
      }
      let offending = (networks + insecure.keys).filter { !Loopback.covers($0) }.sorted()
      return .fail(
        if: !offending.isEmpty,
        offending.isEmpty
          ? "none beyond loopback"
          : offending.map { $0.isEmpty ? quoted($0) : $0 }.joined(separator: ", ")
      ).from(Opinion.info)
    },
    Check.ofDaemon(
      "daemon-authorization-plugin", surface: .client, stride: [.elevationOfPrivilege],
      explanation: Explanation(
        reads: "The authorization plugins that the Engine reports (GET /info).",
        passes: "It passes when at least one is in use.",
        threat:
          "Docker itself knows no roles: whoever may call the API at all may do everything, which is to be root on the host. A plugin can tell callers apart and refuse."
      ),
      remedy: .assist(
        .reload,
        "Install an authorization plugin, name it under \"authorization-plugins\" in daemon.json and run systemctl reload docker. A plugin that is missing or broken locks everybody out of the API."
      ),
      expected: "an authorization plugin", takesEffect: .reload,
      planned: { settings, _ in !(settings.list(.authorizationPlugins) ?? []).isEmpty }
    ) { view in
      let plugins = try view.info.plugins.authorization.known("Plugins.Authorization", null: [])
      return .fail(
        if: plugins.isEmpty, plugins.isEmpty ? "none" : plugins.joined(separator: ", ")
      ).from(Opinion.info).comparing(.text(plugins.sorted().joined(separator: ", ")))
    },
  ]
}
