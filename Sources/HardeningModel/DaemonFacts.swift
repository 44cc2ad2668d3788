/// How dockerd was told to run.
package struct DaemonFacts: Codable, Sendable, Equatable {
  /// The running dockerd; absent when none runs.
  package var process: Reading<DaemonProcess> = .absent
  /// Its flags: those of the running process, else of the unit's `ExecStart`; absent when neither is
  /// there.
  package var flags: Reading<DaemonSettings> = .absent
  /// Where the flags were read.
  package var flagsSource = ""
  /// The configuration file that it was told to read.
  package var configurationPath = DaemonFacts.standardConfigurationPath
  package var configuration: Reading<DaemonSettings> = .absent

  package static let standardConfigurationPath = "/etc/docker/daemon.json"

  package init() {}

  /// Flags and configuration file together; unreadable when either is, absent when both are.
  package var settings: Reading<DaemonSettings> {
    switch (flags, configuration) {
    case (.unreadable(let reason), _), (_, .unreadable(let reason)): .unreadable(reason)
    case (.absent, .absent): .absent
    case (.found(let flags), .found(let file)): .found(flags.filled(from: file))
    case (.found(let flags), .absent): .found(flags)
    case (.absent, .found(let file)): .found(file)
    }
  }
}

/// A running dockerd.
package struct DaemonProcess: Codable, Sendable, Equatable {
  package var pid: Int
  package var executable: String

  package init(pid: Int, executable: String) {
    self.pid = pid
    self.executable = executable
  }
}

/// The settings that decide which files and defaults are judged. Both the flags of dockerd and its
/// configuration file give them; dockerd refuses to start when both give the same one.
package struct DaemonSettings: Codable, Sendable, Equatable {
  package var hosts: [String]?
  /// Only a flag has it.
  package var configurationFile: String?
  package var group: String?
  package var containerd: String?
  package var execRoot: String?
  package var pidFile: String?
  package var tls: Bool?
  package var tlsVerify: Bool?
  package var tlsCA: String?
  package var tlsCertificate: String?
  package var tlsKey: String?
  package var noNewPrivileges: Bool?

  package init() {}

  /// These settings, with those of `other` where these have none.
  package func filled(from other: DaemonSettings) -> DaemonSettings {
    var result = self
    result.hosts = hosts ?? other.hosts
    result.group = group ?? other.group
    result.containerd = containerd ?? other.containerd
    result.execRoot = execRoot ?? other.execRoot
    result.pidFile = pidFile ?? other.pidFile
    result.tls = tls ?? other.tls
    result.tlsVerify = tlsVerify ?? other.tlsVerify
    result.tlsCA = tlsCA ?? other.tlsCA
    result.tlsCertificate = tlsCertificate ?? other.tlsCertificate
    result.tlsKey = tlsKey ?? other.tlsKey
    result.noNewPrivileges = noNewPrivileges ?? other.noNewPrivileges
    return result
  }
}
