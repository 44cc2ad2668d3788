import Foundation
import TestSupport
import Testing

/// dockward under the name of docker-bench, and definitions files, on a real Engine with its real client.
@Suite("docker-bench", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct DropInTests {
  /// What people have around it.
  @Test("works as it is taught", arguments: Machine.Suite.allCases)
  func lesson(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try Self.prepare(machine)
      try machine.shell("docker run -d --name web busybox:latest sleep 86400")
      try machine.shell("docker-bench --version 18.09 --include-test-output > docker-bench.txt")
      let failed = try machine.shell("grep FAIL docker-bench.txt").split(separator: "\n")
      #expect(failed.count > 10)
      #expect(failed.contains { $0.hasPrefix("[FAIL] 5.10 ") && $0.hasSuffix("(Scored)") })
      let summary = try machine.shell("grep -A 4 '== Summary ==' docker-bench.txt").split(
        separator: "\n")
      #expect(
        summary.map { $0.filter { !$0.isNumber } } == [
          "== Summary ==", " checks PASS", " checks FAIL", " checks WARN", " checks INFO",
        ])
      #expect(
        summary.dropFirst(2).first
          == "\(failed.filter { $0.hasPrefix("[FAIL]") }.count) checks FAIL")

      // The exercise: audit, export, audit again.
      let before = try Self.failures(machine, "docker-bench --benchmark cis-1.2")
      let after = try Self.failures(
        machine, "export DOCKER_CONTENT_TRUST=1; docker-bench --benchmark cis-1.2 2>/dev/null")
      #expect(before.subtracting(after) == ["4.5"])
      #expect(after.isSubset(of: before))
      print("\(suite): \(before.count) checks FAIL, after the export \(after.count), without 4.5")
    }
  }

  private static func failures(_ machine: Machine, _ command: String) throws -> Set<String> {
    let text = try machine.shell("\(command) > report.txt; cat report.txt")
    return Set(
      text.split(separator: "\n").filter { $0.hasPrefix("[FAIL]") }.map {
        String($0.split(separator: " ")[1])
      })
  }

  private static func numbers(_ machine: Machine, _ command: String) throws -> [String] {
    try machine.shell(command).split(separator: "\n").filter { $0.hasPrefix("[") }.map {
      String($0.split(separator: " ")[1])
    }
  }

  private static func prepare(_ machine: Machine) throws {
    try machine.shell("ln -s dockward /usr/bin/docker-bench; cd /root")
  }

  @Test("takes the flags of docker-bench, and exits as it does", arguments: Machine.Suite.allCases)
  func flags(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try Self.prepare(machine)
      // The Engine's own version chooses.
      let own = try machine.shell("docker-bench --noremediations | head -n 1")
      #expect(own.contains("cis-1.6.0"))
      let summary = try machine.shell("docker-bench --noresults --noremediations -c 1.1.2,2.1")
      #expect(summary.split(separator: "\n").count == 5)
      #expect(try machine.shell("docker-bench --nosummary --noresults --noremediations") == "")
      // What it splits is told under both numbers.
      let split = "docker-bench --benchmark cis-1.2 --noremediations --nosummary"
      #expect(try Self.numbers(machine, "\(split) -c 2.13").suffix(2) == ["2.13.a", "2.13.b"])
      #expect(try Self.numbers(machine, "\(split) -c 2.13.a,2.1").suffix(2) == ["2.1", "2.13.a"])
      try machine.shell("docker-bench --json --outputfile /root/report.json --check=2.1")
      let json = try machine.shell("cat /root/report.json")
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
      let counts = ["pass", "fail", "warn", "info"].compactMap { report["total_\($0)"] as? Int }
      #expect(counts.reduce(0, +) == 1 && counts.count == 4)
      for (arguments, error) in [
        ("--benchmark cis-1.2 --version 18.09", "give one"), ("--version 1.0", "1.0"),
        ("--benchmark cis-9", "there is no benchmark 'cis-9'"), ("-D /nonexistent", "no such file"),
        ("--no-such-flag", "--no-such-flag"), ("-c 99.99", "99.99"),
      ] {
        let outcome = try machine.run("sh", "-c", "docker-bench \(arguments)")
        #expect(outcome.status == 1, "\(arguments)")
        #expect(outcome.errors.contains(error), "\(arguments): \(outcome.errors)")
      }
    }
  }

  private static let definitions = """
    mkdir -p /root/cfg/cis-1.2
    cat >/root/cfg/cis-1.2/config.yaml <<'END'
    unit: {value: /usr/lib/systemd/system/docker.service}
    END
    cat >/root/cfg/cis-1.2/definitions.yaml <<'END'
    ---
    controls:
    id: own
    description: "Our own"
    groups:
    - id: 3
      description: "Files"
      checks:
      - id: 3.1
        description: "Ensure the unit is root's (Scored)"
        audit: "stat -c owner=%U:%G $unit"
        tests: {test_items: [{flag: owner, compare: {op: eq, value: "root:root"}}]}
        scored: true
      - id: 4.5
        description: "Ensure content trust is on (Scored)"
        audit: "echo $DOCKER_CONTENT_TRUST"
        tests: {test_items: [{compare: {op: eq, value: 1}}]}
        scored: true
      - id: 5.1
        description: "Ensure no container is privileged (Scored)"
        audit: "docker ps --quiet --all | xargs docker inspect --format '{{ .Id }}:Privileged={{ .HostConfig.Privileged }}'"
        use_multiple_values: true
        tests: {test_items: [{flag: "Privileged=true", set: false}]}
        scored: true
      - id: 5.2
        description: "Says nothing while the Engine is away (Scored)"
        audit: "docker ps --quiet 2>/dev/null"
        tests: {test_items: [{flag: x, set: false}]}
        scored: true
      - id: 5.3
        description: "Asks without a witness (Scored)"
        audit: "/usr/bin/docker ps --quiet 2>&1"
        tests: {test_items: [{flag: never, set: false}]}
        scored: true
      - id: 5.4
        description: "A command in a container may fail (Scored)"
        audit: "docker exec web grep -q nobody-else /etc/passwd || echo none"
        tests: {test_items: [{flag: none}]}
        scored: true
    - id: 7
      description: "Swarm"
      constraints: {docker-swarm: [active]}
      checks:
      - {id: 7.1, description: "Swarm (Scored)", audit: "echo yes", tests: {test_items: [{flag: yes}]}, scored: true}
    END
    """

  private static func statuses(_ machine: Machine, _ command: String) throws -> [String: String] {
    let text = try machine.shell("\(command) > report.txt 2>/dev/null; cat report.txt")
    return Dictionary(
      text.split(separator: "\n").filter { $0.hasPrefix("[") }.map { line in
        let words = line.split(separator: " ")
        return (String(words[1]), String(words[0].dropFirst().dropLast()))
      }, uniquingKeysWith: { $1 })
  }

  @Test(
    "runs definitions, and passes nothing on an Engine that is away",
    arguments: Machine.Suite.allCases)
  func definitions(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try Self.prepare(machine)
      try machine.shell(Self.definitions)
      try machine.shell("docker run -d --name web busybox:latest sleep 86400")
      let bench = "docker-bench -D /root/cfg --version 18.09"
      #expect(
        try Self.statuses(machine, bench) == [
          "own": "INFO", "3": "INFO", "3.1": "PASS", "4.5": "FAIL", "5.1": "PASS", "5.2": "PASS",
          "5.3": "PASS", "5.4": "PASS", "7": "INFO", "7.1": "INFO",
        ])
      #expect(
        try Self.statuses(machine, "export DOCKER_CONTENT_TRUST=1; \(bench)")["4.5"] == "PASS")
      try machine.shell(
        "docker run -d --privileged --name evil busybox:latest sleep 86400; docker swarm init --advertise-addr 127.0.0.1"
      )
      let found = try Self.statuses(machine, bench)
      #expect(found["5.1"] == "FAIL")
      #expect(found["7.1"] == "PASS")
      try machine.shell("systemctl stop docker.socket docker")
      let away = try Self.statuses(machine, bench)
      #expect(
        away.filter { $0.key.hasPrefix("5.") && $0.key != "5.4" }.values.allSatisfy {
          $0 == "WARN"
        }, "\(away)")
      #expect(away["7.1"] == "WARN")
      #expect(away["3.1"] == "PASS")
      // What others could have written is not run.
      try machine.shell("chmod g+w /root/cfg/cis-1.2/definitions.yaml")
      let refused = try machine.run("sh", "-c", bench)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("writable by others than root"))
      #expect(try machine.shell("ls -d /tmp/dockward-audits* 2>/dev/null || true") == "")
    }
  }

  /// Each in its own way wants to be rid of whoever runs it.
  private static let harmful = """
    mkdir -p /root/cfg/bad
    cat >/root/cfg/bad/definitions.yaml <<'END'
    id: bad
    groups:
    - id: 1
      checks:
      - {id: 1.1, audit: "sleep 1000", tests: {test_items: [{flag: x, set: false}]}, scored: true}
      - {id: 1.2, audit: "cat /dev/zero", tests: {test_items: [{flag: x, set: false}]}, scored: true}
      - {id: 1.3, audit: "b() { b | b & }; b; sleep 1000", tests: {test_items: [{flag: x, set: false}]}, scored: true}
      - {id: 1.4, audit: "b() { setsid -f sh -c 'sleep 1000'; b & b; }; b", tests: {test_items: [{flag: x, set: false}]}, scored: true}
      - {id: 1.5, audit: "echo taken >/dev/tty; echo taken >/proc/self/fd/0", tests: {test_items: [{flag: x, set: false}]}, scored: true}
      - {id: 1.6, audit: "sleep 1000 & (setsid sleep 1000 &) & echo y", tests: {test_items: [{flag: x, set: false}]}, scored: true}
      - {id: 1.7, audit: "echo right", tests: {test_items: [{flag: right}]}, scored: true}
    END
    """

  @Test("is not harmed by audits that mean harm", arguments: Machine.Suite.allCases)
  func harm(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try Self.prepare(machine)
      try machine.shell(Self.harmful)
      let began = ContinuousClock.now
      let found = try Self.statuses(
        machine,
        "systemd-run --quiet --scope -p TasksMax=200 docker-bench -D /root/cfg --benchmark bad")
      for number in 1...6 { #expect(found["1.\(number)"] == "WARN") }
      // Beside a script that takes all tasks there are, it may not be run either.
      #expect(["PASS", "WARN"].contains(found["1.7"]))
      // Some of these take all the time that they have, and there are as many at a time as processors.
      #expect(ContinuousClock.now - began < .seconds(120))
      // Nothing of them is left; they are called by their marks.
      let left = try machine.shell(
        "ps -e -o args= | grep -E '^(sh-|sleep 1000|cat /dev/zero)' || true")
      #expect(left == "")
      print("\(suite): \(try machine.shell("grep -A 1 WARN report.txt"))")
      #expect(
        try Self.statuses(machine, "docker-bench -D /root/cfg --benchmark bad -c 1.7")["1.7"]
          == "PASS")
    }
  }

  @Test(
    "definitions are watched by the service, are drift, and can be waived",
    arguments: Machine.Suite.allCases)
  func service(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(
        """
        mkdir -p /etc/dockward/definitions.d
        cat >/etc/dockward/definitions.d/site.yaml <<'END'
        id: site
        description: "The site's own"
        groups:
        - id: 1
          checks:
          - id: 1.1
            description: "Ensure there is a banner (Scored)"
            audit: "cat /etc/banner 2>/dev/null"
            tests: {test_items: [{flag: hello}]}
            scored: true
          - id: 1.2
            description: "Sees what root sees (Scored)"
            audit: "docker ps -q && ps -ef | grep -c '[d]ockerd' && head -c 1 /etc/shadow && id -u"
            tests: {test_items: [{flag: "0"}]}
            scored: true
        END
        echo hello >/etc/banner
        """)
      try machine.startService("interval: 1m")
      func verdicts() throws -> [String: String] {
        let report = try machine.audit("--check", "custom/site")
        return Dictionary(report.checks.map { ($0.slug, $0.verdict) }, uniquingKeysWith: { $1 })
      }
      #expect(try verdicts() == ["custom/site/1.1": "pass", "custom/site/1.2": "pass"])
      // In the sandbox of its unit it is the same.
      try machine.shell("systemctl start dockward-definitions")
      let record = try machine.shell("cat /var/lib/dockward/definitions.json")
      #expect(
        !record.contains(#""verdict":"fail""#) && !record.contains(#""verdict":"unknown""#),
        "\(record)")

      try machine.shell("rm /etc/banner; systemctl reload dockward")
      let told = try machine.shell(
        """
        for try in $(seq 200); do
          journalctl -q --sync
          text=$(journalctl -q -o json -t dockward DOCKWARD_SLUG=custom/site/1.1)
          [ -n "$text" ] && break
          sleep 0.1
        done
        echo "$text"
        """)
      #expect(told.contains("regressed"), "\(told)")
      #expect(try verdicts()["custom/site/1.1"] == "fail")
      try machine.shell(
        "dockward waive custom/site/1.1 --reason 'no banner yet' --until 2099-01-01 || dockward waive custom/site/1.1 --reason 'no banner yet' --until $(date -d '+30 days' +%F)"
      )
      #expect(try verdicts()["custom/site/1.1"] == "waived")
      // What cannot be asked any more does not go on passing.
      try machine.shell(
        """
        mkdir /etc/systemd/system/dockward-definitions.service.d
        printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' \\
          >/etc/systemd/system/dockward-definitions.service.d/x.conf
        systemctl daemon-reload; systemctl reload dockward
        """)
      let unknown = try machine.shell(
        """
        for try in $(seq 200); do
          journalctl -q --sync
          text=$(journalctl -q -o json -t dockward DOCKWARD_AFTER=unknown)
          [ -n "$text" ] && break
          sleep 0.1
        done
        echo "$text"
        """)
      #expect(unknown.contains("lostSight"), "\(unknown)")
      #expect(try machine.serviceProperty("NRestarts") == "0")
    }
  }
}
