import HardeningModel

extension ContainerChecks {
  /// How much of the host a container may take, and which of its devices.
  static let resources: [Check] = [
    Check.ofContainers(
      "container-memory-limit", stride: [.denialOfService],
      explanation: Explanation(
        reads: "HostConfig.Memory of each container.",
        passes:
          "It is above 0, and not so large (1152921504606846976, which is 1 EiB) that it limits nothing.",
        threat: """
          An attacker who makes the container use memory without end uses up the host's, and the \
          kernel then kills other containers and services of the host (denial of service).
          """),
      remedy: .auto(
        .update(.memory), .none,
        """
        Set a limit on the running container: docker update --memory=SIZE --memory-swap=SIZE NAME. \
        dockward does so with the size in remediation.containers.memory, and not without one.
        """
      ),
      expected: "a memory limit"
    ) { view in
      let bytes = try view.hostConfig.memory.known("HostConfig.Memory", null: 0)
      // An Engine cannot take a limit back, only raise it until it is none.
      let isLimit = bytes > 0 && bytes < 1 << 60
      let opinion = Opinion.fail(
        if: !isLimit, "Memory: \(bytes)" + (bytes > 0 && !isLimit ? ", which limits nothing" : ""))
      return isLimit ? opinion : opinion.comparing(.text("Memory: 0"))
    },
    Check.ofContainers(
      "container-cpu-shares", stride: [.denialOfService],
      explanation: Explanation(
        reads: "HostConfig.CpuShares, CpuQuota and NanoCpus of each container.",
        passes: """
          The shares are set to something other than 1024, the default weight, or a quota is \
          set.
          """,
        threat: """
          Where no weight or quota was chosen, an attacker who keeps one container computing \
          takes as much of the processors as the most important service gets (denial of \
          service).
          """),
      remedy: .auto(
        .update(.cpuShares), .none,
        """
        Set a weight or a quota on the running container: docker update --cpu-shares=N NAME. \
        dockward does so with the weight in remediation.containers.cpuShares, and not without one.
        """),
      expected: "CPU shares other than 0 and 1024, or a CPU quota"
    ) { view in
      let shares = try view.hostConfig.cpuShares.known("HostConfig.CpuShares", null: 0)
      let quota = try view.hostConfig.cpuQuota.known("HostConfig.CpuQuota", null: 0)
      let nano = try view.hostConfig.nanoCPUs.known("HostConfig.NanoCpus", null: 0)
      let isSet = (shares != 0 && shares != 1024) || quota > 0 || nano > 0
      return .fail(if: !isSet, "CpuShares: \(shares), CpuQuota: \(quota), NanoCpus: \(nano)")
    },
    Check.ofContainers(
      "container-pids-limit", stride: [.denialOfService],
      explanation: Explanation(
        reads: "HostConfig.PidsLimit of each container.",
        passes: "It is above 0; null, 0 and -1 mean that there is no limit.",
        threat: """
          An attacker who forks without end in the container fills the host's process table, and \
          then nobody can start anything, not even to stop it (denial of service).
          """),
      remedy: .auto(
        .update(.pids), .none,
        """
        Set a limit on the running container: docker update --pids-limit=N NAME. dockward does so \
        with the number in remediation.containers.pids, and not without one.
        """),
      expected: "a limit of processes"
    ) { view in
      let limit = try view.hostConfig.pidsLimit.known("HostConfig.PidsLimit")
      // An Engine writes no limit as null, 0 or -1, and may change which by itself.
      return .fail(if: (limit ?? 0) <= 0, "PidsLimit: \(limit.map { "\($0)" } ?? "null")")
        .comparing(.text((limit ?? 0) <= 0 ? "no limit" : "PidsLimit: \(limit ?? 0)"))
    },
    Check.ofContainers(
      "container-ulimits", stride: [.denialOfService],
      explanation: Explanation(
        reads: "HostConfig.Ulimits of each container.",
        passes: """
          Never by itself: a person judges whether the limits that it has, or the daemon's \
          defaults, fit what it does.
          """,
        threat: """
          With limits far above its needs, an attacker in the container can use up open files, \
          locked memory or processes that the host's kernel has only once for all (denial of \
          service).
          """),
      remedy: .assist(
        .recreate, "Create the container again with the --ulimit values it needs, or none."),
      expected: "limits of its own only where they are needed"
    ) { view in
      let limits = try view.hostConfig.ulimits.known("HostConfig.Ulimits", null: []).map { limit in
        let name = try limit.name.known("Ulimits.Name", null: "")
        let soft = try limit.soft.known("Ulimits.Soft", null: 0)
        let hard = try limit.hard.known("Ulimits.Hard", null: 0)
        return "\(name)=\(soft):\(hard)"
      }
      return .manual(
        limits.isEmpty ? "the daemon's defaults" : limits.sorted().joined(separator: ", "))
    },
    Check.ofContainers(
      "container-cgroup-parent", stride: [.denialOfService],
      explanation: Explanation(
        reads: """
          HostConfig.CgroupParent of each container; allowedCgroupParents of the configuration.
          """,
        passes: "There is none, or one that allowedCgroupParents lists.",
        threat: """
          Under another parent a container is outside the limits that were set for containers on \
          this host: an attacker in it can take memory and processors from the host's own \
          services (denial of service).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without --cgroup-parent, or list it under allowedCgroupParents."
      ),
      expected: "no cgroup parent, or an allowed one"
    ) { view in
      let parent = try view.hostConfig.cgroupParent.known("HostConfig.CgroupParent", null: "")
      let isAllowed = parent.isEmpty || view.context.policy.allowedCgroupParents.contains(parent)
      return .fail(if: !isAllowed, "CgroupParent \(quoted(parent))")
    },
    Check.ofContainers(
      "container-host-devices",
      stride: [.tampering, .informationDisclosure, .elevationOfPrivilege],
      explanation: Explanation(
        reads: """
          HostConfig.Devices, DeviceRequests, DeviceCgroupRules and Privileged of each \
          container; allowedDevices of the configuration.
          """,
        passes: """
          No device of the host is given to it but those of allowedDevices; a device rule counts \
          where it grants more than every container has. A privileged container has all devices \
          and fails.
          """,
        threat: """
          Through the device of a disk or of memory an attacker in the container reads what the \
          host's permissions protect (information disclosure), writes it (tampering), and so \
          becomes root on the host (elevation of privilege).
          """),
      remedy: .assist(
        .recreate,
        "Create the container again without these devices, or list them under allowedDevices."),
      expected: "no device of the host, or only allowed ones", judge: judgeDevices),
  ]

  private static func judgeDevices(_ view: ContainerView) throws -> Opinion {
    if try view.hostConfig.privileged.known("HostConfig.Privileged", null: false) {
      return .fail("all devices (privileged)")
    }
    let paths = try view.hostConfig.devices.known("HostConfig.Devices", null: []).map {
      guard let path = try $0.pathOnHost.known("Devices.PathOnHost"), !path.isEmpty else {
        throw CannotTell("a device has no path")
      }
      return path
    }
    let rules = try view.hostConfig.deviceCgroupRules
      .known("HostConfig.DeviceCgroupRules", null: [])
      .filter { try DeviceRule($0).isBeyondDefault }
    let allowed = Set(view.context.policy.allowedDevices)
    let extra = (paths + rules + (try view.requestedDevices())).filter { !allowed.contains($0) }
    return extra.isEmpty ? .pass("no extra device") : .fail(extra.sorted().joined(separator: ", "))
  }
}

extension ContainerView {
  /// The devices asked for by capability, e.g. `gpu`. The Engine knows them from API 1.40 on; an
  /// older one leaves them out because it cannot have any.
  fileprivate func requestedDevices() throws -> [String] {
    let field = hostConfig.deviceRequests
    if case .missing = field, let engine = snapshot.engine.value,
      APIVersion(engine.apiVersion).map({ $0 < APIVersion(major: 1, minor: 40) }) ?? false
    {
      return []
    }
    return try field.known("HostConfig.DeviceRequests", null: []).map { request in
      let capabilities = request.capabilities.value?.joined().sorted() ?? []
      return capabilities.isEmpty
        ? "device request \(quoted(request.driver.value ?? ""))"
        : capabilities.joined(separator: "+")
    }
  }
}

/// A rule of the device cgroup, e.g. `c 188:* rwm`, see the kernel's cgroup-v1/devices.rst.
struct DeviceRule {
  /// The character devices that the Engine's default rules open to every container.
  private static let standard: Set<String> = [
    "1:3", "1:5", "1:7", "1:8", "1:9", "5:0", "5:1", "5:2",
  ]

  /// Whether it grants more than every container has: making device nodes is granted to all.
  let isBeyondDefault: Bool

  init(_ text: String) throws {
    let words = text.split(separator: " ")
    guard words.count == 3, ["a", "b", "c"].contains(words[0]),
      words[1].split(separator: ":").count == 2, words[2].allSatisfy({ "rwm".contains($0) })
    else { throw CannotTell("the device rule \(quoted(text)) cannot be read") }
    let isStandard =
      words[0] == "c" && (Self.standard.contains(String(words[1])) || words[1].hasPrefix("136:"))
    let onlyMakes = words[0] != "a" && words[2].allSatisfy { $0 == "m" }
    isBeyondDefault = !isStandard && !onlyMakes
  }
}
