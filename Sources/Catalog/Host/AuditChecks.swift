import HardeningModel

/// Section 1: whether the kernel keeps a record of who changes what Docker runs by.
///
/// Only the file differs: a row of the table makes the check.
enum AuditChecks {
  static let all: [Check] = targets.map(\.check)

  private static let targets = [
    AuditTarget(
      "host-audit-dockerd", .roles([.dockerd]), called: "dockerd", at: "/usr/bin/dockerd",
      gain: "runs as root each time Docker starts"),
    AuditTarget(
      "host-audit-run-containerd", .roles([.containerdState]), called: "containerd's state",
      at: "/run/containerd", gain: "may speak to containerd as root and alter running containers"),
    AuditTarget(
      "host-audit-docker-data-root", .dataRoot, called: "Docker's data root", at: "/var/lib/docker",
      gain: "alters images, volumes and the configuration of containers behind the Engine's back"),
    AuditTarget(
      "host-audit-etc-docker", .roles([.etcDocker]), called: "Docker's configuration directory",
      at: "/etc/docker", gain: "decides how the daemon runs and which registries it believes"),
    AuditTarget(
      "host-audit-docker-service", .fragment(.dockerService), called: "docker.service",
      at: "/usr/lib/systemd/system/docker.service", gain: "decides what systemd runs as root"),
    AuditTarget(
      "host-audit-containerd-socket", .roles([.containerdSocket]), called: "containerd's socket",
      at: "/run/containerd/containerd.sock", gain: "opens containerd, and with it the host"),
    AuditTarget(
      "host-audit-docker-socket", .socket, called: "Docker's socket", at: "/run/docker.sock",
      gain: "opens the Engine's API, and with it the host, to somebody else"),
    AuditTarget(
      "host-audit-default-docker", .roles([.defaultDocker]), called: "/etc/default/docker",
      at: "/etc/default/docker", gain: "adds options to the daemon where its unit reads the file"),
    AuditTarget(
      "host-audit-daemon-json", .roles([.daemonConfiguration]),
      called: "the daemon's configuration file", at: "/etc/docker/daemon.json",
      gain: "weakens every container at the next start of the daemon"),
    AuditTarget(
      "host-audit-containerd-config", .roles([.containerdConfiguration]),
      called: "containerd's configuration file", at: "/etc/containerd/config.toml",
      gain: "decides which programs containerd runs as root"),
    AuditTarget(
      "host-audit-sysconfig-docker", .roles([.sysconfigDocker]), called: "/etc/sysconfig/docker",
      at: "/etc/sysconfig/docker", gain: "adds options to the daemon where its unit reads the file"),
    AuditTarget(
      "host-audit-containerd", .roles([.containerd]), called: "containerd",
      at: "/usr/bin/containerd", gain: "runs as root each time containerd starts"),
    AuditTarget(
      "host-audit-containerd-shim", .roles([.containerdShim]), called: "containerd-shim",
      at: "/usr/bin/containerd-shim", gain: "runs as root beside each container"),
    AuditTarget(
      "host-audit-containerd-shim-runc-v1", .roles([.containerdShimRuncV1]),
      called: "containerd-shim-runc-v1", at: "/usr/bin/containerd-shim-runc-v1",
      gain: "runs as root beside each container"),
    AuditTarget(
      "host-audit-containerd-shim-runc-v2", .roles([.containerdShimRuncV2]),
      called: "containerd-shim-runc-v2", at: "/usr/bin/containerd-shim-runc-v2",
      gain: "runs as root beside each container"),
    AuditTarget(
      "host-audit-runc", .roles([.runc]), called: "runc", at: "/usr/bin/runc",
      gain: "runs as root whenever a container is started or entered"),
  ]
}

/// One thing whose changes are to be recorded.
private struct AuditTarget: Sendable {
  enum Place: Sendable {
    case roles([FileRole])
    /// The unit file, without its drop-ins.
    case fragment(FileRole)
    /// The sockets of the API; up to benchmark 1.2.0 the unit that makes them.
    case socket
    /// Where the Engine keeps its data, as it says itself.
    case dataRoot
  }

  let slug: String
  let place: Place
  let name: String
  /// Where it usually is, as advice has it.
  let usualPath: String
  /// What whoever changes it gets, after "Whoever changes it".
  let gain: String

  init(_ slug: String, _ place: Place, called name: String, at usualPath: String, gain: String) {
    self.slug = slug
    self.place = place
    self.name = name
    self.usualPath = usualPath
    self.gain = gain
  }

