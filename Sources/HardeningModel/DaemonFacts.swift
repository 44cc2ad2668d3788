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
  /// Whether the configuration file is still as the running dockerd read it when it started; absent
  /// when none runs.
  package var configurationIsAsRead: Reading<Bool> = .absent
  /// Flags and configuration file as a dockerd that is started now would have them.
  package var planned: Reading<DaemonSettings> = .absent
  /// The TCP sockets at which the running dockerd itself listens; absent when none runs.
  package var listeners: Reading<[TCPListener]> = .absent
  /// The TCP addresses that systemd opens for dockerd (`ListenStream=` of docker.socket).
  package var activatedStreams: Reading<[String]> = .absent
  /// The Unix sockets that systemd opens for dockerd, and as what it makes them.
  package var activatedSocket: Reading<ActivatedSocket> = .absent
  /// Whether systemd-journal-upload runs; asked only where containers log to the journal.
  package var journalIsUploaded: Reading<Bool> = .absent

  package static let standardConfigurationPath = "/etc/docker/daemon.json"

  package init() {}

  /// Flags and configuration file together; unreadable when either is, absent when both are.
  package var settings: Reading<DaemonSettings> { flags.filled(from: configuration) }
}

extension Reading<DaemonSettings> {
  /// Flags with what a configuration file adds to them; unreadable when either is.
  package func filled(from file: Reading<DaemonSettings>) -> Reading<DaemonSettings> {
    switch (self, file) {
    case (.unreadable(let reason), _), (_, .unreadable(let reason)): .unreadable(reason)
    case (.absent, .absent): .absent
    case (.found(let flags), .found(let file)): .found(flags.filled(from: file))
    case (.found(let flags), .absent): .found(flags)
    case (.absent, .found(let file)): .found(file)
    }
  }
}

/// Unix sockets as `docker.socket` makes them, see systemd.socket(5); `nil` for what it does not say.
package struct ActivatedSocket: Codable, Sendable, Equatable {
  package var paths: [String]
  /// `SocketMode=`, in octal digits.
  package var mode: String?
  package var user: String?
  package var group: String?

  package init(paths: [String], mode: String? = nil, user: String? = nil, group: String? = nil) {
    self.paths = paths
    self.mode = mode
    self.user = user
    self.group = group
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
