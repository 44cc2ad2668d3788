import HardeningModel
import Testing

/// Devices of the host in a container.
@Suite("Device checks")
struct DevicesTests {
  @Test("say of devices", arguments: DevicesTables.devices.rows)
  func devices(_ row: Row) throws { try row.judge() }
}

/// The rows of those checks.
enum DevicesTables {
  static let all = [devices]

  static let devices = Table.ofContainers(
    "container-host-devices", direct + rules + requests + unclear)

  private static let direct: [Row] = [
    .passes("none", observed: "no extra device") { _ in },
    .passes("an allowed one") {
      $0.policy.allowedDevices = ["/dev/fuse"]
      $0.web.hostConfig.devices = .value([.sample("/dev/fuse")])
    },
    .fails("one", observed: "/dev/sda") {
      $0.web.hostConfig.devices = .value([.sample("/dev/sda")])
    },
    .fails("one that may only be read") {
      $0.web.hostConfig.devices = .value([.sample("/dev/sda", "r")])
    },
    .fails("one beside an allowed one", observed: "/dev/sda") {
      $0.policy.allowedDevices = ["/dev/fuse"]
      $0.web.hostConfig.devices = .value([.sample("/dev/fuse"), .sample("/dev/sda")])
    },
    .fails("one whose name begins like an allowed one") {
      $0.policy.allowedDevices = ["/dev/sda"]
      $0.web.hostConfig.devices = .value([.sample("/dev/sda1")])
    },
    .fails("two, in order", observed: "/dev/sda, /dev/sdb") {
      $0.web.hostConfig.devices = .value([.sample("/dev/sdb"), .sample("/dev/sda")])
    },
    .fails("all of them, by privilege", observed: "privileged") {
      $0.web.hostConfig.privileged = .value(true)
    },
    .fails("all of them, by privilege, whatever is allowed") {
      $0.policy.allowedDevices = ["/dev/fuse"]
      $0.web.hostConfig.privileged = .value(true)
      $0.web.hostConfig.devices = .value([.sample("/dev/fuse")])
    },
    .fails("one, and stopped") {
      $0.web.stop()
      $0.web.hostConfig.devices = .value([.sample("/dev/sda")])
    },
  ]

  private static let rules: [Row] =
    [
      "c 1:3 rwm", "c 1:5 r", "c 1:7 rwm", "c 1:8 rw", "c 1:9 rwm", "c 5:0 rwm", "c 5:1 rwm",
      "c 5:2 rwm", "c 136:* rwm", "c 136:4 rw", "c *:* m", "b *:* m", "c 10:200 m",
    ].map { rule in
      .passes("a rule that every container has: \(rule)") {
        $0.web.hostConfig.deviceCgroupRules = .value([rule])
      }
    }
    + [
      "a *:* rwm", "a *:* m", "b 8:* rmw", "b 8:0 r", "c 1:* rwm", "c 5:* rw", "c *:* rwm",
      "c 1:1 r", "b 1:3 rwm", "c 188:* rwm", "c 10:229 w", "c 1360:1 rw",
    ].map { rule in
      .fails("a rule that gives more: \(rule)", observed: rule) {
        $0.web.hostConfig.deviceCgroupRules = .value([rule])
      }
    } + [
      .passes("a rule that is allowed") {
        $0.policy.allowedDevices = ["c 188:* rwm"]
        $0.web.hostConfig.deviceCgroupRules = .value(["c 188:* rwm"])
      }
    ]
    + ["", "c 1:3", "x 1:3 rwm", "c 13 rwm", "c 1:3:5 rwm", "c 1:3 rwx", "c 1:3 rwm rwm"].map {
      rule in
      Row(.malformed, "a rule that makes no sense: '\(rule)'", .unknown, reason: "rule '\(rule)'") {
        $0.web.hostConfig.deviceCgroupRules = .value([rule])
      }
    }

