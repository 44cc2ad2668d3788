import Foundation
import TestSupport
import Testing

/// What a real journald is told, and what it shows.
@Suite(
  "A real journald", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct RealJournalTests {
  @Test("has what was done to the host, with every field", arguments: Machine.Suite.allCases)
  func events(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.install()
      let unit = "/usr/lib/systemd/system/docker.service"
      try machine.shell(
        """
        dockward baseline accept --reason 'new host' >/dev/null
        dockward waive container-privileged --reason 'ticket 7' --subject 'container:w*' \
          --until "$(date -u -d '+30 days' +%F)"
        chmod 666 \(unit)
        dockward --remediate file-docker-service-mode,file-docker-service-owner >/dev/null
        dockward undo >/dev/null
        dockward waive container-privileged --subject 'container:w*' --remove
        """)

      let entries = try machine.journal("-t dockward")
      #expect(
        entries.map { $0["DOCKWARD_EVENT"] } == [
          "baseline", "waiver", "remediation", "undo", "waiver",
        ], "\(suite)")
      guard entries.count == 5 else { return }
      for entry in entries {
        #expect(entry["MESSAGE_ID"] != nil && entry["PRIORITY"] == "5")
        #expect(entry["CODE_FILE"] == nil)
        #expect(entry["SYSLOG_IDENTIFIER"] == "dockward")
      }
      #expect(entries[0]["MESSAGE"] == "baseline 1 accepted by root: new host")
      #expect(entries[0]["DOCKWARD_GENERATION"] == "1")
      #expect(entries[0]["DOCKWARD_BENCHMARK"] == "cis-1.8.0")
      #expect(
        entries[1]["DOCKWARD_ACTION"] == "added" && entries[4]["DOCKWARD_ACTION"] == "removed")
      #expect(entries[1]["DOCKWARD_SUBJECT"] == "container:w*")
      #expect(entries[1]["DOCKWARD_REASON"] == "ticket 7")
      let fixed = entries[2]
      #expect(fixed["DOCKWARD_STATUS"] == "fixed" && fixed["DOCKWARD_CHECK"] == "3.2")
      // Debian 12 has it by its older name.
      #expect(
        ["file:\(unit)", "file:/lib/systemd/system/docker.service"].contains(
          fixed["DOCKWARD_SUBJECT"]))
      #expect(fixed["DOCKWARD_BY"] == "root")
      #expect(fixed["DOCKWARD_BEFORE"] == "fail" && fixed["DOCKWARD_AFTER"] == "pass")
      #expect(fixed["DOCKWARD_OBSERVED"] == "mode 0644")
      #expect(fixed["DOCKWARD_OBSERVED_BEFORE"] == "mode 0666")
      #expect(entries[3]["DOCKWARD_UNDOES"] == fixed["DOCKWARD_TRANSACTION"])
      #expect(entries[3]["DOCKWARD_STATUS"] == "undone")

      let explained = try machine.shell("journalctl --no-pager -x -t dockward")
      for text in [
        "Subject: this host was accepted as it is (accepted)",
        "root has accepted baseline 1.", "'dockward undo' takes it back.",
        "The waiver of container-privileged for container:w* until",
        "file:///usr/share/doc/dockward/remediation.md",
      ] {
        #expect(
          explained.contains(text) || explained.contains(text.replacing("file://", with: "file:")),
          "\(suite): \(text)")
      }
      #expect(try machine.shell("journalctl --list-catalog | grep -c dockward") == "9\n")
    }
  }

  @Test("hears of a baseline that was tampered with")
  func tampering() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.install()
      try machine.shell("dockward baseline accept >/dev/null; rm /var/lib/dockward/baseline.head")
      #expect(try machine.run("dockward", "check").status == 3)
      let entries = try machine.journal("-t dockward DOCKWARD_EVENT=tamper")
      #expect(entries.map { $0["PRIORITY"] } == ["2"])
      #expect(
        entries.first?["DOCKWARD_REASON"] == "'/var/lib/dockward/baseline.head' is missing")
    }
  }

  @Test("need not be there, and may be slow", arguments: Machine.Suite.allCases)
  func absent(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.install()
      // What it is told while it does not read, or is not there for a moment, is in its queue.
      try machine.shell("systemctl kill -s STOP systemd-journald.service")
      try machine.shell("timeout 20 dockward baseline accept --reason one >/dev/null")
      try machine.shell("systemctl kill -s CONT systemd-journald.service")
      try machine.shell(
        """
        systemctl restart systemd-journald.service &
        timeout 20 dockward baseline accept --reason two >/dev/null
        wait
        systemctl kill -s KILL systemd-journald.service
        timeout 20 dockward baseline accept --reason three >/dev/null
        """)
      let reasons = try machine.journal("-t dockward").map { $0["DOCKWARD_REASON"] }
      #expect(reasons == ["one", "two", "three"], "\(suite)")

      try machine.shell(
        """
        systemctl stop systemd-journald.socket systemd-journald-dev-log.socket \
          systemd-journald-audit.socket systemd-journald.service 2>/dev/null || true
        rm -f /run/systemd/journal/socket
        """)
      let outcome = try machine.run("dockward", "baseline", "accept", "--reason", "four")
      #expect(outcome.status == 0, "\(suite)")
      #expect(outcome.errors == "", "\(suite)")
    }
  }
}
