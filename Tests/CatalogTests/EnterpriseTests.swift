import HardeningModel
import Testing

/// Docker Enterprise, whose settings only a person can look up.
@Suite("Checks of Docker Enterprise")
struct EnterpriseTests {
  @Test("say of a host", arguments: EnterpriseTables.all.flatMap(\.rows))
  func enterprise(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum EnterpriseTables {
  static let all =
    [
      "enterprise-ucp-ldap", "enterprise-ucp-external-certificates",
      "enterprise-ucp-client-bundles",
      "enterprise-ucp-rbac", "enterprise-ucp-signed-images", "enterprise-ucp-session-limit",
      "enterprise-ucp-session-lifetime",
    ].map { slug in
      Table(
        slug, subject: "host",
        rows(own: controlPlane, others: registry + ["docker/ucptools", "docker/ucp/tools"]))
    } + [
      Table(
        "enterprise-dtr-image-scanning", subject: "host",
        rows(own: registry, others: controlPlane + ["docker/dtrace", "mirantis/msrx"]))
    ]

  private static let controlPlane = [
    "docker/ucp", "docker/ucp:3.2.4", "docker/ucp-agent:3.2.4", "docker.io/docker/ucp-controller",
    "mirantis/ucp-agent@sha256:0123", "registry.example:5000/mirantis/ucp-auth:3.7.1",
    "mirantis/mke", "dockereng/ucp:latest",
  ]
  private static let registry = [
    "docker/dtr", "docker/dtr-api:2.7.0", "mirantis/dtr-nginx:2.8.2", "mirantis/msr:3.1",
    "registry.mirantis.com/msr/msr-api:3.1.0", "localhost:5000/docker/dtr-rethink",
  ]

  private static func rows(own: [String], others: [String]) -> [Row] {
    own.map { image in
      Row(.standard, "a container of \(image)", .manual, observed: "web (\(image))") {
        $0.web.config.image = .value(image)
      }
    }
      + (others + ["ucp", "dtr", "ucp-agent", "dtr:2", "myucp/agent", "docker/xucp", "/", ":", "@"])
      .map { image in
        Row(.absent, "a container of \(image)", .notApplicable, reason: "no container of") {
          $0.web.config.image = .value(image)
        }
      } + [
        Row(.absent, "a container that is only called so", .notApplicable) {
          $0.snapshot.containers = .found([])
          for name in ["ucp", "ucp-agent", "dtr", "docker/ucp"] { $0.snapshot.add(.sample(name)) }
        },
        Row(.absent, "no container", .notApplicable) { $0.snapshot.containers = .found([]) },
        Row(.standard, "made from the id of an image", .manual, observed: own[0]) {
          $0.web.config.image = .value(Container.sampleImageID)
          $0.snapshot.images = .found([ImageSummary(id: Container.sampleImageID, tags: [own[0]])])
        },
        Row(.standard, "stopped", .manual, observed: "web") {
          $0.web.config.image = .value(own[0])
          $0.web.stop()
        },
        Row(.standard, "beside one that cannot be inspected", .manual, observed: "web") {
          $0.web.config.image = .value(own[0])
          $0.snapshot.add(.sample("lost"))
          $0.setInspection("lost", .unreadable("connection reset"))
        },
        Row(.absent, "an image that is not told", .unknown, reason: "Config.Image") {
          $0.web.config.image = .missing
        },
        .wrongType("Config.Image", .list([])),
        Row(.unreadable, "an inspection that failed", .unknown, reason: "web: connection reset") {
          $0.setInspection("web", .unreadable("connection reset"))
        },
        Row(.unreadable, "images that could not be read", .unknown, reason: "EOF") {
          $0.snapshot.images = .unreadable("EOF")
        },
        Row(.unreadable, "an Engine that cannot be reached", .unknown, reason: "refused") {
          $0.snapshot.engineIsUnreachable()
        },
      ]
  }
}