  private static let requests: [Row] = [
    .fails("a request for all that can compute", observed: "gpu") {
      $0.web.hostConfig.deviceRequests = .value([.sample([["gpu"]])])
    },
    .fails("a request for one of several kinds", observed: "compute+gpu+utility") {
      $0.web.hostConfig.deviceRequests = .value([.sample([["gpu", "compute"], ["utility"]])])
    },
    .fails("a request that does not say for what", observed: "nvidia") {
      $0.web.hostConfig.deviceRequests = .value([.sample([], driver: "nvidia")])
    },
    .passes("a request that is allowed") {
      $0.policy.allowedDevices = ["gpu"]
      $0.web.hostConfig.deviceRequests = .value([.sample([["gpu"]])])
    },
    .passes("an Engine that has no requests, API 1.39") {
      $0.speaks("1.39")
      $0.web.hostConfig.deviceRequests = .missing
    },
    .passes("an Engine that has no requests, API 1.9") {
      $0.speaks("1.9")
      $0.web.hostConfig.deviceRequests = .missing
    },
    Row(.absent, "an Engine that has requests and does not say, API 1.40", .unknown) {
      $0.speaks("1.40")
      $0.web.hostConfig.deviceRequests = .missing
    },
    Row(.absent, "an Engine whose API has no version", .unknown) {
      $0.speaks("")
      $0.web.hostConfig.deviceRequests = .missing
    },
    Row(.absent, "an Engine of which nothing is known", .unknown) {
      $0.snapshot.engine = .unreadable("connection reset")
      $0.web.hostConfig.deviceRequests = .missing
    },
  ]

  private static let unclear: [Row] = [
    Row(.standard, "three nulls", .pass) {
      $0.web.hostConfig.devices = .null
      $0.web.hostConfig.deviceRequests = .null
      $0.web.hostConfig.deviceCgroupRules = .null
    },
    Row(.standard, "three empty lists", .pass) {
      $0.web.hostConfig.devices = .value([])
      $0.web.hostConfig.deviceRequests = .value([])
      $0.web.hostConfig.deviceCgroupRules = .value([])
    },
    Row(.absent, "an Engine that says nothing of devices", .unknown, reason: "Devices") {
      $0.web.hostConfig.devices = .missing
    },
    Row(.absent, "an Engine that says nothing of rules", .unknown, reason: "DeviceCgroupRules") {
      $0.web.hostConfig.deviceCgroupRules = .missing
    },
    Row(.absent, "an Engine that does not say whether it is privileged", .unknown) {
      $0.web.hostConfig.privileged = .missing
    },
    Row(.absent, "an Engine that does not say which device", .unknown, reason: "PathOnHost") {
      var device = Container.Device.sample("")
      device.pathOnHost = .missing
      $0.web.hostConfig.devices = .value([device])
    },
    Row(.malformed, "a device from null", .unknown) {
      var device = Container.Device.sample("")
      device.pathOnHost = .null
      $0.web.hostConfig.devices = .value([device])
    },
    .wrongType("HostConfig.Devices", .text("/dev/sda")),
    .wrongType("HostConfig.DeviceRequests", .bool(false)),
  ]
}

extension Container.Device {
  fileprivate static func sample(_ path: String, _ permissions: String = "rwm") -> Self {
    var device = Container.Device()
    device.pathOnHost = .value(path)
    device.permissions = .value(permissions)
    return device
  }
}

extension Container.DeviceRequest {
  fileprivate static func sample(_ capabilities: [[String]], driver: String = "") -> Self {
    var request = Container.DeviceRequest()
    request.driver = .value(driver)
    request.count = .value(-1)
    request.deviceIDs = .null
    request.capabilities = .value(capabilities)
    return request
  }
}

extension Scene {
  fileprivate mutating func speaks(_ apiVersion: String) {
    snapshot.engine = snapshot.engine.map { facts in
      var facts = facts
      facts.apiVersion = apiVersion
      return facts
    }
  }
}
