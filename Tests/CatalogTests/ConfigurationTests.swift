import Catalog
import Documents
import FoundationEssentials
import HardeningModel
import Testing

/// Reading `dockward.yaml`.
@Suite("Configuration file")
struct ConfigurationTests {
  private static func parse(_ bytes: some Sequence<UInt8>) throws(DocumentError) -> Policy {
    try Configuration.parse(Array(bytes), file: "c.yaml").policy
  }

  @Test(
    "that says nothing gives the defaults",
    arguments: ["", "\n\n", "# a comment\n", "---\n", "null\n", "{}\n"])
  func defaults(_ text: String) throws {
    let policy = try Self.parse(text.utf8)
    #expect(policy == Policy())
    #expect(
      policy.allowedMounts.map(\.path) == [
        "/etc/localtime", "/etc/timezone", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf",
        "/etc/ssl/certs",
      ])
    #expect(policy.allowedMounts.allSatisfy { !$0.writable })
    #expect(policy.allowedDevices == [])
    #expect(policy.allowedCgroupParents == [])
    #expect(policy.containerStates == nil)
    #expect(!policy.swarmExpected)
    #expect(policy.trustedDockerUsers == nil)
    #expect(policy.minimumEngineVersion == nil)
  }

  @Test("that is shipped gives the defaults")
  func shipped() throws {
    let file = Repository.root.appending(path: "etc/dockward/dockward.yaml")
    #expect(try Self.parse(Data(contentsOf: file)) == Policy())
  }

  @Test("says how long history is kept")
  func history() throws {
    func days(_ text: String) throws -> Int {
      try Configuration.parse(Array(text.utf8), file: "c.yaml").historyKeepDays
    }
    #expect(try days("") == 365)
    #expect(try days("history: {}") == 365)
    #expect(try days("history:\n  keepDays: 90") == 90)
  }

  @Test("says when something flaps, each limit by itself")
  func flapping() throws {
    func limits(_ text: String) throws -> FlappingLimits {
      try Configuration.parse(Array(text.utf8), file: "c.yaml").flapping
    }
    #expect(try limits("") == FlappingLimits(changes: 4, window: 86_400, rest: 21_600))
    #expect(try limits("flapping: {}") == .standard)
    #expect(try limits("flapping: {changes: 1}").changes == 1)
    #expect(
      try limits("flapping:\n  rest: 1m") == FlappingLimits(changes: 4, window: 86_400, rest: 60))
    #expect(
      try limits("flapping: {changes: 1000, window: 365d, rest: 90m}")
        == FlappingLimits(changes: 1000, window: 31_536_000, rest: 5400))
  }

  @Test("sets every key")
  func everyKey() throws {
    let policy = try Self.parse(
      """
      allowedMounts:
        - /etc/app
        - /srv/app:rw
        - "/with space"
      allowedDevices: [/dev/fuse, "c 188:* rwm", gpu]
      allowedCgroupParents: [/web, web.slice]
      containerStates: [running, paused]
      swarmExpected: true
      trustedDockerUsers: [alice, build.bot]
      minimumEngineVersion: 26.10
      trustedImages: [registry.example/team/*, "debian:12"]
      maximumImageAge: 90
      allowedSetuidPaths: [/usr/bin/su]
      maximumUnusedImages: 0
      maximumStoppedContainers: 3
      remediation:
        containers: {memory: 512m, cpuShares: 2048, pids: 200}
      """.utf8)
    var expected = Policy()
    expected.allowedMounts = [
      AllowedMount(path: "/etc/app"), AllowedMount(path: "/srv/app", writable: true),
      AllowedMount(path: "/with space"),
    ]
    expected.allowedDevices = ["/dev/fuse", "c 188:* rwm", "gpu"]
    expected.containerRemedies.memory = 512 << 20
    expected.containerRemedies.cpuShares = 2048
    expected.containerRemedies.pids = 200
    expected.allowedCgroupParents = ["/web", "web.slice"]
    expected.containerStates = [.running, .paused]
    expected.swarmExpected = true
    expected.trustedDockerUsers = ["alice", "build.bot"]
    expected.minimumEngineVersion = EngineRelease("26.10")
    expected.trustedImages = ["registry.example/team/*", "debian:12"].compactMap {
      TrustedImage($0)
    }
    expected.maximumImageAge = 90
    expected.allowedSetuidPaths = ["/usr/bin/su"]
    expected.maximumUnusedImages = 0
    expected.maximumStoppedContainers = 3
    #expect(policy == expected)
  }

  @Test(
    "refuses what no image can be judged by, and says where",
    arguments: [
      ("trustedImages: [debian, '']", 1, 25), ("trustedImages: [sha256:123]", 1, 17),
      ("trustedImages: ['a b']", 1, 17), ("trustedImages: ['x@sha256:1']", 1, 17),
      ("trustedImages: ['team/']", 1, 17), ("trustedImages: debian", 1, 16),
      ("maximumImageAge: 0", 1, 18), ("maximumImageAge: 1.5", 1, 18),
      ("maximumImageAge: 90d", 1, 18), ("allowedSetuidPaths: [su]", 1, 22),
      ("allowedSetuidPaths: [/usr/bin/]", 1, 22), ("maximumUnusedImages: -1", 1, 22),
      ("maximumStoppedContainers: many", 1, 27), ("history: 7", 1, 10),
      ("remediation: {containers: {memory: 5m}}", 1, 36),
      ("remediation: {containers: {memory: 512x}}", 1, 36),
      ("remediation: {containers: {memory: -1}}", 1, 36),
      ("remediation: {containers: {memory: 1152921504606846976}}", 1, 36),
      ("remediation: {containers: {memory: 9999999999999g}}", 1, 36),
      ("remediation: {containers: {memory: m}}", 1, 36),
      ("remediation: {containers: {cpuShares: 1024}}", 1, 39),
      ("remediation: {containers: {cpuShares: 1}}", 1, 39),
      ("remediation: {containers: {pids: 0}}", 1, 34), ("remediation: {container: {}}", 1, 15),
      ("history: {keepDays: 0}", 1, 21), ("history:\n  keepdays: 7", 2, 3),
    ])
  func images(_ text: String, line: Int, column: Int) throws {
    let error = try #require(throws: DocumentError.self) { try Self.parse(text.utf8) }
    #expect("\(error)".hasPrefix("c.yaml:\(line):\(column): "), "\(error)")
  }

  /// Each key alone leaves the others as they are.
  @Test("sets one key")
  func oneKey() throws {
    var expected = Policy()
    expected.allowedMounts = []
    #expect(try Self.parse("allowedMounts: []".utf8) == expected)
    expected = Policy()
    expected.swarmExpected = true
    #expect(try Self.parse("swarmExpected: true".utf8) == expected)
    #expect(try Self.parse("swarmExpected: false".utf8) == Policy())
    // Nobody is trusted, which is not the same as nobody having said who is.
    #expect(try Self.parse("trustedDockerUsers: []".utf8).trustedDockerUsers == [])
  }

  @Test("knows every state of a container", arguments: ContainerState.allCases)
  func state(_ state: ContainerState) throws {
    #expect(try Self.parse("containerStates: [\(state.rawValue)]".utf8).containerStates == [state])
  }

  @Test(
    "is refused with line, column and reason",
    arguments: [
      ("swarmExpected: true\nx: y", "2:1: unknown key 'x'"),
      ("alowedMounts: []", "1:1: unknown key 'alowedMounts'; did you mean 'allowedMounts'?"),
      ("SwarmExpected: true", "1:1: unknown key 'SwarmExpected'; did you mean 'swarmExpected'?"),
      ("swarmExpected: yes", "1:16: expected true or false, found 'yes'"),
      ("swarmExpected: TRUE", "1:16: expected true or false, found 'TRUE'"),
      ("swarmExpected:", "1:15: expected true or false, found nothing"),
      ("swarmExpected: [true]", "1:16: expected true or false, found a list"),
      ("containerStates: running", "1:18: expected a list, found 'running'"),
      (
        "containerStates: [running, runing]",
        "1:28: 'runing' is none of created, running, paused, restarting, removing, exited, dead"
      ),
      ("containerStates:\n  - {a: b}", "2:5: expected a text, found a mapping"),
      ("allowedMounts: /etc", "1:16: expected a list, found '/etc'"),
      ("allowedMounts:", "1:15: expected a list, found nothing"),
      (
        "allowedMounts:\n  - /a\n  - etc\n",
        "3:5: 'etc' is no absolute path, with or without ':rw' after it"
      ),
      (
        "allowedMounts: [etc:rw]",
        "1:17: 'etc:rw' is no absolute path, with or without ':rw' after it"
      ),
      ("allowedMounts: ['']", "1:17: '' is no absolute path, with or without ':rw' after it"),
      ("allowedMounts: [':rw']", "1:17: ':rw' is no absolute path, with or without ':rw' after it"),
      ("allowedMounts: [[]]", "1:17: expected a text, found a list"),
      ("allowedMounts: [~]", "1:17: expected a text, found nothing"),
      ("allowedDevices: {a: b}", "1:17: expected a list, found a mapping"),
      ("allowedDevices: [{}]", "1:18: expected a text, found a mapping"),
      ("trustedDockerUsers: alice", "1:21: expected a list, found 'alice'"),
      ("trustedDockerUsers:\n  - a\n  - 'b c'", "3:5: 'b c' is no name of a user"),
      ("trustedDockerUsers: [a:b]", "1:22: 'a:b' is no name of a user"),
      ("trustedDockerUsers: ['']", "1:22: '' is no name of a user"),
      ("trustedDockerUsers: [~]", "1:22: expected a text, found nothing"),
      (
        "minimumEngineVersion: latest",
        "1:23: 'latest' is no version of the Engine, as 26.1.5 is one"
      ),
      ("minimumEngineVersion: 26.", "1:23: '26.' is no version of the Engine, as 26.1.5 is one"),
      ("minimumEngineVersion: v26", "1:23: 'v26' is no version of the Engine, as 26.1.5 is one"),
      (
        "minimumEngineVersion: 1.2.3.4.5",
        "1:23: '1.2.3.4.5' is no version of the Engine, as 26.1.5 is one"
      ),
      ("minimumEngineVersion: [26]", "1:23: expected a text, found a list"),
      ("minimumEngineVersion:", "1:22: expected a text, found nothing"),
      ("flapping: 4", "1:11: expected a mapping, found '4'"),
      ("flapping:\n  change: 4", "2:3: unknown key 'change'; did you mean 'changes'?"),
      ("flapping: {changes: 0}", "1:21: expected a number from 1 to 1000, found '0'"),
      ("flapping: {changes: often}", "1:21: expected a number from 1 to 1000, found 'often'"),
      ("flapping: {changes: }", "1:21: expected a number from 1 to 1000, found nothing"),
      ("flapping:\n  window: 1 day", "2:11: '1 day' is no span from 1m to 365d, as 24h is one"),
      ("flapping: {window: 24}", "1:20: '24' is no span from 1m to 365d, as 24h is one"),
      ("flapping: {window: 366d}", "1:20: '366d' is no span from 1m to 365d, as 24h is one"),
      ("flapping: {rest: 0m}", "1:18: '0m' is no span from 1m to 365d, as 24h is one"),
      ("flapping: {rest: -6h}", "1:18: '-6h' is no span from 1m to 365d, as 24h is one"),
      ("flapping: {rest: [6h]}", "1:18: expected a text, found a list"),
      ("allowedCgroupParents: web", "1:23: expected a list, found 'web'"),
      (
        "# first\nswarmExpected: true\nswarmExpected: false",
        "2:1: 'swarmExpected' given twice in this mapping"
      ),
      ("[]", "1:1: expected a mapping, found a list"),
      ("text", "1:1: expected a mapping, found 'text'"),
      ("a: b: c", "1:5: invalid YAML: mapping values are not allowed in this context"),
    ])
  func refused(_ text: String, expected: String) {
    let error = #expect(throws: DocumentError.self) { try Self.parse(text.utf8) }
    #expect(error?.description == "c.yaml:" + expected)
  }

  @Test("is refused when it is not UTF-8")
  func notUTF8() {
    let error = #expect(throws: DocumentError.self) { try Self.parse([0xFF]) }
    #expect(error?.description == "c.yaml:1:1: the file is not UTF-8")
  }

  @Test("is refused when it is nested too deep")
  func depth() {
    #expect(throws: DocumentError.self) {
      try Self.parse(String(repeating: "[", count: 100_000).utf8)
    }
  }
}
