import Foundation
import HardeningModel
import TestSupport
import Testing

@testable import HostFacts
@testable import Remediation

@Suite("Validating dockerd's configuration")
struct DaemonValidationTests {
  /// What the program that stands for dockerd does, and what becomes of it.
  private func outcome(
    _ script: String, version: String = "26.1.5+dfsg1", patience: Duration = .seconds(20)
  ) async throws -> (Result<DaemonValidation.Outcome, any Error>, seen: String) {
    try await TemporaryDirectory.with { path in
      let directory = URL(filePath: path)
      let program = directory.appending(path: "dockerd")
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
      var snapshot = HostSnapshot(
        host: HostIdentity(name: "h", machineID: "m"), startedAt: "2026-01-02T03:04:05Z")
      snapshot.engine = .found(
        EngineFacts(
          endpoint: "", version: version, apiVersion: "1.45", info: .found(EngineInfo())))
      let plan = DaemonConfigurationPlan(
        snapshot, canonical: "/etc/docker/daemon.json",
        current: FileVersion(
          Array("{\"icc\": false}".utf8), Attributes(uid: 0, gid: 0, mode: 0o644)),
        command: DaemonCommand(
          process: DaemonProcess(pid: 1, executable: program.path), unit: nil,
          running: ["-H", "fd://", "--config-file", "/a", "-D", "--config-file=/b"], planned: nil))
      let state = directory.appending(path: "run").path
      let validation = DaemonValidation(directory: state, patience: patience)
      let result: Result<DaemonValidation.Outcome, any Error>
      do {
        result = .success(try await validation.outcome(of: plan))
      } catch {
        result = .failure(error)
      }
      // Nothing is left behind.
      #expect((try? FileManager.default.contentsOfDirectory(atPath: state)) ?? [] == [])
      let seen = try? String(contentsOf: directory.appending(path: "seen"), encoding: .utf8)
      return (result, seen ?? "")
    }
  }

  @Test("gives dockerd the text, its own flags, and a fixed environment")
  func accepted() async throws {
    let (result, seen) = try await outcome(
      """
      seen=${0%/*}/seen
      echo "$@" > $seen
      cat "${2#--config-file=}" >> $seen
      env | grep -vE '^(PWD|OLDPWD|SHLVL|_)=' >> $seen
      stat -c ' %a' "${2#--config-file=}" "$(dirname "${2#--config-file=}")" >> $seen
      """)
    #expect(try result.get() == .accepted)
    let lines = seen.split(separator: "\n")
    let words = lines.first?.split(separator: " ") ?? []
    #expect(words.first == "--validate")
    #expect(words.dropFirst(2) == ["-H", "fd://", "-D"])
    #expect(
      lines.dropFirst()
        == ["{\"icc\": false}PATH=/usr/sbin:/usr/bin:/sbin:/bin", " 600", " 700"])
  }

  @Test("is refused with its words")
  func refused() async throws {
    let (result, _) = try await outcome(
      "echo one >&2; echo \"unable to configure with file ${2#--config-file=}: $(printf '\\033')x\" >&2; exit 1"
    )
    #expect(
      throws: RemediationError.refused(
        "dockerd would not start with the changed '/etc/docker/daemon.json': unable to configure with file /etc/docker/daemon.json: \\u{1B}x"
      )
    ) {
      try result.get()
    }
  }

  @Test("ends in time, and with so much to say")
  func bounded() async throws {
    let (late, _) = try await outcome("exec sleep 600", patience: .milliseconds(300))
    #expect(throws: RemediationError.self) { try late.get() }
    let (loud, _) = try await outcome("yes >&2")
    #expect(throws: RemediationError.self) { try loud.get() }
  }

  @Test("is left out where dockerd has no such thing", arguments: ["20.10.24+dfsg1", "19.03.1"])
  func skipped(version: String) async throws {
    let (result, _) = try await outcome("exit 1", version: version)
    #expect(
      try result.get()
        == .skipped(
          "dockerd \(version) cannot validate a configuration without starting with it"))
  }
}
