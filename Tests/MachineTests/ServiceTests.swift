import Foundation
import Store
import TestSupport
import Testing

/// The service on a real host: what it mends, how it ends, and what becomes of it when it is killed.
@Suite("The service on a host", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct ServiceTests {
  /// Opens docker.service to all `$1` times, and prints after how many microseconds it was closed again.
  private static let opening = """
    set -u
    unit=$(systemctl show -P FragmentPath docker)
    for try in $(seq "$1"); do
      before=${EPOCHREALTIME/[.,]/}
      end=$((SECONDS + 20))
      chmod 666 "$unit"
      until [[ $(stat -c %a "$unit") == 644 ]]; do
        ((SECONDS < end)) || exit 1
        sleep 0.01
      done
      echo $((${EPOCHREALTIME/[.,]/} - before))
      sleep 1
    done
    """

  @Test("mends a file that it may mend, as often as somebody opens it")
  func mends() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.startService("remediation: {enabled: [3.2], breaker: {repairs: 0}}")
      let outcome = try machine.run("bash", "-c", Self.opening, "opening", "20")
      try outcome.expectSuccess()
      let times = outcome.output.split(separator: "\n").compactMap { Int($0) }.sorted()
      try #require(times.count == 20)
      print(
        "mended 20 times of 20, median \(times[9] / 1000) ms after it was opened, "
          + "longest \(times[19] / 1000) ms")
      let entries = try machine.journal("-t dockward DOCKWARD_EVENT=remediation")
      #expect(entries.count { $0["DOCKWARD_STATUS"] == "fixed" } == 20)
      #expect(entries.allSatisfy { $0["DOCKWARD_BY"] == "the service" })
    }
  }

  @Test("leaves a file alone that somebody opens again and again, until a person mends it")
  func breaker() async throws {
    try await Machine.with(.bookworm) { machine in
      try machine.startService("remediation: {enabled: [3.2]}")
      try machine.run("bash", "-c", Self.opening, "opening", "3").expectSuccess()
      let unit = try machine.shell("systemctl show -P FragmentPath docker").trimmed
      // It is said once, however often it is looked at.
      try machine.shell("chmod 666 \(unit); sleep 2; systemctl reload dockward; sleep 3")
      #expect(try machine.shell("stat -c %a \(unit)").trimmed == "666")
      let contests = try machine.journal(
        "-t dockward MESSAGE_ID=7c97f94a126a4d90a23f46d5b74e00d4")
      #expect(contests.count == 1)
      #expect(contests.first?["PRIORITY"] == "3")
      #expect(contests.first?["DOCKWARD_REPAIRS"] == "3")
      #expect(contests.first?["DOCKWARD_SUBJECT"] == "file:\(unit)")
      try machine.shell("dockward remediate 3.2 && sleep 1")
      try machine.run("bash", "-c", Self.opening, "opening", "1").expectSuccess()
    }
  }

  @Test("ends within two seconds, also while the Engine hangs")
  func ends() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.startService()
      let script = """
        for try in $(seq 10); do
          before=${EPOCHREALTIME/[.,]/}
          systemctl stop dockward || exit 1
          echo $((${EPOCHREALTIME/[.,]/} - before))
          systemctl start dockward || exit 1
        done
        pid=$(systemctl show -P MainPID docker)
        kill -STOP $pid; trap 'kill -CONT $pid' EXIT
        systemctl reload dockward; sleep 1
        before=${EPOCHREALTIME/[.,]/}
        systemctl stop dockward || exit 1
        echo $((${EPOCHREALTIME/[.,]/} - before))
        [[ $(systemctl show -P Result dockward) == success ]]
        """
      let outcome = try machine.run("bash", "-c", script)
      try outcome.expectSuccess()
      let times = outcome.output.split(separator: "\n").compactMap { Int($0) }
      try #require(times.count == 11)
      print(
        "ended after \(times.prefix(10).max() ?? 0) µs at most, and after \(times[10]) µs with an Engine that hangs"
      )
      #expect(times.allSatisfy { $0 < 2_000_000 })
    }
  }

  @Test("goes on seeing files while the Engine hangs, and says so once")
  func hangingEngine() async throws {
    try await Machine.with(.bookworm) { machine in
      try machine.startService()
      let unit = try machine.shell("systemctl show -P FragmentPath docker").trimmed
      try machine.shell(
        """
        pid=$(systemctl show -P MainPID docker)
        kill -STOP $pid; trap 'kill -CONT $pid' EXIT
        systemctl reload dockward
        sleep 2; chmod 666 \(unit); sleep 1; chmod 644 \(unit); sleep 1; sleep 20
        """)
      let drift = try machine.journal(
        "-t dockward DOCKWARD_EVENT=drift DOCKWARD_SLUG=file-docker-service-mode")
      #expect(drift.map { $0["DOCKWARD_CHANGE"] } == ["regressed", "improved"])
      try machine.shell("sleep 20")
      let engine = try machine.journal("-t dockward DOCKWARD_EVENT=engine")
      #expect(engine.map { $0["DOCKWARD_STATE"] } == ["unreachable", "reachable"])
    }
  }

  @Test("loses no drift and tells none twice, but the one under way, when it is killed")
  func killed() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.shell(
        """
        mkdir -p /etc/systemd/system/dockward.service.d
        printf '[Service]\\nRestartSec=100ms\\n' >/etc/systemd/system/dockward.service.d/quick.conf
        """)
      try machine.startService()
      try machine.run("bash", "-c", Self.killing).expectSuccess()
      let kills = Int(try machine.shell("cat /root/kills").trimmed) ?? 0
      let told = try Self.identities(
        machine.shell(
          "dockward history --since 1d --format json | jq -r '.entries[] | select(.kind == \"drift\" and .isTold and .subject != \"daemon\") | [.scanId, .slug // \"\", .subject, .change] | join(\" \")'"
        ))
      let entries = try machine.journal("-t dockward DOCKWARD_EVENT=drift").filter {
        $0["DOCKWARD_SUBJECT"] != "daemon"
      }
      let heard = entries.map { entry in
        ["SCAN_ID", "SLUG", "SUBJECT", "CHANGE"].map { entry["DOCKWARD_\($0)"] ?? "" }
          .joined(separator: " ")
      }
      let missing = told.filter { !heard.contains($0) }
      #expect(missing.isEmpty, "not in the journal: \(missing)")
      #expect(Set(heard).isSubset(of: told))
      print(
        "killed \(kills) times: \(told.count) drift events in the store, all in the journal, "
          + "\(heard.count - Set(heard).count) of them twice")
      #expect(heard.count - Set(heard).count <= kills)
      #expect(kills == 50)
      try machine.shell("systemctl stop dockward")
      try TemporaryDirectory.with { copy in
        let state = copy + "/state"
        try FileManager.default.copyItem(
          atPath: "\(machine.path)/root/var/lib/dockward", toPath: state)
        #expect(try Store(in: state, .reading).problems().isEmpty)
      }
    }
  }

  /// The debug build has a hook by which its loop hangs; the release build has none.
  @Test("is killed by the watchdog when its loop hangs, and comes back")
  func watchdog() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.install()
      let binary = Machine.repository.appending(path: ".build/debug/dockward").path
      try machine.copy(binary, to: "/usr/bin/dockward-debug")
      let libraries = try Outcome.of("/usr/bin/ldd", [binary]).output.split(separator: "\n")
        .compactMap { line in line.split(separator: " ").dropFirst(2).first.map(String.init) }
        .filter { $0.contains("/swift/") }
      try #require(!libraries.isEmpty)
      try machine.shell("mkdir -p /usr/lib/swift-runtime")
      for library in libraries {
        try machine.copy(
          library, to: "/usr/lib/swift-runtime/" + (library as NSString).lastPathComponent)
      }
      try machine.shell(
        """
        mkdir -p /etc/systemd/system/dockward.service.d
        cat >/etc/systemd/system/dockward.service.d/test.conf <<'END'
        [Service]
        ExecStart=
        ExecStart=/usr/bin/dockward-debug daemon
        Environment=LD_LIBRARY_PATH=/usr/lib/swift-runtime
        WatchdogSec=3s
        RestartSec=100ms
        END
        systemctl daemon-reload && systemctl start dockward
        sleep 7
        [ "$(systemctl show -P NRestarts dockward)" = 0 ]
        kill -USR1 $(systemctl show -P MainPID dockward)
        for try in $(seq 200); do
          [ "$(systemctl show -P NRestarts dockward)" = 1 ] &&
            [ "$(systemctl is-active dockward)" = active ] && break
          sleep 0.1
        done
        [ "$(systemctl show -P NRestarts dockward)" = 1 ]
        """)
      let log = try machine.shell("journalctl -u dockward --no-pager -o cat")
      #expect(log.contains("Watchdog timeout"))
      #expect(try machine.serviceProperty("ActiveState") == "active")
    }
  }

  private static func identities(_ text: String) throws -> [String] {
    text.split(separator: "\n").map(String.init)
  }

  /// Kills the service 50 times while files and containers change; returns when it has told all.
  private static let killing = """
    exec >/dev/null 2>&1
    unit=$(systemctl show -P FragmentPath docker)
    touch /root/on
    ( while [ -e /root/on ]; do chmod 666 "$unit"; sleep 0.3; chmod 644 "$unit"; sleep 0.3; done ) &
    ( n=0; while [ -e /root/on ]; do
        n=$((n + 1)); docker run -d --name "k$n" busybox:latest sleep 86400; docker rm -f "k$n"
      done ) &
    kills=0
    while ((kills < 50)); do
      sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
      pid=$(systemctl show -P MainPID dockward)
      ((pid > 0)) && kill -9 "$pid" && kills=$((kills + 1))
    done
    rm /root/on; wait
    echo $kills >/root/kills
    sleep 3; systemctl reload dockward; sleep 3
    """
}
