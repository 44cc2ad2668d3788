import HardeningModel

/// 4.5: Docker Content Trust, which the Docker client had up to version 28.
enum ContentTrust {
  static let check = Check(
    slug: "image-content-trust", surface: .client, stride: [.tampering, .spoofing],
    explanation: Explanation(
      reads:
        "Which Docker client is installed and its version, by its own build information or dpkg; "
        + "and whether DOCKER_CONTENT_TRUST is exported to login shells of the Bourne family (/etc/environment, "
        + "/etc/profile, /etc/profile.d) and to services (systemd's environment).",
      passes:
        "A client up to version 28, and the variable exported as on to both. Not applicable where "
        + "there is no client, or only one of version 29 and later, which ignores the variable.",
      threat:
        "Who pulls by tag without verifying a signature runs whatever a registry, or somebody "
        + "between, hands out under that tag: an image tampered with, or another's passed off as it."
    ),
    remedy: .auto(
      .exportContentTrust, .none,
      "With a client up to 28: put export DOCKER_CONTENT_TRUST=1 into /etc/profile.d/docker-content-trust.sh "
        + "and DefaultEnvironment=DOCKER_CONTENT_TRUST=1 below [Manager] into "
        + "/etc/systemd/system.conf.d/docker-content-trust.conf, then systemctl daemon-reload. Pulls of "
        + "images that are not signed then fail, most of Docker's own among them. Later clients ignore the "
        + "variable: verify images with cosign or notation instead.")
  ) { [judge($0.snapshot)] }

  /// The first version whose client no longer reads the variable.
  private static let removal = 29

  private static func judge(_ snapshot: HostSnapshot) -> Finding {
    var finding = Finding(
      subject: .host, verdict: .unknown,
      expected: "DOCKER_CONTENT_TRUST exported as on, to login shells and services")
    do {
      let facts = try snapshot.clients.read("the Docker client")
      let clients = try facts.clients.read("the Docker client")
      guard let client = try clients.first(where: honours) else {
        finding.verdict = .notApplicable
        finding.reason = reasonForNone(clients)
        return finding
      }
      finding.source = client.source
      var isOff = false
      var obstacle: (any Error)?
      var observed = ["client \(client.version.value ?? "")"]
      for (place, variable) in [("login shells", facts.loginShells), ("services", facts.services)] {
        do {
          let isOn = try isOn(variable)
          observed.append("\(place): \(described(variable, isOn: isOn))")
          isOff = isOff || !isOn
        } catch {
          obstacle = error
        }
      }
      finding.observed = observed.joined(separator: ", ")
      // Another version of the client comes with one of the Engine, which tells it.
      finding.compared = .text(observed.dropFirst().joined(separator: ", "))
      // What is not known of the one counts only where the other is not off already.
      if isOff {
        finding.verdict = .fail
      } else if let obstacle {
        throw obstacle
      } else {
        finding.verdict = .pass
      }
    } catch {
      finding.reason = "\(error)"
    }
    return finding
  }

  /// Whether a client reads the variable; throws where its version is not known.
  private static func honours(_ client: DockerClient) throws -> Bool {
    switch client.version {
    case .absent: return false
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let version):
      let text = version.hasPrefix("v") ? version.dropFirst() : Substring(version)
      guard let major = Int(text.prefix { $0.isASCII && $0.isNumber }) else {
        throw CannotTell("the version \(quoted(version)) of '\(client.path)' says nothing")
      }
      return major < removal
    }
  }

  private static func reasonForNone(_ clients: [DockerClient]) -> String {
    guard let client = clients.first else { return "no Docker client is installed" }
    guard let version = client.version.value else {
      return "'\(client.path)' stands in for Docker's client and has no content trust"
    }
    return "the Docker client \(version) ignores DOCKER_CONTENT_TRUST, as all do since \(removal)"
  }

  private static func isOn(_ variable: Reading<ExportedVariable>) throws -> Bool {
    switch variable {
    case .absent: return false
    case .unreadable(let reason): throw CannotTell(reason)
    case .found(let variable): return !ContentTrustValue.isOff(variable.value)
    }
  }

  private static func described(_ variable: Reading<ExportedVariable>, isOn: Bool) -> String {
    guard let variable = variable.value else { return "not exported" }
    return "\(isOn ? "on" : "off") (\(quoted(variable.value)) by \(variable.source))"
  }
}
