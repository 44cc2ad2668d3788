import HardeningModel

/// Section 1, apart from auditing.
enum HostChecks {
  static let all: [Check] =
    [StorageCheck.check, GroupMembersCheck.check, hardened, versionCurrent] + AuditChecks.all

  private static let hardened = Check(
    slug: "host-hardened", surface: .host,
    stride: [.tampering, .informationDisclosure, .elevationOfPrivilege],
    explanation: Explanation(
      reads: "The distribution by /etc/os-release, the kernel's release, and which security module "
        + "the kernel runs.",
      passes: "Never by itself: whether a host is hardened follows from the whole of its "
        + "configuration, which a person has to judge.",
      threat: "Containers share the host's kernel, so that whoever gets around the host's own "
        + "protection reads and changes all containers and can rise to root on it."),
    remedy: .assist(
      .none, "Judge the host by the benchmark of its distribution, and keep a record of when.")
  ) { context in
    let snapshot = context.snapshot
    var finding = Finding(
      subject: .host, verdict: .manual, expected: "a host that was hardened by its own benchmark",
      source: "/etc/os-release, /proc/sys/kernel/osrelease")
    let parts = [
      snapshot.system.distribution.value, snapshot.system.kernel.value.map { "kernel \($0)" },
    ]
    .compactMap { $0 }
    guard !parts.isEmpty else {
      finding.verdict = .unknown
      finding.reason =
        snapshot.system.distribution.failure ?? snapshot.system.kernel.failure
        ?? "nothing says what runs on this host"
      return [finding]
    }
    finding.observed = (parts + snapshot.kernel.modules).joined(separator: ", ")
    finding.reason = "a person has to judge the host as a whole"
    return [finding]
  }

  private static let versionCurrent = Check(
    slug: "host-docker-version-current", surface: .host,
    stride: [.tampering, .elevationOfPrivilege],
    explanation: Explanation(
      reads: "The version of the running Engine and when it was built, as it says itself.",
      passes: "It passes where the version is minimumEngineVersion or newer, and fails where it is "
        + "older; without that setting a person has to judge whether a newer one is out.",
      threat:
        "Flaws that were mended long ago are known to everybody, and in a daemon that runs as "
        + "root they let a container or a user of the API change the host and rise to root on it."),
    remedy: .assist(
      .restart,
      "Install the newest Engine of the release that you run; its start ends all containers unless "
        + "live-restore is on. Set minimumEngineVersion to what your site demands.")
  ) { context in
    var finding = Finding(
      subject: .daemon, verdict: .unknown, expected: "the newest version that mends known flaws")
    let minimum = context.policy.minimumEngineVersion
    if let minimum { finding.expected = "version \(minimum) or newer, by minimumEngineVersion" }
    guard case .found(let engine) = context.snapshot.engine else {
      finding.reason = context.snapshot.engine.failure ?? "the Engine was not asked"
      return [finding]
    }
    guard let version = engine.version, !version.isEmpty else {
      finding.reason = "the Engine does not say which version it is"
      return [finding]
    }
    finding.source = "GET /_ping"
    finding.observed = "version \(version)"
    finding.compared = .text(finding.observed)
    if case .found(let time) = engine.buildTime {
      finding.observed += ", built \(time)"
      finding.source += ", GET /version"
    }
    guard let minimum else {
      finding.verdict = .manual
      finding.reason = "a person has to judge whether a newer one is out"
      return [finding]
    }
    guard let release = EngineRelease(version) else {
      finding.reason = "the Engine's version '\(version)' is no number"
      return [finding]
    }
    finding.verdict = release < minimum ? .fail : .pass
    return [finding]
  }
}

extension KernelFacts {
  /// What is known of the security modules, in words.
  fileprivate var modules: [String] {
    var modules: [String] = []
    if let isOn = appArmor.value { modules.append("AppArmor \(isOn ? "on" : "off")") }
    if let isOn = seLinux.value { modules.append("SELinux \(isOn ? "on" : "off")") }
    return appArmor == .absent && seLinux == .absent ? ["neither AppArmor nor SELinux"] : modules
  }
}
