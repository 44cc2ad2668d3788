import HardeningModel

/// Section 8 of benchmark 1.2.0: Docker Enterprise, now Mirantis Kubernetes Engine and Mirantis Secure
/// Registry. What it asks for is set inside these products, where only a person can look.
enum EnterpriseChecks {
  static let all = rows.map(check)

  private struct Row {
    var slug: String
    var product: Product
    var surface: Surface
    var stride: [Stride]
    var expected: String
    var threat: String
    /// Where the product's own pages have it.
    var place: String
  }

  private static let rows = [
    Row(
      slug: "enterprise-ucp-ldap", product: .controlPlane, surface: .host,
      stride: [.spoofing, .repudiation], expected: "users authenticated by a directory service",
      threat:
        "Accounts kept apart from the directory outlive the people who had them: who knows such a "
        + "password acts under another's name.",
      place: "Admin Settings, Authentication & Authorization"),
    Row(
      slug: "enterprise-ucp-external-certificates", product: .controlPlane, surface: .host,
      stride: [.spoofing], expected: "certificates of an authority that the site trusts",
      threat:
        "Users who are used to warnings about a certificate that signs itself do not notice a "
        + "stranger's server that passes for the control plane.",
      place: "Admin Settings, Certificates"),
    Row(
      slug: "enterprise-ucp-client-bundles", product: .controlPlane, surface: .client,
      stride: [.elevationOfPrivilege, .repudiation],
      expected: "users without privileges who reach the Engine by client bundles alone",
      threat: "Whoever reaches a node's own socket instead is nobody in particular, and may do "
        + "everything on that host.",
      place: "My Profile, Client Bundles"),
    Row(
      slug: "enterprise-ucp-rbac", product: .controlPlane, surface: .client,
      stride: [.elevationOfPrivilege], expected: "roles that grant each user what he needs",
      threat: "A user with more rights than his work needs, or who steals his session, controls "
        + "workloads of others.",
      place: "Access Control, Grants"),
    Row(
      slug: "enterprise-ucp-signed-images", product: .controlPlane, surface: .registry,
      stride: [.tampering, .spoofing], expected: "only signed images run",
      threat:
        "Whoever can push to a repository can run his own image in the cluster under a trusted "
        + "name.",
      place: "Admin Settings, Docker Content Trust"),
    Row(
      slug: "enterprise-ucp-session-limit", product: .controlPlane, surface: .client,
      stride: [.spoofing], expected: "at most 3 sessions for each user",
      threat:
        "A stolen password used beside its owner's own sessions goes unnoticed where their number "
        + "has no limit.",
      place: "Admin Settings, Authentication & Authorization, Per User Limit"),
    Row(
      slug: "enterprise-ucp-session-lifetime", product: .controlPlane, surface: .client,
      stride: [.spoofing],
      expected: "a session lifetime of 15 minutes or less and no renewal before",
      threat: "A session left open, or whose token was stolen, serves a stranger until it ends.",
      place:
        "Admin Settings, Authentication & Authorization, Lifetime Minutes and Renewal Threshold"),
    Row(
      slug: "enterprise-dtr-image-scanning", product: .registry, surface: .registry,
      stride: [.tampering, .elevationOfPrivilege], expected: "images scanned for vulnerabilities",
      threat:
        "An image with a known hole is pulled and run by all who trust the registry, and whoever "
        + "knows the hole gets into their containers.",
      place: "System, Security"),
  ]

  private enum Product {
    case controlPlane, registry

    /// As it was called, and as it is now.
    var name: String {
      switch self {
      case .controlPlane: "Universal Control Plane or Mirantis Kubernetes Engine"
      case .registry: "Docker Trusted Registry or Mirantis Secure Registry"
      }
    }

    /// Whether an image is one of the product's own: `docker/ucp`, `mirantis/ucp-agent:3.7`,
    /// `registry.example/docker/dtr-api`, `registry.mirantis.com/msr/msr-api`.
    func owns(_ reference: String) -> Bool {
      // The digest and the tag; a colon before a slash belongs to a registry's port.
      var name = reference.split(separator: "@").first ?? ""
      if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
        name = name[..<colon]
      }
      let components = name.split(separator: "/", omittingEmptySubsequences: false)
      guard components.count >= 2 else { return false }
      let (owner, repository) = (components[components.count - 2], components[components.count - 1])
      func isNamed(_ names: [String]) -> Bool {
        names.contains { repository == $0 || repository.hasPrefix($0 + "-") }
      }
      switch self {
      case .controlPlane:
        return ["docker", "dockereng", "mirantis", "mirantiseng"].contains(owner)
          && isNamed(["ucp", "mke"])
      case .registry:
        return ["docker", "dockereng", "mirantis", "mirantiseng", "msr"].contains(owner)
          && isNamed(["dtr", "msr"])
      }
    }
  }

  private static func check(_ row: Row) -> Check {
    Check(
      slug: row.slug, surface: row.surface, stride: row.stride,
      explanation: Explanation(
        reads: "Whether containers of \(row.product.name) are on this host, by the repositories of "
          + "their images.",
        passes: "Not applicable where there are none; else a person has to look into its settings.",
        threat: row.threat),
      remedy: .assist(.none, "Set it in the product's own pages: \(row.place).")
    ) { [finding(row, in: $0.snapshot)] }
  }

  private static func finding(_ row: Row, in snapshot: HostSnapshot) -> Finding {
    var finding = Finding(
      subject: .host, verdict: .unknown, expected: row.expected,
      source: ContainerChecks.inspection)
    do {
      var own: [String] = []
      var unread: String?
      for reading in try snapshot.containers.read("the list of containers") {
        do {
          let container = try reading.inspection.read("a container")
          if let image = try snapshot.imageNames(of: container).first(where: row.product.owns) {
            own.append("\(container.displayName) (\(image))")
          }
        } catch {
          unread = "\(reading.name): \(error)"
        }
      }
      if !own.isEmpty {
        finding.verdict = .manual
        finding.observed = own.sorted().joined(separator: ", ")
        finding.compared = .verdict
        finding.reason = "what is set inside \(row.product.name), a person has to look up"
      } else if let unread {
        finding.reason = unread
      } else {
        finding.verdict = .notApplicable
        finding.reason = "no container of \(row.product.name) is on this host"
      }
    } catch {
      finding.reason = "\(error)"
    }
    return finding
  }
}

extension HostSnapshot {
  /// What the image of a container is called: as the container was told, and by its tags, since a
  /// container can be made from an image's id.
  fileprivate func imageNames(of container: Container) throws -> [String] {
    let name = try container.config.image.known("Config.Image", null: "")
    // Only where it was not named is it looked up.
    guard name.isEmpty || !name.contains("/"), let id = container.imageID.value else {
      return [name]
    }
    let tags = try images.read("GET /images/json").filter { $0.id == id }
      .flatMap { $0.tags.value ?? [] }
    return [name] + tags.sorted()
  }
}
