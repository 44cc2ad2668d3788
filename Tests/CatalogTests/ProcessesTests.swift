import HardeningModel
import Testing

/// What runs in a container, and what is executed there.
@Suite("Process checks")
struct ProcessesTests {
  @Test("say of sshd", arguments: ProcessesTables.sshd.rows)
  func sshd(_ row: Row) throws { try row.judge() }

  @Test("say of execs", arguments: ProcessesTables.execs.flatMap(\.rows))
  func exec(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum ProcessesTables {
  static let all = [sshd] + execs

  static let sshd = Table.ofContainers(
    "container-sshd",
    [
      runs(.pass, "something else", ["nginx", "tini"]),
      runs(.pass, "names that only look like it", ["sshd-exporter", "notsshd", "SSHD", "ssh"]),
      runs(.fail, "sshd", ["nginx", "sshd"], observed: "sshd"),
      runs(.fail, "a session of sshd", ["sshd-session"], observed: "sshd-session"),
      runs(.fail, "sshd alone", ["sshd"]),
      .fails("sshd, and paused") {
        $0.web.state.status = .value("paused")
        $0.webProcesses.executables = .found(["sshd"])
      },
      Row(.standard, "what an image usually runs", .pass) { _ in },
      Row(.absent, "stopped", .notApplicable, reason: "not run") { $0.web.stop() },
      Row(.absent, "its processes have ended", .unknown, reason: "ended") {
        $0.webProcesses.executables = .absent
      },
      Row(.absent, "an Engine that does not say whether it runs", .unknown) {
        $0.web.state.pid = .missing
      },
      Row(.malformed, "it runs, but none of its processes has a name", .unknown) {
        $0.webProcesses.executables = .found([])
      },
      .wrongType("State.Pid", .text("4242")),
      Row(.unreadable, "processes that could not be read", .unknown, reason: "denied") {
        $0.webProcesses.executables = .unreadable("permission denied")
      },
      Row(.unreadable, "processes that were not read", .unknown) { $0.snapshot.processes = [:] },
    ])

  private static func runs(
    _ kind: Kind, _ name: String, _ executables: [String], observed: String? = nil
  ) -> Row {
    Row(kind, name, kind == .fail ? .fail : .pass, observed: observed) {
      $0.webProcesses.executables = .found(executables)
    }
  }

  static let execs = [privilegedExecs, rootExecs]

  static let privilegedExecs = Table.ofContainers(
    "container-exec-privileged",
    [
      exec(.fail, "a privileged one", .sample(privileged: true), observed: "privileged"),
      Row(.absent, "a privileged one that has ended", .manual, subject: "daemon") {
        $0.executes(.found(.sample(running: false, privileged: true)))
      },
      Row(.standard, "an ordinary one", .manual, subject: "daemon", reason: "no record") {
        $0.executes(.found(.sample()))
      },
      Row(.absent, "an Engine that does not say", .unknown, reason: "privileged") {
        var exec = ExecProcess.sample()
        exec.configuration.privileged = .missing
        $0.executes(.found(exec))
      },
    ] + rowsOfExecs(.sample(privileged: true)))

  static let rootExecs = Table.ofContainers(
    "container-exec-root",
    ["root", "0", "0:0", "root:root", "root:wheel", "0:1000", "00"].map {
      exec(.fail, "by \($0)", .sample(user: $0), observed: "'\($0)'")
    }
      + ["", "app", "1000", "1000:0", "rooted", "10", "app:root", "app:0"].map { user in
        Row(.standard, "by '\(user)'", .manual, subject: "daemon") {
          $0.executes(.found(.sample(user: user)))
        }
      } + [
        Row(.absent, "one of root that has ended", .manual, subject: "daemon") {
          $0.executes(.found(.sample(running: false, user: "root")))
        },
        // As Engines 20.10 and 26.1 answer for an exec without --user.
        Row(.standard, "by nobody in particular", .manual, subject: "daemon") {
          var exec = ExecProcess.sample()
          exec.configuration.user = .missing
          $0.executes(.found(exec))
        },
        Row(.absent, "an Engine that does not say", .unknown, reason: "user") {
          var exec = ExecProcess.sample()
          exec.configuration.user = .missing
          exec.configuration.privileged = .missing
          $0.executes(.found(exec))
        },
      ] + rowsOfExecs(.sample(user: "root")))

  private static func exec(
    _ kind: Kind, _ name: String, _ exec: ExecProcess, observed: String? = nil
  ) -> Row {
    Row(kind, name, .fail, observed: observed) { $0.executes(.found(exec)) }
  }

  /// What both checks have to say; `offender` is an exec that fails.
  private static func rowsOfExecs(_ offender: ExecProcess) -> [Row] {
    [
      .fails("the second of two") { $0.executes(.found(.sample()), .found(offender)) },
      .fails("one beside another that could not be inspected") {
        $0.executes(.unreadable("timed out"), .found(offender))
      },
      .fails("one beside another of which nothing is known") {
        $0.executes(.found(ExecProcess()), .found(offender))
      },
      Row(.fail, "one of two containers, of the other", .manual, subject: "daemon") {
        $0.snapshot.add(.sample("db"))
        $0.executes(.found(offender))
      },
      .fails("one of two containers, of itself") {
        $0.snapshot.add(.sample("db"))
        $0.executes(.found(offender))
      },
      .fails("one that is over and was seen") { $0.saw(.found(offender.configuration)) },
      .fails("one that was seen beside another of which nothing is known") {
        $0.saw(.unreadable("timed out"), .found(offender.configuration))
      },
      Row(.unreadable, "one that was seen and not understood", .unknown, reason: "timed out") {
        $0.saw(.unreadable("timed out"))
      },
      Row(.standard, "an ordinary one that was seen", .manual, subject: "daemon") {
        $0.saw(.found(ExecProcess.sample().configuration))
      },
      Row(.standard, "one that was seen in another container", .manual, subject: "daemon") {
        $0.saw(.found(offender.configuration))
        $0.snapshot.pastExecs?[0].containerID = "other"
      },
      Row(.standard, "null", .manual, subject: "daemon") { $0.web.execIDs = .null },
      Row(.standard, "an empty list", .manual, subject: "daemon") { $0.web.execIDs = .value([]) },
      Row(.absent, "one that the Engine has forgotten", .manual, subject: "daemon") {
        $0.executes(.absent)
      },
      Row(.absent, "an Engine that does not say what is executed", .unknown, reason: "ExecIDs") {
        $0.web.execIDs = .missing
      },
      Row(.absent, "an Engine that does not say whether it has ended", .unknown, reason: "Running")
      {
        var exec = offender
        exec.running = .missing
        $0.executes(.found(exec))
      },
      .wrongType("ExecIDs", .text("0")),
      Row(.unreadable, "one that could not be inspected", .unknown, reason: "timed out") {
        $0.executes(.unreadable("timed out"))
      },
      Row(.unreadable, "one that was not inspected", .unknown) {
        $0.web.execIDs = .value(["exec0"])
      },
    ]
  }
}

extension Scene {
  /// What the service saw start in it.
  fileprivate mutating func saw(_ readings: Reading<ExecProcess.Configuration>...) {
    snapshot.pastExecs = readings.map {
      PastExec(containerID: web.id, configuration: $0, seenAt: "2026-01-02T03:04:05Z")
    }
  }

  fileprivate mutating func executes(_ execs: Reading<ExecProcess>...) {
    web.execIDs = .value(execs.indices.map { "exec\($0)" })
    for (index, exec) in execs.enumerated() { snapshot.execs["exec\(index)"] = exec }
  }
}
