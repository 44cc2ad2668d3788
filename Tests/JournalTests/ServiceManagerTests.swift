import Foundation
import TestSupport
import Testing

@testable import Journal

@Suite("The service manager")
struct ServiceManagerTests {
  /// What `ServiceTeller` prints with this environment: sd_notify(3) heeds that of its process alone.
  private func tell(_ environment: [String: String], _ arguments: String...) throws -> [String] {
    let teller = Bundle.main.bundleURL.appending(path: "ServiceTeller").path
    let assignments = environment.map { "\($0)=\($1)" }
    let outcome = try Outcome.of("/usr/bin/env", assignments + [teller] + arguments)
    try outcome.expectSuccess()
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test("is told at its socket", arguments: [false, true])
  func notify(isAbstract: Bool) throws {
    try TemporaryDirectory.with { directory in
      let socket = isAbstract ? "@dockward-test-\(UUID())" : directory + "/notify"
      let listener = try Listener(at: socket)
      #expect(
        try tell(["NOTIFY_SOCKET": socket], "ready", "stopping", "alive")
          == ["true", "true", "true"])
      #expect(listener.nextText() == "READY=1\nSTATUS=watching")
      #expect(listener.nextText() == "STOPPING=1")
      #expect(listener.nextText() == "WATCHDOG=1")
    }
  }

  @Test("takes no assignment from a status that quotes one")
  func status() throws {
    try TemporaryDirectory.with { directory in
      let listener = try Listener(at: directory + "/notify")
      _ = try tell(["NOTIFY_SOCKET": directory + "/notify"], "worse\nMAINPID=1")
      #expect(listener.nextText() == #"STATUS=worse\u{A}MAINPID=1"#)
    }
  }

  @Test("is told the time of a reload, as CLOCK_MONOTONIC has it")
  func reload() throws {
    try TemporaryDirectory.with { directory in
      let listener = try Listener(at: directory + "/notify")
      func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
      }
      let before = now()
      _ = try tell(["NOTIFY_SOCKET": directory + "/notify"], "reloading")
      let text = try #require(listener.nextText())
      let match = try #require(text.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=([0-9]+)/))
      #expect((before...now()).contains(try #require(Int(match.1))))
    }
  }

  @Test("that is not there is not told", arguments: [[:], ["NOTIFY_SOCKET": "/nowhere/notify"]])
  func absent(_ environment: [String: String]) throws {
    #expect(try tell(environment, "ready", "x") == ["false", "false"])
  }

  @Test("that does not read holds nobody up")
  func busy() throws {
    try TemporaryDirectory.with { directory in
      let listener = try Listener(at: directory + "/notify")
      let began = ContinuousClock.now
      #expect(try tell(["NOTIFY_SOCKET": directory + "/notify"], "flood") == ["true"])
      #expect(ContinuousClock.now - began < .seconds(10))
      #expect(listener.nextText() == "WATCHDOG=1")
    }
  }

  static let periods: [([String: String], String)] = [
    ([:], "nobody watches"), (["WATCHDOG_USEC": "30000000"], "30.0 seconds"),
    // It is for another process.
    (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"], "nobody watches"),
    (["WATCHDOG_USEC": "0"], "nobody watches"), (["WATCHDOG_USEC": "soon"], "nobody watches"),
  ]

  @Test("says how long it waits for a sign of life", arguments: periods)
  func watchdog(_ environment: [String: String], _ period: String) throws {
    #expect(try tell(environment, "watchdog") == [period])
  }
}
