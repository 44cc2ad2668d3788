import HardeningModel
import Testing

@testable import Remediation

@Suite("An update of a container")
struct ContainerUpdateTests {
  private static func container(_ change: (inout Container) -> Void = { _ in }) -> Container {
    var container = Container(id: "0123")
    container.name = .value("/web")
    container.state.status = .value("running")
    container.hostConfig.memory = .value(0)
    container.hostConfig.cpuShares = .value(1024)
    container.hostConfig.pidsLimit = .null
    container.hostConfig.restartPolicy.name = .value("always")
    container.hostConfig.restartPolicy.maximumRetryCount = .value(0)
    change(&container)
    return container
  }

  private static func snapshot(_ containers: [Container]) -> HostSnapshot {
    var snapshot = HostSnapshot(
      host: HostIdentity(name: "h", machineID: ""), startedAt: "2026-01-01T00:00:00Z")
    snapshot.containers = .found(
      containers.map {
        ContainerReading(id: $0.id, name: $0.displayName, inspection: .found($0))
      })
    return snapshot
  }

  private static func plan(
    _ limit: ContainerLimit, _ containers: [Container] = [container()], isConfigured: Bool = true
  ) throws(RemediationError) -> Intervention {
    var policy = Policy()
    if isConfigured {
      policy.containerRemedies.memory = 64 << 20
      policy.containerRemedies.cpuShares = 512
      policy.containerRemedies.pids = 100
    }
    let finding = Finding(subject: .container("web"), verdict: .fail)
    return try ContainerUpdate(limit, policy).intervention(
      for: finding, of: "slug", on: snapshot(containers))
  }

  @Test(
    "gives what is configured, and takes back what was there",
    arguments: [
      (
        .memory, #"{"Memory":67108864,"MemorySwap":67108864}"#,
        #"{"Memory":4611686018427387904,"MemorySwap":9223372036854771712}"#,
        ["-no memory limit", "+67108864 bytes of memory"]
      ),
      (
        .cpuShares, #"{"CpuShares":512}"#, #"{"CpuShares":1024}"#,
        ["-1024 CPU shares", "+512 CPU shares"]
      ),
      (
        .pids, #"{"PidsLimit":100}"#, #"{"PidsLimit":0}"#,
        ["-no limit of processes", "+100 processes"]
      ),
      (
        .restartPolicy, #"{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":5}}"#,
        #"{"RestartPolicy":{"Name":"always","MaximumRetryCount":0}}"#,
        ["-restart policy always", "+restart policy on-failure:5"]
      ),
    ] as [(ContainerLimit, String, String, [String])])
  func bodies(_ limit: ContainerLimit, after: String, before: String, diff: [String]) throws {
    let intervention = try Self.plan(limit)
    guard case .container(let change)? = intervention.changes.first else {
      Issue.record("no change")
      return
    }
    #expect(intervention.changes.count == 1)
    #expect(change.id == "0123")
    #expect(String(decoding: change.after.body, as: UTF8.self) == after)
    #expect(String(decoding: change.before.body, as: UTF8.self) == before)
    #expect(intervention.diff == diff)
    #expect(intervention.effects.isEmpty)
    #expect(!intervention.notes.isEmpty)
  }

  @Test(
    "without a value in the configuration is refused, naming the key",
    arguments: [ContainerLimit.memory, .cpuShares, .pids])
  func notConfigured(_ limit: ContainerLimit) {
    let error = #expect(throws: RemediationError.self) {
      try Self.plan(limit, isConfigured: false)
    }
    #expect(error?.description.contains("remediation.containers.\(limit.rawValue)") == true)
  }

  @Test("of what is not there, not alone, going, or not known is refused")
  func refused() {
    #expect(throws: RemediationError.self) { try Self.plan(.memory, []) }
    #expect(throws: RemediationError.self) {
      try Self.plan(.memory, [Self.container(), Self.container()])
    }
    #expect(throws: RemediationError.self) {
      try Self.plan(.memory, [Self.container { $0.state.status = .value("removing") }])
    }
    #expect(throws: RemediationError.self) {
      try Self.plan(.memory, [Self.container { $0.hostConfig.memory = .missing }])
    }
  }

  private static func limits(_ change: (inout ContainerLimits) -> Void) -> ContainerLimits {
    var limits = ContainerLimits()
    change(&limits)
    return limits
  }

  /// What inspecting tells, what is looked for, and whether that is in effect.
  @Test(
    "is in effect where the container says so, in whatever words",
    arguments: [
      (limits { $0.memory = 0 }, limits { $0.memory = 0 }, true),
      (
        limits {
          $0.memory = 1 << 62; $0.memorySwap = -1
        }, limits { $0.memory = 0 }, true
      ),
      (limits { $0.memory = 1 << 26 }, limits { $0.memory = 0 }, false),
      (
        limits {
          $0.memory = 1 << 26; $0.memorySwap = 1 << 26
        },
        limits {
          $0.memory = 1 << 26; $0.memorySwap = 1 << 26
        }, true
      ),
      (
        limits {
          $0.memory = 1 << 26; $0.memorySwap = -1
        },
        limits {
          $0.memory = 1 << 26; $0.memorySwap = 1 << 26
        }, true
      ),
      (
        limits {
          $0.memory = 1 << 26; $0.memorySwap = 1 << 27
        },
        limits {
          $0.memory = 1 << 26; $0.memorySwap = 1 << 26
        }, false
      ),
      (limits { $0.memory = 1 << 27 }, limits { $0.memory = 1 << 26 }, false),
      (limits { $0.cpuShares = 0 }, limits { $0.cpuShares = 1024 }, true),
      (limits { $0.cpuShares = 512 }, limits { $0.cpuShares = 0 }, false),
      (limits { $0.pidsLimit = nil }, limits { $0.pidsLimit = 0 }, true),
      (limits { $0.pidsLimit = -1 }, limits { $0.pidsLimit = 0 }, true),
      (limits { $0.pidsLimit = 100 }, limits { $0.pidsLimit = 0 }, false),
      (limits { $0.restartPolicyName = "" }, limits { $0.restartPolicyName = "no" }, true),
      (
        limits {
          $0.restartPolicyName = "on-failure"; $0.restartPolicyMaximumRetryCount = 4
        },
        limits {
          $0.restartPolicyName = "on-failure"; $0.restartPolicyMaximumRetryCount = 5
        }, false
      ),
    ] as [(ContainerLimits, ContainerLimits, Bool)])
  func inEffect(_ now: ContainerLimits, _ wanted: ContainerLimits, isSo: Bool) {
    #expect(now.isInEffect(wanted) == isSo, "\(now) \(wanted)")
  }

  @Test("cannot be made to say anything else by the name of a policy")
  func hostileName() {
    let limits = Self.limits { $0.restartPolicyName = #"no","x":""# }
    #expect(
      String(decoding: limits.body, as: UTF8.self)
        == #"{"RestartPolicy":{"Name":"nox","MaximumRetryCount":0}}"#)
  }
}
