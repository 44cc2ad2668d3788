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
    let read = try settings(
      """
      {"hosts": ["fd://", "tcp://[::]:2376"], "group": "dock", "containerd": "/run/c.sock",
       "exec-root": "/run/x", "pidfile": "/run/d.pid", "tls": false, "tlsverify": true,
       "tlscacert": "/ca", "tlscert": "/cert", "tlskey": "/key", "no-new-privileges": true,
       "log-opts": {"tlskey": 1}, "labels": [1], "runtimes": null}
      """)
    #expect(read == expected)
  }

  /// A value that says nothing leaves dockerd at its flag or its default.
  @Test(
    "may say nothing",
    arguments: [
      "", " \t\r\n", "{}", "{\n}\n", #"{"icc": false}"#,
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
      ("null", "1:1: expected an object"),
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
      ("{\"tls\": true,\n\"tls\": true}", "2:1: the key 'tls' stands twice in this object"),
      (
        "{\"log-opts\": {\"a\": \"b\", \"a\": \"c\"}}",
        "1:25: the key 'a' stands twice in this object"
      ),
    ])
  func errors(_ text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try settings(text) }
    #expect(error?.description == "daemon.json:\(message)")
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
