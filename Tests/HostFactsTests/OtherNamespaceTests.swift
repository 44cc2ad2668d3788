import TestSupport
import Testing

@testable import HostFacts

/// `/proc/PID/root` of a process that has mounts of its own: to the kernel it is called `/`, too.
@Suite(
  "Roots of other mount namespaces",
  .enabled(
    if: ChildProcess.canBeApart, "needs root that may unshare(1) a mount and a network namespace"))
struct OtherNamespaceTests {
  /// What `body` returns, given the root of a process that ran `script` in namespaces of its own,
  /// with the fixture's path for `$0`.
  private func withRoot(
    _ fixture: FixtureRoot, _ script: String, _ body: (HostRoot) throws -> Void
  ) async throws {
    let arguments = ["--mount", "--net", "sh", "-c", script, fixture.path]
    try await ChildProcess.run("/usr/bin/unshare", arguments) { pid in
      let root = try HostRoot("/proc/\(pid)/root")
      defer { root.close() }
      #expect(!root.isThisHost)
      #expect(!HostReader.isThisHost("/proc/\(pid)/root"))
      try body(root)
    }
  }

  @Test("are not taken for this host's when they are another directory")
  func otherDirectory() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/etc/secret", "theirs")
      try fixture.directory("/old")
      let script =
        #"mount --bind "$0" "$0" && cd "$0" && pivot_root . old && echo ready && read end"#
      try await withRoot(fixture, script) { root in
        let text = try root.text(of: "/etc/secret")
        #expect(text == "theirs")
        var survey = FileSurvey(root)
        #expect(survey.look(at: "/etc/../etc/secret").value?.canonical == "/etc/secret")
        #expect(survey.look(at: "/").value?.canonical == "/")
      }
    }
  }

  /// As a service has them that systemd gave a private /tmp.
  @Test("are not taken for this host's when they are the same directory with other mounts")
  func sameDirectory() async throws {
    try await FixtureRoot.with { fixture in
      try fixture.file("/private/secret", "ours")
      let script =
        #"mount -t tmpfs none "$0/private" && echo -n theirs > "$0/private/secret" && echo ready && read end"#
      try await withRoot(fixture, script) { root in
        let path = fixture.path + "/private/secret"
        let text = try root.text(of: path)
        #expect(text == "theirs")
        var survey = FileSurvey(root)
        #expect(survey.look(at: path).value?.canonical == path)
      }
    }
  }
}
