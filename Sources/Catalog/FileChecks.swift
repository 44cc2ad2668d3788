import HardeningModel

/// Section 3: who owns the files that control Docker, and who else may change or read them.
///
/// Two checks a thing, one of its owner and one of its mode, all judged alike: a row of the table
/// makes both.
enum FileChecks {
  static let all: [Check] = targets.flatMap { [$0.ownerCheck, $0.modeCheck] }

  private static let targets = [
    FileTarget(
      "file-docker-service", [Part(.dockerService, allowed: 0o644)],
      called: "docker.service"),
    FileTarget(
      "file-docker-socket-unit", [Part(.dockerSocketUnit, allowed: 0o644)],
      called: "docker.socket"),
    FileTarget(
      "file-etc-docker", [Part(.etcDocker, allowed: 0o755, kind: .directory)],
      called: "/etc/docker"),
    FileTarget(
      "file-registry-certs",
      [Part(.registryCertificates, allowed: 0o444), Part(.registryKeys, allowed: 0o400)],
      called: "registry certificate", threats: [.spoofing, .tampering], surface: .registry),
    FileTarget(
      "file-tls-ca", [Part(.tlsCA, allowed: 0o444)],
      called: "TLS CA certificate", threats: [.spoofing, .tampering]),
    FileTarget(
      "file-tls-cert", [Part(.tlsCertificate, allowed: 0o444)],
      called: "server certificate", threats: [.spoofing, .tampering]),
    FileTarget(
      "file-tls-key", [Part(.tlsKey, allowed: 0o400)],
      called: "server key", threats: [.spoofing, .informationDisclosure]),
    FileTarget(
      "file-docker-sock", [Part(.apiSocket, allowed: 0o660, kind: .socket)],
      called: "API socket", group: .api, threats: [.elevationOfPrivilege]),
    FileTarget(
      "file-daemon-json", [Part(.daemonConfiguration, allowed: 0o644)],
      called: "daemon configuration file"),
    FileTarget(
      "file-default-docker", [Part(.defaultDocker, allowed: 0o644)],
      called: "/etc/default/docker"),
    FileTarget(
      "file-sysconfig-docker", [Part(.sysconfigDocker, allowed: 0o644)],
      called: "/etc/sysconfig/docker"),
    FileTarget(
      "file-containerd-sock", [Part(.containerdSocket, allowed: 0o660, kind: .socket)],
      called: "containerd socket", threats: [.elevationOfPrivilege]),
  ]
}

/// Files of one role, with the modes that they may have.
struct Part: Sendable {
  var role: FileRole
  /// The permission bits that a file may have; any other is one too many.
  var allowed: UInt16
  var kind: FileFact.Kind

  init(_ role: FileRole, allowed: UInt16, kind: FileFact.Kind = .regular) {
    self.role = role
    self.allowed = allowed
    self.kind = kind
  }
}

/// One thing that has an owner check and a mode check.
struct FileTarget: Sendable {
  enum Group: Sendable {
    case root
    /// The group that dockerd gives its sockets to.
    case api
  }

  var stem: String
  var parts: [Part]
  /// The thing, as advice and reasons call it.
  var name: String
  var group: Group
  var threats: [Stride]
  var surface: Surface

  init(
    _ stem: String, _ parts: [Part], called name: String, group: Group = .root,
    threats: [Stride] = [.tampering, .elevationOfPrivilege], surface: Surface = .host
  ) {
    self.stem = stem
    self.parts = parts
    self.name = name
    self.group = group
    self.threats = threats
    self.surface = surface
  }

  var ownerCheck: Check {
    let owner =
      group == .api ? "root:docker (or the group that dockerd is told to use)" : "root:root"
    return Check(
      slug: stem + "-owner", surface: surface, stride: threats,
      remedy: .assist(.none, "Give each file named above to \(owner) with chown.")
    ) { context in
      findings(context) { path, _, fact in ownership(path, fact, context) }
    }
  }

  var modeCheck: Check {
    let modes = parts.map { octal($0.allowed) }.joined(separator: ", private keys ")
    return Check(
      slug: stem + "-mode", surface: surface, stride: threats,
      remedy: .assist(
        .none, "Take the extra permission bits away with chmod; allowed is at most \(modes).")
    ) { context in
      findings(context) { path, part, fact in permissions(path, part, fact) }
    }
  }

