import HardeningModel
import Testing

@testable import HostFacts
@testable import Remediation

@Suite("Planning dockerd's configuration")
struct DaemonConfigurationPlanTests {
  private static let icc = [DaemonRemedy(.icc, .bool(false), isReloadable: false)]
  private static let liveRestore = [DaemonRemedy(.liveRestore, .bool(true), isReloadable: true)]
  private static let registries = [
    DaemonRemedy(.insecureRegistries, .list([]), isReloadable: true, keepsLoopback: true)
  ]
  private static let logLevel = [
    DaemonRemedy(.debug, .bool(false), isReloadable: true),
    DaemonRemedy(.logLevel, .text("info"), isReloadable: false),
  ]

  /// A host whose dockerd is started with these words by docker.service and has read `file`.
  private static func plan(
    _ file: String?, _ planned: [String] = ["-H", "fd://"], running: [String]? = nil,
    _ change: (inout HostSnapshot, inout EngineInfo) -> Void = { _, _ in }
  ) -> DaemonConfigurationPlan {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: "h", machineID: "m"), startedAt: "2026-01-02T03:04:05Z")
    var info = EngineInfo()
    info.debug = .value(false)
    info.liveRestore = .value(false)
    info.experimental = .value(false)
    info.swarm.localNodeState = .value("inactive")
    snapshot.daemon.configurationIsAsRead = .found(true)
    change(&snapshot, &info)
    snapshot.engine = .found(
      EngineFacts(endpoint: "", version: "26.1.5", apiVersion: "1.45", info: .found(info)))
    let command = DaemonCommand(
      process: DaemonProcess(pid: 812, executable: "/usr/sbin/dockerd"), unit: "docker.service",
      running: running ?? planned,
      planned: planned.map {
        PlacedWord($0, UnitPlace(file: "/etc/systemd/system/docker.service.d/a.conf", line: 3))
      })
    return DaemonConfigurationPlan(
      snapshot, canonical: "/etc/docker/daemon.json",
      current: file.map {
        FileVersion(Array($0.utf8), Attributes(uid: 0, gid: 0, mode: 0o600))
      },
      command: command)
  }

  private static func text(_ plan: DaemonConfigurationPlan) -> String {
    String(decoding: plan.text, as: UTF8.self)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var file: String?
    var flags: [String] = ["-H", "fd://"]
    var running: [String]?
    var remedies: [DaemonRemedy]
    var change: @Sendable (inout HostSnapshot, inout EngineInfo) -> Void = { _, _ in }
    var after: String = ""
    var effects: Set<Effect> = []
    var diff: [String] = []

    var testDescription: String { name }
  }

  private static let rows: [Row] = [
    Row(
      name: "no file", remedies: icc, after: "{\n  \"icc\": false\n}\n",
      effects: [.dockerdRestart],
      diff: ["--- /dev/null", "+++ /etc/docker/daemon.json", "+  \"icc\": false"]),
    Row(
      name: "another value", file: "{\"icc\": true, \"log-opts\": {\"splunk-token\": \"secret\"}}",
      remedies: icc, after: "{\"icc\": false, \"log-opts\": {\"splunk-token\": \"secret\"}}",
      effects: [.dockerdRestart],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json", "-  \"icc\": true",
        "+  \"icc\": false",
      ]),
    Row(
      name: "configured, not in effect", file: "{\"icc\": false}", remedies: icc,
      after: "{\"icc\": false}", effects: [.dockerdRestart]),
    Row(
      name: "a reload", file: "{}", remedies: liveRestore, after: "{\n  \"live-restore\": true\n}",
      effects: [.dockerdReload],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json",
        "+  \"live-restore\": true",
      ]),
    Row(
      name: "configured, a reload away", file: "{\"live-restore\":true}", remedies: liveRestore,
      after: "{\"live-restore\":true}", effects: [.dockerdReload]),
    Row(
      name: "loopback registries stay",
      file: "{\"insecure-registries\":[\"localhost:5000\",\"r.example\",\"::1/128\"]}",
      remedies: registries, after: "{\"insecure-registries\":[\"localhost:5000\",\"::1/128\"]}",
      effects: [.dockerdReload],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json",
        "-  \"insecure-registries\": [\"localhost:5000\", \"r.example\", \"::1/128\"]",
        "+  \"insecure-registries\": [\"localhost:5000\", \"::1/128\"]",
      ]),
    Row(
      name: "a registry that was taken from the file is taken back explicitly", file: "{}",
      remedies: registries, after: "{\n  \"insecure-registries\": []\n}",
      effects: [.dockerdReload],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json",
        "+  \"insecure-registries\": []",
      ]),
    Row(
      name: "debug alone", file: "{\"debug\": true}", remedies: logLevel,
      change: { $1.debug = .value(true) }, after: "{\"debug\": false}",
      effects: [.dockerdReload, .dockerdRestart],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json", "-  \"debug\": true",
        "+  \"debug\": false",
      ]),
    Row(
      name: "debug that is not in the file any more", file: "{}", remedies: logLevel,
      change: { $1.debug = .value(true) }, after: "{\n  \"debug\": false\n}",
      effects: [.dockerdReload, .dockerdRestart],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json", "+  \"debug\": false",
      ]),
    Row(
      name: "the level alone", file: "{\"log-level\": \"WARN\"}", remedies: logLevel,
      after: "{\"log-level\": \"info\"}", effects: [.dockerdRestart],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json",
        "-  \"log-level\": \"WARN\"", "+  \"log-level\": \"info\"",
      ]),
    Row(
      name: "both", file: "{\"debug\": true, \"log-level\": \"error\"}", remedies: logLevel,
      change: { $1.debug = .value(true) }, after: "{\"debug\": false, \"log-level\": \"info\"}",
      effects: [.dockerdReload, .dockerdRestart],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json", "-  \"debug\": true",
        "+  \"debug\": false", "-  \"log-level\": \"error\"", "+  \"log-level\": \"info\"",
      ]),
    Row(
      name: "a level that is right as a flag", file: "{\"debug\": true}",
      flags: ["--log-level=INFO"], remedies: logLevel, change: { $1.debug = .value(true) },
      after: "{\"debug\": false}", effects: [.dockerdReload],
      diff: [
        "--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json", "-  \"debug\": true",
        "+  \"debug\": false",
      ]),
    Row(
      name: "a flag that the next start has right", file: "{}", flags: ["--icc=false"],
      running: [], remedies: icc, after: "{}", effects: [.dockerdRestart]),
  ]

  @Test("edits what is not so, and says what has to happen then", arguments: rows)
  func edit(row: Row) throws {
    var plan = Self.plan(row.file, row.flags, running: row.running, row.change)
    let before = plan.text
    let intervention = try plan.add(row.remedies, slug: "check", subject: .daemon)
    #expect(Self.text(plan) == row.after)
    #expect(intervention.effects == row.effects)
    #expect(intervention.diff == row.diff)
    guard case .contents(let change)? = intervention.changes.first else {
      #expect(plan.text == before)
      return
    }
    #expect(plan.text != before)
    #expect(change.after.bytes == plan.text)
    #expect(change.before?.bytes == row.file.map { Array($0.utf8) })
    let mode: UInt16 = row.file == nil ? 0o644 : 0o600
    #expect(change.after.attributes == Attributes(uid: 0, gid: 0, mode: mode))
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    var name: String
    var file: String? = "{}"
    var flags: [String] = ["-H", "fd://"]
    var running: [String]?
    var remedies: [DaemonRemedy] = icc
    var change: @Sendable (inout HostSnapshot, inout EngineInfo) -> Void = { _, _ in }
    var reason: String

    var testDescription: String { name }
  }

  private static let refused: [Refused] = [
    Refused(
      name: "a flag of the unit", flags: ["-H", "fd://", "--icc=true"],
      reason:
        "'icc' is set by the flag '--icc' in '/etc/systemd/system/docker.service.d/a.conf', line 3, and dockerd does not start with both; change it there"
    ),
    Refused(
      name: "a flag of the other form", flags: ["--insecure-registry=r.example"],
      remedies: registries,
      reason:
        "'insecure-registries' is set by the flag '--insecure-registry' in '/etc/systemd/system/docker.service.d/a.conf', line 3, and dockerd does not start with both; change it there"
    ),
    Refused(
      name: "a short flag", flags: ["-DH", "fd://"], remedies: logLevel,
      change: { $1.debug = .value(true) },
      reason:
        "'debug' is set by the flag '--debug' in '/etc/systemd/system/docker.service.d/a.conf', line 3, and dockerd does not start with both; change it there"
    ),
    Refused(
      name: "a flag of the process alone", running: ["--icc"],
      reason:
        "'icc' is set by the flag '--icc' of the running dockerd (process 812), and dockerd does not start with both; change it there"
    ),
    Refused(
      name: "a conflict that is there already", file: "{\"hosts\": [\"fd://\"]}",
      reason:
        "'/etc/docker/daemon.json' sets 'hosts', which the flag '--host' in '/etc/systemd/system/docker.service.d/a.conf', line 3 sets as well: dockerd does not start with both"
    ),
    Refused(
      name: "a conflict of a key that is not judged", file: "{\"data-root\": \"/a\"}",
      flags: ["--data-root=/a"],
      reason:
        "'/etc/docker/daemon.json' sets 'data-root', which the flag '--data-root' in '/etc/systemd/system/docker.service.d/a.conf', line 3 sets as well: dockerd does not start with both"
    ),
    Refused(
      name: "a swarm", remedies: liveRestore,
      change: { $1.swarm.localNodeState = .value("active") },
      reason: "dockerd is in swarm mode, which does not go with live-restore"),
    Refused(
      name: "icc without iptables", file: "{\"iptables\": false}",
      reason:
        "iptables is false, and dockerd does not start then with icc false; set iptables to true first"
    ),
    Refused(
      name: "icc with a flag against iptables", flags: ["--iptables=false"],
      reason:
        "iptables is false, and dockerd does not start then with icc false; set iptables to true first"
    ),
    Refused(
      name: "icc while live-restore keeps containers running",
      change: { snapshot, info in
        info.liveRestore = .value(true)
        snapshot.containers = .found([
          ContainerReading(id: "1", name: "web", inspection: .unreadable("gone"))
        ])
      },
      reason:
        "live-restore keeps the containers running while dockerd restarts, and it leaves the default bridge as it is while any runs; stop them first"
    ),
    Refused(
      name: "not JSON", file: "{\n  \"icc\": true,\n}\n",
      reason: "/etc/docker/daemon.json:3:1: expected a key in double quotes"),
    Refused(
      name: "a byte-order mark", file: "\u{FEFF}{}",
      reason: "/etc/docker/daemon.json:1:1: a byte-order mark, which JSON does not allow"),
    Refused(
      name: "a key that stands twice", file: "{\"icc\": false, \"icc\": true}",
      reason: "/etc/docker/daemon.json:1:16: the key 'icc' stands twice in this object"),
    Refused(
      name: "another case", file: "{\"ICC\": true}",
      reason: "/etc/docker/daemon.json:1:2: the key 'ICC' differs from 'icc' only in case"),
    Refused(
      name: "a wrong type", file: "{\"icc\": \"true\"}",
      reason: "/etc/docker/daemon.json:1:9: 'icc' is neither true nor false"),
    Refused(
      name: "a list of something else", file: "{\"insecure-registries\": [1]}",
      remedies: registries,
      reason:
        "/etc/docker/daemon.json:1:26: 'insecure-registries' holds something that is not a text"),
    Refused(
      name: "a nested key", file: "{\"x\": {\"icc\": true}}",
      reason:
        "/etc/docker/daemon.json:1:8: 'icc' stands within 'x', where dockerd may or may not obey it"
    ),
  ]

  @Test("refuses what would keep dockerd from starting, and says where", arguments: refused)
  func refuse(row: Refused) {
    var plan = Self.plan(row.file, row.flags, running: row.running, row.change)
    let before = plan.text
    #expect(throws: RemediationError.refused(row.reason)) {
      try plan.add(row.remedies, slug: "check", subject: .daemon)
    }
    #expect(plan.text == before)
  }

  @Test("goes on from what the check before leaves")
  func several() throws {
    var plan = Self.plan("{\"icc\": true}")
    let first = try plan.add(Self.icc, slug: "a", subject: .daemon)
    #expect(throws: RemediationError.self) {
      try plan.add(
        [DaemonRemedy(.hosts, .list([]), isReloadable: false)], slug: "b", subject: .daemon)
    }
    let third = try plan.add(Self.liveRestore, slug: "c", subject: .daemon)
    #expect(Self.text(plan) == "{\"icc\": false, \"live-restore\": true}")
    guard case .contents(let one)? = first.changes.first,
      case .contents(let two)? = third.changes.first
    else {
      Issue.record("there is no change of the file")
      return
    }
    #expect(two.before == one.after)
    let again = try plan.add(Self.icc, slug: "a", subject: .daemon)
    #expect(again.changes.isEmpty)
    #expect(again.effects == [.dockerdRestart])
  }

  @Test("begins with iptables, which icc needs")
  func iptablesFirst() throws {
    var plan = Self.plan("{\"iptables\": false}")
    _ = try plan.add(
      [DaemonRemedy(.iptables, .bool(true), isReloadable: false)], slug: "a", subject: .daemon)
    _ = try plan.add(Self.icc, slug: "b", subject: .daemon)
    #expect(Self.text(plan) == "{\"iptables\": true, \"icc\": false}")
  }

  @Test("says that a restart puts more into effect, where somebody has changed the file")
  func notes() throws {
    var plan = Self.plan("{}") { snapshot, _ in
      snapshot.daemon.configurationIsAsRead = .found(false)
    }
    #expect(try plan.add(Self.icc, slug: "a", subject: .daemon).notes.count == 1)
  }
}
