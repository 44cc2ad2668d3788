import HardeningModel
import Testing

@testable import HostFacts

/// The forms that dockerd's flag parser takes: github.com/spf13/pflag, "Command line flag syntax".
@Suite("Flags of dockerd")
struct DaemonFlagsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let words: [String]
    let settings: DaemonSettings
    var testDescription: String { words.joined(separator: " ") }

    init(_ words: String..., set: (inout DaemonSettings) -> Void = { _ in }) {
      self.words = words
      var settings = DaemonSettings()
      set(&settings)
      self.settings = settings
    }
  }

  static let values: [Row] = [
    Row(),
    Row("--host", "fd://") { $0.hosts = ["fd://"] },
    Row("--host=fd://") { $0.hosts = ["fd://"] },
    Row("-H", "fd://") { $0.hosts = ["fd://"] },
    Row("-Hfd://") { $0.hosts = ["fd://"] },
    Row("-H=fd://") { $0.hosts = ["fd://"] },
    Row("-DH", "fd://") { $0.debugs(["fd://"]) },
    Row("-DHfd://") { $0.debugs(["fd://"]) },
    Row("-DH=fd://") { $0.debugs(["fd://"]) },
    Row("-l", "warn", "--storage-opt", "dm.basesize=1G", "--storage-opt=x=y", "-saufs") {
      $0[.logLevel] = .text("warn")
      $0[.storageOptions] = .list(["dm.basesize=1G", "x=y"])
      $0[.storageDriver] = .text("aufs")
    },
    Row("--default-ulimit", "nofile=1:2", "--insecure-registry=a:5000", "--authorization-plugin=z")
    {
      $0[.defaultUlimits] = .list(["nofile=1:2"])
      $0[.insecureRegistries] = .list(["a:5000"])
      $0[.authorizationPlugins] = .list(["z"])
    },
    Row("--log-opt", "splunk-token=secret", "--log-opt=syslog-address=tcp://a:1") {
      $0[.logOptions] = .list(["splunk-token", "syslog-address=tcp://a:1"])
    },
    Row("--log-opt", "fluentd-address=tcp://user:password@a:1") {
      $0[.logOptions] = .list(["fluentd-address"])
    },
    Row("-H", "-D") { $0.hosts = ["-D"] },
    Row("-H", "fd://", "-H", "tcp://0.0.0.0:2376", "--host=unix:///a") {
      $0.hosts = ["fd://", "tcp://0.0.0.0:2376", "unix:///a"]
    },
    Row("-H=") { $0.hosts = [""] },
    Row("--host=a=b") { $0.hosts = ["a=b"] },
    Row("-G", "root") { $0.group = "root" },
    Row("-Groot") { $0.group = "root" },
    Row("--group", "") { $0.group = "" },
    Row("--group=a", "--group", "b") { $0.group = "b" },
    Row("-p", "/run/d.pid") { $0.pidFile = "/run/d.pid" },
    Row("--pidfile=/run/d.pid") { $0.pidFile = "/run/d.pid" },
    Row("--containerd=/run/c.sock") { $0.containerd = "/run/c.sock" },
    Row("--containerd", "/run/c.sock") { $0.containerd = "/run/c.sock" },
    Row("--exec-root", "/x") { $0.execRoot = "/x" },
    Row("--config-file=/etc/d.json") { $0.configurationFile = "/etc/d.json" },
    Row("--tlscacert", "ca", "--tlscert=cert", "--tlskey", "key") {
      $0.tlsCA = "ca"
      $0.tlsCertificate = "cert"
      $0.tlsKey = "key"
    },
  ]

  static let switches: [Row] = [
    Row("--tls") { $0.tls = true },
    Row("--tls=true") { $0.tls = true },
    Row("--tls=1") { $0.tls = true },
    Row("--tls=T") { $0.tls = true },
    Row("--tls=false") { $0.tls = false },
    Row("--tls=0") { $0.tls = false },
    Row("--tls=F") { $0.tls = false },
    Row("--tlsverify", "--tlsverify=false") { $0.tlsVerify = false },
    Row("--tlsverify", "false") { $0.tlsVerify = true },
    Row("--no-new-privileges") { $0.noNewPrivileges = true },
    Row("--no-new-privileges=false") { $0.noNewPrivileges = false },
    Row("--tls", "--host", "fd://") {
      $0.tls = true
      $0.hosts = ["fd://"]
    },
    Row("-D", "--tls") {
      $0.debugs()
      $0.tls = true
    },
    Row("-D=false", "--tls") {
      $0[.debug] = .bool(false)
      $0.tls = true
    },
    Row("-Dv", "-H", "fd://") { $0.debugs(["fd://"]) },
    Row("--icc=false") { $0[.icc] = .bool(false) },
    // What follows is no value of it, and dockerd does not start with it.
    Row("--icc", "false") { $0[.icc] = .bool(true) },
    Row("--iptables=0", "--userland-proxy=f", "--live-restore") {
      $0[.iptables] = .bool(false)
      $0[.userlandProxy] = .bool(false)
      $0[.liveRestore] = .bool(true)
    },
  ]

  /// Flags of no interest here may have values that look like others.
  static let others: [Row] = [
    Row("--label", "tlscacert=x"),
    Row("--label", "--tlscacert", "--tls") { $0.tls = true },
    Row("--label", "-H", "-Gx") { $0.group = "x" },
    Row("--label=--host=a"),
    Row("-l", "-H", "a") { $0[.logLevel] = .text("-H") },
    Row("-lH", "a") { $0[.logLevel] = .text("H") },
    Row("-s=H") { $0[.storageDriver] = .text("H") },
    Row("--data-root", "--group=a"),
    Row("--a-flag-of-tomorrow", "--tls"),
    Row("--a-flag-of-tomorrow=x", "--tls") { $0.tls = true },
    Row("--ipv6", "--tls") { $0.tls = true },
    Row("--ipv6=false", "--tls") { $0.tls = true },
    Row("--hosts=a", "--hos=a", "--HOST=a", "--tlscacer=t"),
    Row("host=a", "H", "-", "=", "--=a"),
    Row("--", "--host", "a", "-Hb", "--tls"),
    Row("-D", "--", "--tls") { $0.debugs() },
    Row("--label", "--", "--tls") { $0.tls = true },
    Row("--group"),
  ]

  @Test("are read as dockerd reads them", arguments: values + switches + others)
  func read(_ row: Row) {
    var settings = DaemonFlags.settings(from: row.words)
    // dockerd does not start with a flag that lacks its value: what is read of it counts for nothing.
    if row.words == ["--group"] { settings.group = nil }
    #expect(settings == row.settings)
  }
}

extension DaemonSettings {
  /// Debugging, and these hosts.
  fileprivate mutating func debugs(_ hosts: [String]? = nil) {
    self[.debug] = .bool(true)
    self.hosts = hosts
  }
}
