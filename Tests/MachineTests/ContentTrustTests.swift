import Foundation
import Testing

@Suite("A real client", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct ContentTrustTests {
  /// What is done to the host, the verdict, a part of what is said, and why that is the truth. Each goes
  /// on from the one before.
  static let cases: [(script: String, verdict: String, says: String, because: String)] = [
    ("true", "fail", "login shells: not exported, services: not exported", "nothing is set"),
    (
      "echo 'export DOCKER_CONTENT_TRUST=1' > /etc/profile.d/docker-content-trust.sh", "fail",
      "login shells: on ('1' by /etc/profile.d/docker-content-trust.sh), services: not exported",
      "services have an environment of their own"
    ),
    (
      """
      mkdir -p /etc/systemd/system.conf.d
      printf '[Manager]\\nDefaultEnvironment=DOCKER_CONTENT_TRUST=1\\n' \
        > /etc/systemd/system.conf.d/docker-content-trust.conf
      """, "fail", "services: not exported", "systemd has not read it yet"
    ),
    (
      "systemctl daemon-reload", "pass", "services: on ('1' by systemd's environment)",
      "both are set"
    ),
    (
      "echo 'DOCKER_CONTENT_TRUST=0' > /etc/profile.d/zz.sh", "unknown", "differently",
      "which of two comes last depends on the shell"
    ),
    (
      "echo 'unset DOCKER_CONTENT_TRUST' > /etc/profile.d/docker-content-trust.sh; rm /etc/profile.d/zz.sh; "
        + "echo 'DOCKER_CONTENT_TRUST=1' > /etc/environment", "fail",
      "login shells: not exported", "the profile takes away what PAM has set"
    ),
    (
      "rm /etc/profile.d/docker-content-trust.sh", "pass", "'1' by /etc/environment",
      "PAM sets it, and nothing takes it away"
    ),
    (
      "echo 'export DOCKER_CONTENT_TRUST=false' >> /etc/profile", "fail",
      "login shells: off ('false' by /etc/profile)", "the profile comes last"
    ),
    (
      "sed -i /CONTENT_TRUST/d /etc/profile; systemctl set-environment DOCKER_CONTENT_TRUST=0",
      "fail",
      "services: off ('0'", "what the running systemd was told counts"
    ),
    (
      "systemctl unset-environment DOCKER_CONTENT_TRUST; mv /usr/bin/docker /usr/bin/docker.away; "
        + #"printf '#!/bin/sh\nexec /usr/bin/podman "$@"\n' > /usr/bin/docker; chmod 755 /usr/bin/docker"#,
      "notApplicable", "stands in", "podman's script is no client of Docker's"
    ),
    (
      "cp /bin/true /usr/bin/docker", "unknown", "it is no program of Go",
      "what that is, nobody knows"
    ),
    ("rm /usr/bin/docker", "notApplicable", "no Docker client", "there is none"),
    (
      "cp /usr/bin/docker.away /usr/local/bin/docker", "unknown", "cannot tell the version",
      "no package has a file of that name"
    ),
    (
      "rm /usr/local/bin/docker; mv /usr/bin/docker.away /usr/bin/docker", "pass", "client 2",
      "all is back in its place"
    ),
  ]

  /// What a login shell really has, by the shell itself; what services really have, by one of them.
  private static let truth = """
    env -i sh -lc 'printenv DOCKER_CONTENT_TRUST'
    systemd-run --quiet --wait --pipe printenv DOCKER_CONTENT_TRUST
    """

  @Test("is judged by its version and by what is exported to it", arguments: Machine.Suite.allCases)
  func contentTrust(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      let version = try machine.shell("docker version --format '{{.Client.Version}}'")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      for (index, row) in Self.cases.enumerated() {
        try machine.shell("set -e; exec >/dev/null\n" + row.script)
        let check = try machine.audit("--check", "image-content-trust").check("image-content-trust")
        let subject = try #require(check.subjects.first)
        let said = subject.observed + " " + subject.reason
        #expect(check.verdict == row.verdict, "\(index): \(row.because): \(subject)")
        #expect(said.contains(row.says), "\(index): \(row.because): \(subject)")
        if index == 3 {
          #expect(try machine.shell(Self.truth) == "1\n1\n")
          #expect(said.contains("client \(version)"), "\(said)")
        }
      }
      print("\(suite): \(Self.cases.count) verdicts on content trust")
    }
  }
}
