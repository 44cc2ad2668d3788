import Glibc
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts

/// What is exported to whoever logs in, and to services.
@Suite("The environment of a root")
struct LoginEnvironmentTests {
  private static let profile = """
    # /etc/profile of Debian 13, shortened
    if [ "$(id -u)" -eq 0 ]; then
      PATH="/usr/sbin:/usr/bin"
    else
      PATH="/usr/bin"
    fi
    export PATH

    if [ -d /etc/profile.d ]; then
      for i in $(run-parts --list --regex '^[a-zA-Z0-9_][a-zA-Z0-9._-]*\\.sh$' /etc/profile.d); do
        if [ -r $i ]; then
          . $i
        fi
      done
      unset i
    fi

    """
  private static let file = "/etc/profile.d/docker.sh"
  private static let login =
    "auth optional pam_faildelay.so\nsession required pam_env.so readenv=1\n"

  private func variable(
    _ files: [String: String], mode: mode_t = 0o644
  ) async throws -> Reading<ExportedVariable> {
    try await FixtureRoot.with { fixture in
      for (path, text) in files { try fixture.file(path, text, mode: mode) }
      return try fixture.opened { LoginEnvironment(root: $0).variable("DOCKER_CONTENT_TRUST") }
    }
  }

  private func found(_ value: String, _ source: String) -> Reading<ExportedVariable> {
    .found(ExportedVariable(value: value, source: source))
  }

  @Test("has nothing where nothing is said")
  func absent() async throws {
    #expect(try await variable([:]) == .absent)
    #expect(try await variable(["/etc/profile": Self.profile]) == .absent)
    let others = [
      "/etc/profile": Self.profile, "/etc/environment": "PATH=/bin\n",
      "/etc/pam.d/login": Self.login,
      Self.file: "# export DOCKER_CONTENT_TRUST=1\nexport DOCKER_CONTENT_TRUST_SERVER=x\n",
    ]
    #expect(try await variable(others) == .absent)
  }

