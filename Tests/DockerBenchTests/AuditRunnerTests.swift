import Foundation
import Testing

@testable import DockerBench

#if canImport(Glibc)
import Glibc
#endif

/// What starts shells, one test after the other: one of them ends all that this process has adopted.
@Suite("Real shells", .serialized)
enum RealShells {}

extension RealShells {
  /// Real shells, and what they do to harm.
  @Suite("An audit")
  struct AuditRunnerTests {
    private func outcome(
      _ script: String, patience: Duration = .seconds(20), limit: Int = 1 << 20
    ) async -> AuditRunner.Outcome {
      var runner = AuditRunner(environment: [
        "DOCKER_HOST": "unix:///nowhere", "LD_PRELOAD": "x", "HOME": "/h",
      ])
      runner.patience = patience
      runner.outputLimit = limit
      return await runner.outcome(of: script)
    }

    @Test(
      "gives what it prints, both outputs in their order",
      arguments: [
        ("echo a; echo b >&2; echo c", "a\nb\nc"), ("printf 'a  \\n\\n'", "a"), ("true", ""),
        ("false", ""),
        ("echo a; exit 3", "a"), ("cat <<X\nhere\nX", "here"), ("printf '\\377'", "\u{FFFD}"),
        ("grep x /nonexistent", "grep: /nonexistent: No such file or directory"),
      ])
    func output(_ script: String, _ output: String) async {
      #expect(await outcome(script) == AuditRunner.Outcome(output: output))
    }

    @Test("has an environment of its own")
    func environment() async {
      let lines = await outcome("env; pwd; ulimit -c").output.split(separator: "\n")
      #expect(lines.contains("DOCKER_HOST=unix:///nowhere"))
      #expect(lines.contains("LC_ALL=C"))
      #expect(lines.contains("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
      #expect(lines.contains("/"))
      #expect(!lines.contains { $0.hasPrefix("LD_PRELOAD") })
    }

    @Test(
      "from which nothing follows says why",
      arguments: [
        ("dockward-nonesuch", "the shell says '1: dockward-nonesuch: not found'"),
        (
          "dockward-nonesuch 2>/dev/null | cat",
          "'dockward-nonesuch', which it runs, is not installed"
        ),
        (
          "echo x | xargs -n 1 dockward-nonesuch 2>/dev/null",
          "'dockward-nonesuch', which it runs, is not installed"
        ),
        (
          "/nonexistent/program 2>/dev/null; true",
          "'/nonexistent/program', which it runs, is not installed"
        ),
        ("sh -c 'dockward-nonesuch' 2>/dev/null", "a program was not found (exit status 127)"),
        ("if", "the shell says"),
        ("echo x > /dev/tty", "the shell says '1: cannot create /dev/tty"),
        ("cat < /nonexistent", "the shell says"), ("kill -9 $$", "it was ended by signal 9"),
      ])
    func faults(_ script: String, _ fault: String) async {
      let faults = await outcome(script).faults
      #expect(faults.contains { $0.hasPrefix(fault) }, "\(faults)")
    }

    @Test(
      "that asks whether a program is there may be without it",
      arguments: [
        "command -v dockward-nonesuch >/dev/null && dockward-nonesuch; true",
        "if which dockward-nonesuch; then dockward-nonesuch; fi; echo a",
        "f () { echo a; }; f", "for x in a b; do echo $x; done", "X=1 env Y=2 true",
        "case a in a) echo b;; esac",
        "echo a | { read x; echo $x; }", "test -f /etc/passwd && echo a || echo b", "! false",
        "case $x in a) echo a ;; b|x) echo b ;; *) echo c ;; esac", "n=$((1 + 2)); echo $n",
        "echo 1 | xargs --max-args 1 echo",
        "if [ -x /usr/sbin/nonesuch ]; then /usr/sbin/nonesuch; fi",
        "while read x; do echo $x; done </dev/null", "echo `pwd`",
      ])
    func guarded(_ script: String) async {
      #expect(await outcome(script).faults == [])
    }

    @Test("that takes too long is ended, with all that it has started")
    func late() async {
      let began = ContinuousClock.now
      let outcome = await outcome(
        "echo a; setsid sleep 4711 & sleep 4711", patience: .milliseconds(500))
      #expect(outcome.output == "a")
      #expect(outcome.faults == ["it did not end within 0.5 s"])
      #expect(ContinuousClock.now - began < .seconds(15))
      #expect(Self.processes(with: "sleep 4711") == 0)
    }

    @Test("that prints gigabytes is ended")
    func much() async {
      let outcome = await outcome("yes | cat", limit: 100_000)
      #expect(outcome.output.utf8.count <= 100_000)
      #expect(outcome.output.utf8.count > 99_000)
      #expect(outcome.faults == ["it printed more than 100000 bytes"])
    }

    @Test(
      "that leaves something running is told, and that is ended",
      arguments: [
        "sleep 4712 & echo a", "setsid sleep 4712 & echo a",
        "(setsid sh -c 'sleep 4712 & sleep 4712' &); sleep 0.1; echo a",
        "sleep 4712 >/dev/null 2>&1 </dev/null & echo a",
      ])
    func remains(_ script: String) async {
      let outcome = await outcome(script)
      #expect(outcome.output == "a")
      #expect(outcome.faults == ["it left processes running, which were killed"])
      #expect(Self.processes(with: "sleep 4712") == 0)
    }

    @Test("that closes its outputs is waited for")
    func closed() async {
      let outcome = await outcome("echo a; exec >&- 2>&-; sleep 4713", patience: .milliseconds(500))
      #expect(outcome.output == "a")
      #expect(outcome.faults == ["it did not end within 0.5 s"])
      #expect(Self.processes(with: "sleep 4713") == 0)
    }

    @Test("is one of many at a time, each with its own output")
    func many() async {
      let runner = AuditRunner(environment: [:])
      await withTaskGroup(of: Bool.self) { group in
        for number in 0..<60 {
          group.addTask {
            await runner.outcome(of: "sleep 0.05; echo \(number)") == .init(output: "\(number)")
          }
        }
        for await isRight in group { #expect(isRight) }
      }
    }

    @Test("that hides what it leaves behind cannot keep it")
    func hidden() async throws {
      let runner = AuditRunner(environment: [:])
      _ = await runner.outcome(of: "(env -i setsid sleep 4714 >/dev/null 2>&1 &); sleep 0.2")
      #expect(Self.processes(with: "sleep 4714") == 1)
      #expect(await runner.endStrays())
      #expect(Self.processes(with: "sleep 4714") == 0)
      #expect(await !runner.endStrays())
    }

    /// How many processes run this.
    private static func processes(with command: String) -> Int {
      let ids =
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) }
        ?? []
      return ids.count { id in
        guard let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
          return false
        }
        return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(
          separator: " ") == command
      }
    }
  }
}