  var check: Check {
    Check(
      slug: slug, surface: .host, stride: [.repudiation],
      explanation: Explanation(
        reads: "The audit rules that the running kernel has, asked of it over netlink, and where "
          + "\(name) is on this host, its symbolic links resolved.",
        passes:
          "It passes where auditing is on and a rule records every writing to it or change of "
          + "its attributes: on the path itself or a directory above it, narrowed by nothing, and "
          + "with no rule before it that says never. It does not apply where \(name) does not exist, "
          + "and is unknown where the kernel does not give its rules.",
        threat: "Whoever changes it \(gain). Without a record nobody can say afterwards who did so "
          + "and when, and they can deny it: repudiation, of an act on the host."),
      remedy: .auto(
        .watch, .none,
        "Add a line '-w PATH -p wa -k docker' with the path named above (usually \(usualPath)) to "
          + "/etc/audit/rules.d/docker.rules and load it with augenrules --load. Where the rules are "
          + "locked (enabled 2), it counts from the next boot on.")
    ) { context in
      switch paths(context) {
      case .absent: [missing(.host)]
      case .unreadable(let reason):
        [Finding(subject: .host, verdict: .unknown, reason: reason)]
      case .found(let paths):
        paths.isEmpty ? [missing(.host)] : paths.map { finding($0, context) }
      }
    }
  }

  private func paths(_ context: Context) -> Reading<[String]> {
    let paths = context.snapshot.paths
    func reading(_ role: FileRole) -> Reading<[String]> {
      paths[role] ?? .unreadable("it was not looked for")
    }
    switch place {
    case .roles(let roles):
      var found: [String] = []
      for role in roles {
        switch reading(role) {
        case .found(let paths): found += paths
        case .absent: break
        case .unreadable(let reason): return .unreadable(reason)
        }
      }
      return .found(found)
    case .fragment(let role): return reading(role).map { Array($0.prefix(1)) }
    case .socket:
      return context.benchmark == "cis-1.2.0"
        ? reading(.dockerSocketUnit).map { Array($0.prefix(1)) } : reading(.apiSocket)
    case .dataRoot:
      do {
        return try context.snapshot.engineInfo().dataRoot.known("DockerRootDir")
          .map { .found([$0]) } ?? .unreadable("the Engine does not say where its data root is")
      } catch {
        return .unreadable("\(error)")
      }
    }
  }

  private func missing(_ subject: Subject) -> Finding {
    Finding(
      subject: subject, verdict: .notApplicable, source: "stat",
      reason: subject == .host ? "there is no \(name) on this host" : "it does not exist")
  }

  private func finding(_ path: String, _ context: Context) -> Finding {
    let subject = Subject.file(path)
    switch context.snapshot.files[path] ?? .unreadable("it was not looked at") {
    case .absent: return missing(subject)
    case .unreadable(let reason):
      return Finding(subject: subject, verdict: .unknown, source: "stat", reason: reason)
    case .found(let fact) where fact.canonical == "/dev/null":
      return Finding(
        subject: subject, verdict: .notApplicable, source: "stat",
        reason: "it is masked (a link to /dev/null)")
    case .found(let fact): return judge(fact, subject, path, context.snapshot)
    }
  }

  private func judge(
    _ fact: FileFact, _ subject: Subject, _ path: String, _ snapshot: HostSnapshot
  ) -> Finding {
    let target = fact.canonical == AbsolutePath.normal(path) ? "" : " (in truth \(fact.canonical))"
    var finding = Finding(
      subject: subject, verdict: .unknown,
      expected: "an audit rule in force that records each change of it\(target)",
      source: "audit netlink",
      // Which of the rules is shown depends on their order.
      compared: .verdict)
    let note = snapshot.audit.configured.note(on: [path, fact.canonical])
    switch snapshot.audit.kernel {
    case .absent: finding.reason = "the kernel has no audit system\(note)"
    case .unreadable(let reason): finding.reason = reason + note
    case .found(let kernel):
      switch AuditCoverage(kernel, in: snapshot).of(fact) {
      case .covered(let rules):
        finding.verdict = .pass
        finding.observed = rules
      case .uncovered(let why):
        finding.verdict = .fail
        finding.observed = why
        finding.reason = String(note.dropFirst(2))
      case .unsure(let why): finding.reason = why + note
      }
    }
    return finding
  }
}

extension Reading<[ConfiguredWatch]> {
  /// What the rules files say of a path that has these names, as the end of a sentence.
  fileprivate func note(on paths: [String]) -> String {
    switch self {
    case .absent: return "; there are no audit rules files"
    case .unreadable(let reason): return "; the rules files cannot tell either: \(reason)"
    case .found(let watches):
      let watch = watches.first { watch in
        paths.contains { AbsolutePath.isAtOrBeneath($0, watch.path) }
      }
      guard let watch else { return "; the rules files have no rule for it" }
      return "; '\(watch.file)' has a rule for it in line \(watch.line), "
        + "but what a file says need not be in force"
    }
  }
}
