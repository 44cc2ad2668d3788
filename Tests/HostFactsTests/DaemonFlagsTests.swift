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
    Row("-DH", "fd://") { $0.hosts = ["fd://"] },
    Row("-DHfd://") { $0.hosts = ["fd://"] },
    Row("-DH=fd://") { $0.hosts = ["fd://"] },
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
    Row("-D", "--tls") { $0.tls = true },
    Row("-D=false", "--tls") { $0.tls = true },
    Row("-Dv", "-H", "fd://") { $0.hosts = ["fd://"] },
  ]

  /// Flags of no interest here may have values that look like others.
  static let others: [Row] = [
    Row("--log-opt", "tlscacert=x"),
    Row("--log-opt", "--tlscacert", "--tls") { $0.tls = true },
    Row("--log-opt", "-H", "-Gx") { $0.group = "x" },
    Row("--label=--host=a"),
    Row("-l", "-H", "a"),
    Row("-lH", "a"),
    Row("-s=H"),
    Row("--data-root", "--group=a"),
    Row("--a-flag-of-tomorrow", "--tls"),
    Row("--a-flag-of-tomorrow=x", "--tls") { $0.tls = true },
    Row("--iptables", "--tls") { $0.tls = true },
    Row("--iptables=false", "--tls") { $0.tls = true },
    Row("--hosts=a", "--hos=a", "--HOST=a", "--tlscacer=t"),
    Row("host=a", "H", "-", "=", "--=a"),
    Row("--", "--host", "a", "-Hb", "--tls"),
    Row("-D", "--", "--tls"),
    Row("--log-opt", "--", "--tls") { $0.tls = true },
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
