import Foundation
import Testing

@Suite("Docker Enterprise", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct EnterpriseTests {
  private static let controlPlane = [
    "enterprise-ucp-ldap", "enterprise-ucp-external-certificates", "enterprise-ucp-client-bundles",
    "enterprise-ucp-rbac", "enterprise-ucp-signed-images", "enterprise-ucp-session-limit",
    "enterprise-ucp-session-lifetime",
  ]
  private static let registry = "enterprise-dtr-image-scanning"

  /// The products themselves cannot be had here; what tells them is the name of their images.
  @Test("is told by its images, not by the names of containers", arguments: Machine.Suite.allCases)
  func images(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      var count = 0
      func expect(controlPlane: String, registry: String) throws {
        let report = try machine.audit("--benchmark", "1.2.0", "--check", "8")
        for slug in Self.controlPlane { #expect(try report.check(slug).verdict == controlPlane) }
        #expect(try report.check(Self.registry).verdict == registry)
        count += Self.controlPlane.count + 1
      }
      try machine.shell(
        """
        set -e; exec >/dev/null
        docker tag busybox registry.example/docker/ucptools
        docker run -d --name ucp busybox sleep 86400
        docker run -d --name ucp-agent --label com.docker.ucp.version=3.2.4 busybox sleep 86400
        docker run -d --name dtr registry.example/docker/ucptools sleep 86400
        """)
      try expect(controlPlane: "notApplicable", registry: "notApplicable")
      try machine.shell(
        """
        set -e; exec >/dev/null
        docker tag busybox docker/dtr-api:2.7.0
        docker run -d --name innocent docker/dtr-api:2.7.0 sleep 86400
        """)
      try expect(controlPlane: "notApplicable", registry: "manual")
      // Made from an image's id, so that only the image's tags tell. It is the same image as the others,
      // which have the tag from then on, too.
      try machine.shell(
        """
        set -e; exec >/dev/null
        docker rm -f innocent; docker rmi docker/dtr-api:2.7.0
        docker tag busybox registry.example:5000/mirantis/ucp-agent:3.7.1
        docker run -d --name by-id "$(docker image inspect --format '{{.Id}}' busybox)" sleep 86400
        """)
      try expect(controlPlane: "manual", registry: "notApplicable")
      print("\(suite): \(count) verdicts on Docker Enterprise")
    }
  }
}
