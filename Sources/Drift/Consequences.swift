import HardeningModel

/// Which differences follow from another one, so that both are one event. It is a table, since no pass
/// can see causes; what is folded away stays among the parts of the event.
enum Consequences {
  /// A check of what is always there that decides what others say of each container, or of more.
  struct Upstream {
    var slug: String
    var subject: String
    var key: Posture.Key { Posture.Key(slug: slug, subject: subject) }
  }

  private static let upstreams: [String: Upstream] = [
    // A container without an option of its own has the daemon's.
    "container-no-new-privileges": Upstream(slug: "daemon-no-new-privileges", subject: "daemon"),
    "container-seccomp": Upstream(slug: "daemon-seccomp-profile", subject: "daemon"),
    "container-host-userns": Upstream(slug: "daemon-userns-remap", subject: "daemon"),
    // Which security modules the kernel runs.
    "container-apparmor": Upstream(slug: "host-hardened", subject: "host"),
    "container-selinux": Upstream(slug: "host-hardened", subject: "host"),
    // In swarm mode it cannot be on.
    "daemon-live-restore": swarmMode,
  ]

  /// All that is said of a swarm begins and ends with it.
  private static let swarmMode = Upstream(slug: "swarm-disabled-if-unused", subject: "swarm")

  static func upstream(of key: Posture.Key) -> Upstream? {
    if key.subject == swarmMode.subject || key.subject.hasPrefix("network:") {
      return key.slug == swarmMode.slug ? nil : swarmMode
    }
    return upstreams[key.slug]
  }

  /// What a privileged container has anyhow, and under which name a container's image is known: others
  /// say more of the same container.
  static let saysLess: Set<String> = [
    "container-apparmor", "container-capabilities", "container-host-devices", "container-seccomp",
    "container-selinux", "container-image-latest",
  ]

  /// Whether a check cannot tell of the host when one container cannot be inspected.
  static func countsContainers(_ slug: String) -> Bool {
    slug.hasPrefix("ops-") || slug.hasPrefix("enterprise-") || slug == "image-trusted-base"
  }

  /// The audit rules are loaded and flushed together.
  static func isAboutAuditing(_ slug: String) -> Bool { slug.hasPrefix("host-audit-") }
}
