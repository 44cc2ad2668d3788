import Foundation
import HardeningModel
import Reporting
import Testing

@Suite("What a remediation did")
struct RemediationReportTests {
  private static let unit = "file:/usr/lib/systemd/system/docker.service"

  private static let done = RemediationReport(
    transaction: "3f2a9c1e",
    results: [
      .init(
        id: "3.1", slug: "file-docker-service-owner", title: "Ensure the owner", subject: unit,
        status: .alreadyCompliant, before: "owner 0:0", after: "owner 0:0"),
      .init(
        id: "3.2", slug: "file-docker-service-mode", title: "Ensure the mode", subject: unit,
        status: .fixed, before: "mode 0666", after: "mode 0644", diff: ["-mode 0666", "+mode 0644"]),
      .init(
        id: "2.2", slug: "daemon-inter-container-traffic", title: "Ensure no traffic",
        subject: "daemon", status: .pendingRestart, before: "enable_icc true",
        after: "enable_icc true",
        reason: "it is configured", disruption: .restart),
      .init(
        id: "3.4", slug: "file-docker-socket-unit-mode", title: "Ensure the mode",
        subject: "file:/tmp/\u{1B}[2J", status: .failed, before: "mode 0666", after: "mode 0666",
        reason: "cannot change '/tmp/\u{1B}[2J': read-only file system"),
    ])

  @Test("is printed with its state before and after, and how to take it back")
  func text() {
    #expect(
      RemediationText().text(of: Self.done) == """
        [PASS] 3.1 Ensure the owner
        [FIXED] 3.2 Ensure the mode
               file:/usr/lib/systemd/system/docker.service: mode 0666 -> mode 0644
        [PENDING] 2.2 Ensure no traffic
               daemon: enable_icc true; it is configured
        [FAILED] 3.4 Ensure the mode
               file:/tmp/\\u{1B}[2J: mode 0666; cannot change '/tmp/\\u{1B}[2J': read-only file system

        == Summary ==
        1 fixed
        1 already compliant
        1 pending a restart of dockerd
        1 failed
        To take it back: dockward undo 3f2a9c1e

        """)
  }

  @Test("is printed as a diff with its disruption where it is only planned")
  func plan() {
    let report = RemediationReport(
      isDryRun: true,
      results: [
        .init(
          id: "2.2", slug: "daemon-inter-container-traffic", title: "Ensure no traffic",
          subject: "daemon", status: .planned, before: "enable_icc true",
          diff: ["--- /etc/docker/daemon.json", "+++ /etc/docker/daemon.json", "@@ -1 +1 @@"],
          disruption: .restart)
      ])
    #expect(
      RemediationText().text(of: report) == """
        [PLANNED] 2.2 Ensure no traffic
               daemon: enable_icc true
                 --- /etc/docker/daemon.json
                 +++ /etc/docker/daemon.json
                 @@ -1 +1 @@
                 in effect only once dockerd has restarted

        == Summary ==
        1 planned
        Nothing was changed (--dry-run).

        """)
  }

  @Test("is printed with the commands for a person where that is who mends it")
  func steps() {
    var result = RemediationReport.Result(
      id: "5.4", slug: "container-privileged", title: "Ensure no privileges",
      subject: "container:web", status: .refused, before: "privileged",
      reason: "it is mended by hand")
    result.steps = ["docker container stop web", "docker container rename web web-before"]
    let report = RemediationReport(results: [result])
    #expect(
      RemediationText().text(of: report) == """
        [REFUSED] 5.4 Ensure no privileges
               container:web: privileged; it is mended by hand
                 $ docker container stop web
                 $ docker container rename web web-before

        == Summary ==
        1 refused

        """)
    #expect(
      String(decoding: JSONRemediation.bytes(of: report), as: UTF8.self).contains(
        "\"docker container rename web web-before\""))
  }

  @Test("says so where nothing was asked for that is there")
  func nothing() {
    #expect(
      RemediationText().text(of: RemediationReport()) == "\n== Summary ==\nnothing to do\n")
  }

  @Test("is JSON that other programs can rely on")
  func json() throws {
    struct Document: Decodable {
      struct Result: Decodable, Equatable {
        var id, slug, subject, status, before, after, diff, reason, disruption: String
        var undo: String?
      }
      var schema: String
      var transaction: String?
      var undoes: String?
      var dryRun: Bool
      var results: [Result]
    }
    let document = try JSONDecoder().decode(
      Document.self, from: Data(JSONRemediation.bytes(of: Self.done)))
    #expect(document.schema == "dockward.remediation.v1")
    #expect(document.transaction == "3f2a9c1e")
    #expect(document.undoes == nil)
    #expect(!document.dryRun)
    #expect(
      document.results.map(\.status) == ["alreadyCompliant", "fixed", "pendingRestart", "failed"])
    #expect(
      document.results.map(\.undo)
        == [nil, "dockward undo 3f2a9c1e", "dockward undo 3f2a9c1e", nil])
    #expect(document.results[1].diff == "-mode 0666\n+mode 0644")
    #expect(document.results[3].subject == "file:/tmp/\u{1B}[2J")
  }
}
