import Documents
import HardeningModel
import Testing

@testable import HostFacts

@Suite("daemon.json")
struct DaemonConfigurationFileTests {
  private func settings(_ text: String) throws -> DaemonSettings {
    try DaemonConfigurationFile.settings(from: Array(text.utf8), file: "daemon.json")
  }

  @Test("is read whole")
  func whole() throws {
    var expected = DaemonSettings()
    expected.hosts = ["fd://", "tcp://[::]:2376"]
    expected.group = "dock"
    expected.containerd = "/run/c.sock"
    expected.execRoot = "/run/x"
    expected.pidFile = "/run/d.pid"
    expected.tls = false
    expected.tlsVerify = true
    expected.tlsCA = "/ca"
    expected.tlsCertificate = "/cert"
    expected.tlsKey = "/key"
    expected.noNewPrivileges = true
    expected[.icc] = .bool(false)
    expected[.logLevel] = .text("warn")
    expected[.storageOptions] = .list(["dm.basesize=20G"])
    expected[.logOptions] = .list(["splunk-token", "gelf-address=udp://10.0.0.1:12201"])
    expected[.defaultUlimits] = .list(["nofile=1024:2048", "nproc=0:64"])
    let read = try settings(
      """
      {"hosts": ["fd://", "tcp://[::]:2376"], "group": "dock", "containerd": "/run/c.sock",
       "exec-root": "/run/x", "pidfile": "/run/d.pid", "tls": false, "tlsverify": true,
       "tlscacert": "/ca", "tlscert": "/cert", "tlskey": "/key", "no-new-privileges": true,
       "icc": false, "log-level": "warn", "storage-opts": ["dm.basesize=20G"],
       "log-opts": {"splunk-token": "secret", "gelf-address": "udp://10.0.0.1:12201"},
       "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 2048, "Soft": 1024},
         "nproc": {"hard": 64}},
       "labels": [1], "runtimes": {"tls": {"path": "x"}}, "features": {"debug": true}}
      """)
    #expect(read == expected)
  }

  /// A value that says nothing leaves dockerd at its flag or its default.
  @Test(
    "may say nothing",
    arguments: [
      "", " \t\r\n", "{}", "{\n}\n", "null", "\u{FEFF}", "\u{FEFF}{}", #"{"ipv6": false}"#,
      #"{"hosts": null, "tls": null, "group": null}"#,
      #"{"TLS": true, "Hosts": ["a"]}"#, #"{"group": "", "tlskey": "", "containerd": ""}"#,
    ])
  func nothing(_ text: String) throws {
    #expect(try settings(text) == DaemonSettings())
  }

  @Test("tells an empty list from none")
  func emptyList() throws {
    #expect(try settings(#"{"hosts": []}"#).hosts == [])
  }

  @Test(
    "has its errors with their place",
    arguments: [
      ("[]", "1:1: expected an object"),
      ("{", "1:2: expected a key in double quotes"),
      ("{\n  \"tls\": true,\n}", "3:1: expected a key in double quotes"),
      ("{\n  \"tls\": true\n  \"icc\": false\n}", "3:3: expected ',' or '}'"),
      ("{\"tls\": True}", "1:9: no JSON value begins with 'T'"),
      ("{\"tls\": true} # why", "1:15: more text after the end of the value"),
      ("{\"tls\": \"true\"}", "1:9: 'tls' is neither true nor false"),
      ("{\"tls\": 1}", "1:9: 'tls' is neither true nor false"),
      ("{\n \"tlsverify\": {}}", "2:15: 'tlsverify' is neither true nor false"),
      ("{\"hosts\": \"fd://\"}", "1:11: 'hosts' is not a list"),
      ("{\"hosts\": [\"é\", 1]}", "1:17: 'hosts' holds something that is not a text"),
      ("{\"hosts\": [null]}", "1:12: 'hosts' holds something that is not a text"),
      ("{\"tlskey\": [\"a\"]}", "1:12: 'tlskey' is not a text"),
      ("{\"group\": 999}", "1:11: 'group' is not a text"),
      ("{\"log-opts\": {\"a\": 1}}", "1:20: 'a' is not a text"),
      ("{\"log-opts\": []}", "1:14: 'log-opts' is not an object"),
      ("{\"default-ulimits\": {\"a\": 1}}", "1:27: 'a' is not an object"),
      (
        "{\"x\": {\"iptables\": false}}",
        "1:8: 'iptables' stands within 'x', where dockerd may or may not obey it"
      ),
      ("{\"tls\": true} {}", "1:15: more text after the end of the value"),
    ])
  func errors(_ text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try settings(text) }
    #expect(error?.description == "daemon.json:\(message)")
  }

  /// As dockerd 20.10 and 26.1 do, see the machine tests.
  @Test(
    "counts the last of a key that stands twice",
    arguments: [
      (#"{"tls": true, "tls": false}"#, false), (#"{"tls": false, "tls": true}"#, true),
      (#"{"tls": true, "tls": null}"#, true),
    ])
  func twice(_ text: String, tls: Bool) throws {
    #expect(try settings(text).tls == tls)
  }

  @Test("is filled in where the flags say nothing")
  func merge() throws {
    let flags = DaemonFlags.settings(from: ["-H", "fd://", "--tls=false"])
    let both = flags.filled(from: try settings(#"{"hosts": ["a"], "tls": true, "group": "g"}"#))
    #expect(both.hosts == ["fd://"])
    #expect(both.tls == false)
    #expect(both.group == "g")
  }
}