  @Test("has what a fragment of the profile exports, or the profile itself")
  func exported() async throws {
    #expect(
      try await variable([
        "/etc/profile": Self.profile, Self.file: "export DOCKER_CONTENT_TRUST=1\n",
      ]) == found("1", Self.file))
    #expect(
      try await variable(["/etc/profile": Self.profile + "export DOCKER_CONTENT_TRUST=1\n"])
        == found("1", "/etc/profile"))
    #expect(
      try await variable(["/etc/profile": Self.profile, Self.file: "DOCKER_CONTENT_TRUST=1\n"])
        == .absent)
  }

  @Test("has nothing of fragments that nothing reads")
  func unread() async throws {
    let text = "export DOCKER_CONTENT_TRUST=1\n"
    #expect(try await variable([Self.file: text]) == .absent)
    #expect(try await variable(["/etc/profile": "umask 022\n", Self.file: text]) == .absent)
    for name in ["docker", "docker.csh", ".docker.sh", "docker.sh.bak"] {
      let files = ["/etc/profile": Self.profile, "/etc/profile.d/\(name)": text]
      #expect(try await variable(files) == .absent, "\(name)")
    }
    #expect(try await variable(["/etc/bash.bashrc": text, "/root/.profile": text]) == .absent)
  }

  @Test("cannot tell where it depends on more than is followed")
  func unclear() async throws {
    func reason(_ files: [String: String], mode: mode_t = 0o644) async throws -> String? {
      let all = files.merging(["/etc/profile": Self.profile]) { first, _ in first }
      guard case .unreadable(let reason) = try await variable(all, mode: mode) else { return nil }
      return reason
    }
    let on = "export DOCKER_CONTENT_TRUST=1\n"
    #expect(
      try await reason([Self.file: "[ -t 0 ] && " + on])
        == "'\(Self.file)' sets DOCKER_CONTENT_TRUST under conditions that are not followed")
    #expect(
      try await reason([Self.file: on, "/etc/profile.d/z.sh": "unset DOCKER_CONTENT_TRUST"])
        == "'\(Self.file)' and '/etc/profile.d/z.sh' set DOCKER_CONTENT_TRUST differently")
    #expect(try await reason([Self.file: on, "/etc/profile.d/z.sh": on]) == nil)
    #expect(
      try await reason([Self.file: on], mode: 0o640)
        == "'\(Self.file)' sets DOCKER_CONTENT_TRUST for those alone who may read it")
    #expect(try await reason(["/etc/profile.d/a b.sh": on]) != nil)
    #expect(
      try await reason(["/etc/security/pam_env.conf": "DOCKER_CONTENT_TRUST DEFAULT=1\n"])
        == "'/etc/security/pam_env.conf' sets DOCKER_CONTENT_TRUST in a way that is not followed")
  }

  @Test(
    "has what PAM reads of the environment file, where each way to log in reads it",
    arguments: [
      (["login": login], true),
      (["login": login, "sshd": "@include common\n", "common": login], true),
      (["login": "auth include system-auth\n", "system-auth": "auth required pam_env.so\n"], true),
      (["login": "auth [success=1 default=ignore] pam_env.so\n"], true),
      (["login": login, "sshd": "account required pam_unix.so\n"], false),
      (["login": "session required pam_env.so envfile=/etc/default/locale\n"], false),
      (["login": "session required pam_env.so readenv=0\n"], false),
      (["login": "# session required pam_env.so\n"], false),
      (["login": "@include login\n"], nil),
      (["cron": login], false),
    ] as [([String: String], Bool?)])
  func environmentFile(_ services: [String: String], isRead: Bool?) async throws {
    var files = ["/etc/environment": "export DOCKER_CONTENT_TRUST=\"1\" # on\n"]
    for (name, text) in services { files["/etc/pam.d/\(name)"] = text }
    let variable = try await variable(files)
    switch isRead {
    case true?: #expect(variable == found("1", "/etc/environment"))
    case false?: #expect(variable == .absent)
    case nil: #expect(variable == .unreadable("cannot read '/etc/pam.d/login': included too deep"))
    }
  }

  @Test("lets the profile have the last word")
  func order() async throws {
    let files = [
      "/etc/environment": "DOCKER_CONTENT_TRUST=1\n", "/etc/pam.d/login": Self.login,
      "/etc/profile": Self.profile,
    ]
    func variable(_ fragment: String) async throws -> Reading<ExportedVariable> {
      try await self.variable(files.merging([Self.file: fragment]) { first, _ in first })
    }
    #expect(try await variable("DOCKER_CONTENT_TRUST=0\n") == found("0", Self.file))
    #expect(try await variable("unset DOCKER_CONTENT_TRUST\n") == .absent)
    #expect(try await variable("umask 022\n") == found("1", "/etc/environment"))
  }

  @Test(
    "reads the environment file as pam_env does",
    arguments: [
      ("X=1", "1"), (" X=1 ", "1"), ("X='1'", "1"), ("X=a b", "a b"), ("export X=1", "1"),
      ("X=1\nX=0", "0"), ("X=1\nX", nil), ("#X=1", nil), ("X=1 # no", "1"), ("XX=1", nil),
      ("X =1", nil), ("X=", ""), ("Y=1", nil),
    ] as [(String, String?)])
  func syntax(_ text: String, value: String?) {
    #expect(PAMEnvironment.value(of: "X", in: text) == value)
  }

  @Test("has what systemd gives to services, in effect or as configured")
  func services() async throws {
    func variable(
      _ files: [String: String], running: [String]? = nil
    ) async throws -> Reading<ExportedVariable> {
      try await FixtureRoot.with { fixture in
        for (path, text) in files { try fixture.file(path, text) }
        return try fixture.opened {
          ServiceEnvironment(root: $0).variable("DOCKER_CONTENT_TRUST", running: running)
        }
      }
    }
    let configured = "DefaultEnvironment of systemd"
    let on = "[Manager]\nDefaultEnvironment=\"A=b c\" DOCKER_CONTENT_TRUST=1\n"
    #expect(try await variable([:]) == .absent)
    #expect(try await variable(["/etc/systemd/system.conf": on]) == found("1", configured))
    #expect(try await variable(["/etc/systemd/system.conf": on], running: ["A=b"]) == .absent)
    #expect(
      try await variable([:], running: ["A=b", "DOCKER_CONTENT_TRUST=x=y"])
        == found("x=y", "systemd's environment"))
    #expect(
      try await variable([
        "/etc/systemd/system.conf": on,
        "/usr/lib/systemd/system.conf.d/z.conf": "[Manager]\nDefaultEnvironment=\n",
      ]) == .absent)
    #expect(
      try await variable([
        "/usr/lib/systemd/system.conf.d/z.conf": on,
        "/etc/systemd/system.conf.d/z.conf": "[Manager]\n",
        "/run/systemd/system.conf.d/a.conf":
          "[Service]\nDefaultEnvironment=DOCKER_CONTENT_TRUST=1\n",
      ]) == .absent)
  }
}
