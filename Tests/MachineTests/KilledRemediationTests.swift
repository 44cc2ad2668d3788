import Foundation
import TestSupport
import Testing

/// Remediations that end in a real dockerd and are killed on the way, sooner or later. What each system call
/// on files does, `CrashCampaignTests` shows; here it is dockerd that has to start whatever happens.
@Suite(
  "Remediations of a real dockerd that are killed",
  .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct KilledRemediationTests {
  struct Case: Sendable {
    var slug: String
    var options = ""
    /// Into how many parts the time of a whole remediation is divided.
    var kills: Int
  }

  static let cases = [
    Case(slug: "daemon-insecure-registries", kills: 8),
    Case(slug: "daemon-userland-proxy", options: "--allow-restart", kills: 10),
    Case(slug: "container-restart-policy", kills: 8),
  ]

  private static let preparation = """
    set -e; exec >/dev/null 2>&1
    printf '{"insecure-registries": ["registry.example:5000"]}' >/etc/docker/daemon.json
    systemctl restart docker
    docker run -d --name web --restart always --stop-timeout 1 busybox:latest sleep 86400
    """

  /// All that these remedies change.
  private static let state = """
    cat /etc/docker/daemon.json; echo; stat -c '%a %u:%g' /etc/docker/daemon.json; ls -A /etc/docker
    docker inspect -f '{{json .HostConfig.RestartPolicy}}' web
    """

  @Test(
    "leave a dockerd that runs, and all of a remedy or nothing", arguments: Machine.Suite.allCases)
  func killed(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      for one in Self.cases {
        let command = "dockward remediate \(one.slug) \(one.options)"
        let before = try machine.shell(Self.state)
        let began = ContinuousClock.now
        try machine.shell("\(command) >/dev/null 2>&1")
        let whole = (ContinuousClock.now - began) / .milliseconds(1)
        let after = try machine.shell(Self.state)
        #expect(before != after)
        try machine.takeBack()
        var (killed, asBefore, asAfter) = (0, 0, 0)
        for part in 1...one.kills {
          #expect(try machine.shell(Self.state) == before)
          let seconds = whole / 1000 * Double(part) / Double(one.kills)
          let run = try machine.run("sh", "-c", "timeout -s KILL \(seconds) \(command)")
          if run.status == 137 { killed += 1 }
          // Any other command finishes it or takes it back.
          try machine.shell("dockward remediate file-sysconfig-docker-owner >/dev/null 2>&1")
          #expect(try machine.shell("systemctl is-active docker") == "active\n")
          let verdict = try machine.verdict(of: one.slug)
          switch try machine.shell(Self.state) {
          case before:
            asBefore += 1
            #expect(verdict == "fail", "\(suite): \(one.slug): \(seconds) s")
          case after:
            asAfter += 1
            #expect(verdict == "pass", "\(suite): \(one.slug): \(seconds) s")
            try machine.takeBack()
          case let other: Issue.record("\(suite): \(one.slug) killed after \(seconds) s: \(other)")
          }
        }
        print(
          "\(suite): \(one.slug): \(killed) kills, \(asBefore) as before, \(asAfter) as after")
      }
    }
  }
}

extension KilledRemediationTests {
  /// A remedy that is killed at each system call by which it changes something; those that change nothing but
  /// files of a file system are `CrashCampaignTests`'.
  struct Campaign: Sendable, CustomTestStringConvertible {
    var suite: Machine.Suite
    var slug: String
    var preparation = "true"
    /// Prints all that the remedy changes.
    var state: String
    var testDescription: String { "\(slug) on \(suite)" }
  }

  static let campaigns = [
    Campaign(
      suite: .trixie, slug: "image-content-trust",
      state: """
        find /etc/profile.d /etc/systemd/system.conf.d -type f \
          -printf '%p %m %u:%g ' -exec sha256sum {} ';' 2>/dev/null | sort
        systemctl show -p Environment --value
        """),
    Campaign(
      suite: .bookworm, slug: "container-restart-policy",
      preparation: "docker run -d --name web --restart always busybox:latest sleep 86400",
      state: "docker inspect -f '{{json .HostConfig}} {{.State.StartedAt}}' web"),
  ]

  @Test("leave all of a remedy or nothing, at whichever system call", arguments: campaigns)
  func everyCall(_ campaign: Campaign) async throws {
    try await Machine.with(campaign.suite) { machine in
      try machine.shell("\(campaign.preparation) >/dev/null")
      try machine.copy(guest: "crashes", to: "/usr/lib/dockward-test/crashes")
      let run = try machine.run("/usr/lib/dockward-test/crashes", campaign.slug, campaign.state)
      #expect(run.status == 0, "\(campaign.suite): \(run.errors)")
      print("\(campaign.suite): \(run.output)", terminator: "")
    }
  }
}

extension Machine {
  /// Undoes the last remediation, in effect too.
  fileprivate func takeBack() throws {
    try shell("dockward undo --allow-restart >/dev/null 2>&1")
  }
}
