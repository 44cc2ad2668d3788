extension Container {
  /// How a container is tied to its host.
  package struct HostConfig: LenientObject, Sendable, Equatable {
    package var privileged: Field<Bool> = .missing
    package var capabilitiesAdded: Field<[String]> = .missing
    package var capabilitiesDropped: Field<[String]> = .missing
    package var securityOptions: Field<[String]> = .missing
    package var readOnlyRootFilesystem: Field<Bool> = .missing

    package var networkMode: Field<String> = .missing
    package var pidMode: Field<String> = .missing
    package var ipcMode: Field<String> = .missing
    package var utsMode: Field<String> = .missing
    package var usernsMode: Field<String> = .missing
    package var cgroupParent: Field<String> = .missing

    /// Bytes; 0 is no limit.
    package var memory: Field<Int64> = .missing
    /// Relative weight; 0 is the default of 1024.
    package var cpuShares: Field<Int64> = .missing
    /// Microseconds in each period; 0 or -1 is no limit.
    package var cpuQuota: Field<Int64> = .missing
    /// Billionths of a processor; 0 is no limit.
    package var nanoCPUs: Field<Int64> = .missing
    /// Processes; 0, -1 and `null` are no limit.
    package var pidsLimit: Field<Int64> = .missing
    package var ulimits: Field<[Ulimit]> = .missing
    package var restartPolicy = RestartPolicy()

    package var devices: Field<[Device]> = .missing
    package var deviceRequests: Field<[DeviceRequest]> = .missing
    package var deviceCgroupRules: Field<[String]> = .missing
    /// What was asked for, by container port.
    package var portBindings: Field<[String: [PortBinding]?]> = .missing
    /// Whether every exposed port is published on every address.
    package var publishAllPorts: Field<Bool> = .missing

    private enum CodingKeys: String, CodingKey {
      case privileged = "Privileged"
      case capabilitiesAdded = "CapAdd"
      case capabilitiesDropped = "CapDrop"
      case securityOptions = "SecurityOpt"
      case readOnlyRootFilesystem = "ReadonlyRootfs"
      case networkMode = "NetworkMode"
      case pidMode = "PidMode"
      case ipcMode = "IpcMode"
      case utsMode = "UTSMode"
      case usernsMode = "UsernsMode"
      case cgroupParent = "CgroupParent"
      case memory = "Memory"
      case cpuShares = "CpuShares"
      case cpuQuota = "CpuQuota"
      case nanoCPUs = "NanoCpus"
      case pidsLimit = "PidsLimit"
      case ulimits = "Ulimits"
      case restartPolicy = "RestartPolicy"
      case devices = "Devices"
      case deviceRequests = "DeviceRequests"
      case deviceCgroupRules = "DeviceCgroupRules"
      case portBindings = "PortBindings"
      case publishAllPorts = "PublishAllPorts"
    }

    package init() {}
  }

  package struct RestartPolicy: LenientObject, Sendable, Equatable {
    package var name: Field<String> = .missing
    package var maximumRetryCount: Field<Int> = .missing

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case maximumRetryCount = "MaximumRetryCount"
    }

    package init() {}
  }

  package struct Ulimit: LenientObject, Sendable, Equatable {
    package var name: Field<String> = .missing
    package var soft: Field<Int64> = .missing
    package var hard: Field<Int64> = .missing

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case soft = "Soft"
      case hard = "Hard"
    }

    package init() {}
  }

  package struct Device: LenientObject, Sendable, Equatable {
    package var pathOnHost: Field<String> = .missing
    package var permissions: Field<String> = .missing

    private enum CodingKeys: String, CodingKey {
      case pathOnHost = "PathOnHost"
      case permissions = "CgroupPermissions"
    }

    package init() {}
  }

  /// Devices asked for by what they can do, as GPUs are.
  package struct DeviceRequest: LenientObject, Sendable, Equatable {
    package var driver: Field<String> = .missing
    package var count: Field<Int> = .missing
    package var deviceIDs: Field<[String]> = .missing
    package var capabilities: Field<[[String]]> = .missing

    private enum CodingKeys: String, CodingKey {
      case driver = "Driver"
      case count = "Count"
      case deviceIDs = "DeviceIDs"
      case capabilities = "Capabilities"
    }

    package init() {}
  }
}
