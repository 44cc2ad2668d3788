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
      called: "docker.service",
      found: """
        The unit file of docker.service and its drop-ins: those that the running systemd names, \
        or, on a mounted file system, those in the places where systemd looks.
        """,
      access: "write",
      gain: """
        decides what root executes when Docker is started next: the host's software is changed \
        (tampering) and its control gained (elevation of privilege)
        """),
    FileTarget(
      "file-docker-socket-unit", [Part(.dockerSocketUnit, allowed: 0o644)],
      called: "docker.socket",
      found: """
        The unit file of docker.socket and its drop-ins: those that the running systemd names, \
        or, on a mounted file system, those in the places where systemd looks.
        """,
      access: "write",
      gain: """
        decides where systemd listens for the Engine and who may connect, the next time the \
        socket is made: the host's protection is changed (tampering) and with the Engine root's \
        power over the host gained (elevation of privilege)
        """),
    FileTarget(
      "file-etc-docker", [Part(.etcDocker, allowed: 0o755, kind: .directory)],
      called: "/etc/docker",
      found: "The directory /etc/docker.",
      access: "write to",
      gain: """
        can put files of their own in the place of daemon.json and of the certificates of \
        registries, whatever the modes of these: what the host's daemon obeys is changed \
        (tampering), and the daemon is root (elevation of privilege)
        """),
    FileTarget(
      "file-registry-certs",
      [Part(.registryCertificates, allowed: 0o444), Part(.registryKeys, allowed: 0o400)],
      called: "registry certificate", threats: [.spoofing, .tampering], surface: .registry,
      found: """
        All files below /etc/docker/certs.d: certificates of registries and of their \
        authorities, and, ending in .key, the private keys by which this host signs in to a \
        registry.
        """,
      access: "change",
      gain: """
        decides which registry the daemon takes for the real one (spoofing), and so which images \
        it pulls and runs (tampering); whoever can read a private key is this host to the \
        registry
        """),
    FileTarget(
      "file-tls-ca", [Part(.tlsCA, allowed: 0o444)],
      called: "TLS CA certificate", threats: [.spoofing, .tampering, .elevationOfPrivilege],
      surface: .client,
      found: """
        The authority that clients of the Engine's TCP port have to show a certificate of: \
        tlscacert of dockerd's options or configuration file, else /root/.docker/ca.pem. Only \
        where TLS is switched on.
        """,
      access: "write",
      gain: """
        can name an authority of their own (tampering), by which any client they make up passes \
        for a trusted one (spoofing) and commands the Engine, that is root on the host \
        (elevation of privilege)
        """),
    FileTarget(
      "file-tls-cert", [Part(.tlsCertificate, allowed: 0o444)],
      called: "server certificate", threats: [.tampering, .denialOfService], surface: .client,
      found: """
        The certificate that the Engine shows to clients of its TCP port: tlscert of dockerd's \
        options or configuration file, else /root/.docker/cert.pem. Only where TLS is switched \
        on.
        """,
      access: "write",
      gain: """
        can replace what clients know the Engine by (tampering); with a certificate that does \
        not fit the key, dockerd does not start again (denial of service)
        """),
    FileTarget(
      "file-tls-key", [Part(.tlsKey, allowed: 0o400)],
      called: "server key", threats: [.spoofing, .informationDisclosure], surface: .client,
      found: """
        The private key by which the Engine proves to clients of its TCP port who it is: tlskey \
        of dockerd's options or configuration file, else /root/.docker/key.pem. Only where TLS \
        is switched on.
        """,
      access: "read",
      gain: """
        can answer clients in the Engine's place (spoofing) and is then sent what they send it, \
        registry passwords and the environments of containers included (information disclosure)
        """),
    FileTarget(
      "file-docker-sock", [Part(.apiSocket, allowed: 0o660, kind: .socket)],
      called: "API socket", owner: .apiGroup, threats: [.elevationOfPrivilege], surface: .client,
      found: """
        The Unix sockets of the Engine's API: those in dockerd's options and configuration file, \
        those that docker.socket opens for it, and the one that dockward itself asks.
        """,
      access: "connect to",
      gain: """
        is a client of the Engine and can have it start a privileged container that has the \
        host's disk: root's power over the host without being root (elevation of privilege)
        """),
    FileTarget(
      "file-daemon-json", [Part(.daemonConfiguration, allowed: 0o644)],
      called: "daemon configuration file",
      found: """
        The configuration file that dockerd was told of (--config-file), else \
        /etc/docker/daemon.json.
        """,
      access: "write",
      gain: """
        sets the options of a daemon that is root, once it reads them again: registries without \
        TLS, runtimes that it executes, sockets for everybody. The host's protection is changed \
        (tampering) and its control gained (elevation of privilege)
        """),
    FileTarget(
      "file-default-docker", [Part(.defaultDocker, allowed: 0o644)],
      called: "/etc/default/docker",
      found: """
        /etc/default/docker, by which Debian's packages set variables for the start of dockerd.
        """,
      access: "write",
      gain: """
        can add options to a daemon that is root, wherever its unit or start script reads this \
        file: the host's protection is changed (tampering) and its control gained (elevation of \
        privilege)
        """),
    FileTarget(
      "file-sysconfig-docker", [Part(.sysconfigDocker, allowed: 0o644)],
      called: "/etc/sysconfig/docker",
      found: """
        /etc/sysconfig/docker, by which Red Hat's packages set variables for the start of \
        dockerd.
        """,
      access: "write",
      gain: """
        can add options to a daemon that is root, wherever its unit reads this file: the host's \
        protection is changed (tampering) and its control gained (elevation of privilege)
        """),
    FileTarget(
      "file-containerd-sock", [Part(.containerdSocket, allowed: 0o660, kind: .socket)],
      called: "containerd socket", threats: [.elevationOfPrivilege],
      found: """
        The socket by which dockerd commands containerd: that of --containerd or of the \
        configuration file, else /run/containerd/containerd.sock where it exists, else that of \
        the containerd which dockerd starts for itself.
        """,
      access: "connect to",
      gain: """
        commands containerd, which is root and asks nobody for leave: it starts any process with \
        any privilege on the host, past all that Docker checks and records (elevation of \
        privilege)
        """),
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
  var stem: String
  var parts: [Part]
  /// The thing, as advice and reasons call it.
  var name: String
  /// Whose it is to be.
  var owner: FileOwner
  var threats: [Stride]
  var surface: Surface
  /// Where its files are looked for, as a sentence.
  var found: String
  /// What its mode keeps others from doing with it, e.g. `write`.
  var access: String
  /// What that would gain them: the end of a sentence that begins with who they are.
  var gain: String

  init(
    _ stem: String, _ parts: [Part], called name: String, owner: FileOwner = .root,
    threats: [Stride] = [.tampering, .elevationOfPrivilege], surface: Surface = .host,
    found: String, access: String, gain: String
  ) {
    self.stem = stem
    self.parts = parts
    self.name = name
    self.owner = owner
    self.threats = threats
    self.surface = surface
    self.found = found
    self.access = access
    self.gain = gain
  }

  var ownerCheck: Check {
    Check(
      slug: stem + "-owner", surface: surface, stride: threats, explanation: ownerExplanation,
      remedy: .auto(.giveBack(to: owner), .none, ownerAdvice)
    ) { context in
      findings(context) { path, _, fact in ownership(path, fact, context) }
    }
  }

  var modeCheck: Check {
    Check(
      slug: stem + "-mode", surface: surface, stride: threats, explanation: modeExplanation,
      remedy: .auto(.clearExtraBits(allowed: allowedBits), .none, modeAdvice)
    ) { context in
      findings(context) { path, part, fact in permissions(path, part, fact) }
    }
  }

  private var allowedBits: [FileRole: UInt16] {
    Dictionary(parts.map { ($0.role, $0.allowed) }, uniquingKeysWith: &)
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
    let required = owner.required(in: context.snapshot)
    switch required {
    case .root: finding.expected = "owner 0:0"
    case .rootWithout(let name): finding.expected = "owner 0:0 (there is no group '\(name)')"
    case .group(let gid, let name): finding.expected = "owner 0:\(gid) (root:\(name))"
    case .someGroup(let name, _): finding.expected = "owner root:\(name)"
    case .unknown(let reason):
      finding.reason = reason
      return finding
    }
    if let gid = required.gid {
      finding.verdict = fact.uid == 0 && fact.gid == gid ? .pass : .fail
    } else {
      finding.verdict = fact.uid == 0 ? .unknown : .fail
      finding.reason = required.failure ?? ""
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

  func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }
}
