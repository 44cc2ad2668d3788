import Foundation
import TestSupport
import Testing

/// Section 3 on a real host: each remedy turns its check from fail to pass, leaves alone what is in order, and
/// is taken back exactly.
@Suite(
  "Owners and modes of a real host",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct FileRemediationTests {
  /// Everything that section 3 is about; the certificates are of no use to anybody, but dockerd takes them.
  private static let preparation = """
    set -e; exec >/dev/null 2>&1
    mkdir -p /etc/docker/certs.d/registry.example:5000 /etc/sysconfig
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=dockward -days 2 \
      -keyout /etc/docker/key.pem -out /etc/docker/cert.pem
    cp /etc/docker/cert.pem /etc/docker/ca.pem
    cp /etc/docker/cert.pem /etc/docker/certs.d/registry.example:5000/ca.crt
    cp /etc/docker/key.pem /etc/docker/certs.d/registry.example:5000/client.key
    echo '# none' >/etc/sysconfig/docker; echo '# none' >/etc/default/docker
    printf '{"tls": true, "tlscacert": "/etc/docker/ca.pem", "tlscert": "/etc/docker/cert.pem",' >/etc/docker/daemon.json
    printf ' "tlskey": "/etc/docker/key.pem"}' >>/etc/docker/daemon.json
    chmod 644 /etc/docker/daemon.json /etc/sysconfig/docker /etc/default/docker
    chmod 444 /etc/docker/ca.pem /etc/docker/cert.pem /etc/docker/certs.d/registry.example:5000/ca.crt
    chmod 400 /etc/docker/key.pem /etc/docker/certs.d/registry.example:5000/client.key
    systemctl restart docker
    """

  private static let things = [
    "docker-service", "docker-socket-unit", "etc-docker", "registry-certs", "tls-ca", "tls-cert",
    "tls-key", "docker-sock", "daemon-json", "default-docker", "sysconfig-docker",
    "containerd-sock",
  ]

  @Test(
    "are mended, left alone once they are right, and given back", arguments: Machine.Suite.allCases)
  func everyOne(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      for thing in Self.things {
        for (aspect, deed) in [("owner", "chown 1000:1000"), ("mode", "chmod o+w,g+x,u+s")] {
          let slug = "file-\(thing)-\(aspect)"
          let subjects = try machine.subjects(of: slug)
          #expect(!subjects.isEmpty, "\(suite): \(slug)")
          for path in subjects { try machine.shell("\(deed) '\(path)'") }
          #expect(try machine.verdict(of: slug) == "fail", "\(suite): \(slug)")
          let broken = try machine.status(of: subjects)

          let done = try machine.remediate(slug)
          #expect(
            Set(done.results.map(\.status)) == ["fixed"], "\(suite): \(slug): \(done.results)")
          #expect(try machine.verdict(of: slug) == "pass", "\(suite): \(slug)")
          let mended = try machine.status(of: subjects, withTimes: true)

          let again = try machine.remediate(slug)
          #expect(Set(again.results.map(\.status)) == ["alreadyCompliant"], "\(suite): \(slug)")
          // It reads less than an audit does, and sees the same.
          #expect(again.results.map(\.subject).sorted() == subjects.map { "file:" + $0 }.sorted())
          #expect(again.transaction == nil)
          #expect(
            try machine.status(of: subjects, withTimes: true) == mended, "\(suite): \(slug)")

          let undone = try machine.run("dockward", "undo", try #require(done.transaction))
          #expect(undone.status == 0, "\(suite): \(slug): \(undone.output)\(undone.errors)")
          #expect(try machine.status(of: subjects) == broken, "\(suite): \(slug)")
          #expect(try machine.remediate(slug).results.allSatisfy { $0.status == "fixed" })
        }
      }
      #expect(try machine.shell("systemctl is-active docker") == "active\n")
      print(
        "\(suite): \(Self.things.count * 2) remedies of section 3 mended, idempotent and undone")
    }
  }
}

/// What `remediate --format json` prints.
struct RemediationDocument: Decodable {
  struct Result: Decodable {
    var id, slug, subject, status, before, after, reason: String
  }
  var transaction: String?
  var results: [Result]
}

extension Machine {
  /// What `dockward remediate` did, which has to end with `status`.
  func remediate(
    _ arguments: String..., status: Int32 = 0
  ) throws -> RemediationDocument {
    try remediate(arguments, status: status)
  }

  func remediate(
    _ arguments: [String], status: Int32 = 0
  ) throws -> RemediationDocument {
    let outcome = try harness(
      "exec", [path, "dockward", "remediate", "--format", "json"] + arguments)
    guard outcome.status == status else {
      throw Failure(
        "dockward remediate \(arguments) ended with \(outcome.status): \(outcome.output)\(outcome.errors)"
      )
    }
    return try JSONDecoder().decode(RemediationDocument.self, from: Data(outcome.output.utf8))
  }

  func verdict(of slug: String) throws -> String {
    try #require(try audit("--check", slug).checks.first).verdict
  }

  /// The paths that a check of files is about.
  fileprivate func subjects(of slug: String) throws -> [String] {
    try #require(try audit("--check", slug).checks.first).subjects.map(\.subject)
      .filter { $0.hasPrefix("file:") }.map { String($0.dropFirst(5)) }
  }

  /// Owner, mode, inode and, with times, when each was last changed.
  fileprivate func status(of paths: [String], withTimes: Bool = false) throws -> String {
    let format = withTimes ? "%n %u:%g %a %i %y %z" : "%n %u:%g %a %i"
    return try paths.map { try shell("stat -L -c '\(format)' '\($0)'") }.joined()
  }
}
