import HardeningModel

extension DaemonChecks {
  /// What the daemon and its containers leave behind of what they did.
  static let logging: [Check] = [
    Check.ofDaemon(
      "daemon-log-level", stride: [.repudiation],
      explanation: Explanation(
        reads:
          "Whether the Engine reports debugging (GET /info), and the flags and the configuration file of the running dockerd.",
        passes:
          "It passes when the level is info, which is also the default, and debugging is off.",
        threat:
          "With a higher level dockerd does not write down what was done, so that nobody can be held to it; with debug it writes so much that this is lost, and details that were not meant for logs."
      ),
      remedy: .auto(
        .configureDaemon([
          DaemonRemedy(.debug, .bool(false), isReloadable: true),
          DaemonRemedy(.logLevel, .text("info"), isReloadable: false),
        ]), .restart,
        "Remove \"debug\" from daemon.json or set it to false and run systemctl reload docker; set \"log-level\": \"info\" and restart dockerd."
      ),
      expected: "log level info, debugging off",
      planned: { settings, _ in
        settings.bool(.debug) != true && isInfo(settings.text(.logLevel) ?? "")
      }
    ) { view in
      guard let isDebugging = try view.info.debug.known("Debug") else {
        throw NotReported(field: "Debug")
      }
      if isDebugging { return .fail("debugging is on").from(Opinion.info) }
      let setting = try view.configuration.setting(.logLevel)
      let level = setting.text ?? ""
      return .fail(
        if: !isInfo(level), level.isEmpty ? "log-level not set (info)" : "log-level \(level)"
      ).from("\(Opinion.info), \(setting.source)")
    },
    Check.ofDaemon(
      "daemon-remote-logging", stride: [.repudiation, .tampering],
      explanation: Explanation(
        reads:
          "The logging driver that the Engine reports (GET /info), the logging options of the running dockerd, and for the journal whether systemd-journal-upload runs.",
        passes:
          "It passes with a driver that ships logs and fails with one that keeps them on this host; for the journal, and for drivers that are plugins, a person has to judge whether they are forwarded.",
        threat:
          "Whoever takes over a host can delete or rewrite logs that are only there, and so deny what was done."
      ),
      remedy: .assist(
        .restart,
        "Set \"log-driver\" and \"log-opts\" in daemon.json to a driver that ships logs (syslog, gelf, fluentd, splunk, awslogs, gcplogs) and restart dockerd; containers made before keep their driver. Or forward the journal with systemd-journal-upload and use the driver journald."
      ),
      expected: "a driver that ships logs to another host",
      planned: { settings, _ in shipping.contains(settings.text(.logDriver) ?? "") },
      judge: judgeLogging),
  ]

  private static let shipping: Set<String> = [
    "syslog", "gelf", "fluentd", "splunk", "awslogs", "gcplogs", "logentries",
  ]

  private static func isInfo(_ level: String) -> Bool {
    level.isEmpty || level.lowercased() == "info"
  }

  private static func judgeLogging(_ view: DaemonView) throws -> Opinion {
    guard let driver = try view.info.loggingDriver.known("LoggingDriver"), !driver.isEmpty else {
      throw NotReported(field: "LoggingDriver")
    }
    switch driver {
    case "json-file", "local", "none":
      return .fail("driver \(driver)").from(Opinion.info)
    case _ where shipping.contains(driver):
      // Where to is not among what the Engine reports; it is told where it is known.
      let options = (try? view.configuration.setting(.logOptions))?.list ?? []
      let address = options.filter { $0.contains("-address=") }.sorted()
      let opinion = Opinion.pass((["driver \(driver)"] + address).joined(separator: ", "))
        .from(Opinion.info)
      return driver == "syslog" && address.isEmpty
        ? opinion.because("without syslog-address it goes to the syslog of this host") : opinion
    case "journald":
      let upload: String
      switch view.snapshot.daemon.journalIsUploaded {
      case .found(true): upload = "systemd-journal-upload is active"
      case .found(false): upload = "systemd-journal-upload is not active"
      case .absent: upload = "whether the journal is forwarded was not read"
      case .unreadable(let reason): upload = reason
      }
      return .manual("driver journald; \(upload)").from(Opinion.info)
        .because("it depends on whether the journal is forwarded")
    default:
      return .manual("driver \(driver)").from(Opinion.info)
        .because("it is a plugin, and whether that ships logs is not known")
    }
  }
}