  /// A finding for each file of this thing; one of the host when it has none.
  private func findings(
    _ context: Context, judge: (String, Part, FileFact) -> Finding
  ) -> [Finding] {
    var findings: [Finding] = []
    for part in parts {
      switch context.snapshot.paths[part.role] ?? .unreadable("it was not looked for") {
      case .absent: break
      case .unreadable(let reason):
        findings.append(Finding(subject: .host, verdict: .unknown, reason: reason))
      case .found(let paths):
        findings += paths.map { path in
          judgeFile(path, part, context) { judge(path, part, $0) }
        }
      }
    }
    return findings.isEmpty ? [missing(.host, "no \(name) exists on this host")] : findings
  }

  private func judgeFile(
    _ path: String, _ part: Part, _ context: Context, judge: (FileFact) -> Finding
  ) -> Finding {
    let subject = Subject.file(path)
    switch context.snapshot.files[path] ?? .unreadable("it was not looked at") {
    case .absent: return missing(subject, "it does not exist")
    case .unreadable(let reason):
      return Finding(subject: subject, verdict: .unknown, source: "stat", reason: reason)
    case .found(let fact) where fact.canonical == "/dev/null":
      return missing(subject, "it is masked (a link to /dev/null)")
    case .found(let fact) where fact.kind != part.kind:
      return Finding(
        subject: subject, verdict: .unknown, observed: fact.kind.name, expected: part.kind.name,
        source: "stat", reason: "it is \(fact.kind.name), not \(part.kind.name)")
    case .found(let fact): return judge(fact)
    }
  }

  private func missing(_ subject: Subject, _ reason: String) -> Finding {
    Finding(subject: subject, verdict: .notApplicable, source: "stat", reason: reason)
  }

  private func ownership(_ path: String, _ fact: FileFact, _ context: Context) -> Finding {
    var finding = finding(path, fact, observed: "owner \(fact.uid):\(fact.gid)")
    switch group {
    case .root:
      finding.expected = "owner 0:0"
      finding.verdict = fact.uid == 0 && fact.gid == 0 ? .pass : .fail
    case .api:
      let name: String
      switch context.snapshot.daemon.settings {
      case .found(let settings): name = settings.group ?? "docker"
      case .absent: name = "docker"
      case .unreadable(let reason):
        finding.verdict = .unknown
        finding.reason = reason
        return finding
      }
      // dockerd leaves its socket to root where the group does not exist.
      switch context.snapshot.groups[name] ?? .unreadable("the group '\(name)' was not looked up") {
      case .found(let gid):
        finding.expected = "owner 0:\(gid) (root:\(name))"
        finding.verdict = fact.uid == 0 && fact.gid == gid ? .pass : .fail
      case .absent:
        finding.expected = "owner 0:0 (there is no group '\(name)')"
        finding.verdict = fact.uid == 0 && fact.gid == 0 ? .pass : .fail
      case .unreadable(let reason):
        finding.expected = "owner root:\(name)"
        finding.verdict = fact.uid == 0 ? .unknown : .fail
        finding.reason = reason
      }
    }
    return finding
  }

  private func permissions(_ path: String, _ part: Part, _ fact: FileFact) -> Finding {
    var finding = finding(path, fact, observed: "mode \(octal(fact.mode))")
    finding.expected = "mode \(octal(part.allowed)) or stricter"
    finding.verdict = fact.mode & ~part.allowed == 0 ? .pass : .fail
    return finding
  }

  private func finding(_ path: String, _ fact: FileFact, observed: String) -> Finding {
    let target = fact.canonical == AbsolutePath.normal(path) ? "" : " of \(fact.canonical)"
    return Finding(
      subject: .file(path), verdict: .unknown, observed: observed, source: "stat" + target)
  }

  private func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }
}

extension FileFact.Kind {
  /// The kind with its article, for a sentence.
  fileprivate var name: String {
    switch self {
    case .regular: "a regular file"
    case .directory: "a directory"
    case .socket: "a socket"
    case .characterDevice: "a character device"
    case .blockDevice: "a block device"
    case .fifo: "a named pipe"
    case .symbolicLink: "a symbolic link"
    case .other: "of unknown kind"
    }
  }
}
