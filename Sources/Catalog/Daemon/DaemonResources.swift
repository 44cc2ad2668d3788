import HardeningModel

extension DaemonChecks {
  /// What containers get of the host by default, and what stores their files.
  static let resources: [Check] = [
    storage("daemon-storage-not-aufs", driver: "aufs"),
    storage("daemon-storage-not-devicemapper", driver: "devicemapper"),
    Check.ofDaemon(
      "daemon-base-device-size", stride: [.denialOfService],
      explanation: Explanation(
        reads:
          "The storage driver that the Engine reports, and the storage options of the running dockerd.",
        passes:
          "It passes without dm.basesize; other drivers than devicemapper do not know that option.",
        threat:
          "A larger base device lets every image and container grow further, so that one of them can fill up the storage of all: a denial of service."
      ),
      remedy: .assist(
        .restart,
        "Remove dm.basesize from storage-opts in daemon.json or from the flags and restart dockerd; existing images keep their size."
      ),
      expected: "no dm.basesize",
      planned: { settings, _ in !(settings.list(.storageOptions) ?? []).contains(where: isBaseSize)
      }
    ) { view in
      let driver = try view.storageDriver()
      guard driver == "devicemapper" else {
        return .notApplicable("the storage driver is \(driver)").from(Opinion.info)
      }
      let setting = try view.configuration.setting(.storageOptions)
      let sizes = setting.list.filter(isBaseSize)
      return .fail(
        if: !sizes.isEmpty, sizes.isEmpty ? "no dm.basesize" : sizes.joined(separator: ", ")
      ).from(setting.source)
    },
    Check.ofDaemon(
      "daemon-default-ulimits", stride: [.denialOfService],
      explanation: Explanation(
        reads: "The flags and the configuration file of the running dockerd.",
        passes: "A person has to judge whether the limits fit the workloads.",
        threat:
          "A container without limits on files and processes can use up those of the host and starve everything else: a denial of service."
      ),
      remedy: .assist(
        .restart,
        "Set \"default-ulimits\" in daemon.json, e.g. {\"nofile\": {\"Name\": \"nofile\", \"Soft\": 1024, \"Hard\": 4096}}, and restart dockerd."
      ),
      expected: "limits that fit the workloads"
    ) { view in
      let setting = try view.configuration.setting(.defaultUlimits)
      return .manual(
        setting.list.isEmpty ? "none set" : setting.list.sorted().joined(separator: ", ")
      ).from(setting.source)
    },
    Check.ofDaemon(
      "daemon-cgroup-parent", stride: [.denialOfService],
      explanation: Explanation(
        reads: "The flags and the configuration file of the running dockerd.",
        passes:
          "It passes when dockerd was given no cgroup parent, or one of allowedCgroupParents.",
        threat:
          "Containers under another cgroup share its limits instead of Docker's own and escape what the host's administrator had set for them, so that they can starve others: a denial of service."
      ),
      remedy: .assist(
        .restart,
        "Remove cgroup-parent from daemon.json or the flags and restart dockerd, or list it under allowedCgroupParents."
      ),
      expected: "no cgroup parent, or an allowed one",
      planned: { settings, context in
        context.policy.allowsCgroupParent(settings.text(.cgroupParent) ?? "")
      }
    ) { view in
      let setting = try view.configuration.setting(.cgroupParent)
      let parent = setting.text ?? ""
      return .fail(
        if: !view.context.policy.allowsCgroupParent(parent),
        parent.isEmpty ? "cgroup-parent not set" : "cgroup-parent \(quoted(parent))"
      ).from(setting.source)
    },
  ]

  private static func isBaseSize(_ option: String) -> Bool { option.hasPrefix("dm.basesize=") }

  private static func storage(_ slug: String, driver: String) -> Check {
    Check.ofDaemon(
      slug, stride: [.denialOfService, .tampering],
      explanation: Explanation(
        reads: "The storage driver that the Engine reports (GET /info).",
        passes: "It passes with any other driver than \(driver).",
        threat:
          "The driver \(driver) is no longer maintained: its faults, which corrupt or lose what containers store or stop the host, are not mended any more."
      ),
      remedy: .assist(
        .recreate,
        "Save the images and volumes that are needed, set \"storage-driver\": \"overlay2\" in daemon.json, restart dockerd, and load or pull them again: each driver sees only its own."
      ),
      expected: "another storage driver than \(driver)"
    ) { view in
      let current = try view.storageDriver()
      return .fail(if: current == driver, "driver \(current)").from(Opinion.info)
    }
  }
}

extension DaemonView {
  /// The Engine's storage driver.
  fileprivate func storageDriver() throws -> String {
    guard let driver = try info.driver.known("Driver"), !driver.isEmpty else {
      throw NotReported(field: "Driver")
    }
    return driver
  }
}

extension Policy {
  fileprivate func allowsCgroupParent(_ parent: String) -> Bool {
    parent.isEmpty || allowedCgroupParents.contains(parent)
  }
}
